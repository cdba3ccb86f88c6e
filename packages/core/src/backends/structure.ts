import { rootOf } from "../lowering/buffers.js";
import type { Expr, Id, Loop, LoopProgram, Nest, Output, Ref, Statement } from "../lowering/loopProgram.js";
import { present } from "../util/invariant.js";

export { bufferOf, rootOf } from "../lowering/buffers.js";

/** Whether the statements contain no loop, so that they run as a unit and are never suspended within. */
export function isSimple(body: readonly Statement[]): boolean {
  return body.every(
    (statement) =>
      statement.kind !== "loop" && (statement.kind !== "if" || (isSimple(statement.then) && isSimple(statement.else))),
  );
}

/** Whether the loop's step is a unit. */
export function isInnermost(loop: Loop): boolean {
  return isSimple(loop.body) && (loop.condition === null || isSimple(loop.condition.body));
}

/** Number of points of a nest. */
export function nestPoints(nest: Nest): number {
  let points = 0;
  for (const cell of nest.cells) {
    let volume = 1;
    for (const [low, high] of cell.box) volume *= Math.max(0, high - low);
    points += volume;
  }
  return points;
}

/** Fuel that statements without loops use up: points of their nests, of the costlier branch where there are two. */
export function pointsOf(body: readonly Statement[]): number {
  let points = 0;
  for (const statement of body) {
    if (statement.kind === "nest") points += nestPoints(statement);
    else if (statement.kind === "if") points += Math.max(pointsOf(statement.then), pointsOf(statement.else));
  }
  return points;
}

/** Fuel that a step of an innermost loop uses up, at least 1. */
export function stepCost(loop: Loop): number {
  return Math.max(1, pointsOf(loop.body) + (loop.condition === null ? 0 : pointsOf(loop.condition.body)));
}

/** Number of expressions that statements without loops evaluate, each counted once a cell: what their code is long by. */
export function codeLength(program: LoopProgram, body: readonly Statement[]): number {
  let length = 0;
  for (const statement of body) {
    if (statement.kind === "if") length += codeLength(program, statement.then) + codeLength(program, statement.else);
    if (statement.kind !== "nest") continue;
    for (const cell of statement.cells) {
      const roots = cell.outputs.flatMap((output) => refsOfOutput(output).map((ref) => ref.expr));
      length += operandsFirst(program, roots).length;
    }
  }
  return length;
}

/** Everything that the roots reach, each once and after its operands. */
export function operandsFirst(program: LoopProgram, roots: readonly Id[]): readonly Id[] {
  const order: Id[] = [];
  const seen = new Set<Id>();
  const stack: Id[] = [];
  for (const root of roots) {
    stack.push(root);
    while (stack.length > 0) {
      const id = stack.pop() as Id;
      if (id < 0) order.push(~id);
      else if (!seen.has(id)) {
        seen.add(id);
        // Comes up again, as done, once everything above it on the stack is.
        stack.push(~id);
        for (const ref of operandsOf(exprOf(program, id))) if (!seen.has(ref.expr)) stack.push(ref.expr);
      }
    }
  }
  return order;
}

/** The expression numbered `id`. */
export function exprOf(program: LoopProgram, id: Id): Expr {
  return present(program.exprs[id], "an expression");
}

/** Values that an expression reads, dynamic indices of a load included. */
export function operandsOf(expr: Expr): readonly Ref[] {
  switch (expr.op) {
    case "const":
    case "index":
    case "step":
      return [];
    case "load":
      return expr.index.flatMap((index) => (index.dynamic === null ? [] : [index.dynamic]));
    default:
      return expr.args;
  }
}

/** Values that an output reads: what it stores, dynamic indices, and the condition of a scatter. */
export function refsOfOutput(output: Output): readonly Ref[] {
  const refs = [output.value, ...output.index.flatMap((index) => (index.dynamic === null ? [] : [index.dynamic]))];
  if (output.mode === "scatter" && output.when !== null) refs.push(output.when);
  return refs;
}

/** Roots of all buffers that statements read or write; loops' counters and predicates included. */
export function buffersUsed(program: LoopProgram, body: readonly Statement[]): ReadonlySet<Id> {
  const used = new Set<Id>();
  const seen = new Set<Id>();
  const use = (id: Id): void => void used.add(rootOf(program, id));
  const visit = (root: Ref): void => {
    const stack = [root.expr];
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      if (seen.has(id)) continue;
      seen.add(id);
      const expr = present(program.exprs[id], "an expression");
      if (expr.op === "load") use(expr.buffer);
      for (const ref of operandsOf(expr)) stack.push(ref.expr);
    }
  };
  const walk = (statements: readonly Statement[]): void => {
    for (const statement of statements) {
      switch (statement.kind) {
        case "nest":
          for (const cell of statement.cells) {
            for (const output of cell.outputs) {
              use(output.buffer);
              refsOfOutput(output).forEach(visit);
            }
          }
          break;
        case "loop":
          if (statement.count !== null && typeof statement.count !== "number") use(statement.count.buffer);
          if (statement.condition !== null) {
            use(statement.condition.predicate);
            walk(statement.condition.body);
          }
          if (statement.trips !== null) use(statement.trips);
          for (const [to, from] of statement.rotation) {
            use(to);
            use(from);
          }
          walk(statement.body);
          break;
        case "if":
          use(statement.predicate);
          walk(statement.then);
          walk(statement.else);
          break;
        case "check":
          use(statement.predicate);
          break;
        case "print":
          statement.values.forEach(use);
          break;
        case "reserve":
          use(statement.buffer);
          visit(statement.rows);
          break;
      }
    }
  };
  walk(body);
  return used;
}

/** Messages of all checks, each once, in the order of the program: a failure is noted as an index into them. */
export function checkMessages(program: LoopProgram): readonly string[] {
  const messages = new Set<string>();
  const walk = (statements: readonly Statement[]): void => {
    for (const statement of statements) {
      if (statement.kind === "check") messages.add(statement.message);
      else if (statement.kind === "loop") {
        if (statement.condition !== null) walk(statement.condition.body);
        walk(statement.body);
      } else if (statement.kind === "if") {
        walk(statement.then);
        walk(statement.else);
      }
    }
  };
  walk(program.body);
  return [...messages];
}
