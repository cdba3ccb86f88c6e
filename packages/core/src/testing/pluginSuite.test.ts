import { describe, expect, it, test } from "@jest/globals";
import { definePlugin } from "../plugin/definePlugin.js";
import type { Plugin } from "../plugin/plugin.js";
import type { Clock, Simulator } from "../sim/simulator.js";
import type { Units } from "../sim/units.js";
import { np } from "../trace/np.js";
import { isTraced, type Tensor } from "../trace/tensor.js";
import { ArgumentError, ShapeError } from "../util/errors.js";
import { registerTree } from "../util/tree.js";
import { pluginSuite, type BadParams, type PluginCase } from "./pluginSuite.js";

interface Params {
  readonly rate: Tensor;
}
interface State {
  readonly amount: Tensor;
}
type Decay = Simulator<Params, State, Tensor>;

const units: Units = { time: "s", params: { rate: "1/s" }, state: { amount: "kg" }, output: "kg" };

/** x' = -rate x, by explicit steps, which can be undone. */
function decay(): Decay {
  return {
    name: "decay",
    units,
    dt: 0.1,
    init: () => ({ amount: np.array([1, 2]) }),
    step: ({ amount }, { rate }, { dt }) => ({ amount: amount.sub(amount.mul(rate).mul(dt)) }),
    stepBack: ({ amount }, { rate }, { dt }) => ({ amount: amount.div(np.sub(1, rate.mul(dt))) }),
    observe: ({ amount }) => amount,
    check: ({ rate: given }) => {
      if (given === undefined) throw new ArgumentError({ what: "decay: params.rate is missing." });
      const rate = np.asarray(given);
      if (rate.ndim > 0) throw new ShapeError({ what: "decay: params.rate is one number." });
      if (!isTraced(rate) && !(rate.item() >= 0)) throw new ArgumentError({ what: "decay: params.rate is negative." });
    },
  };
}

const bad: readonly BadParams[] = [
  { name: "NaN", params: { rate: NaN }, code: "ARGUMENT", message: "NaN in params.rate" },
  { name: "a vector", params: { rate: Float64Array.of(1, 2) }, code: "SHAPE", message: "params.rate" },
  { name: "no rate", params: {}, code: "ARGUMENT", message: "params.rate is missing" },
  { name: "a negative rate", params: { rate: -1 }, code: "ARGUMENT", message: /negative/ },
];

type Decays = { readonly decay: () => Simulator<Params, unknown, unknown, unknown> };

function pluginOf(make: () => unknown, declared: Units = units): Plugin<Decays> {
  return definePlugin({
    name: "decays",
    apiVersion: 1,
    units: { decay: declared },
    simulators: { decay: make as () => Simulator<Params, unknown, unknown, unknown> },
  });
}

const good: PluginCase<Decays> = { simulator: "decay", params: { rate: 0.7 }, steps: 4, bad };

describe("pluginSuite passes a plugin that keeps the contract", () => {
  pluginSuite({ test, plugin: pluginOf(decay), cases: [good] });
});

/** What the suite says of a plugin: the tests that fail, with their messages. */
function failures(plugin: Plugin<Decays>, cases: readonly PluginCase<Decays>[] = [good]): Map<string, string> {
  const failed = new Map<string, string>();
  const collect = (name: string, body: () => void): void => {
    try {
      body();
    } catch (error) {
      failed.set(name.replace(/^decays: /, ""), (error as Error).message);
    }
  };
  pluginSuite({ test: collect, plugin, cases });
  return failed;
}

class Amount {
  readonly value: Tensor;
  constructor(value: Tensor) {
    this.value = value;
  }
}
registerTree(Amount, {
  toTree: ({ value }) => ({ value }),
  fromTree: ({ value }) => new Amount(value as Tensor),
});

class PlainAmount extends Amount {}

registerTree(PlainAmount, {
  isPlain: true,
  toTree: ({ value }) => ({ value }),
  fromTree: ({ value }) => new PlainAmount(value as Tensor),
});

interface Broken {
  readonly what: string;
  readonly make: () => unknown;
  /** Units that the plugin declares, if others. */
  readonly declared?: Units;
  /** The first test that fails: the tests go from what others rest on to what rests on others. */
  readonly fails: RegExp;
  readonly message: RegExp;
  /** Whether that is the only test that fails. */
  readonly alone: boolean;
}

