import { ArgumentError } from "../util/errors.js";
import type {
  DisplayFactory,
  LossFactory,
  Named,
  OptimizerFactory,
  Plugin,
  PluginDefinition,
  SimulatorFactory,
} from "./plugin.js";
import { pluginApiVersion, pluginKinds } from "./plugin.js";
import { checkUnits } from "./units.js";

/**
 * Makes a plugin: what a package offers, under names, for the registry and for `pluginSuite`. Everything is checked here, by
 * name, and the result is frozen.
 *
 * @throws ArgumentError that names what is wrong with the definition.
 * @example
 * ```ts
 * export const plugin = definePlugin({
 *   name: "@someone/pendulum",
 *   apiVersion: 1,
 *   units: { pendulum: pendulumUnits },
 *   simulators: { pendulum },
 * });
 * ```
 */
export function definePlugin<
  Simulators extends Named<SimulatorFactory>,
  Losses extends Named<LossFactory> = Named<LossFactory>,
  Optimizers extends Named<OptimizerFactory> = Named<OptimizerFactory>,
  Displays extends Named<DisplayFactory> = Named<DisplayFactory>,
>(
  definition: PluginDefinition<Simulators, Losses, Optimizers, Displays>,
): Plugin<Simulators, Losses, Optimizers, Displays> {
  if (!isObject(definition)) {
    throw new ArgumentError({
      what: "definePlugin takes an object.",
      got: String(definition),
      expected: keys.join(", "),
    });
  }
  checkName(definition.name);
  const owner = `Plugin "${definition.name}"`;
  checkKeys(owner, definition);
  checkVersion(owner, definition.apiVersion);
  for (const kind of pluginKinds) checkEntries(owner, kind, definition[kind]);
  if (pluginKinds.every((kind) => Object.keys(definition[kind] ?? {}).length === 0)) {
    throw new ArgumentError({
      what: `${owner} offers nothing.`,
      expected: `at least one entry in ${pluginKinds.join(", ")}`,
      fix: "name a factory, as in simulators: { pendulum }.",
    });
  }
  checkUnitsOfAll(owner, definition.units, definition.simulators);
  const { losses = {}, optimizers = {}, displays = {} } = definition;
  return Object.freeze({
    name: definition.name,
    apiVersion: definition.apiVersion,
    units: deepFrozen(definition.units),
    simulators: Object.freeze({ ...definition.simulators }),
    losses: Object.freeze({ ...losses }) as Losses,
    optimizers: Object.freeze({ ...optimizers }) as Optimizers,
    displays: Object.freeze({ ...displays }) as Displays,
  });
}

const keys = ["name", "apiVersion", "units", ...pluginKinds];

function checkName(name: unknown): void {
  // what npm takes for the name of a new package
  if (typeof name === "string" && /^(?:@[a-z0-9][a-z0-9._~-]*\/)?[a-z0-9][a-z0-9._~-]*$/.test(name)) return;
  throw new ArgumentError({
    what: "definePlugin: name is not that of a package.",
    got: `name: ${show(name)}`,
    expected: 'lower case, such as "pendulum" or "@someone/pendulum"',
    data: { path: "name" },
  });
}

function checkKeys(owner: string, definition: object): void {
  const unknown = Object.keys(definition).find((key) => !keys.includes(key));
  if (unknown === undefined) return;
  const near = keys.find((key) => key.toLowerCase().startsWith(unknown.toLowerCase().slice(0, 4)));
  throw new ArgumentError({
    what: `${owner}: a plugin has no member "${unknown}".`,
    got: unknown,
    expected: keys.join(", "),
    ...(near === undefined ? {} : { fix: `did you mean ${near}?` }),
    data: { path: unknown },
  });
}

function checkVersion(owner: string, version: unknown): void {
  if (version === pluginApiVersion) return;
  const newer = typeof version === "number" && version > pluginApiVersion;
  throw new ArgumentError({
    what: `${owner} is written for another version of the plugin contract.`,
    got: `apiVersion: ${show(version)}`,
    expected: `apiVersion: ${pluginApiVersion}, the version of this @simgrad/core`,
    fix: newer ? "update @simgrad/core." : `see docs/plugins.md, then write apiVersion: ${pluginApiVersion}.`,
    data: { path: "apiVersion" },
  });
}

function checkEntries(owner: string, kind: (typeof pluginKinds)[number], entries: unknown): void {
  if (entries === undefined && kind !== "simulators") return;
  if (!isObject(entries)) {
    throw new ArgumentError({
      what: `${owner}: ${kind} is not an object.`,
      got: `${kind}: ${show(entries)}`,
      expected: "factories by name",
      data: { path: kind },
    });
  }
  for (const [name, factory] of Object.entries(entries)) {
    const path = `${kind}.${name}`;
    if (!/^[a-z][A-Za-z0-9]*$/.test(name)) {
      throw new ArgumentError({
        what: `${owner}: ${path} has a name that is no name of a function.`,
        got: show(name),
        expected: "letters and digits in camelCase, such as acousticWave1d",
        data: { path },
      });
    }
    if (typeof factory === "function") continue;
    throw new ArgumentError({
      what: `${owner}: ${path} is not a function.`,
      got: show(factory),
      expected: `a factory: a function of options that returns one of the ${kind}`,
      ...(isObject(factory) ? { fix: "wrap it, as in () => it, or give its factory." } : {}),
      data: { path },
    });
  }
}

function checkUnitsOfAll(owner: string, units: unknown, simulators: object): void {
  if (!isObject(units)) {
    throw new ArgumentError({
      what: `${owner}: units are missing.`,
      got: `units: ${show(units)}`,
      expected: "the units of each simulator by its name",
      data: { path: "units" },
    });
  }
  const names = Object.keys(simulators);
  const extra = Object.keys(units).find((name) => !names.includes(name));
  if (extra !== undefined) {
    throw new ArgumentError({
      what: `${owner}: units.${extra} belongs to no simulator.`,
      got: extra,
      expected: `names of simulators: ${names.join(", ")}`,
      data: { path: `units.${extra}` },
    });
  }
  for (const name of names) checkUnits(`${owner}: simulator ${name}`, units[name] as never);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : Array.isArray(value) ? "an array" : String(value);
}

function deepFrozen<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  const copy = Array.isArray(value)
    ? value.map(deepFrozen)
    : Object.fromEntries(Object.entries(value).map(([key, child]) => [key, deepFrozen(child)]));
  return Object.freeze(copy) as T;
}
