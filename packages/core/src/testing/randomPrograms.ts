import { graphBuilder } from "../ir/builder.js";
import { interpret } from "../ir/interpret.js";
import { print } from "../ir/print.js";
import type { Graph, OpName, Type } from "../ir/types.js";
import { arrayType, sizeOf } from "../ir/types.js";
import type { ArrayValue, Value } from "../ir/values.js";
import { verify } from "../ir/verify.js";
import { bodiesOf } from "../transforms/bodies.js";
import { dce } from "../transforms/dce.js";
import type { Transforms } from "../transforms/transforms.js";
import { makeTransforms } from "../transforms/transforms.js";
import { SimgradError } from "../util/errors.js";
import { asArray } from "./arrays.js";
import { checkBatches, rowsNear } from "./batches.js";
import { checkGraphGradients, expectSame, randomLike } from "./finiteDifferences.js";
import { arrayFragments } from "./programs/arrayFragments.js";
import type { CappedParts } from "../transforms/strategies/capped.js";
import { capLoops } from "./programs/cappedLoops.js";
import { controlFragments } from "./programs/controlFragments.js";
import { customFragments } from "./programs/customFragments.js";
import { elementwiseFragments } from "./programs/elementwiseFragments.js";
import type { Scope } from "./programs/scope.js";
import { anyFloat, binary, fitted, number, scopeOf } from "./programs/scope.js";
import { shrink } from "./programs/shrink.js";
import { randomArray, seededRandom } from "./random.js";

/** A program and a point to evaluate it at. */
export interface RandomProgram {
  readonly graph: Graph;
  readonly inputs: readonly ArrayValue[];
}

/** What `checkProgram` uses beside the program. */
export interface ProgramCheck {
  readonly transforms?: Transforms;
  /** Another backend: it must give the interpreter's bits for the program, its gradient, and both in a batch. */
  readonly execute?: (graph: Graph, inputs: readonly Value[]) => Value[];
  /** What keeps few states of the loops: their gradients must have the same bits. */
  readonly capped?: CappedParts;
  /** Highest order of derivatives; 2 unless given. */
  readonly order?: number;
}

/** A random program that was found wrong. */
export class ProgramFailure extends SimgradError {
  constructor(seed: number, cause: string, graph: Graph) {
    super("PROGRAM_FAILURE", {
      what: `The random program of seed ${seed} fails. ${cause} Shrunk:\n${print(graph)}\n`,
      fix: `check it again by checkProgram on randomProgram(${seed}).`,
      data: { seed },
    });
  }
}

const defaults = makeTransforms();

/** Most fragments in a body at each depth. */
const sizes = [12, 3, 2] as const;
/** Depth at which bodies have no bodies. */
const deepest = 2;

const flat = { ...elementwiseFragments, ...arrayFragments };
const inside = (scope: Scope): void => fill(scope, scope.random.integer(1, sizes[scope.depth] ?? 2));
const control = { ...controlFragments(inside), ...customFragments(inside) };
const flatNames = [...Object.keys(flat), "factors", "factors", "scatterAdd"];
// A loop is more interesting than most; and what few fragments make comes more often.
const controlNames = [...Object.keys(control), "historyAdd", "historyAdd", "scan", "while"];

/**
 * A program that the seed determines: loops, branches and calls in each other, all operations, integers; one scalar parameter
 * (input 0) is used throughout, and carries of loops feed on themselves. Output 0 is a scalar that depends on all it computed.
 */
export function randomProgram(seed: number): RandomProgram {
  const random = seededRandom(seed);
  const b = graphBuilder();
  const types = [
    arrayType("float64", []),
    arrayType("float64", []),
    arrayType("float64", [3]),
    arrayType("float64", [2, 3]),
    arrayType("float64", [3, 1, 2]),
    arrayType("int32", []),
    arrayType("int32", [4]),
  ];
  const inputs = types.map((type) => b.input(type));
  const scope = scopeOf(b, random, 0, inputs[0] as (typeof inputs)[0], inputs.slice(1));
  fill(scope, (sizes[0] as number) + random.integer(0, 6));
  const used = scope.floats.slice();
  let total = number(scope, [], 0.1);
  for (const x of used) {
    total = binary(
      scope,
      "add",
      total,
      binary(scope, "mul", fitted(scope, x, []), number(scope, [], random.uniform(0.2, 1))),
    );
  }
  const graph = dce(b.build([total, anyFloat(scope), anyFloat(scope), ...scope.ints.slice(-1)]));
  return {
    graph,
    inputs: types.map((type) =>
      type.dtype === "int32" ? randomArray(random, type, 0, 4) : randomArray(random, type, -0.9, 0.9),
    ),
  };
}