const broken: readonly Broken[] = [
  {
    what: "that calls itself by another name",
    make: () => ({ ...decay(), name: "growth" }),
    fails: /the name under which the plugin has it/,
    message: /name: "growth".*"decay"/,
    alone: true,
  },
  {
    what: "whose state grows",
    make: () => ({
      ...decay(),
      stepBack: undefined,
      step: ({ amount }: State) => ({ amount: np.concatenate([amount, amount]) }),
    }),
    fails: /keeps trees, shapes and dtypes/,
    message: /float64\[4\] in step 0\.amount.*float64\[2\], as init\(params\)\.amount is/,
    alone: false,
  },
  {
    what: "whose state becomes float32",
    make: () => ({
      ...decay(),
      step: (state: State, params: Params, clock: Clock) => ({
        amount: decay().step(state, params, clock).amount.astype("float32"),
      }),
    }),
    fails: /keeps trees, shapes and dtypes/,
    message: /float32\[2\] in step 0\.amount.*float64\[2\]/,
    alone: false,
  },
  {
    what: "with a leaf without a unit",
    make: () => ({
      ...decay(),
      units: { ...units, output: { amount: "kg" } },
      observe: ({ amount }: State) => ({ amount, total: np.sum(amount) }),
    }),
    declared: { ...units, output: { amount: "kg" } },
    fails: /has a unit for every leaf/,
    message: /output\.total without an entry/,
    alone: true,
  },
  {
    what: "with a unit without a leaf",
    make: () => ({ ...decay(), units: { ...units, state: { amount: "kg", speed: "m/s" } } }),
    declared: { ...units, state: { amount: "kg", speed: "m/s" } },
    fails: /has no unit without a leaf/,
    message: /units\.state\.speed = "m\/s".*state\.amount/,
    alone: true,
  },
  {
    what: "whose units are not those that it declares",
    make: () => ({ ...decay(), units: { ...units, time: "h" } }),
    fails: /has a unit for every leaf/,
    message: /not those that the plugin declares.*"time":"h"/,
    alone: true,
  },
  {
    what: "that ends in infinite numbers",
    make: () => ({ ...decay(), stepBack: undefined, step: ({ amount }: State) => ({ amount: amount.mul(1e200) }) }),
    fails: /ends the run of the case with finite numbers/,
    message: /Infinity in state\.amount at entry 0 after 4 steps/,
    alone: false,
  },
  {
    what: "whose check reads traced parameters",
    make: () => ({
      ...decay(),
      check(params: Params) {
        decay().check?.(params);
        if (np.asarray(params.rate).item() > 5) throw new ArgumentError({ what: "decay: params.rate is too large." });
      },
    }),
    fails: /takes traced parameters/,
    message: /`\.item\(\)` wants the elements of a tensor that is only known when the compiled program runs/,
    alone: false,
  },
  {
    what: "that rolls dice",
    make: () => ({ ...decay(), init: () => ({ amount: np.array([1, 1 + Math.random()]) }) }),
    fails: /gives the same bits each time/,
    message: /two simulators of one factory differ.*Math\.random/,
    alone: false,
  },
  {
    what: "that remembers its first run",
    make: () => {
      let runs = 0;
      return { ...decay(), init: () => ({ amount: np.array([1, Math.min(3, 2 + runs++)]) }) };
    },
    fails: /gives the same bits each time/,
    message: /a simulator that ran before differs.*keep nothing between runs/,
    alone: false,
  },
  {
    what: "that counts the steps of a run in a variable",
    make: () => {
      let count = 0;
      const { stepBack: _, ...rest } = decay();
      return {
        ...rest,
        init(params: Params) {
          count = 0;
          return rest.init(params);
        },
        step: (state: State, params: Params, clock: Clock) => ({
          amount: rest.step(state, params, clock).amount.add(count++),
        }),
      };
    },
    fails: /gives step by step what a compiled run gives/,
    message: /one by one and a compiled run end differently.*belongs into the state/,
    alone: false,
  },
  {
    what: "whose gradient is NaN where a root is masked too late",
    make: () => ({
      ...decay(),
      observe: ({ amount }: State) => np.where(amount.greater(9), np.sqrt(amount.sub(amount)), amount),
    }),
    fails: /derivatives of finite differences, forward and reverse/,
    message: /reverse mode \(grad\) is not that in forward mode\. Got: NaN.*masked only after/,
    alone: false,
  },
  {
    what: "with a jump at the parameters of its case",
    make: () => ({
      ...decay(),
      observe: ({ amount }: State, { rate }: Params) => np.where(rate.greater(0.7), rate.sub(0.7), amount),
    }),
    fails: /derivatives of finite differences, forward and reverse/,
    message: /forward mode \(jvp\) is not that of finite differences of its value.*look for kinks/,
    alone: false,
  },
  {
    what: "that keeps a parameter which its check saw",
    make: () => {
      let kept = 0.7;
      const { stepBack: _, ...rest } = decay();
      return {
        ...rest,
        check(params: Params) {
          rest.check?.(params);
          const rate = np.asarray(params.rate);
          if (!isTraced(rate)) kept = rate.item();
        },
        step: ({ amount }: State, _params: Params, { dt }: Clock) => ({ amount: amount.sub(amount.mul(kept * dt)) }),
      };
    },
    fails: /derivatives of finite differences, forward and reverse/,
    message: /is not that of finite differences of its value.*read on the host/,
    alone: true,
  },
  {
    what: "whose stepBack is only nearly the inverse",
    make: () => ({
      ...decay(),
      stepBack: ({ amount }: State, { rate }: Params, { dt }: Clock) => ({
        amount: amount.add(amount.mul(rate).mul(dt)),
      }),
    }),
    fails: /undoes a step by stepBack/,
    message: /stepBack does not lead back.*exact inverse/,
    alone: true,
  },
  {
    what: "whose state is a class",
    make: () => ({
      ...decay(),
      units: { ...units, state: { value: "kg" } },
      init: () => new Amount(np.array([1, 2])),
      step: ({ value }: Amount, { rate }: Params, { dt }: Clock) => new Amount(value.sub(value.mul(rate).mul(dt))),
      stepBack: undefined,
      observe: ({ value }: Amount) => value,
    }),
    declared: { ...units, state: { value: "kg" } },
    fails: /written as JSON/,
    message: /A class cannot be written as JSON.*an instance of Amount in state/,
    alone: true,
  },
  {
    what: "that takes a negative rate",
    make: () => ({
      ...decay(),
      check({ rate }: Params) {
        if (rate === undefined) throw new ArgumentError({ what: "decay: params.rate is missing." });
        if (np.asarray(rate).ndim > 0) throw new ShapeError({ what: "decay: params.rate is one number." });
      },
    }),
    fails: /refuses bad parameters: a negative rate/,
    message: /bad parameters are accepted: a negative rate/,
    alone: true,
  },
  {
    what: "that fails on bad parameters by accident",
    make: () => ({
      ...decay(),
      check(params: Params) {
        void params.rate.ndim;
        decay().check?.(params);
      },
    }),
    fails: /refuses bad parameters: no rate/,
    message: /an error that is not the plugin's: no rate.*TypeError/,
    alone: true,
  },
];

