import crypto from "node:crypto";
import os from "node:os";
import process from "node:process";
import { setImmediate } from "node:timers/promises";
import { workerData } from "node:worker_threads";
import { Publisher, Reply, Router } from "zeromq";
import { kernelInfo } from "../kernel/kernelInfo.js";
import { createCodec } from "../wire/codec.js";
import { address } from "../wire/connection.js";
import type { Header, Message } from "../wire/message.js";
import { createInterrupter } from "./interrupter.js";
import type { Channel, SocketsSetup, ToCells, ToSockets } from "./link.js";
import { createOutbox } from "./outbox.js";

/**
 * The thread of the sockets. It owns all five of them, so that Jupyter is answered, text is streamed and an interrupt
 * is heard while a cell keeps the other thread busy.
 */
const { connection, session, interrupts, port: cells } = workerData as SocketsSetup;
const codec = createCodec(connection.key, connection.signature_scheme);
const username = readUsername();

/** Nothing is dropped: a message waits in memory until the other end takes it. */
const sends = { sendHighWaterMark: 0, linger: 1000 };
const unlimited = { ...sends, receiveHighWaterMark: 0 };
const iopub = new Publisher(sends);
const routers: Readonly<Record<Channel, Router>> = {
  shell: new Router(unlimited),
  control: new Router(unlimited),
  stdin: new Router(unlimited),
};
const heartbeat = new Reply(unlimited);

const outbox = createOutbox(({ type, parent, content, metadata, buffers }) => {
  enqueue(iopub, compose(type, parent, content, { metadata, buffers, identities: [Buffer.from(type)] }));
});
const interrupt = createInterrupter(new Int32Array(interrupts), (id) => post({ kind: "interrupt", id }));

/** Milliseconds that a kernel takes to end at most. */
const longestEnd = 300;

/**
 * A socket takes one message at a time. ZeroMQ takes most of them at once; the others wait here, so that thousands of
 * messages in one turn neither fail nor change places.
 */
interface Queue {
  frames: Uint8Array[][];
  busy: boolean;
}

const queues = new WeakMap<object, Queue>();

void start();

async function start(): Promise<void> {
  await Promise.all([
    iopub.bind(address(connection, connection.iopub_port)),
    routers.shell.bind(address(connection, connection.shell_port)),
    routers.control.bind(address(connection, connection.control_port)),
    routers.stdin.bind(address(connection, connection.stdin_port)),
    heartbeat.bind(address(connection, connection.hb_port)),
  ]);
  cells.on("message", fromCells);
  void listen("shell");
  void listen("control");
  void listen("stdin");
  void beat();
  watchParent();
  publishStatus("starting", {});
}

function fromCells(message: ToSockets): void {
  switch (message.kind) {
    case "publish":
      outbox.add(message);
      break;
    case "send": {
      const { channel, type, to, parent, content } = message;
      outbox.flush();
      enqueue(routers[channel], compose(type, parent, content, { identities: to }));
      break;
    }
  }
}

async function listen(channel: Channel): Promise<void> {
  for await (const frames of routers[channel]) {
    let message: Message;
    try {
      message = codec.decode(frames);
    } catch {
      continue; // not signed with this kernel's key, or damaged: nobody to answer to
    }
    receive(channel, message);
  }
}

function receive(channel: Channel, message: Message): void {
  const { header } = message;
  switch (header.msg_type) {
    case "kernel_info_request":
      around(header, () => answer(channel, message, "kernel_info_reply", kernelInfo()));
      break;
    case "interrupt_request":
      around(header, () => {
        interrupt();
        answer(channel, message, "interrupt_reply", { status: "ok" });
      });
      break;
    case "shutdown_request":
      around(header, () =>
        answer(channel, message, "shutdown_reply", { status: "ok", restart: message.content["restart"] === true }),
      );
      void end();
      break;
    default:
      post({ kind: "request", channel, message });
  }
}

/** Ends the process: by itself if its other thread listens, and in any case soon. */
async function end(): Promise<void> {
  setTimeout(() => process.kill(process.pid, "SIGKILL"), longestEnd);
  outbox.flush();
  const sockets = [iopub, heartbeat, ...Object.values(routers)];
  while (sockets.some((socket) => queues.get(socket)?.busy === true)) await setImmediate();
  // A process that ends with open sockets is aborted by ZeroMQ.
  for (const socket of sockets) socket.close();
  post({ kind: "shutdown" });
}

function around(parent: Header, work: () => void): void {
  publishStatus("busy", parent);
  work();
  publishStatus("idle", parent);
}

function publishStatus(state: string, parent: Message["parent"]): void {
  const content = { execution_state: state };
  outbox.add({ kind: "publish", type: "status", parent, content, metadata: {}, buffers: [] });
}

function answer(channel: Channel, request: Message, type: string, content: Message["content"]): void {
  enqueue(routers[channel], compose(type, request.header, content, { identities: request.identities }));
}

function compose(
  type: string,
  parent: Message["parent"],
  content: Message["content"],
  rest: Partial<Pick<Message, "identities" | "metadata" | "buffers">>,
): Message {
  const header: Header = {
    msg_id: crypto.randomUUID(),
    msg_type: type,
    session,
    username,
    date: new Date().toISOString(),
    version: "5.3",
  };
  return { identities: [], metadata: {}, buffers: [], ...rest, header, parent, content };
}

function enqueue(socket: Publisher | Router, message: Message): void {
  let queue = queues.get(socket);
  if (queue === undefined) queues.set(socket, (queue = { frames: [], busy: false }));
  queue.frames.push(encode(message));
  if (!queue.busy) void drain(socket, queue);
}

/** What has no form in JSON, a BigInt or a ring, becomes an error that says so: the message has left its cell already. */
function encode(message: Message): Uint8Array[] {
  try {
    return codec.encode(message);
  } catch (error) {
    const { parent, identities } = message;
    const evalue = `a ${message.header.msg_type} message cannot be sent: ${(error as Error).message}`;
    return codec.encode(
      compose("error", parent, { ename: "KernelError", evalue, traceback: [evalue] }, { identities }),
    );
  }
}

async function drain(socket: Publisher | Router, queue: Queue): Promise<void> {
  queue.busy = true;
  for (;;) {
    const due = queue.frames;
    queue.frames = [];
    if (due.length === 0) break;
    for (const frames of due) {
      try {
        await socket.send(frames as Buffer[]);
      } catch {
        // The other end has gone, or the socket is closed: there is nobody to tell.
      }
    }
  }
  queue.busy = false;
}

async function beat(): Promise<void> {
  for await (const frames of heartbeat) await heartbeat.send(frames);
}

/** A kernel whose Jupyter has died ends too; it would otherwise stay for ever. */
function watchParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
  }, 2000).unref();
}

function post(message: ToCells): void {
  cells.postMessage(message);
}

function readUsername(): string {
  try {
    return os.userInfo().username;
  } catch {
    return "kernel"; // a user without an entry in the system's list, as in some containers
  }
}
