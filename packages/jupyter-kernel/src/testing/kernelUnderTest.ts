import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import ts from "typescript";
import { Dealer, Request, Subscriber } from "zeromq";
import type { JsonObject } from "../api/kernelApi.js";
import { nodeFlags } from "../install/kernelspec.js";
import { createCodec } from "../wire/codec.js";
import { address } from "../wire/connection.js";
import type { Connection } from "../wire/connection.js";
import type { Message } from "../wire/message.js";

/** What a request led to: its reply, and all that was published for it until the kernel was idle. */
export interface Answer {
  readonly reply: Message;
  readonly published: readonly Message[];
}

/** A kernel in a process of its own, and a front end that speaks to it. */
export interface KernelUnderTest {
  /** Sends a request on the shell channel. `id` is settled at once, `answer` when the kernel is idle again. */
  request(
    type: string,
    content: JsonObject,
    options?: RequestOptions,
  ): { readonly id: string; readonly answer: Promise<Answer> };
  execute(code: string, content?: JsonObject): Promise<Answer>;
  interrupt(): Promise<Message>;
  shutdown(restart?: boolean): Promise<Message>;
  /** All that was published so far, by whatever it was caused. */
  readonly published: readonly Message[];
  /** Waits until something published fits. */
  until(fits: (message: Message) => boolean): Promise<Message>;
  /** Answers the next question with `value`. */
  answerInput(value: string): Promise<Message>;
  beat(): Promise<string>;
  readonly exited: Promise<number | null>;
  close(): Promise<void>;
}

interface RequestOptions {
  readonly buffers?: readonly Uint8Array[];
}

const root = path.resolve(import.meta.dirname, "../../../..");
const sources = path.resolve(import.meta.dirname, "..");

/** Starts a kernel from the sources of this package, in an empty folder unless one is named. */
export async function startKernel(options: { readonly folder?: string } = {}): Promise<KernelUnderTest> {
  const program = path.join(emitSources(), "kernel", "main.js");
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "simgrad-kernel-"));
  const connection = await freeConnection();
  const file = path.join(scratch, "connection.json");
  fs.writeFileSync(file, JSON.stringify(connection));
  const child = spawn(process.execPath, [...nodeFlags, program, file], {
    cwd: options.folder ?? scratch,
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  return connect(child, connection, scratch);
}

/** Emits the sources as JavaScript, once a process, below the repository, where their packages are found. */
let emitted: string | undefined;

function emitSources(): string {
  if (emitted !== undefined) return emitted;
  const folder = path.join(root, ".cache", `jupyter-kernel-${process.pid}`);
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }');
  for (const name of fs.readdirSync(sources, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".ts") || name.endsWith(".test.ts") || name.startsWith("testing")) continue;
    const { outputText } = ts.transpileModule(fs.readFileSync(path.join(sources, name), "utf8"), {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true },
    });
    const target = path.join(folder, name.replace(/\.ts$/, ".js"));
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, outputText);
  }
  process.once("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
  return (emitted = folder);
}

