import type { Named, Plugin, SimulatorFactory } from "../plugin/plugin.js";
import { partsAround, unitLeaves, unitParts } from "../plugin/units.js";
import { leafPaths, structureOf } from "../util/tree.js";
import { checkKindsOfBad, checkRefused } from "./pluginSuite/badParams.js";
import { bitChecks } from "./pluginSuite/bits.js";
import type { Check } from "./pluginSuite/check.js";
import { PluginSuiteFailure } from "./pluginSuite/failure.js";
import { gradientChecks } from "./pluginSuite/gradients.js";
import { jsonChecks } from "./pluginSuite/plainJson.js";
import { partsOf, structureChecks } from "./pluginSuite/structure.js";
import { subjectOf, type PluginCase, type SimulatorCase, type Subject } from "./pluginSuite/subject.js";

export { PluginSuiteFailure } from "./pluginSuite/failure.js";
export type { BadParams, ParamsOf, PluginCase, SimulatorCase } from "./pluginSuite/subject.js";

/** The `test` of jest, vitest or node:test. */
export type TestFunction = (name: string, body: () => void) => unknown;

/** What `pluginSuite` takes. */
export interface PluginSuiteOptions<Simulators extends Named<SimulatorFactory>> {
  readonly test: TestFunction;
  readonly plugin: Plugin<Simulators>;
  /** Small runs, at least one of each simulator of the plugin. */
  readonly cases: readonly PluginCase<Simulators>[];
}

/** The promises of the contract. Later ones rest on earlier ones: of several that fail, the first is the reason. */
const checks: readonly Check[] = [...structureChecks, ...bitChecks, ...gradientChecks, ...jsonChecks];

/**
 * The contract of plugins as tests: registers, for every case, that trees, shapes and dtypes are stable and have units; that a run
 * gives the same bits twice, in each backend, in a batch, and with each way to keep its states; that stepBack undoes a step; that
 * first and second derivatives agree with finite differences; that parameters and states go through JSON; and that bad parameters
 * are refused by a clear error.
 *
 * @example
 * ```ts
 * import { test } from "node:test";
 *
 * pluginSuite({
 *   test,
 *   plugin,
 *   cases: [
 *     {
 *       simulator: "pendulum",
 *       options: { dt: 0.05 },
 *       params: { length: 1, damping: 0.1 },
 *       bad: [{ name: "NaN", params: { length: NaN, damping: 0.1 }, code: "ARGUMENT", message: "params.length" }],
 *     },
 *   ],
 * });
 * ```
 */
export function pluginSuite<Simulators extends Named<SimulatorFactory>>(options: PluginSuiteOptions<Simulators>): void {
  const { test } = options;
  const plugin = options.plugin as unknown as Plugin;
  const subjects = options.cases.map((given) => subjectOf(plugin, given as unknown as SimulatorCase));
  const label = (name: string): string => `${plugin.name}: ${name}`;

  test(label("has a case for each simulator"), () => {
    expectCases(plugin, subjects);
  });
  for (const subject of subjects) {
    for (const check of checks) {
      test(label(`${subject.name} ${check.states}`), () => {
        check.run(subject);
      });
    }
    for (const bad of subject.bad) {
      test(label(`${subject.name} refuses bad parameters: ${bad.name}`), () => {
        checkRefused(subject, bad);
      });
    }
  }
  for (const name of Object.keys(plugin.simulators)) {
    const own = subjects.filter(({ simulatorName }) => simulatorName === name);
    if (own.length === 0) continue;
    test(label(`${name} has no unit without a leaf`), () => {
      expectUnitsUsed(name, own);
    });
    test(label(`${name} has cases for NaN, a wrong shape and a missing leaf`), () => {
      checkKindsOfBad(name, own);
    });
  }
}

function expectCases(plugin: Plugin, subjects: readonly Subject[]): void {
  const names = Object.keys(plugin.simulators);
  const without = names.filter((name) => !subjects.some((subject) => subject.simulatorName === name));
  const unknown = subjects.filter(({ simulatorName }) => !names.includes(simulatorName)).map(({ name }) => name);
  if (without.length === 0 && unknown.length === 0) return;
  throw new PluginSuiteFailure({
    what: `Plugin "${plugin.name}": the cases do not fit the simulators.`,
    got: [
      ...(without.length === 0 ? [] : [`no case of ${without.join(", ")}`]),
      ...(unknown.length === 0 ? [] : [`a case of ${unknown.join(", ")}, which the plugin does not have`]),
    ].join("; "),
    expected: "at least one case of each simulator",
  });
}

/** A unit without a leaf in any case is one that was misspelled, or left over, or a leaf that no case tests. */
function expectUnitsUsed(name: string, subjects: readonly Subject[]): void {
  const simulators = subjects.map((subject) => ({ subject, simulator: subject.make() }));
  for (const part of unitParts) {
    const units = simulators[0]?.simulator.units[part];
    if (units === undefined) continue;
    const used = new Set(
      simulators.flatMap(({ subject, simulator }) => leafPaths(structureOf(partsOf(subject, simulator)[part]))),
    );
    const covered = new Set([...used].flatMap(partsAround));
    const unused = unitLeaves(units).find(({ path }) => !covered.has(path));
    if (unused === undefined) continue;
    throw new PluginSuiteFailure({
      what: `Simulator ${name}: a unit has no leaf in any case.`,
      got: `units.${part}${unused.path} = ${JSON.stringify(unused.unit)}`,
      expected: `one of the leaves ${[...used].map((path) => part + path).join(", ")}`,
      fix: "correct its name, or add a case that has the leaf.",
    });
  }
}
