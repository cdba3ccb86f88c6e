import type { Expr, Id, LoopProgram, Ref, Statement } from "./loopProgram.js";

/** What a walk over statements reports: each buffer that is read or written, once for each place of the text. */
export interface BufferVisitor {
  read(buffer: Id): void;
  write(buffer: Id): void;
}

/** Visits every buffer of the statements, nested ones included; shared expressions are visited once. */
export function walkBuffers(exprs: readonly Expr[], statements: readonly Statement[], visitor: BufferVisitor): void {
  const seen = new Set<Id>();
  const ref = (one: Ref): void => {
    if (seen.has(one.expr)) return;
    seen.add(one.expr);
    const expr = exprs[one.expr] as Expr;
    if (expr.op === "load") {
      visitor.read(expr.buffer);
      for (const index of expr.index) if (index.dynamic !== null) ref(index.dynamic);
    } else if ("args" in expr) expr.args.forEach(ref);
  };
  const visit = (statement: Statement): void => {
    switch (statement.kind) {
      case "nest":
        for (const output of statement.cells.flatMap((cell) => cell.outputs)) {
          visitor.write(output.buffer);
          if (output.mode === "accumulate" || output.mode === "scatter") visitor.read(output.buffer);
          ref(output.value);
          for (const index of output.index) if (index.dynamic !== null) ref(index.dynamic);
          if (output.mode === "scatter" && output.when !== null) ref(output.when);
        }
        break;
      case "loop":
        if (statement.count !== null && typeof statement.count !== "number") visitor.read(statement.count.buffer);
        if (statement.trips !== null) visitor.write(statement.trips);
        for (const [a, b] of statement.rotation) {
          visitor.read(a);
          visitor.read(b);
        }
        if (statement.condition !== null) {
          statement.condition.body.forEach(visit);
          visitor.read(statement.condition.predicate);
        }
        statement.body.forEach(visit);
        break;
      case "if":
        visitor.read(statement.predicate);
        statement.then.forEach(visit);
        statement.else.forEach(visit);
        break;
      case "check":
        visitor.read(statement.predicate);
        break;
      case "print":
        statement.values.forEach((value) => visitor.read(value));
        break;
      case "reserve":
        visitor.write(statement.buffer);
        ref(statement.rows);
        break;
    }
  };
  statements.forEach(visit);
}

/** The buffers that a program reads, its outputs included. */
export function readBuffers(program: LoopProgram): ReadonlySet<Id> {
  const read = new Set<Id>(program.outputs);
  walkBuffers(program.exprs, program.body, { read: (buffer) => read.add(buffer), write: () => undefined });
  return read;
}