/** How many equations of each operation a Graph has, bodies included. */
export function countOps(graph: Graph, counts: Map<OpName, number> = new Map()): Map<OpName, number> {
  for (const equation of graph.equations) {
    counts.set(equation.op, (counts.get(equation.op) ?? 0) + 1);
    for (const body of bodiesOf(equation)) countOps(body, counts);
  }
  return counts;
}

/**
 * Checks a program: first and second derivatives, forward and in reverse, against differences and each other; the batched
 * gradient and the gradient of the batch; all on the interpreter, and the bits of another backend.
 *
 * @throws ProgramFailure with the seed, what differed, and the program shrunk as far as it still fails.
 */
export function checkProgram(graph: Graph, inputs: readonly Value[], seed: number, check: ProgramCheck = {}): void {
  const failure = failureOf(graph, inputs, seed, check);
  if (failure === null) return;
  const small = shrink(graph, (candidate) => failureOf(candidate, inputs, seed, check) !== null);
  throw new ProgramFailure(seed, failureOf(small, inputs, seed, check) ?? failure, small);
}

/** What is wrong with a program, or null: `checkProgram` without shrinking. */
export function failureOf(graph: Graph, inputs: readonly Value[], seed: number, check: ProgramCheck): string | null {
  try {
    runChecks(graph, inputs, seed, check);
    return null;
  } catch (error) {
    if (error instanceof SimgradError) return error.message;
    throw error;
  }
}

function runChecks(
  graph: Graph,
  inputs: readonly Value[],
  seed: number,
  { transforms = defaults, execute, capped, order = 2 }: ProgramCheck,
): void {
  verify(graph, "the generator");
  const random = seededRandom(seed + 77);
  const compare = (what: string, program: Graph, values: readonly Value[]): void => {
    if (execute !== undefined)
      expectSame(`${what} by another backend`, execute(program, values), interpret(program, values));
  };
  compare("the program", graph, inputs);
  checkGraphGradients(graph, inputs, { order, seed, transforms, tolerance: 1e-6 });

  const all = inputs.map(() => true);
  const gradient = transforms.vjp(graph, all);
  const values = interpret(graph, inputs);
  const seeds = gradient.cotangentOf.map((i) => randomLike(random, asArray(values[i] as Value)));
  const operands = [...inputs, ...seeds];
  compare("the gradient", gradient.graph, operands);
  const expected = interpret(gradient.graph, operands);
  for (const rows of [2, 3 + (seed % 4)]) {
    const few = capLoops(gradient.graph, rows, capped);
    verify(few, `keeping ${rows} states`);
    expectSame(`the gradient with ${rows} states kept`, interpret(few, operands), expected);
  }

  // One input alone, or all of them: what is shared by the elements differs.
  const alone = random.integer(0, inputs.length);
  const some = operands.map((_, i) => i === alone || random.chance(0.3));
  const size = 2;
  checkBatches(gradient.graph, operands, { batched: some, size, seed, spread: 0.3, transforms });
  compareBatch(gradient.graph, operands, some, size, seed, transforms, compare);

  const batched = transforms.vectorize(
    graph,
    inputs.map((_, i) => (some[i] === true ? "axis" : "none")),
    size,
  );
  const stacked = inputs.map((input, i) => (some[i] === true ? rowsNear(asArray(input), size, seed + i, 0.3) : input));
  checkGraphGradients(batched.graph, stacked, { order: 1, seed: seed + 5, transforms, tolerance: 1e-6 });
}

function compareBatch(
  graph: Graph,
  operands: readonly Value[],
  some: readonly boolean[],
  size: number,
  seed: number,
  transforms: Transforms,
  compare: (what: string, program: Graph, values: readonly Value[]) => void,
): void {
  const forms = operands.map((_, i) => (some[i] === true ? "axis" : "none"));
  const stacked = operands.map((value, i) =>
    some[i] === true ? rowsNear(asArray(value), size, seed + i, 0.3) : value,
  );
  compare("the batched gradient", transforms.vectorize(graph, forms, size).graph, stacked);
}

/** Continues a scope with some random fragments; bodies only where they may still be nested. */
function fill(scope: Scope, count: number): void {
  for (let k = 0; k < count; k++) {
    const nest = scope.depth < deepest && scope.random.chance(scope.depth === 0 ? 0.3 : 0.2);
    const fragment = nest
      ? control[scope.random.choice(controlNames)]
      : flat[scope.random.choice(flatNames) as keyof typeof flat];
    fragment?.(scope);
    // What grew too large is not read again: programs stay cheap.
    prune(scope);
  }
}

function prune(scope: Scope): void {
  const small = scope.floats.filter(({ type }) => elements(type) <= 24);
  if (small.length < scope.floats.length) scope.floats.splice(0, scope.floats.length, ...small);
}

function elements(type: Type): number {
  return type.kind === "array" ? sizeOf(type.shape) : Infinity;
}
