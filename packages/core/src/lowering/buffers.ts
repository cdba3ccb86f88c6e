import { present } from "../util/invariant.js";
import type { Buffer, Id, LoopProgram } from "./loopProgram.js";

/** The buffer numbered `id`. */
export function bufferOf(program: Pick<LoopProgram, "buffers">, id: Id): Buffer {
  return present(program.buffers[id], "a buffer");
}

/** The buffer whose storage `id` is, through all aliases. */
export function rootOf(program: Pick<LoopProgram, "buffers">, id: Id): Id {
  let root = id;
  for (let alias = bufferOf(program, root).alias; alias !== null; alias = bufferOf(program, root).alias) root = alias;
  return root;
}
