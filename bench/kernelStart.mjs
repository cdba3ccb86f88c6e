/**
 * How long does a notebook wait for its first output? From the start of the process to the first text of a cell, and the
 * memory after it, beside ipykernel: `npm run build`, then `node bench/kernelStart.mjs [--rounds N] [--json FILE]`.
 *
 * Both kernels are spoken to by the same client over the same sockets, in turns; the figure is the median. The first
 * start of ours, which finds no compiled code in its cache, is told apart.
 */

import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Dealer, Subscriber } from "zeromq";
import { nodeFlags } from "../packages/jupyter-kernel/dist/install/kernelspec.js";
import { createCodec } from "../packages/jupyter-kernel/dist/wire/codec.js";
import { readMemory } from "./harness/memory.mjs";
import { median } from "./harness/statistics.mjs";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "7" }, json: { type: "string" } } });
const root = fileURLToPath(new URL("..", import.meta.url));
const python = join(root, ".venv", "bin", "python");
if (!existsSync(python)) throw new Error("ipykernel lies in .venv: run `npm run quickstart` first");

const cache = mkdtempSync(join(tmpdir(), "kernel-cache-"));
const kernels = {
  ours: {
    command: process.execPath,
    args: (file) => [...nodeFlags, join(root, "packages", "jupyter-kernel", "dist", "kernel", "main.js"), file],
    code: "console.log('ready')",
  },
  ipykernel: { command: python, args: (file) => ["-m", "ipykernel_launcher", "-f", file], code: "print('ready')" },
};

const rows = { ours: [], ipykernel: [] };
const cold = await start(kernels.ours);
await start(kernels.ipykernel);
for (let round = 0; round < Number(values.rounds); round++) {
  for (const name of round % 2 === 0 ? ["ours", "ipykernel"] : ["ipykernel", "ours"]) {
    rows[name].push(await start(kernels[name]));
  }
}
rmSync(cache, { recursive: true, force: true });
const figure = (name, key) => median(rows[name].map((row) => row[key]));
const report = {
  firstOutputMs: {
    ours: figure("ours", "firstOutput"),
    ipykernel: figure("ipykernel", "firstOutput"),
    oursCold: cold.firstOutput,
  },
  answeredMs: { ours: figure("ours", "answered"), ipykernel: figure("ipykernel", "answered") },
  memoryMb: { ours: figure("ours", "memory"), ipykernel: figure("ipykernel", "memory") },
};
report.ratio = report.firstOutputMs.ours / report.firstOutputMs.ipykernel;
console.log(JSON.stringify(report, null, 2));
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
process.exit(0);

/** Starts a kernel and ends it after its first output; milliseconds since the start of the process, and MB. */
async function start({ command, args, code }) {
  const folder = mkdtempSync(join(tmpdir(), "kernel-start-"));
  const [shell_port, iopub_port, stdin_port, control_port, hb_port] = await freePorts(5);
  const ports = { shell_port, iopub_port, stdin_port, control_port, hb_port };
  const connection = {
    transport: "tcp",
    ip: "127.0.0.1",
    key: randomUUID(),
    signature_scheme: "hmac-sha256",
    ...ports,
  };
  const file = join(folder, "connection.json");
  writeFileSync(file, JSON.stringify(connection));
  const codec = createCodec(connection.key, connection.signature_scheme);
  const iopub = new Subscriber();
  const shell = new Dealer();
  iopub.subscribe();
  iopub.connect(`tcp://127.0.0.1:${iopub_port}`);
  shell.connect(`tcp://127.0.0.1:${shell_port}`);

  const begin = performance.now();
  const child = spawn(command, args(file), {
    cwd: folder,
    stdio: "ignore",
    env: { ...process.env, XDG_CACHE_HOME: cache },
  });
  await shell.send(codec.encode(request("kernel_info_request", {})));
  const answered = shell.receive().then(() => performance.now() - begin);
  await shell.send(
    codec.encode(request("execute_request", { code, silent: false, store_history: true, allow_stdin: false })),
  );
  let firstOutput;
  for await (const frames of iopub) {
    const { header } = codec.decode(frames);
    if (header.msg_type === "stream") {
      firstOutput = performance.now() - begin;
      break;
    }
    if (header.msg_type === "error") throw new Error(`the first cell of ${command} failed`);
  }
  const memory = (readMemory(child.pid)?.now ?? NaN) / 2 ** 20;
  // Ours stores its compiled code shortly after the first cell.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  child.kill("SIGKILL");
  const row = { answered: await answered, firstOutput, memory };
  iopub.close();
  shell.close();
  rmSync(folder, { recursive: true, force: true });
  return row;
}

function request(type, content) {
  const header = {
    msg_id: randomUUID(),
    msg_type: type,
    session: "bench",
    username: "bench",
    date: new Date().toISOString(),
    version: "5.3",
  };
  return { identities: [], header, parent: {}, metadata: {}, content, buffers: [] };
}

async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
    }),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
