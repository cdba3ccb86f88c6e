import { rootOf } from "./buffers.js";
import type { Id, LoopProgram, Statement } from "./loopProgram.js";
import { readBuffers } from "./walk.js";

/** Leaves out stores into buffers that nobody reads: values that were only needed within their own nest. */
export function dropUnread(program: LoopProgram): LoopProgram {
  const root = (buffer: Id): Id => rootOf(program, buffer);
  const read = new Set([...readBuffers(program)].map(root));
  const visit = (statements: readonly Statement[]): Statement[] =>
    statements.flatMap((statement): Statement[] => {
      switch (statement.kind) {
        case "nest": {
          const cells = statement.cells
            .map((cell) => ({ ...cell, outputs: cell.outputs.filter((output) => read.has(root(output.buffer))) }))
            .filter((cell) => cell.outputs.length > 0);
          return cells.length === 0 ? [] : [{ ...statement, cells }];
        }
        case "loop": {
          const condition =
            statement.condition === null ? null : { ...statement.condition, body: visit(statement.condition.body) };
          return [{ ...statement, condition, body: visit(statement.body) }];
        }
        case "if":
          return [{ ...statement, then: visit(statement.then), else: visit(statement.else) }];
        default:
          return [statement];
      }
    });
  const body = visit(program.body);
  const smaller = { ...program, body };
  return readBuffers(smaller).size < readBuffers(program).size ? dropUnread(smaller) : smaller;
}
