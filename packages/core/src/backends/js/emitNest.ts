import type { Cell, Expr, Id, Index, Nest, Output, Ref } from "../../lowering/loopProgram.js";
import { present } from "../../util/invariant.js";
import { deepFrom, nestFacts } from "../nestFacts.js";
import type { NestFacts } from "../nestFacts.js";
import { bufferOf, exprOf, operandsOf, refsOfOutput } from "../structure.js";
import { combineSource, numberSource, operationSource } from "./expressions.js";
import type { JsTarget } from "./target.js";
import { neutralSource } from "./target.js";

/** Writes a nest as plain loops. */
export function emitNest(target: JsTarget, nest: Nest): void {
  const facts = nestFacts(target.program, nest);
  for (const cell of nest.cells) emitCell(target, facts, cell);
}

/** Source of a scalar expression outside of a nest. */
export function scalarSource(target: JsTarget, ref: Ref): string {
  const output: Output = { mode: "store", buffer: 0, index: [], value: ref };
  const cell: Cell = { box: [], outputs: [output] };
  const facts = nestFacts(target.program, { kind: "nest", extents: [], cells: [cell] });
  return sources(target, facts, cell).value(ref, 0);
}

/** Deepest expression that is written in one piece. */
const longestInline = 8;

function emitCell(target: JsTarget, facts: NestFacts, cell: Cell): void {
  const { rank } = facts;
  const write = sources(target, facts, cell);
  const level = (axis: number): void => {
    const starting = cell.outputs.filter((output) => startsAt(output, rank) === axis);
    for (const output of starting) write.begin(output);
    if (axis === rank) write.point(0);
    else if (axis === rank - 1 && facts.hasLanes) for (const k of positionsOf(facts, cell)) write.point(k);
    else {
      const [low, high] = present(cell.box[axis], "side of a box");
      target.line(`for (let i${axis} = ${low}; i${axis} < ${high}; i${axis}++) {`);
      target.indent(() => {
        write.hoisted(axis);
        level(axis + 1);
      });
      target.line("}");
    }
    for (const output of starting) write.end(output);
  };
  target.line("{");
  target.indent(() => {
    write.hoisted(-1);
    level(0);
  });
  target.line("}");
}

function startsAt(output: Output, rank: number): number {
  if (output.mode === "reduce") return rank - output.axes;
  if (output.mode === "prefix") return rank - 1;
  return -1;
}

interface Sources {
  /** Defines the values that are computed at the entry of a level. */
  hoisted(level: number): void;
  /** Sets an output's accumulators to where they start from. */
  begin(output: Output): void;
  /** Computes and writes everything at one point: where the inner axis is written out, the one at index `at` of it, else `at` is 0. */
  point(at: number): void;
  /** Stores a reduction's result. */
  end(output: Output): void;
  /** Source of a value; what it needs is written before. */
  value(ref: Ref, shift: number): string;
}

/** The indices along the inner axis, where its points are written out one by one; else just 0, from where the loop's index counts. */
function positionsOf(facts: NestFacts, cell: Cell): readonly number[] {
  if (!facts.hasLanes) return [0];
  const [low, high] = present(cell.box[facts.rank - 1], "the inner axis");
  return Array.from({ length: high - low }, (_, k) => low + k);
}

