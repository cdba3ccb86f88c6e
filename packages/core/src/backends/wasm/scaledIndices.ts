import type { Id, Index, LoopProgram, Ref, Statement } from "../../lowering/loopProgram.js";
import { byteSize } from "../../util/dtype.js";
import { bufferOf, exprOf, rootOf } from "../structure.js";

const known = new WeakMap<LoopProgram, ReadonlyMap<Id, number>>();

/**
 * Tables of indices that are kept as byte offsets: by buffer, what each index is multiplied by when it is stored. They are those that only
 * stores write, and that nothing reads but accesses, all to rows of the same size.
 */
export function scaledIndices(program: LoopProgram): ReadonlyMap<Id, number> {
  let found = known.get(program);
  if (found === undefined) known.set(program, (found = find(program)));
  return found;
}

/** Bytes from one index to the next along each axis of a buffer; of a growable one first those of its rows. */
export function bytesPerIndex(program: LoopProgram, id: Id): readonly number[] {
  const { dtype, shape, growable } = bufferOf(program, id);
  const bytes = [byteSize(dtype)];
  for (let k = shape.length - 1; k >= (growable ? 0 : 1); k--)
    bytes.unshift((bytes[0] as number) * (shape[k] as number));
  return bytes;
}

function find(program: LoopProgram): ReadonlyMap<Id, number> {
  const factors = new Map<Id, number>();
  const others = new Set<Id>([...program.inputs, ...program.outputs].map((id) => rootOf(program, id)));
  const seen = new Set<Id>();
  for (const { id, dtype, growable, alias, shape } of program.buffers)
    if (dtype !== "int32" || growable || alias !== null || shape.length === 0) others.add(rootOf(program, id));

  // Expressions that are still to be looked at: a list, since they may be nested too deep for the stack.
  const pending: Id[] = [];
  const plain = (ref: Ref): void => {
    const expr = exprOf(program, ref.expr);
    if (expr.op === "load") others.add(rootOf(program, expr.buffer));
    pending.push(ref.expr);
  };
  const visitIndex = (buffer: Id, index: readonly Index[]): void => {
    const bytes = bytesPerIndex(program, buffer);
    index.forEach(({ dynamic }, k) => {
      if (dynamic === null) return;
      const expr = exprOf(program, dynamic.expr);
      if (expr.op === "load") {
        const root = rootOf(program, expr.buffer);
        const factor = bytes[k] as number;
        if (factors.get(root) === undefined) factors.set(root, factor);
        else if (factors.get(root) !== factor) others.add(root);
      }
      pending.push(dynamic.expr);
    });
  };
  const walk = (statements: readonly Statement[]): void => {
    for (const statement of statements) {
      switch (statement.kind) {
        case "nest":
          for (const output of statement.cells.flatMap((cell) => cell.outputs)) {
            if (output.mode !== "store") others.add(rootOf(program, output.buffer));
            plain(output.value);
            if (output.mode === "scatter" && output.when !== null) plain(output.when);
            visitIndex(output.buffer, output.index);
          }
          break;
        case "loop":
          statement.rotation.flat().forEach((id) => others.add(rootOf(program, id)));
          if (statement.condition !== null) walk(statement.condition.body);
          walk(statement.body);
          break;
        case "if":
          walk(statement.then);
          walk(statement.else);
          break;
        case "reserve":
          plain(statement.rows);
          break;
        case "print":
          statement.values.forEach((id) => others.add(rootOf(program, id)));
          break;
        case "check":
        case "print":
          break;
      }
    }
  };
  walk(program.body);
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const expr = exprOf(program, id);
    if (expr.op === "load") visitIndex(expr.buffer, expr.index);
    else if ("args" in expr) expr.args.forEach(plain);
  }
  return new Map([...factors].filter(([root, factor]) => !others.has(root) && factor > 1));
}
