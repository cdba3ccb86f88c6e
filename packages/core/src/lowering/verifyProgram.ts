import { sameShape } from "../ir/types.js";
import { InternalError } from "../util/errors.js";
import { rootOf } from "./buffers.js";
import type { Buffer, Cell, Expr, Id, Index, LoopProgram, Nest, Output, Ref, Statement } from "./loopProgram.js";

/**
 * Checks what backends rely on: every access within its buffer, boxes disjoint, one cell where order matters, in-place
 * stores at distance zero, rotations that are permutations of equal types, loops in scope.
 * @throws InternalError naming the statement.
 */
export function verifyProgram(program: LoopProgram): void {
  const rotated = new Map<Id, Id>();
  program.body.forEach((statement) => visit(statement, new Map()));
  for (const id of [...program.inputs, ...program.outputs]) bufferOf(id);

  /** `loops`: steps of the loops around, as far as they are known: the largest one, or Infinity. */
  function visit(statement: Statement, loops: ReadonlyMap<Id, number>): void {
    switch (statement.kind) {
      case "nest":
        visitNest(statement, loops);
        return;
      case "loop": {
        const { count, condition, rotation } = statement;
        if (count !== null && typeof count !== "number") scalar(count.buffer, "int32");
        if (statement.trips !== null) scalar(statement.trips, "int32");
        if ((count === null) !== (condition !== null)) fail("a loop has either a count or a condition");
        const inside = new Map([...loops, [statement.id, typeof count === "number" ? count - 1 : Infinity] as const]);
        if (condition !== null) {
          condition.body.forEach((one) => visit(one, inside));
          scalar(condition.predicate, "bool");
        }
        statement.body.forEach((one) => visit(one, inside));
        const names = new Set(rotation.map(([to]) => to));
        const sources = new Set(rotation.map(([, from]) => from));
        if (
          names.size !== rotation.length ||
          sources.size !== names.size ||
          ![...sources].every((one) => names.has(one))
        ) {
          fail(`the rotation of loop ${statement.id} is no permutation`);
        }
        for (const [to, from] of rotation) {
          const [a, b] = [bufferOf(to), bufferOf(from)];
          if (a.dtype !== b.dtype || !sameShape(a.shape, b.shape)) fail(`loop ${statement.id} rotates unlike buffers`);
          if (a.alias !== null) fail(`loop ${statement.id} rotates an alias`);
          if (rotated.has(to)) fail(`buffer ${to} rotates in two loops`);
          rotated.set(to, statement.id);
        }
        return;
      }
      case "if":
        scalar(statement.predicate, "bool");
        statement.then.forEach((one) => visit(one, loops));
        statement.else.forEach((one) => visit(one, loops));
        return;
      case "check":
        scalar(statement.predicate, "bool");
        return;
      case "print":
        for (const id of statement.values) if (bufferOf(id).growable) fail(`growable buffer ${id} is printed`);
        return;
      case "reserve":
        if (!bufferOf(statement.buffer).growable) fail(`buffer ${statement.buffer} is reserved but can't grow`);
        visitRef(statement.rows, [], loops, new Set());
    }
  }

  function visitNest(nest: Nest, loops: ReadonlyMap<Id, number>): void {
    nest.cells.forEach((cell, k) => {
      const [first] = cell.outputs;
      if (first !== undefined && first.mode !== "store" && nest.cells.length > 1) {
        fail(`a nest with ${first.mode} has ${nest.cells.length} cells`);
      }
      if (first?.mode === "reduce" && cell.outputs.length > 1) fail("a reduction stands beside other outputs");
      if (cell.box.length !== nest.extents.length) fail("a box has not the rank of its nest");
      cell.box.forEach(([low, high], axis) => {
        if (low < 0 || low >= high || high > (nest.extents[axis] as number))
          fail(`box [${low}, ${high}) leaves its nest`);
      });
      for (const other of nest.cells.slice(0, k)) {
        if (
          cell.box.every(([low, high], axis) => low < (other.box[axis]?.[1] ?? 0) && high > (other.box[axis]?.[0] ?? 0))
        ) {
          fail("two boxes of a nest overlap");
        }
      }
      visitCell(cell, loops);
    });
  }

  function visitCell(cell: Cell, loops: ReadonlyMap<Id, number>): void {
    const seen = new Set<string>();
    const targets = new Map<Id, string>();
    for (const output of cell.outputs) {
      const box = output.mode === "reduce" ? cell.box.slice(0, cell.box.length - output.axes) : cell.box;
      visitIndex(output.buffer, output.index, box, loops, seen);
      if (output.mode === "store") targets.set(rootOf(program, output.buffer), key(output.buffer, output.index));
      if (program.inputs.includes(rootOf(program, output.buffer))) fail("an input is written");
    }
    const visitOutput = (output: Output): void => {
      visitRef(output.value, cell.box, loops, seen, targets);
      if (output.mode === "scatter" && output.when !== null) visitRef(output.when, cell.box, loops, seen, targets);
    };
    cell.outputs.forEach(visitOutput);
  }

  function visitRef(
    ref: Ref,
    box: Cell["box"],
    loops: ReadonlyMap<Id, number>,
    seen: Set<string>,
    targets: ReadonlyMap<Id, string> = new Map(),
    cellBox: Cell["box"] = box,
  ): void {
    const at = `${ref.expr}@${box.join(";")}`;
    const expr = program.exprs[ref.expr];
    if (expr === undefined) fail(`expression ${ref.expr} does not exist`);
    const moved =
      ref.shift === null || ref.shift === 0
        ? box
        : box.map((range, axis) =>
            axis === box.length - 1 ? ([range[0] + (ref.shift ?? 0), range[1] + (ref.shift ?? 0)] as const) : range,
          );
    const own = `${at}|${ref.shift ?? "_"}`;
    if (seen.has(own)) return;
    seen.add(own);
    const known = expr as Expr;
    if (known.op === "lane") {
      const inner = box.length - 1;
      const [low, high] = box[inner] ?? fail("a lane of a nest without axes");
      const extent = cellBox[inner]?.[1] ?? 0;
      if (low >= high || known.lane < 0 || known.lane >= extent) fail(`lane ${known.lane} of ${extent}`);
      const there = box.map((range, axis) => (axis === inner ? ([known.lane, known.lane + 1] as const) : range));
      visitRef(known.args[0], there, loops, seen, targets, cellBox);
      return;
    }
    if (known.op === "pack") {
      const [low, high] = moved[box.length - 1] ?? fail("a pack in a nest without axes");
      if (low < 0 || high > known.args.length) fail(`a pack of ${known.args.length} is read at ${low}..${high - 1}`);
      if (known.args.some((arg) => arg.shift !== null)) fail("a packed value depends on the inner axis");
    }
    if (known.op === "step" && !loops.has(known.loop)) fail(`the step of loop ${known.loop} is read outside of it`);
    if (known.op === "load") {
      visitIndex(known.buffer, known.index, moved, loops, seen);
      const target = targets.get(rootOf(program, known.buffer));
      // Shifts of nested operands add up: what counts is where the load ends up.
      const shifted = moved.some(([low, high], axis) => low !== cellBox[axis]?.[0] || high !== cellBox[axis]?.[1]);
      // The one point of a nest without axes reads everything before it writes anything.
      if (cellBox.length > 0 && target !== undefined && (shifted || target !== key(known.buffer, known.index))) {
        fail(`buffer ${known.buffer} is read elsewhere than where its nest writes it`);
      }
    }
    if ("args" in known) known.args.forEach((arg) => visitRef(arg, moved, loops, seen, targets, cellBox));
  }

  function visitIndex(
    id: Id,
    index: readonly Index[],
    box: Cell["box"],
    loops: ReadonlyMap<Id, number>,
    seen: Set<string>,
  ): void {
    const { shape, growable } = bufferOf(id);
    const extents = growable ? [Infinity, ...shape] : shape;
    if (index.length !== extents.length)
      fail(`buffer ${id} of rank ${extents.length} is indexed with ${index.length} indices`);
    index.forEach((one, k) => {
      if (one.loop !== null && !loops.has(one.loop)) fail(`the step of loop ${one.loop} is read outside of it`);
      if (one.dynamic !== null) {
        visitRef(one.dynamic, box, loops, seen);
        return;
      }
      const [low, high] = one.axis === null ? [0, 1] : (box[one.axis] ?? fail(`axis ${one.axis} is not in the nest`));
      const ends = [one.stride * low, one.stride * (high - 1)];
      const last = one.loop === null ? 0 : (loops.get(one.loop) as number);
      const largest = Math.max(...ends) + one.offset + (last === Infinity ? 0 : Math.max(0, last));
      if (Math.min(...ends) + one.offset < 0 || largest >= (extents[k] as number)) {
        fail(
          `index ${Math.min(...ends) + one.offset}..${largest} of axis ${k} leaves buffer ${id} [${extents.join(",")}]`,
        );
      }
    });
  }

  function scalar(id: Id, dtype: "int32" | "bool"): void {
    const buffer = bufferOf(id);
    if (buffer.dtype !== dtype || buffer.shape.length > 0 || buffer.growable)
      fail(`buffer ${id} is no ${dtype} scalar`);
  }

  function bufferOf(id: Id): Buffer {
    return program.buffers[id] ?? fail(`buffer ${id} does not exist`);
  }
}

function key(buffer: Id, index: readonly Index[]): string {
  return JSON.stringify([buffer, index]);
}

function fail(what: string): never {
  throw new InternalError(`LoopProgram: ${what}`);
}
