import { runner } from "../../sim/runner.js";
import { SimgradError } from "../../util/errors.js";
import { flatten, leafPaths } from "../../util/tree.js";
import { PluginSuiteFailure } from "./failure.js";
import { runOf, type BadParams, type Subject } from "./subject.js";

/**
 * Demands that bad parameters are refused before the run, by an error with the code and the words that the case tells.
 *
 * @throws PluginSuiteFailure where they are not.
 */
export function checkRefused(subject: Subject, bad: BadParams): void {
  const simulator = subject.make();
  const run = runner(simulator, runOf(simulator, subject.steps));
  let error: unknown = null;
  try {
    run(bad.params as never);
  } catch (thrown) {
    error = thrown;
  }
  const expected = `an error with the code ${bad.code} that says ${show(bad.message)}`;
  const fix =
    "compare the parameters with what is allowed in check, and throw an ArgumentError or ShapeError that names the leaf.";
  const failure = (what: string, got: string): PluginSuiteFailure =>
    new PluginSuiteFailure({ what: `${subject.name}: ${what}: ${bad.name}.`, got, expected, fix });
  if (error === null) throw failure("bad parameters are accepted", "a run");
  if (!(error instanceof SimgradError))
    throw failure("bad parameters lead to an error that is not the plugin's", String(error));
  if (error.code !== bad.code) throw failure("bad parameters lead to another error", `${error.code}: ${error.message}`);
  const says = typeof bad.message === "string" ? error.message.includes(bad.message) : bad.message.test(error.message);
  if (!says) throw failure("the error for bad parameters does not say what is wrong", error.message);
}

/**
 * Demands that the cases of a simulator list bad parameters of each kind: NaN, a wrong shape, a missing leaf.
 *
 * @throws PluginSuiteFailure that names the kinds without a case.
 */
export function checkKindsOfBad(name: string, subjects: readonly Subject[]): void {
  const missing = kinds.filter(
    ({ is }) => !subjects.some((subject) => subject.bad.some(({ params }) => is(params, subject.params()))),
  );
  if (missing.length === 0) return;
  throw new PluginSuiteFailure({
    what: `${name}: the cases do not show how all bad parameters are refused.`,
    got: `no bad parameters with ${missing.map(({ kind }) => kind).join(", with ")}`,
    expected: kinds.map(({ kind }) => kind).join(", "),
    fix: "add them to bad: [...] of a case, with the code of the error and what it says.",
  });
}

const kinds: readonly { readonly kind: string; readonly is: (bad: unknown, good: unknown) => boolean }[] = [
  { kind: "NaN", is: (bad) => flatten(bad).leaves.some((leaf) => numbersOf(leaf).some(Number.isNaN)) },
  {
    kind: "a wrong shape",
    is(bad, good) {
      const shapes = shapesOf(good);
      return [...shapesOf(bad)].some(([path, shape]) => shapes.has(path) && shapes.get(path) !== shape);
    },
  },
  {
    kind: "a missing leaf",
    is(bad, good) {
      const given = shapesOf(bad);
      return [...shapesOf(good).keys()].some((path) => !given.has(path));
    },
  },
];

function shapesOf(params: unknown): ReadonlyMap<string, string> {
  const { leaves, structure } = flatten(params);
  return new Map(leafPaths(structure).map((path, i) => [path, shapeOf(leaves[i])]));
}

function shapeOf(leaf: unknown): string {
  if (typeof leaf !== "object" || leaf === null) return "";
  if (ArrayBuffer.isView(leaf)) return String((leaf as Float64Array).length);
  return ((leaf as { readonly shape?: readonly number[] }).shape ?? []).join(",");
}

function numbersOf(leaf: unknown): readonly number[] {
  if (typeof leaf === "number") return [leaf];
  const data = ArrayBuffer.isView(leaf) ? leaf : (leaf as { readonly data?: unknown } | null)?.data;
  return ArrayBuffer.isView(data) ? Array.from(data as Float64Array) : [];
}

function show(message: string | RegExp): string {
  return typeof message === "string" ? JSON.stringify(message) : String(message);
}
