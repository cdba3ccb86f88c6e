import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Builds a C contender with gcc -O3 -march=native. Always anew: the result fits only the processor that it was built on.
 * @param {string} source
 * @param {string} target Path of the program.
 * @throws {Error} Where gcc is missing or refuses the source.
 */
export function compileC(source, target) {
  mkdirSync(dirname(target), { recursive: true });
  const done = spawnSync("gcc", ["-O3", "-march=native", "-std=gnu11", "-o", target, source, "-lm"], {
    encoding: "utf8",
  });
  if (done.error !== undefined) {
    throw new Error(
      `gcc is needed for the C rival (${done.error.message}). Install it, or leave the rival out with --only.`,
    );
  }
  if (done.status !== 0) throw new Error(`gcc did not build ${source}:\n${done.stderr}`);
}
