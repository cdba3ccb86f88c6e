import { describe, expect, it } from "@jest/globals";
import { halfSquared } from "../loss/halfSquared.js";
import { adam } from "../optim/adam.js";
import { lbfgs } from "../optim/solvers/lbfgs.js";
import type { Simulator } from "../sim/simulator.js";
import type { Units } from "../sim/units.js";
import type { Tensor } from "../trace/tensor.js";
import { ArgumentError } from "../util/errors.js";
import { definePlugin } from "./definePlugin.js";
import type { Plugin } from "./plugin.js";
import { pluginRegistry } from "./registry.js";

const units: Units = { time: "s", params: { rate: "1/s" }, state: "kg", output: "kg" };

function decay(options: { readonly dt: number }): Simulator<{ readonly rate: Tensor }, Tensor, Tensor> {
  return {
    name: "decay",
    units,
    dt: options.dt,
    init: ({ rate }) => rate,
    step: (state) => state,
    observe: (state) => state,
  };
}

const definition = { name: "@someone/decay", apiVersion: 1, units: { decay: units }, simulators: { decay } };

describe("definePlugin", () => {
  it("returns a frozen plugin, with all kinds of entries", () => {
    const plugin = definePlugin({
      ...definition,
      losses: { halfSquared },
      optimizers: { adam, lbfgs },
      displays: { print: String },
    });
    expect(plugin.name).toBe("@someone/decay");
    expect(plugin.simulators.decay({ dt: 0.5 }).dt).toBe(0.5);
    expect(plugin.optimizers.adam({ learningRate: 1 }).name).toBe("adam");
    for (const part of [
      plugin,
      plugin.simulators,
      plugin.losses,
      plugin.units,
      plugin.units.decay,
      plugin.units.decay.params,
    ]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
    expect(Object.isFrozen(units)).toBe(false);
  });

  it("has empty kinds where there is nothing", () => {
    const plugin = definePlugin(definition);
    expect([plugin.losses, plugin.optimizers, plugin.displays]).toEqual([{}, {}, {}]);
  });

  it("keeps the types of its factories, and fits a registry", () => {
    const plugin: Plugin<{ readonly decay: typeof decay }> = definePlugin(definition);
    // @ts-expect-error dt is a number
    const wrong = (): unknown => plugin.simulators.decay({ dt: "1" });
    expect(wrong).not.toThrow();
    expect(pluginRegistry([plugin]).names("simulators")).toEqual(["@someone/decay/decay"]);
  });

  it("does not need simulators if it has something else", () => {
    const plugin = definePlugin({ name: "losses", apiVersion: 1, units: {}, simulators: {}, losses: { halfSquared } });
    expect(Object.keys(plugin.losses)).toEqual(["halfSquared"]);
  });

  it.each<[string, unknown, RegExp]>([
    ["no object", undefined, /takes an object.*name, apiVersion, units, simulators/],
    ["no name", { ...definition, name: undefined }, /name is not that of a package.*undefined/],
    ["a name in capitals", { ...definition, name: "Decay" }, /name: "Decay".*lower case/],
    ["an older version", { ...definition, apiVersion: 0 }, /apiVersion: 0.*apiVersion: 1.*docs\/plugins\.md/],
    ["a newer version", { ...definition, apiVersion: 2 }, /apiVersion: 2.*update @simgrad\/core/],
    ["a version in quotes", { ...definition, apiVersion: "1" }, /apiVersion: "1"/],
    ["a member that is misspelled", { ...definition, simulator: {} }, /no member "simulator".*did you mean simulators/],
    ["simulators in an array", { ...definition, simulators: [decay] }, /simulators is not an object.*an array/],
    [
      "a simulator for a factory",
      { ...definition, simulators: { decay: decay({ dt: 1 }) } },
      /simulators\.decay is not a function.*wrap it/,
    ],
    ["a loss that is no function", { ...definition, losses: { l2: 3 } }, /losses\.l2 is not a function.*Got: 3/],
    ["a name that is no name", { ...definition, simulators: { "my decay": decay } }, /simulators\.my decay.*camelCase/],
    ["nothing", { name: "nothing", apiVersion: 1, units: {}, simulators: {} }, /offers nothing/],
    ["no units", { ...definition, units: undefined }, /units are missing/],
    ["no units of a simulator", { ...definition, units: {} }, /simulator decay: units are missing/],
    [
      "units of no simulator",
      { ...definition, units: { decay: units, decoy: units } },
      /units\.decoy belongs to no simulator/,
    ],
    [
      "a wrong unit",
      { ...definition, units: { decay: { ...units, output: "kilos" } } },
      /decay: units\.output: "kilos" is no unit/,
    ],
  ])("refuses %s", (_, wrong, message) => {
    expect(() => definePlugin(wrong as typeof definition)).toThrow(ArgumentError);
    expect(() => definePlugin(wrong as typeof definition)).toThrow(message);
  });
});

describe("pluginRegistry", () => {
  const first = definePlugin({ ...definition, losses: { halfSquared } });
  const second = definePlugin({ ...definition, name: "other", optimizers: { adam }, displays: { print: String } });
  const registry = pluginRegistry([first, second]);

  it("finds plugins and their entries by name", () => {
    expect(registry.plugin("other")).toBe(second);
    expect(registry.loss("halfSquared")).toEqual({ plugin: first, name: "halfSquared", factory: halfSquared });
    expect(registry.optimizer("other/adam").factory).toBe(adam);
    expect(registry.display("print").factory).toBe(String);
    const { factory, units: found, plugin } = registry.simulator("@someone/decay/decay");
    expect([factory, plugin]).toEqual([decay, first]);
    expect(found).toEqual(units);
  });

  it("lists names", () => {
    expect(registry.names("simulators")).toEqual(["@someone/decay/decay", "other/decay"]);
    expect(registry.names("losses")).toEqual(["@someone/decay/halfSquared"]);
  });

  it("says what there is when it finds nothing, or too much", () => {
    expect(() => registry.plugin("third")).toThrow(/Got: "third"\. Expected: one of @someone\/decay, other/);
    expect(() => registry.loss("l2")).toThrow(/No plugin has l2 among its losses.*one of @someone\/decay\/halfSquared/);
    expect(() => registry.simulator("decay")).toThrow(/Several plugins have decay.*as in "@someone\/decay\/decay"/);
    expect(() => pluginRegistry([]).loss("l2")).toThrow(/the registry has none/);
  });

  it("refuses two plugins of one name", () => {
    expect(() => pluginRegistry([first, first])).toThrow(/"@someone\/decay" twice/);
  });
});
