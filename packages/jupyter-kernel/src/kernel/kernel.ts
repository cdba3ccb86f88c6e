import process from "node:process";
import { kernelSymbol } from "../api/kernelApi.js";
import type { JsonObject, KernelApi, MimeBundle } from "../api/kernelApi.js";
import type { Session } from "../cells/session.js";
import type { Failure } from "../cells/traceback.js";
import { Interrupted } from "../errors.js";
import { hearInterrupt } from "../io/interrupter.js";
import type { InterruptState } from "../io/interrupter.js";
import type { Channel, ToCells, ToSockets } from "../io/link.js";
import type { Message } from "../wire/message.js";
import { completeReply, inspectReply } from "./assistance.js";
import { timersDone } from "./batch.js";
import { createComms } from "./comms.js";
import { createInput } from "./input.js";
import type { Publisher } from "./publisher.js";
import { resultBundle } from "./result.js";
import { registerWidgetControl } from "./widgets.js";

/** What a kernel is made from. */
export interface KernelParts {
  readonly session: Session;
  readonly publisher: Publisher;
  post(message: ToSockets): void;
  /** Shared with the thread of the sockets. */
  readonly interrupts: InterruptState;
  /** The next message that waits, without giving up the turn. */
  receive(): ToCells | undefined;
  /** Called after each cell. */
  afterCell(): void;
}

/** The messages of Jupyter, answered. */
export interface Kernel {
  take(message: ToCells): void;
  /** An output of tslab's own `display`. */
  displayTslab(content: unknown, update: boolean | undefined): void;
}

/** A request that waits for its turn, or runs. */
interface Execution {
  readonly channel: Channel;
  readonly message: Message;
}

/**
 * Answers requests and runs cells one after the other. Messages of comms, completion and inspection are answered while a
 * cell awaits; they do not wait for its end. Puts `KernelApi` where cells find it.
 */
