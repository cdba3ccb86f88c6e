import inspector from "node:inspector";

/** Milliseconds that the thread of the cells gets to answer before what it runs is ended from outside. */
const patience = 120;

/** Milliseconds between two attempts: code may run on in a callback that was queued. */
const again = 60;

/**
 * What the two threads know of interrupts, in shared memory: `[heard, ending]`. `heard` is the id of the last interrupt that
 * the thread of the cells has heard of; `ending` is 1 while an end from outside is on its way.
 */
export type InterruptState = Int32Array;

const heard = 0;
const ending = 1;

/** Bytes of an `InterruptState`. */
export const interruptStateBytes = 8;

/**
 * Stops what the thread of the cells runs. It is asked by message first, which reaches a cell that awaits; one that
 * computes (in JavaScript or in WebAssembly) hears no message, and is ended by V8 through an inspector session, then
 * asked again.
 *
 * @returns starts an interrupt.
 */
export function createInterrupter(state: InterruptState, ask: (id: number) => void): () => void {
  let last = 0;
  let session: inspector.Session | undefined;

  const endFromOutside = (id: number): void => {
    if (Atomics.load(state, ending) === 1) return;
    Atomics.store(state, ending, 1);
    // It may have heard in the moment before: then the end would meet the kernel instead of the cell.
    if (Atomics.load(state, heard) >= id) {
      Atomics.store(state, ending, 0);
      return;
    }
    session ??= connect();
    session.post("Runtime.terminateExecution", () => {
      Atomics.store(state, ending, 0);
      ask(id);
    });
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
      if (Atomics.load(state, heard) >= id && Atomics.load(state, ending) === 0) {
        leave();
        return;
      }
      endFromOutside(id);
      setTimeout(check, again);
    };
    setTimeout(check, patience);
  };
}

/**
 * Notes in the thread of the cells that it has heard of an interrupt. If an end from outside is on its way this waits to
 * be what it meets, and does not return: the interrupt is asked for once more.
 */
export function hearInterrupt(state: InterruptState, id: number): void {
  Atomics.store(state, heard, id);
  while (Atomics.load(state, ending) === 1);
}

function connect(): inspector.Session {
  const session = new inspector.Session();
  session.connectToMainThread();
  return session;
}