/** Writes the values of one cell, each under one name at the level where it can be computed first. */
function sources(target: JsTarget, facts: NestFacts, cell: Cell): Sources {
  const { program } = target;
  const { rank } = facts;
  const inner = rank - 1;
  const names = new Map<string, string>();
  const uses = countUses(target, facts, cell);
  const accumulators = new Map<Output, string>();

  const keyOf = (id: Id, shift: number): string =>
    facts.level(id) >= inner && rank > 0 ? `${id},${shift}` : `${id},0`;
  const shifted = (ref: Ref, shift: number): number => (ref.shift === null ? 0 : shift + ref.shift);

  /** The value's name or literal, or its source if nobody else needs it and it is not deep. */
  const source = (id: Id, shift: number): { text: string; depth: number } => {
    const expr = exprOf(program, id);
    if (expr.op === "const") return { text: numberSource(expr.value), depth: 0 };
    if (expr.op === "step") return { text: target.step(expr.loop), depth: 0 };
    if (expr.op === "index") return { text: indexSource(expr.axis, shift), depth: 0 };
    const key = keyOf(id, shift);
    const known = names.get(key);
    if (known !== undefined) return { text: known, depth: 0 };
    const made = compute(expr, shift);
    if (made.depth < longestInline && (uses.get(key) ?? 0) <= 1) return made;
    return { text: define(key, made.text), depth: 0 };
  };
  const define = (key: string, text: string): string => {
    const name = target.fresh("v");
    target.line(`const ${name} = ${text};`);
    names.set(key, name);
    return name;
  };
  const compute = (expr: Expr, shift: number): { text: string; depth: number } => {
    switch (expr.op) {
      case "const":
      case "index":
      case "step":
        return { text: "", depth: 0 };
      case "load":
        return { text: `${target.buffer(expr.buffer)}[${address(expr.buffer, expr.index, shift)}]`, depth: 1 };
      case "lane":
        return source(expr.args[0].expr, shifted(expr.args[0], expr.lane));
      case "pack":
        return source(present(expr.args[shift], "a lane").expr, 0);
      default: {
        const args = expr.args.map((ref) => source(ref.expr, shifted(ref, shift)));
        return {
          text: operationSource(
            expr,
            args.map((arg) => arg.text),
          ),
          depth: 1 + Math.max(...args.map((arg) => arg.depth)),
        };
      }
    }
  };
  const indexSource = (axis: number, shift: number): string => {
    if (axis === inner && facts.hasLanes) return `${shift}`;
    if (axis !== inner || shift === 0) return `i${axis}`;
    return shift > 0 ? `(i${axis} + ${shift})` : `(i${axis} - ${-shift})`;
  };
  const address = (id: Id, index: readonly Index[], shift: number): string => {
    const buffer = bufferOf(program, id);
    const terms: string[] = [];
    let constant = 0;
    let size = 1;
    const times = (text: string, factor: number): string => (factor === 1 ? text : `${factor} * ${text}`);
    for (let d = index.length - 1; d >= 0; d--) {
      const part = present(index[d], "index");
      constant += size * part.offset;
      if (part.axis !== null && part.stride !== 0) {
        if (part.axis !== inner || !facts.hasLanes) terms.unshift(times(`i${part.axis}`, size * part.stride));
        if (part.axis === inner) constant += size * part.stride * shift;
      }
      if (part.loop !== null) terms.unshift(times(target.step(part.loop), size));
      if (part.dynamic !== null) terms.unshift(times(value(part.dynamic, shift), size));
      const axis = buffer.growable ? d - 1 : d;
      if (axis >= 0) size *= present(buffer.shape[axis], "extent");
    }
    if (constant !== 0 || terms.length === 0) terms.push(`${constant}`);
    return terms.join(" + ").replaceAll("+ -", "- ");
  };
  const value = (ref: Ref, shift: number): string => {
    if (facts.depth(ref.expr) >= deepFrom) prepare(ref.expr, shifted(ref, shift));
    return source(ref.expr, shifted(ref, shift)).text;
  };
  /** Defines what lies at regular distances below a deep value, operands first, so that none is written by deep recursion. */
  const prepare = (root: Id, at: number): void => {
    const stack = [{ id: root, at, done: false }];
    const seen = new Set<string>();
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const { id } = top;
      const key = keyOf(id, top.at);
      const expr = exprOf(program, id);
      if (top.done) {
        if (facts.depth(id) % 16 === 0 && !names.has(key)) define(key, compute(expr, top.at).text);
      } else if (!seen.has(key) && !names.has(key) && expr.op !== "load" && operandsOf(expr).length > 0) {
        seen.add(key);
        stack.push({ ...top, done: true });
        const from = facts.level(id) >= inner ? top.at : 0;
        for (const ref of operandsAt(expr, from)) stack.push({ id: ref.expr, at: ref.at, done: false });
      }
    }
  };

  /** The operands of a value at an index of the inner axis, each with where it is read. */
  const operandsAt = (expr: Expr, at: number): readonly { readonly expr: Id; readonly at: number }[] => {
    if (expr.op === "pack") return [{ expr: present(expr.args[at], "a lane").expr, at: 0 }];
    const from = expr.op === "lane" ? expr.lane : at;
    return operandsOf(expr).map((ref) => ({ expr: ref.expr, at: shifted(ref, from) }));
  };

  const accumulatorOf = (output: Output): string => present(accumulators.get(output), "accumulator");
  const dtypeOf = (output: Output): Expr["dtype"] => bufferOf(program, output.buffer).dtype;

  const write = (output: Output, text: string, position: number): void => {
    const dtype = dtypeOf(output);
    if (output.mode === "reduce") {
      const at =
        output.lanes === 8 ? `${accumulatorOf(output)}[${indexSource(inner, position)} & 7]` : accumulatorOf(output);
      target.line(`${at} = ${combineSource(output.combine, dtype, at, text)};`);
      return;
    }
    const when = output.mode === "scatter" && output.when !== null ? value(output.when, position) : null;
    const place = `${target.buffer(output.buffer)}[${address(output.buffer, output.index, position)}]`;
    const guard = when === null ? "" : `if (${when}) `;
    if (output.mode === "prefix") {
      const sum = accumulatorOf(output);
      target.line(`${sum} = ${combineSource("sum", dtype, sum, text)};`);
      target.line(`${place} = ${sum};`);
    } else if (output.mode === "store" || (output.mode === "scatter" && output.combine === "set")) {
      target.line(`${guard}${place} = ${text};`);
    } else
      target.line(
        `${guard}${place} = ${combineSource(output.mode === "scatter" ? "sum" : output.combine, dtype, place, text)};`,
      );
  };

  return {
    value,
    hoisted(level) {
      if (level >= inner) return;
      for (const id of hoistedAt(target, facts, cell, level)) {
        const key = keyOf(id, 0);
        const made = compute(exprOf(program, id), 0).text;
        if (!names.has(key)) define(key, made);
      }
    },
    begin(output) {
      const dtype = dtypeOf(output);
      if (output.mode === "reduce" && output.lanes === 8) {
        const name = target.lanes(dtype);
        accumulators.set(output, name);
        target.line(`${name}.fill(${neutralSource(output.combine, dtype)});`);
      } else {
        const name = target.fresh("sum");
        accumulators.set(output, name);
        target.line(`let ${name} = ${neutralSource(output.mode === "reduce" ? output.combine : "sum", dtype)};`);
      }
    },
    point(at) {
      if (cell.outputs.length === 1) {
        const [output] = cell.outputs;
        const only = present(output, "output");
        write(only, value(only.value, at), at);
        return;
      }
      // Everything that is read is read before anything is written.
      const named = (ref: Ref): string => {
        const text = value(ref, at);
        return /^[\w.()-]+$/.test(text) ? text : define(keyOf(ref.expr, shifted(ref, at)), text);
      };
      const texts = cell.outputs.map((output) => refsOfOutput(output).map(named)[0]);
      cell.outputs.forEach((output, i) => write(output, present(texts[i], "value"), at));
    },
    end(output) {
      if (output.mode !== "reduce") return;
      const name = accumulatorOf(output);
      const dtype = dtypeOf(output);
      let result = name;
      if (output.lanes === 8) {
        const pair = (a: string, b: string): string => combineSource(output.combine, dtype, a, b);
        const half = (i: number): string => pair(`${name}[${i}]`, `${name}[${i + 4}]`);
        result = pair(pair(half(0), half(2)), pair(half(1), half(3)));
      }
      target.line(`${target.buffer(output.buffer)}[${address(output.buffer, output.index, 0)}] = ${result};`);
    },
  };
}

