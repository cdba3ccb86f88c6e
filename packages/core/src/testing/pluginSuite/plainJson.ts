import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import * as tree from "../../trace/treeApi.js";
import type { DType } from "../../util/dtype.js";
import { leafPaths, type TreeStructure } from "../../util/tree.js";
import type { Check } from "./check.js";
import { PluginSuiteFailure } from "./failure.js";
import { expectEqual } from "./compare.js";
import { clockAt, runOf, stateAfter } from "./subject.js";

const plainJson: Check = {
  name: "json",
  states: "goes on from parameters and a state that were written as JSON",
  run(subject) {
    const [simulator, params] = [subject.make(), subject.params()];
    const run = runOf(simulator, subject.steps);
    expectEqual({
      what: `${subject.name}: parameters that went through JSON lead elsewhere.`,
      got: run(throughJson("params", params)),
      expected: run(params),
      gotName: "the run from JSON",
      expectedName: "the run",
    });
    const middle = stateAfter(simulator, params, subject.steps >> 1);
    let [a, b] = [middle, throughJson("state", middle)];
    for (let step = subject.steps >> 1; step < subject.steps; step++) {
      a = simulator.step(a, params, clockAt(simulator, a, step));
      b = simulator.step(b, params, clockAt(simulator, b, step));
    }
    expectEqual({
      what: `${subject.name}: a run that went on from a state in JSON ends elsewhere.`,
      got: b,
      expected: a,
      gotName: "the state from JSON",
      expectedName: "the state",
      fix: "keep all that a step needs in the state, in finite numbers.",
    });
  },
};

/** Checks of what can be written to a file. */
export const jsonChecks: readonly Check[] = [plainJson];

/** A leaf as plain JSON. */
interface PlainLeaf {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

function throughJson(name: string, value: unknown): unknown {
  const structure = tree.structure(value);
  expectPlain(name, structure);
  const paths = leafPaths(structure);
  const written = JSON.stringify(
    tree.leaves(value).map((leaf, i) => {
      const bad = Array.from(leaf.data).findIndex((x) => !Number.isFinite(x));
      if (bad < 0) return { dtype: leaf.dtype, shape: leaf.shape, data: Array.from(leaf.data) };
      throw new PluginSuiteFailure({
        what: `JSON has no ${leaf.data[bad]}.`,
        got: `${leaf.data[bad]} in ${name}${paths[i] ?? ""}`,
        expected: "finite numbers",
        fix: "keep sentinels out of the state: a flag (bool) beside a finite number says the same.",
      });
    }),
  );
  const leaves = (JSON.parse(written) as PlainLeaf[]).map(({ dtype, shape, data }): Tensor =>
    np.reshape(np.array(Float64Array.from(data)).astype(dtype), shape),
  );
  return tree.unflatten(structure, leaves);
}

/** Demands arrays and plain objects: a class would come back without its methods, unless it says that its children are enough to make it. */
function expectPlain(name: string, structure: TreeStructure): void {
  if (structure.kind === "leaf" || structure.kind === "none") return;
  if (structure.kind === "registered" && structure.type?.definition.isPlain !== true) {
    throw new PluginSuiteFailure({
      what: "A class cannot be written as JSON.",
      got: `an instance of ${structure.type?.name ?? "a class"} in ${name}`,
      expected: "plain objects and arrays, and classes that are registered as plain",
      fix: "keep the tensors in a plain object, and make the class from it where it is needed; or register the class with `isPlain: true` if it has nothing but its children.",
    });
  }
  structure.children.forEach((child, i) => expectPlain(`${name}.${structure.names[i] ?? ""}`, child));
}