async function freeConnection(): Promise<Connection> {
  const servers = await Promise.all(
    Array.from({ length: 5 }, () => {
      const server = net.createServer();
      return new Promise<net.Server>((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
    }),
  );
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  const [shell_port, iopub_port, stdin_port, control_port, hb_port] = ports as [number, number, number, number, number];
  return {
    ...{ transport: "tcp", ip: "127.0.0.1", key: crypto.randomUUID(), signature_scheme: "hmac-sha256" },
    ...{ shell_port, iopub_port, stdin_port, control_port, hb_port },
  };
}

async function connect(child: ChildProcess, connection: Connection, scratch: string): Promise<KernelUnderTest> {
  const codec = createCodec(connection.key, connection.signature_scheme);
  const session = crypto.randomUUID();
  const routingId = `front-end-${session}`;
  const receives = { receiveHighWaterMark: 0, linger: 0 };
  const unlimited = { ...receives, sendHighWaterMark: 0 };
  const iopub = new Subscriber(receives);
  const shell = new Dealer({ ...unlimited, routingId });
  const control = new Dealer({ ...unlimited, routingId });
  const stdin = new Dealer({ ...unlimited, routingId });
  const heartbeat = new Request(unlimited);
  iopub.subscribe();
  iopub.connect(address(connection, connection.iopub_port));
  shell.connect(address(connection, connection.shell_port));
  control.connect(address(connection, connection.control_port));
  stdin.connect(address(connection, connection.stdin_port));
  heartbeat.connect(address(connection, connection.hb_port));

  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const published: Message[] = [];
  const replies = new Map<string, Message>();
  const questions: Message[] = [];
  const waiting = new Set<() => void>();
  const heard = (): void => {
    for (const check of [...waiting]) check();
  };
  const until = <T>(find: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const check = (): void => {
        const found = find();
        if (found === undefined) return;
        waiting.delete(check);
        resolve(found);
      };
      waiting.add(check);
      check();
    });
  const listen = async (socket: AsyncIterable<Buffer[]>, take: (message: Message) => void): Promise<void> => {
    for await (const frames of socket) {
      take(codec.decode(frames));
      heard();
    }
  };
  const byParent = (message: Message): void => void replies.set(String(message.parent.msg_id), message);
  void listen(iopub, (message) => published.push(message));
  void listen(shell, byParent);
  void listen(control, byParent);
  void listen(stdin, (message) => questions.push(message));

  const compose = (type: string, content: JsonObject, buffers: readonly Uint8Array[] = []): Message => ({
    identities: [],
    header: {
      ...{ msg_id: crypto.randomUUID(), msg_type: type, session, username: "test" },
      ...{ date: new Date().toISOString(), version: "5.3" },
    },
    parent: {},
    metadata: {},
    content,
    buffers,
  });
  const send = async (socket: Dealer, message: Message): Promise<void> => {
    await socket.send(codec.encode(message) as Buffer[]);
  };
  const isIdle = (id: string) => (message: Message) =>
    message.header.msg_type === "status" &&
    message.content["execution_state"] === "idle" &&
    message.parent.msg_id === id;
  const find = (fits: (message: Message) => boolean): Promise<Message> => until(() => published.find(fits));

  const request: KernelUnderTest["request"] = (type, content, { buffers = [] } = {}) => {
    const message = compose(type, content, buffers);
    const id = message.header.msg_id;
    const answer = async (): Promise<Answer> => {
      await send(shell, message);
      const expectsReply = type.endsWith("_request");
      const [reply] = await Promise.all([expectsReply ? until(() => replies.get(id)) : message, find(isIdle(id))]);
      return { reply, published: published.filter(({ parent }) => parent.msg_id === id) };
    };
    return { id, answer: answer() };
  };
  const onControl = async (type: string, content: JsonObject): Promise<Message> => {
    const message = compose(type, content);
    await send(control, message);
    return until(() => replies.get(message.header.msg_id));
  };

  // A subscription arrives some time after `connect`: ask until the kernel is heard on iopub too.
  for (let heardIdle = false; !heardIdle;) {
    const { id, answer } = request("kernel_info_request", {});
    await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 200))]);
    heardIdle = published.some(isIdle(id));
  }
  return {
    published,
    request,
    exited,
    execute: (code, content = {}) =>
      request("execute_request", {
        code,
        silent: false,
        store_history: true,
        allow_stdin: true,
        stop_on_error: true,
        ...content,
      }).answer,
    interrupt: () => onControl("interrupt_request", {}),
    shutdown: (restart = false) => onControl("shutdown_request", { restart }),
    until: find,
    answerInput: async (value) => {
      const question = await until(() => questions.shift());
      await send(stdin, { ...compose("input_reply", { value }), parent: question.header });
      return question;
    },
    beat: async () => {
      await heartbeat.send("alive");
      const [echo] = await heartbeat.receive();
      return String(echo);
    },
    close: async () => {
      child.kill("SIGKILL");
      await exited;
      for (const socket of [iopub, shell, control, stdin, heartbeat]) socket.close();
      fs.rmSync(scratch, { recursive: true, force: true });
    },
  };
}

/** Contents of the messages of one type. */
export function contents(answer: Pick<Answer, "published">, type: string): JsonObject[] {
  return answer.published.filter(({ header }) => header.msg_type === type).map(({ content }) => content);
}

/** All text that a cell wrote on one stream. */
export function textOf(answer: Pick<Answer, "published">, name: "stdout" | "stderr" = "stdout"): string {
  return contents(answer, "stream")
    .filter((content) => content["name"] === name)
    .map((content) => String(content["text"]))
    .join("");
}

/** The text of the result of a cell, or null. */
export function resultOf(answer: Answer): string | null {
  const data = contents(answer, "execute_result")[0]?.["data"] as JsonObject | undefined;
  return data === undefined ? null : String(data["text/plain"]);
}