export function createKernel({ session, publisher, post, interrupts, receive, afterCell }: KernelParts): Kernel {
  const { publish } = publisher;
  const comms = createComms((type, content, options) => publish(type, content, options));
  const input = createInput(post);
  const waiting: Execution[] = [];
  let running: Execution | null = null;
  /** The last cell that was executed. */
  let last: Message | null = null;
  let count = 0;
  /** The last interrupt that was answered. */
  let interrupted = 0;
  /** An error of a timer or a forgotten promise, which the next reply will tell if no reader has seen it. */
  let unseen: Failure | null = null;

  const status = (state: string, parent: Message["parent"]): void =>
    publish("status", { execution_state: state }, { parent });
  const reply = ({ channel, message }: Execution, type: string, content: JsonObject): void =>
    post({ kind: "send", channel, type, to: message.identities, parent: message.header, content });

  const around = (request: Execution, work: () => void): void => {
    const { header } = request.message;
    status("busy", header);
    try {
      work();
    } catch (error) {
      background(error);
    }
    status("idle", header);
    // Front ends show the last status: with a cell running, the kernel is busy whatever else it has answered.
    if (running !== null) status("busy", running.message.header);
  };

  const answers: Readonly<Record<string, (content: JsonObject) => [string, JsonObject]>> = {
    complete_request: ({ code, cursor_pos }) => [
      "complete_reply",
      completeReply(session, String(code), Number(cursor_pos)),
    ],
    inspect_request: ({ code, cursor_pos }) => [
      "inspect_reply",
      inspectReply(session, String(code), Number(cursor_pos)),
    ],
    is_complete_request: ({ code }) => {
      const { completed, indent } = session.isComplete(String(code));
      return ["is_complete_reply", completed ? { status: "complete" } : { status: "incomplete", indent: indent ?? "" }];
    },
    comm_info_request: ({ target_name }) => [
      "comm_info_reply",
      comms.info(typeof target_name === "string" ? target_name : undefined),
    ],
    history_request: () => ["history_reply", { status: "ok", history: [] }],
  };

  const request = (execution: Execution): void => {
    const { header, content, buffers } = execution.message;
    const type = header.msg_type;
    if (type === "execute_request") {
      waiting.push(execution);
      if (running === null) void runAll();
    } else if (type.startsWith("comm_") && type !== "comm_info_request") {
      around(execution, () => comms.receive(type, content, buffers));
    } else if (type === "input_reply") {
      input.receive(execution.message);
    } else {
      around(execution, () => {
        const answer = answers[type];
        if (answer !== undefined) reply(execution, ...answer(content));
        else
          reply(execution, type.replace(/_request$/, "_reply"), {
            status: "error",
            ename: "UnknownRequest",
            evalue: type,
            traceback: [],
          });
      });
    }
  };

  const take = (message: ToCells): void => {
    switch (message.kind) {
      case "request":
        request(message);
        break;
      case "interrupt":
        // It is asked again where it took long; a second answer would stop the next cell.
        if (interrupted >= message.id) break;
        hearInterrupt(interrupts, message.id);
        interrupted = message.id;
        input.cancel(new Interrupted());
        session.interrupt();
        break;
      case "shutdown":
        process.exit(0);
    }
  };

  const runAll = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      running = next;
      last = next.message;
      publisher.parent = next.message.header;
      status("busy", next.message.header);
      const ok = await runOne(next);
      running = null;
      status("idle", next.message.header);
      afterCell();
      if (!ok && next.message.content["stop_on_error"] !== false) await abort();
    }
  };

  const runOne = async (execution: Execution): Promise<boolean> => {
    const { content } = execution.message;
    const code = String(content["code"]);
    const silent = content["silent"] === true;
    if (!silent) {
      count++;
      publish("execute_input", { code, execution_count: count });
    }
    const failure = await evaluate(code, silent, isBatch(execution.message));
    reply(
      execution,
      "execute_reply",
      failure === null
        ? { status: "ok", execution_count: count, user_expressions: {}, payload: [] }
        : { status: "error", execution_count: count, ...failure },
    );
    return failure === null;
  };

  const evaluate = async (code: string, silent: boolean, batch: boolean): Promise<Failure | null> => {
    const outcome = await session.run(code, count);
    if (!outcome.ok) {
      publish("error", { ...outcome.failure });
      return outcome.failure;
    }
    try {
      const bundle = silent ? null : await resultBundle(outcome.value);
      if (bundle !== null) publish("execute_result", { execution_count: count, data: bundle, metadata: {} });
    } catch (error) {
      const failure = session.describe(error);
      publish("error", { ...failure });
      return failure;
    }
    if (batch) await timersDone();
    const failure = unseen;
    unseen = null;
    return failure;
  };

  /** Answers what was already asked when a cell failed: "run all cells" stops there. */
  const abort = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    for (const execution of waiting.splice(0)) {
      around(execution, () => reply(execution, "execute_reply", { status: "aborted", execution_count: count }));
    }
  };

  /** Shows an error that belongs to no statement of a running cell: of a timer, a comm, a promise that nobody awaits. */
  const background = (error: unknown): void => {
    if (error instanceof Interrupted) return;
    const failure = session.describe(error);
    publish("error", { ...failure });
    if (running !== null || (last !== null && isBatch(last))) unseen ??= failure;
  };
  process.on("uncaughtException", background);
  process.on("unhandledRejection", background);
  process.on("SIGINT", () => session.interrupt());

  const display: KernelApi["display"] = (bundle, { id, update = false, metadata = {} } = {}) =>
    publish(update ? "update_display_data" : "display_data", {
      data: bundle,
      metadata,
      transient: id === undefined ? {} : { display_id: id },
    });
  const api: KernelApi = Object.freeze({
    display,
    openComm: comms.open,
    registerCommTarget: comms.register,
    input: (prompt: string, options: { readonly password?: boolean } = {}) =>
      input.ask(running?.message ?? null, prompt, options.password === true),
    poll: () => {
      for (let message = receive(); message !== undefined; message = receive()) {
        take(message);
        if (message.kind === "interrupt") throw new Interrupted();
      }
    },
  });
  Object.defineProperty(globalThis, kernelSymbol, { value: api });
  registerWidgetControl(comms);

  return {
    take,
    displayTslab: (content, update) => {
      const { data, transient } = content as { data: MimeBundle; transient?: { display_id?: string } };
      const id = transient?.display_id;
      display(data, id === undefined ? {} : { id, update: update === true });
    },
  };
}

/** Nobody reads along where nobody can answer: `nbconvert --execute` says so in each request. */
function isBatch({ content }: Message): boolean {
  return content["allow_stdin"] === false;
}