describe("pluginSuite", () => {
  it("takes a state of a class that says that it is nothing but its children", () => {
    const plainUnits = { ...units, state: { value: "kg" } };
    const make = (): unknown => ({
      ...decay(),
      units: plainUnits,
      init: () => new PlainAmount(np.array([1, 2])),
      step: ({ value }: Amount, { rate }: Params, { dt }: Clock) => new PlainAmount(value.sub(value.mul(rate).mul(dt))),
      stepBack: undefined,
      observe: ({ value }: Amount) => value,
    });
    expect(failures(pluginOf(make, plainUnits)).size).toBe(0);
  });
});

describe("pluginSuite fails on a plugin", () => {
  it.each(broken)("$what", ({ make, declared, fails, message, alone }) => {
    const failed = failures(pluginOf(make, declared));
    const [first] = failed;
    expect(first?.[0]).toMatch(fails);
    expect(first?.[1]).toMatch(message);
    expect(failed.size === 1).toBe(alone);
  });

  it("without a case for each simulator", () => {
    const plugin = definePlugin({
      name: "decays",
      apiVersion: 1,
      units: { decay: units, other: units },
      simulators: { decay, other: decay },
    }) as unknown as Plugin<Decays>;
    expect([...failures(plugin).values()]).toEqual([expect.stringMatching(/no case of other/)]);
  });

  it("with a case of no simulator", () => {
    const cases = [good, { ...good, simulator: "dekay" }] as unknown as readonly PluginCase<Decays>[];
    const failed = failures(pluginOf(decay), cases);
    expect([...failed][0]?.[1]).toMatch(/a case of dekay, which the plugin does not have/);
  });

  it("whose cases list no bad parameters of a kind", () => {
    const failed = failures(pluginOf(decay), [{ ...good, bad: bad.slice(0, 1) }]);
    expect([...failed.values()]).toEqual([
      expect.stringMatching(/no bad parameters with a wrong shape, with a missing leaf/),
    ]);
  });
});

describe("a case of pluginSuite", () => {
  it("has parameters and options of its simulator's types", () => {
    type Make = { readonly decay: (options: { readonly cells: number }) => Decay };
    const typed: PluginCase<Make> = { simulator: "decay", options: { cells: 3 }, params: { rate: 1 } };
    // @ts-expect-error cells is a number
    const wrongOptions: PluginCase<Make> = { ...typed, options: { cells: "3" } };
    // @ts-expect-error there is no such parameter
    const wrongParams: PluginCase<Make> = { simulator: "decay", params: { speed: 1 } };
    // @ts-expect-error there is no such simulator
    const wrongName: PluginCase<Make> = { ...typed, simulator: "growth" };
    expect([typed, wrongOptions, wrongParams, wrongName]).toHaveLength(4);
  });
});
