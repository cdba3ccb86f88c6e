import inspector from "node:inspector";

/** Milliseconds that the thread of the cells gets to answer before what it runs is ended from outside. */
const patience = 120;

/** Milliseconds between two attempts: code may run on in a callback that was queued. */
const again = 60;

/**
 * Stops what the thread of the cells runs. It is asked by message first, which reaches a cell that awaits; one that
 * computes (in JavaScript or in WebAssembly) hears no message, and is ended by V8 through an inspector session, then
 * asked again. `seen` holds the id of the last interrupt that was answered.
 *
 * @returns starts an interrupt.
 */
export function createInterrupter(seen: Int32Array, ask: (id: number) => void): () => void {
  let last = 0;
  let session: inspector.Session | undefined;

  const endFromOutside = (): void => {
    session ??= connect();
    session.post("Runtime.terminateExecution", () => {});
  };
  /** A process with a session on it waits at its end for a debugger to leave. */
  const leave = (): void => {
    session?.disconnect();
    session = undefined;
  };
  return () => {
    const id = ++last;
    ask(id);
    const check = (): void => {
      if (id !== last) return;
      if (Atomics.load(seen, 0) >= id) {
        leave();
        return;
      }
      endFromOutside();
      ask(id);
      setTimeout(check, again);
    };
    setTimeout(check, patience);
  };
}

function connect(): inspector.Session {
  const session = new inspector.Session();
  session.connectToMainThread();
  return session;
}
