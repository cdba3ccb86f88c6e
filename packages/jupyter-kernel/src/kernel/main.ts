import crypto from "node:crypto";
import process from "node:process";
import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import { loadTypescript } from "../cells/loadTypescript.js";
import { createSession } from "../cells/session.js";
import { loadTslab } from "../cells/tslab.js";
import { interruptStateBytes } from "../io/interrupter.js";
import type { SocketsSetup, ToCells, ToSockets } from "../io/link.js";
import { readConnection } from "../wire/connection.js";
import { createKernel } from "./kernel.js";
import { captureStreams, createPublisher } from "./publisher.js";

/**
 * The thread of the cells, which starts the thread of the sockets. Jupyter is answered from there while TypeScript is
 * loaded here.
 */
Error.stackTraceLimit = 30;
const [connectionFile = ""] = process.argv.slice(2);
const connection = readConnection(connectionFile);
const interrupts = new SharedArrayBuffer(interruptStateBytes);
const { port1: port, port2: socketsPort } = new MessageChannel();
const setup: SocketsSetup = { connection, session: crypto.randomUUID(), interrupts, port: socketsPort };
const sockets = new Worker(new URL("../io/sockets.js", import.meta.url), {
  workerData: setup,
  transferList: [socketsPort],
  stdout: false,
});
sockets.on("error", (error) => {
  process.stderr.write(`the sockets of the kernel failed: ${String(error)}\n`);
  process.exit(1);
});

const post = (message: ToSockets, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);
const publisher = createPublisher(post);

const { typescript, storeCode } = loadTypescript();
const tslab = loadTslab(typescript);
const session = createSession(tslab, typescript, process.cwd());
captureStreams(publisher);

const kernel = createKernel({
  session,
  publisher,
  post,
  interrupts: new Int32Array(interrupts),
  receive: () => receiveMessageOnPort(port)?.message as ToCells | undefined,
  afterCell: once(storeCode),
});
tslab.onDisplay((content, update) => kernel.displayTslab(content, update));
port.on("message", (message: ToCells) => kernel.take(message));

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    setTimeout(work, 500).unref();
  };
}