/** How often each value is read, by expression and shift. */
function countUses(target: JsTarget, facts: NestFacts, cell: Cell): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  const inner = facts.rank - 1;
  const stack: [Ref, number][] = [];
  for (const at of positionsOf(facts, cell))
    for (const output of cell.outputs) for (const ref of refsOfOutput(output)) stack.push([ref, at]);
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const [ref, from] = top;
    const varies = facts.level(ref.expr) >= inner && facts.rank > 0;
    const shift = ref.shift === null || !varies ? 0 : from + ref.shift;
    const key = `${ref.expr},${shift}`;
    const before = uses.get(key) ?? 0;
    uses.set(key, before + 1);
    if (before > 0) continue;
    const expr = exprOf(target.program, ref.expr);
    if (expr.op === "pack") stack.push([present(expr.args[shift], "a lane"), shift]);
    else for (const operand of operandsOf(expr)) stack.push([operand, expr.op === "lane" ? expr.lane : shift]);
  }
  return uses;
}

/** Values of a level before the inner one that deeper levels read, operands first. */
function hoistedAt(target: JsTarget, facts: NestFacts, cell: Cell, level: number): readonly Id[] {
  const wanted = new Set<Id>();
  const seen = new Set<Id>();
  const visit = (root: Ref, from: number): void => {
    const stack: [Id, number][] = [[root.expr, from]];
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const [id, reader] = top;
      const own = facts.level(id);
      const expr = exprOf(target.program, id);
      if (own === level && own < reader && expr.op !== "const" && expr.op !== "index" && expr.op !== "step")
        wanted.add(id);
      if (seen.has(id)) continue;
      seen.add(id);
      for (const operand of operandsOf(expr)) stack.push([operand.expr, own]);
    }
  };
  for (const output of cell.outputs) {
    for (const ref of refsOfOutput(output)) {
      visit(ref, output.mode === "reduce" && ref !== output.value ? facts.rank - output.axes : facts.rank - 1);
    }
  }
  return facts.order.filter((id) => wanted.has(id));
}
