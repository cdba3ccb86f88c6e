import { ArgumentError } from "../../util/errors.js";
import { present } from "../../util/invariant.js";
import { unflatten, type TreeStructure } from "../../util/tree.js";
import { arrayType } from "../../ir/types.js";
import { asProgram, emit, emitOne } from "../frame.js";
import { describeHost } from "../host.js";
import { argumentTensors, readArguments } from "../leaves.js";
import { np } from "../np.js";
import { integerTensor } from "../np/indexTensor.js";
import { castTensor, literal } from "../operands.js";
import { isTensor, type Tensor } from "../tensor.js";
import { traceFunction, type AnyFunction } from "../traceFunction.js";
import type { Liftable, Tensors } from "../treeTypes.js";
import { traceBody } from "./bodies.js";
import { readKeep, type KeepOption } from "./keep.js";
import { whileLoop } from "./while.js";
import { capturedFirst, scanAs } from "./scan.js";

/** Options of `foriLoop`. */
export interface ForiOptions<C = unknown> {
  readonly keep?: Exclude<KeepOption, "inverse">;
  /** Stops before the first step at whose start this holds of the carry; a 0-d bool tensor. The index is none of it. */
  readonly until?: (carry: Tensors<C>) => Tensor | boolean;
}

/**
 * Repeats `body(i, carry)` for i from `lower` on, below `upper`; i is a 0-d int32 tensor. The bounds may be tensors, so that the
 * number of steps is known at run time only. With `until` the loop may end before.
 */
export function foriLoop<C>(
  lower: number | Tensor,
  upper: number | Tensor,
  body: (index: Tensor, carry: Tensors<C>) => Liftable<Tensors<C>>,
  init: C | Liftable<Tensors<C>>,
  options: ForiOptions<C> = {},
): Tensors<C> {
  if (options.until !== undefined)
    return stoppingLoop(lower, upper, body as AnyFunction, init, options as ForiOptions) as Tensors<C>;
  if (isTensor(lower) || isTensor(upper))
    return runTimeLoop(lower, upper, body as AnyFunction, init, options as ForiOptions) as Tensors<C>;
  for (const [name, bound] of [
    ["lower", lower],
    ["upper", upper],
  ] as const) {
    if (!Number.isInteger(bound)) {
      throw new ArgumentError({
        what: `foriLoop: \`${name}\` must be a whole number or a 0-d int32 tensor.`,
        got: describeHost(bound),
      });
    }
  }
  const length = Math.max(0, upper - lower);
  const step = stepOf(body as AnyFunction);
  const run = (): unknown => {
    const indices = emitOne("iota", { type: arrayType("int32", [length]), axis: 0 }, []);
    const shifted = lower === 0 ? indices : emitOne("add", {}, [indices, literal("int32", [length], lower)]);
    const [carry] = scanAs("foriLoop", step, init, { xs: shifted, length, keep: options.keep ?? "auto" });
    return carry;
  };
  const result: { structure?: TreeStructure } = {};
  const leaves = asProgram("a foriLoop outside of functions", () => {
    const tree = readArguments(run(), "carry");
    result.structure = tree.structure;
    return tree.leaves.map((leaf) => leaf.tensor);
  });
  return unflatten(present(result.structure, "structure of the carry"), leaves) as Tensors<C>;
}

/** The body as a step of scan; the same for the same body, so that its trace is found again. */
function stepOf(body: AnyFunction): AnyFunction {
  let step = steps.get(body);
  if (step === undefined) {
    step = (carry: never, index: never) => [body(index, carry), null];
    steps.set(body, step);
  }
  return step;
}

const steps = new WeakMap<AnyFunction, AnyFunction>();
const counted = new WeakMap<AnyFunction, AnyFunction>();

/** Body with the index as first leaf of the carry: a scan whose length is known at run time has no xs. */
function countedOf(body: AnyFunction): AnyFunction {
  let step = counted.get(body);
  if (step === undefined) {
    step = (state: never) => {
      const [index, carry] = state as [Tensor, never];
      return [[index.add(1), body(index as never, carry)], null];
    };
    counted.set(body, step);
  }
  return step;
}

function runTimeLoop(
  lower: number | Tensor,
  upper: number | Tensor,
  body: AnyFunction,
  init: unknown,
  options: ForiOptions,
): unknown {
  const result: { structure?: TreeStructure } = {};
  const outputs = asProgram("a foriLoop outside of functions", () => {
    const from = bound("lower", lower);
    const trips = emitOne("sub", {}, [bound("upper", upper), from]);
    const start = readArguments([from, init], "init");
    const step = countedOf(body);
    const { traced, carry } = traceBody(
      {
        init: start,
        label: "the body of foriLoop",
        structure: (each) =>
          each.structure.kind === "array" ? present(each.structure.children[0], "carry") : each.structure,
      },
      (dtypes) =>
        traceFunction(
          step,
          { leaves: start.leaves, structure: onlyArgument(start.structure) },
          "the body of foriLoop",
          dtypes,
        ),
    );
    result.structure = traced.structure;
    return emit(
      "scan",
      {
        length: null,
        reverse: false,
        nConst: traced.captured.length,
        nCarry: carry.length,
        yHistory: [],
        body: capturedFirst(traced),
        keep: readKeep(options.keep ?? "auto", null),
      },
      [trips, ...traced.captured, ...argumentTensors(start, carry)],
    );
  });
  const [[, carry]] = unflatten(present(result.structure, "structure"), outputs) as [[Tensor, unknown], null];
  return carry;
}

/** A loop with two conditions. */
function stoppingLoop(
  lower: number | Tensor,
  upper: number | Tensor,
  body: AnyFunction,
  init: unknown,
  { keep = "auto", until }: ForiOptions,
): unknown {
  const [from, to] = [bound("lower", lower), bound("upper", upper)];
  const [, carry] = whileLoop<readonly [Tensor, unknown]>(
    ([index, state]) => np.logicalAnd(index.less(to), np.logicalNot(present(until, "until")(state as never))),
    ([index, state]) => [index.add(1), body(index as never, state as never)] as never,
    [from, init] as never,
    { keep },
  );
  return carry;
}

function onlyArgument(structure: TreeStructure): TreeStructure {
  return {
    kind: "array",
    names: ["0"],
    children: [structure],
    type: null,
    size: structure.size,
    key: `[${structure.key}]`,
  };
}

function bound(name: string, value: number | Tensor): Tensor {
  const tensor = integerTensor("foriLoop", name, value);
  if (tensor.shape.length === 0) return castTensor(tensor, "int32");
  throw new ArgumentError({
    what: `foriLoop: \`${name}\` must be a whole number or a 0-d int32 tensor.`,
    got: tensor.toString(),
  });
}
