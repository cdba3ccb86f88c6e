import { ArgumentError } from "../../util/errors.js";
import { present } from "../../util/invariant.js";
import { unflatten, type TreeStructure } from "../../util/tree.js";
import { arrayTypeOf, graphBuilder } from "../../ir/builder.js";
import { rowAt, withRow } from "../../ir/rows.js";
import { arrayType, type ArrayType, type Graph, type Var } from "../../ir/types.js";
import { asProgram, emit, emitOne } from "../frame.js";
import { argumentTensors, listOfOne, type ArgumentTree } from "../leaves.js";
import { literal } from "../operands.js";
import type { Tensor } from "../tensor.js";
import { traceFunction, type AnyFunction, type Traced } from "../traceFunction.js";
import type { LoopBody } from "./bodies.js";
import { checkCondition } from "./condition.js";
import { readKeep, type KeepOption } from "./keep.js";

/** A scan that may stop before its last step. */
export interface UntilScan {
  readonly caller: string;
  readonly until: AnyFunction;
  readonly start: ArgumentTree;
  readonly xs: ArgumentTree;
  readonly length: number;
  readonly reverse: boolean;
  readonly keep: KeepOption;
  readonly body: () => LoopBody;
}

/**
 * The scan as a `while` that counts its steps: what it collects are arrays of `length` rows, zeros at first. Costs are those of the
 * steps that are run, in reverse too.
 */
export function scanUntil(loop: UntilScan): [carry: unknown, ys: unknown, steps: Tensor] {
  const { caller, start, xs, length } = loop;
  if (loop.keep === "inverse") {
    throw new ArgumentError({
      what: `${caller} with \`until\` cannot be run back by an inverse: nobody knows from which step.`,
      fix: "leave out `inverse`, and `keep`, or cap the memory with `keep: { bytes }`.",
    });
  }
  const result: { structure?: TreeStructure; count?: number } = {};
  const outputs = asProgram(`a ${caller} outside of functions`, () => {
    const { traced, carry } = loop.body();
    result.structure = traced.structure;
    const leaves = carry.map((type) => ({ number: null, weak: null, type }));
    const label = `the \`until\` of ${caller}`;
    const test = traceFunction(loop.until, listOfOne({ ...start, leaves }), label);
    checkCondition(label, test);
    const ys = traced.graph.outputs.slice(carry.length).map((y): ArrayType => {
      const { dtype, shape } = arrayTypeOf(y);
      return arrayType(dtype, [length, ...shape]);
    });
    const all = emit(
      "while",
      {
        nCondConst: test.captured.length,
        nConst: traced.captured.length + xs.leaves.length,
        nCarry: 1 + carry.length + ys.length,
        cond: conditionOf(test, carry, ys, length),
        body: bodyOf(traced, carry, xs, ys, loop),
        keep: readKeep(loop.keep, null),
      },
      [
        ...test.captured,
        ...traced.captured,
        ...xs.leaves.map((leaf) => leaf.tensor),
        literal("int32", [], 0),
        ...argumentTensors(start, carry),
        ...ys.map((type) => emitOne("literal", { type, value: 0 }, [])),
      ],
    );
    return all.slice(0, 1 + carry.length + ys.length);
  });
  const [steps, ...values] = outputs as [Tensor, ...Tensor[]];
  const [carry, ys] = unflatten(present(result.structure, "structure of the body's result"), values) as [
    unknown,
    unknown,
  ];
  return [carry, ys, steps];
}

/** (captured, steps done, carry, ys) -> whether there is a further step. */
function conditionOf(test: Traced, carry: readonly ArrayType[], ys: readonly ArrayType[], length: number): Graph {
  const b = graphBuilder();
  const captured = test.captured.map((_, i) => b.input(arrayTypeOf(test.graph.inputs[carry.length + i] as Var)));
  const time = b.input(arrayType("int32", []));
  const values = carry.map((type) => b.input(type));
  ys.forEach((type) => b.input(type));
  const [stops] = b.inline(test.graph, [...values, ...captured]) as [Var];
  const left = b.one("compare", { relation: "lt" }, [time, b.literal("int32", [], length)]);
  return b.build([b.one("and", {}, [left, b.one("not", {}, [stops])])]);
}

/** (captured, xs, steps done, carry, ys) -> the same after a step. */
function bodyOf(
  traced: Traced,
  carry: readonly ArrayType[],
  xs: ArgumentTree,
  ys: readonly ArrayType[],
  { length, reverse }: UntilScan,
): Graph {
  const b = graphBuilder();
  const first = carry.length + xs.leaves.length;
  const captured = traced.captured.map((_, i) => b.input(arrayTypeOf(traced.graph.inputs[first + i] as Var)));
  const arrays = xs.leaves.map(({ type }) => b.input(type));
  const time = b.input(arrayType("int32", []));
  const values = carry.map((type) => b.input(type));
  const seen = ys.map((type) => b.input(type));
  const index = reverse ? b.one("sub", {}, [b.literal("int32", [], length - 1), time]) : time;
  const out = b.inline(traced.graph, [...values, ...arrays.map((x) => rowAt(b, x, index)), ...captured]);
  return b.build([
    b.one("add", {}, [time, b.literal("int32", [], 1)]),
    ...out.slice(0, carry.length),
    ...seen.map((y, k) => withRow(b, y, index, out[carry.length + k] as Var)),
  ]);
}
