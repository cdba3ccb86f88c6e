import { arrayTypeOf } from "../ir/builder.js";
import type { Graph } from "../ir/types.js";
import { InternalError } from "../util/errors.js";
import { dropUnread } from "./dropUnread.js";
import { exprTable } from "./expressions.js";
import { lowerBody } from "./lowerBody.js";
import type { Buffer, Id, LoopProgram } from "./loopProgram.js";
import { wholeBuffer, type ProgramContext } from "./places.js";

/**
 * Turns a Graph into loops over buffers. Inputs and outputs of the Graph must be arrays.
 * The result computes the same bits as the interpreter does for the Graph.
 */
export function lower(graph: Graph): LoopProgram {
  const buffers: Buffer[] = [];
  const exprs = exprTable();
  let loops = 0;
  const context: ProgramContext = {
    exprs,
    buffer(name, dtype, shape, options = {}) {
      const id = buffers.length;
      const alias = options.alias ?? null;
      const growable = options.growable ?? (alias !== null && (buffers[alias] as Buffer).growable);
      buffers.push(Object.freeze({ id, name, dtype, shape, growable, alias }));
      return id;
    },
    leadingExtents(buffer, count) {
      const { growable, shape } = buffers[buffer] as Buffer;
      return shape.slice(0, growable ? count - 1 : count);
    },
    newLoop: () => loops++,
  };
  const inputs = graph.inputs.map((input, k) => {
    const { dtype, shape } = arrayTypeOf(input);
    return context.buffer(`input${k}`, dtype, shape);
  });
  const lowered = lowerBody(context, {
    graph,
    places: inputs.map(wholeBuffer),
    targets: graph.outputs.map(() => ({ kind: "anywhere" })),
  });
  const outputs = lowered.places.map((place): Id => {
    if (place.kind !== "array" || place.prefix.length > 0)
      throw new InternalError("an output of the program is no whole array");
    return place.buffer;
  });
  const program: LoopProgram = { buffers, exprs: exprs.exprs, inputs, outputs, body: lowered.statements };
  return dropUnread(program);
}
