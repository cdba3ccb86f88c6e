import type { Host } from "./host.js";

/** A Host on a plain Node process: each output's text becomes a line, by default on standard output. */
export function plainNodeHost(write: (line: string) => void = writeLine): Host {
  return Object.freeze({
    name: "node",
    display: (bundle) => write(bundle["text/plain"]),
  } satisfies Host);
}

function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}
