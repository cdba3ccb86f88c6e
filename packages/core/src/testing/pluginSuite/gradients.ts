import { grad } from "../../compile/grad.js";
import { jvp } from "../../compile/forward.js";
import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import * as tree from "../../trace/treeApi.js";
import { isFloat } from "../../util/dtype.js";
import { leafPaths } from "../../util/tree.js";
import { seededRandom } from "../random.js";
import type { Check } from "./check.js";
import { PluginSuiteFailure } from "./failure.js";
import { largest, observed, runOf, weighing, type Subject } from "./subject.js";

const gradients: Check = {
  name: "gradients",
  states: "has the derivatives of finite differences, forward and reverse",
  run(subject) {
    const { params, direction, moved, scales } = setUp(subject);
    // Each value is that of a new run of a new simulator: what is kept from parameters seen before must not be seen.
    const values = (step: number): number[] =>
      entries(observed(runOf(subject.make(), subject.steps)(moved(step))), scales);
    const run = runOf(subject.make(), subject.steps, { adjoint: "all" });
    const see = (given: unknown): unknown => observed(run(given));
    const seen = see(params);
    const [, tangent] = jvp(see, [params as never], [direction as never]);
    const forward = entries(tangent, scales);
    const names = namesOf(seen);
    expectDifferences(subject, "the derivative in forward mode (jvp)", "its value", names, forward, values);

    const weigh = weighing(seen);
    const [, along] = jvp(weigh, [seen as never], [tangent as never]);
    const gradient = grad((given: unknown) => weigh(see(given)))(params as never) as unknown;
    const reverse = inner(gradient, direction);
    const wanted = along.item();
    if (Math.abs(reverse - wanted) <= 1e-2 * subject.tolerance * (1 + Math.abs(wanted))) return;
    throw new PluginSuiteFailure({
      what: `${subject.name}: the derivative in reverse mode (grad) is not that in forward mode.`,
      got: `${reverse} by grad`,
      expected: `${wanted} by jvp, which is what finite differences give`,
      fix: kinks,
    });
  },
};

const second: Check = {
  name: "second derivatives",
  states: "has the second derivatives of finite differences, forward over reverse and reverse over reverse",
  run(subject) {
    const { params, direction, moved } = setUp(subject);
    const run = runOf(subject.make(), subject.steps, { adjoint: "all" });
    const seen = observed(run(params));
    const weigh = weighing(seen);
    // Squared, so that a loss of second order is there even where the simulator is linear.
    const loss = (given: unknown): Tensor => {
      const weighed = weigh(observed(run(given)));
      return weighed.mul(weighed).mul(0.5);
    };
    const gradient = grad(loss) as (given: unknown) => unknown;
    const scales = tree.leaves(params).map((leaf) => 1 / largest(leaf));
    const values = (step: number): number[] => entries(gradient(moved(step)), scales);
    const names = namesOf(params);
    const [, forward] = jvp(gradient, [params as never], [direction as never]);
    expectDifferences(
      subject,
      "the second derivative, forward over reverse",
      "its gradient",
      names,
      entries(forward, scales),
      values,
    );
    const along = grad((given: unknown) => innerTensor(gradient(given), direction)) as (given: unknown) => unknown;
    const reverse = entries(along(params), scales);
    expectDifferences(subject, "the second derivative, reverse over reverse", "its gradient", names, reverse, values);
  },
};

/** Checks of derivatives. */
export const gradientChecks: readonly Check[] = [gradients, second];

const kinks =
  "look for kinks at these parameters (abs, maximum, a branch), for roots and quotients that are masked only after they are " +
  "taken (np.where), and for values that were read on the host.";

/** Steps of the differences, relative to the largest entry of each parameter: where one crosses a kink, a smaller one does not. */
const stepSizes = [1e-2, 1e-3, 1e-4, 1e-5];

interface SetUp {
  readonly params: unknown;
  /** A random direction, each leaf as large as the parameter. */
  readonly direction: unknown;
  /** Parameters moved along it. */
  readonly moved: (step: number) => unknown;
  /** One over the size of each leaf of what is seen. */
  readonly scales: readonly number[];
}

