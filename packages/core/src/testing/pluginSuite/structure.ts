import { checkUnits, expectUnitsCover } from "../../plugin/units.js";
import type { AnySimulator } from "../../plugin/plugin.js";
import { isTensor } from "../../trace/tensor.js";
import * as tree from "../../trace/treeApi.js";
import { flatten, leafPaths } from "../../util/tree.js";
import type { Check } from "./check.js";
import { PluginSuiteFailure } from "./failure.js";
import { expectSameTypes } from "./compare.js";
import { clockAt, runOf, type Subject } from "./subject.js";

const members: Check = {
  name: "members",
  states: "has its members, and the name under which the plugin has it",
  run(subject) {
    const simulator = subject.make();
    const owner = `Simulator ${subject.name}`;
    for (const name of ["init", "step", "observe"] as const) {
      if (typeof simulator[name] === "function") continue;
      throw new PluginSuiteFailure({
        what: `${owner}: ${name} is no function.`,
        got: typeof simulator[name],
        expected: "init, step and observe",
      });
    }
    if (simulator.name !== subject.simulatorName) {
      throw new PluginSuiteFailure({
        what: `${owner}: the simulator calls itself by another name than the plugin does.`,
        got: `name: ${JSON.stringify(simulator.name)}`,
        expected: JSON.stringify(subject.simulatorName),
        fix: "use one name, so that messages lead to the entry of the plugin.",
      });
    }
    if (!(Number.isFinite(simulator.dt) && simulator.dt > 0)) {
      throw new PluginSuiteFailure({
        what: `${owner}: dt is no time of a step.`,
        got: `dt: ${simulator.dt}`,
        expected: "a positive number",
        fix: "check dt where the simulator is made.",
      });
    }
  },
};

const shapes: Check = {
  name: "shapes",
  states: "keeps trees, shapes and dtypes from step to step",
  run(subject) {
    const [simulator, params] = [subject.make(), subject.params()];
    const fix = "return from step a tree built as the state it got, with its shapes and dtypes (.astype, np.reshape).";
    const start = simulator.init(params);
    const first = { state: expectTensors(subject, "init", start), output: null as unknown, records: null as unknown };
    let state: unknown = start;
    for (let step = 0; step < Math.min(3, subject.steps); step++) {
      const next = expectTensors(subject, "step", simulator.step(state, params, clockAt(simulator, state, step)));
      const compared = { expectedName: "init(params)", gotName: `step ${step}` };
      expectSameTypes({
        what: `${subject.name}: a step changes the types of the state.`,
        expected: start,
        got: next,
        fix,
        ...compared,
      });
      const output = expectTensors(subject, "observe", simulator.observe(next, params));
      const clock = clockAt(simulator, next, step + 1);
      const records = expectTensors(subject, "record", simulator.record?.(next, params, clock) ?? null);
      if (step > 0) {
        const names = { gotName: `that of step ${step}`, expectedName: "that of step 0" };
        expectSameTypes({
          what: `${subject.name}: observe changes its types.`,
          expected: first.output,
          got: output,
          ...names,
        });
        expectSameTypes({
          what: `${subject.name}: record changes its types.`,
          expected: first.records,
          got: records,
          ...names,
        });
      }
      Object.assign(first, { output, records });
      state = next;
    }
  },
};

const units: Check = {
  name: "units",
  states: "has a unit for every leaf, the same as in the plugin",
  run(subject) {
    const simulator = subject.make();
    const owner = `Simulator ${subject.name}`;
    checkUnits(owner, simulator.units);
    const declared = subject.plugin.units[subject.simulatorName];
    if (sorted(declared) !== sorted(simulator.units)) {
      throw new PluginSuiteFailure({
        what: `${owner}: its units are not those that the plugin declares.`,
        got: sorted(simulator.units),
        expected: sorted(declared),
        fix: "write the units once, as a constant, and use it in both.",
      });
    }
    for (const [part, leaves] of Object.entries(partsOf(subject, simulator)) as [keyof Parts, unknown][]) {
      expectUnitsCover(owner, part, simulator.units[part], leaves);
    }
  },
};

const finite: Check = {
  name: "finite",
  states: "ends the run of the case with finite numbers",
  run(subject) {
    const { state } = runOf(subject.make(), subject.steps)(subject.params());
    const paths = leafPaths(tree.structure(state));
    tree.leaves(state).forEach((leaf, i) => {
      const entry = Array.from(leaf.data).findIndex((x) => !Number.isFinite(x));
      if (entry < 0) return;
      throw new PluginSuiteFailure({
        what: `${subject.name}: the run of the case does not end well.`,
        got: `${leaf.data[entry]} in state${paths[i] ?? ""} at entry ${entry} after ${subject.steps} steps`,
        expected: "finite numbers",
        fix: "take a smaller dt or other parameters in the case; keep sentinels such as Infinity out of the state.",
      });
    });
  },
};

/** Checks of how a simulator is built. */
export const structureChecks: readonly Check[] = [members, shapes, units, finite];

/** The trees that have units. */
export interface Parts {
  readonly params: unknown;
  readonly state: unknown;
  readonly output: unknown;
  readonly records: unknown;
}

/** The trees of a case that have units. */
export function partsOf(subject: Subject, simulator: AnySimulator): Parts {
  const params = subject.params();
  const state = simulator.init(params);
  const records = simulator.record?.(state, params, clockAt(simulator, state, 0)) ?? null;
  return { params, state, output: simulator.observe(state, params), records };
}

/** Demands a tree whose leaves are tensors: numbers would become tensors only in a compiled run. */
function expectTensors(subject: Subject, member: string, value: unknown): unknown {
  const { leaves, structure } = flatten(value);
  const place = leaves.findIndex((leaf) => !isTensor(leaf));
  if (place < 0) return value;
  throw new PluginSuiteFailure({
    what: `${subject.name}: ${member} returns a leaf that is no tensor.`,
    got: `${typeof leaves[place]} in ${member}(...)${leafPaths(structure)[place] ?? ""}`,
    expected: "tensors",
    fix: "make it one with np.array.",
  });
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, child: unknown) =>
    typeof child === "object" && child !== null && !Array.isArray(child)
      ? Object.fromEntries(Object.entries(child).sort(([a], [b]) => (a < b ? -1 : 1)))
      : child,
  );
}
