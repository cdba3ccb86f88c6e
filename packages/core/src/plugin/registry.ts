import { ArgumentError } from "../util/errors.js";
import type { Units } from "../sim/units.js";
import type {
  DisplayFactory,
  LossFactory,
  Named,
  OptimizerFactory,
  Plugin,
  PluginKind,
  SimulatorFactory,
} from "./plugin.js";

/** An entry of a plugin, found by its name. */
export interface Found<T> {
  readonly plugin: Plugin;
  /** Its name in the plugin. */
  readonly name: string;
  readonly factory: T;
}

/** A simulator, found by its name. */
export interface FoundSimulator extends Found<SimulatorFactory> {
  readonly units: Units;
}

/**
 * Plugins, and what they offer by name: for programs that read names from a file or a form. A name is that of the entry
 * ("acousticWave1d") or, where two plugins have one of that name, with its plugin ("@simgrad/wave/acousticWave1d").
 */
export interface PluginRegistry {
  readonly plugins: readonly Plugin[];
  /**
   * The plugin of that name.
   *
   * @throws ArgumentError that lists the names there are.
   */
  plugin(name: string): Plugin;
  /**
   * The factory of a simulator.
   *
   * @throws ArgumentError if there is none of the name, or several.
   */
  simulator(name: string): FoundSimulator;
  /**
   * The factory of a loss.
   *
   * @throws ArgumentError if there is none of the name, or several.
   */
  loss(name: string): Found<LossFactory>;
  /**
   * The factory of an optimizer.
   *
   * @throws ArgumentError if there is none of the name, or several.
   */
  optimizer(name: string): Found<OptimizerFactory>;
  /**
   * The factory of a display.
   *
   * @throws ArgumentError if there is none of the name, or several.
   */
  display(name: string): Found<DisplayFactory>;
  /** Full names of all entries of a kind, in the order of the plugins. */
  names(kind: PluginKind): readonly string[];
}

/**
 * Makes a registry of plugins.
 *
 * @throws ArgumentError if two plugins have one name.
 * @example
 * ```ts
 * const { simulator } = pluginRegistry([wave, pendulum]);
 * const { factory, units } = simulator("acousticWave1d");
 * ```
 */
export function pluginRegistry(plugins: readonly Plugin[]): PluginRegistry {
  const byName = new Map<string, Plugin>();
  for (const plugin of plugins) {
    if (byName.has(plugin.name)) {
      throw new ArgumentError({
        what: "Two plugins have one name.",
        got: `"${plugin.name}" twice`,
        expected: "each plugin once",
        data: { name: plugin.name },
      });
    }
    byName.set(plugin.name, plugin);
  }
  const names = (kind: PluginKind): readonly string[] =>
    plugins.flatMap((plugin) => Object.keys(plugin[kind]).map((name) => `${plugin.name}/${name}`));

  function find<T>(kind: PluginKind, asked: string): Found<T> {
    const found = plugins.flatMap((plugin) =>
      Object.entries(plugin[kind] as Named<unknown>)
        .filter(([name]) => name === asked || `${plugin.name}/${name}` === asked)
        .map(([name, factory]) => ({ plugin, name, factory: factory as T })),
    );
    const [only] = found;
    if (found.length === 1 && only !== undefined) return only;
    const full = found.map(({ plugin, name }) => `${plugin.name}/${name}`);
    throw new ArgumentError({
      what:
        found.length === 0
          ? `No plugin has ${asked} among its ${kind}.`
          : `Several plugins have ${asked} among their ${kind}.`,
      got: found.length === 0 ? `"${asked}"` : full.join(", "),
      expected: found.length === 0 ? namesOrNone(names(kind)) : "the name of one",
      ...(found.length === 0 ? {} : { fix: `write the plugin's name too, as in "${full[0]}".` }),
      data: { kind, name: asked },
    });
  }

  return Object.freeze({
    plugins: Object.freeze([...plugins]),
    plugin(name: string): Plugin {
      const plugin = byName.get(name);
      if (plugin !== undefined) return plugin;
      throw new ArgumentError({
        what: "There is no plugin of that name in the registry.",
        got: `"${name}"`,
        expected: namesOrNone([...byName.keys()]),
        data: { name },
      });
    },
    simulator(name: string): FoundSimulator {
      const found = find<SimulatorFactory>("simulators", name);
      return { ...found, units: found.plugin.units[found.name] as Units };
    },
    loss: (name: string) => find<LossFactory>("losses", name),
    optimizer: (name: string) => find<OptimizerFactory>("optimizers", name),
    display: (name: string) => find<DisplayFactory>("displays", name),
    names,
  });
}

function namesOrNone(names: readonly string[]): string {
  return names.length === 0 ? "nothing: the registry has none" : `one of ${names.join(", ")}`;
}