function setUp(subject: Subject): SetUp {
  const params = subject.params();
  const random = seededRandom(3);
  const direction = tree.map((leaf: Tensor) => {
    const scale = isFloat(leaf.dtype) ? largest(leaf) : 0;
    const entry = (): number => scale * random.uniform(0.3, 1) * (random.chance(0.5) ? 1 : -1);
    return np.reshape(np.array(Float64Array.from(leaf.data, entry), leaf.dtype), leaf.shape);
  }, params);
  const moved = (step: number): unknown =>
    tree.map(
      (leaf: Tensor, along: Tensor) => (isFloat(leaf.dtype) ? leaf.add(along.mul(step)) : leaf),
      params,
      direction,
    );
  const seen = observed(runOf(subject.make(), subject.steps)(params));
  return { params, direction, moved, scales: tree.leaves(seen).map((leaf) => 1 / largest(leaf)) };
}

/** All floating entries of a tree, scaled leaf by leaf. */
function entries(values: unknown, scales: readonly number[]): number[] {
  return tree
    .leaves(values)
    .flatMap((leaf, i) => (isFloat(leaf.dtype) ? Array.from(leaf.data, (x) => x * (scales[i] as number)) : []));
}

/** The place of each floating entry of a tree. */
function namesOf(values: unknown): string[] {
  const paths = leafPaths(tree.structure(values));
  return tree
    .leaves(values)
    .flatMap((leaf, i) =>
      isFloat(leaf.dtype)
        ? Array.from(leaf.data, (_, k) => `${paths[i] ?? ""}${leaf.size === 1 ? "" : ` at entry ${k}`}`)
        : [],
    );
}

/** Demands that a derivative agrees with central differences of fourth order, for one size of step at least. */
function expectDifferences(
  subject: Subject,
  what: string,
  of: string,
  names: readonly string[],
  got: readonly number[],
  values: (step: number) => number[],
): void {
  let worst: Difference | null = null;
  for (const h of stepSizes) {
    const found = largestDifference(got, differences(values, h));
    if (found === null || found.difference <= subject.tolerance * found.scale) return;
    if (worst === null || found.difference < worst.difference) worst = found;
  }
  if (worst === null) return;
  throw new PluginSuiteFailure({
    what: `${subject.name}: ${what} is not that of finite differences of ${of}.`,
    got: `${got[worst.entry]} in ${names[worst.entry] ?? ""}`,
    expected: `${worst.expected}, to ${subject.tolerance}`,
    fix: kinks,
    data: { entry: names[worst.entry], got: got[worst.entry], expected: worst.expected },
  });
}

interface Difference {
  readonly entry: number;
  readonly difference: number;
  readonly expected: number;
  /** 1, or the largest of what is expected. */
  readonly scale: number;
}

/** Central differences of fourth order. */
function differences(values: (step: number) => number[], h: number): number[] {
  const [a, b, c, d] = [values(-2 * h), values(-h), values(h), values(2 * h)] as [
    number[],
    number[],
    number[],
    number[],
  ];
  return a.map((_, i) => (8 * (c[i]! - b[i]!) - (d[i]! - a[i]!)) / (12 * h));
}

/** NaN differs from everything. */
function largestDifference(got: readonly number[], expected: readonly number[]): Difference | null {
  const scale = expected.reduce((max, x) => Math.max(max, Math.abs(x)), 1);
  const all = got.map((x, entry): Difference => {
    const difference = Math.abs(x - expected[entry]!);
    return { entry, difference: Number.isNaN(difference) ? Infinity : difference, expected: expected[entry]!, scale };
  });
  return all.reduce<Difference | null>(
    (max, next) => (max === null || next.difference > max.difference ? next : max),
    null,
  );
}

function inner(a: unknown, b: unknown): number {
  const others = tree.leaves(b);
  return tree.leaves(a).reduce((sum, leaf, i) => {
    if (!isFloat(leaf.dtype)) return sum;
    return Array.from(leaf.data).reduce((total, x, k) => total + x * (others[i]?.data[k] as number), sum);
  }, 0);
}

function innerTensor(a: unknown, b: unknown): Tensor {
  const others = tree.leaves(b);
  return tree
    .leaves(a)
    .reduce(
      (sum, leaf, i) => (isFloat(leaf.dtype) ? sum.add(np.sum(leaf.mul(others[i] as Tensor)).astype("float64")) : sum),
      np.array(0, "float64"),
    );
}
