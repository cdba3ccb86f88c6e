import { mkdtempSync, writeFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "@jest/globals";
import {
  ArgumentError,
  FileError,
  fit,
  grad,
  halfSquared,
  jit,
  levenbergMarquardt,
  np,
  NumericalError,
  rk4,
  ShapeError,
  tsit5,
  vmap,
  type Tensor,
} from "@simgrad/core";
import { massAction, reactionNetwork, sbmlModel, UnsupportedModelError, type SimulatorOptions } from "../index.js";
import { eventModel, number, time } from "../testTexts/eventModel.js";

/** A -> B with rate k, B -> with rate d. */
const chain = reactionNetwork({
  name: "chain",
  species: { A: 2, B: 0 },
  parameters: { k: 0.5, d: 0.2 },
  reactions: {
    turn: { equation: "A -> B", rate: massAction("k") },
    lose: { equation: "B ->", rate: massAction("d") },
  },
  assignments: { total: "A + B" },
});
const tight = { rtol: 1e-10, atol: 1e-12 };
const column = (result: { readonly outputs: { readonly [id: string]: Tensor } }, id: string): number[] => [
  ...result.outputs[id]!.data,
];
const close = (got: readonly number[], wanted: readonly number[]): void => {
  expect(got).toHaveLength(wanted.length);
  got.forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 8));
};

describe("runs", () => {
  it("have the outputs that are asked for by id, amount, concentration, rate and time", () => {
    const outputs = ["A", "amount(A)", "concentration(B)", "total", "turn", "k", "time"];
    const simulator = chain.simulator({ times: [0, 1, 3], outputs, ...tight });
    const result = simulator.run({ parameters: {} });
    const a = [0, 1, 3].map((t) => 2 * Math.exp(-0.5 * t));
    close(column(result, "A"), a);
    close(column(result, "amount(A)"), a);
    close(
      column(result, "turn"),
      a.map((value) => 0.5 * value),
    );
    close(
      column(result, "total"),
      a.map((value, i) => value + result.outputs["concentration(B)"]!.data[i]!),
    );
    expect(column(result, "k")).toEqual([0.5, 0.5, 0.5]);
    expect(column(result, "time")).toEqual([0, 1, 3]);
    expect(simulator.outputs).toEqual(outputs);
    expect(result.final["A"]!.item()).toBe(result.outputs["A"]!.data[2]);
  });

  it("start at time 0, whenever the first output is", () => {
    close(column(chain.simulator({ times: [2], ...tight }).run({ parameters: {} }), "A"), [2 * Math.exp(-1)]);
  });

  it("take parameters and starts, what is left out being the model's", () => {
    const run = chain.simulator({ times: [1], outputs: ["A"], ...tight }).run;
    close(column(run({ parameters: { k: 1 } }), "A"), [2 * Math.exp(-1)]);
    close(column(run({ parameters: {}, initial: { A: 6 } }), "A"), [6 * Math.exp(-0.5)]);
  });

  it("have derivatives by parameters and starts", () => {
    const simulator = chain.simulator({ times: [1], ...tight });
    const slopes = jit(
      grad((k: Tensor, start: Tensor) => simulator.simulate({ parameters: { k }, initial: { A: start } }).final["A"]!, {
        argnums: [0, 1],
      }),
    )(0.5, 2);
    expect(slopes[0].item()).toBeCloseTo(-2 * Math.exp(-0.5), 8);
    expect(slopes[1].item()).toBeCloseTo(Math.exp(-0.5), 8);
  });

  it("of an ensemble are those of its members", () => {
    const simulator = chain.simulator({ times: [0, 1, 4], outputs: ["B"], ...tight });
    const of = (k: Tensor): Tensor => simulator.simulate({ parameters: { k } }).outputs["B"]!;
    const rates = [0.1, 1, 3];
    const all = jit(vmap(of))(np.array(rates));
    rates.forEach((k, i) => close([...all.slice(i).data], column(simulator.run({ parameters: { k } }), "B")));
  });
});

describe("interventions", () => {
  it("set a quantity, which then goes on freely, as a parameter that can be learned", () => {
    const simulator = chain.simulator({
      times: [0, 1, 3],
      outputs: ["A"],
      interventions: [{ target: "A", mode: "set", times: [1], values: [4] }],
      ...tight,
    });
    close(column(simulator.run({ parameters: {} }), "A"), [2, 4, 4 * Math.exp(-1)]);
    const end = (value: Tensor): Tensor =>
      simulator.simulate({ parameters: {}, interventions: { A: value } }).final["A"]!;
    expect(jit(grad((value: Tensor) => end(value.reshape([1]))))(5).item()).toBeCloseTo(Math.exp(-1), 8);
  });

  it("hold a quantity until the end of an interval", () => {
    const simulator = chain.simulator({
      times: [0, 1, 2, 3],
      outputs: ["A"],
      interventions: [{ target: "A", mode: "hold", times: [1], until: [2], values: [3] }],
      ...tight,
    });
    close(column(simulator.run({ parameters: {} }), "A"), [2, 3, 3, 3 * Math.exp(-0.5)]);
  });

  it("change constants too", () => {
    const simulator = chain.simulator({
      times: [0, 1, 2],
      outputs: ["A"],
      interventions: [{ target: "k", mode: "set", times: [1], values: [0] }],
      ...tight,
    });
    const a = 2 * Math.exp(-0.5);
    close(column(simulator.run({ parameters: {} }), "A"), [2, a, a]);
  });

  it("go with fixed steps where they are at output times", () => {
    const options = {
      outputs: ["A"],
      method: rk4(),
      substeps: 50,
      interventions: [{ target: "A", mode: "set" as const, times: [1], values: [4] }],
    };
    close(column(chain.simulator({ times: [0, 1, 3], ...options }).run({ parameters: {} }), "A"), [
      2,
      4,
      4 * Math.exp(-1),
    ]);
    expect(() => chain.simulator({ times: [0, 3], ...options })).toThrow(/is at no output time, and steps are fixed/);
  });
});

describe("what is refused", () => {
  const refused = (options: object): unknown => {
    try {
      chain.simulator({ times: [0, 1], ...options } as SimulatorOptions);
    } catch (error) {
      return error;
    }
    return null;
  };

  it.each([
    ["an unknown output", { outputs: ["C"] }, /there is no output C. Expected: one of/],
    ["an output twice", { outputs: ["A", "A"] }, /the output A is there twice/],
    ["the amount of what is no species", { outputs: ["amount(k)"] }, /there is no output amount\(k\)/],
    ["times that do not ascend", { times: [0, 2, 1] }, /the times do not ascend from 0. Got: times\[2\] = 1/],
    ["a time before the start", { times: [-1, 2] }, /the times do not ascend/],
    ["no times", { times: [] }, /there are no times/],
    ["a time that is no number", { times: [0, NaN] }, /the times do not ascend/],
    ["an unknown option", { tolerance: 1e-3 }, /there is no option tolerance. Expected: some of times/],
    ["substeps of steps that are chosen", { method: tsit5(), substeps: 3 }, /does not take substeps for tsit5/],
    ["tolerances of fixed steps", { method: rk4(), rtol: 1e-3 }, /does not take rtol for rk4/],
    ["an intervention on a rule", { interventions: [{ target: "total", mode: "set", times: [1] }] }, /a rule gives/],
    [
      "an intervention on nothing",
      { interventions: [{ target: "q", mode: "set", times: [1] }] },
      /no quantity of the model/,
    ],
    ["an unknown mode", { interventions: [{ target: "A", mode: "clamp", times: [1] }] }, /unknown mode. Got: clamp/],
    [
      "an interval that ends before it starts",
      { interventions: [{ target: "A", mode: "hold", times: [1], until: [0.5] }] },
      /do not ascend/,
    ],
    [
      "fewer values than times",
      { interventions: [{ target: "A", mode: "set", times: [1, 2], values: [1] }] },
      /1 values for 2 times/,
    ],
  ])("%s", (_, options, message) => {
    const error = refused(options);
    expect(error).toBeInstanceOf(ArgumentError);
    expect((error as Error).message).toMatch(message);
  });

  it("in parameters: unknown ids, those in the wrong group, those that rules give, shapes, what is no number", () => {
    const { run } = chain.simulator({ times: [0, 1] });
    expect(() => run({ parameters: { q: 1 } })).toThrow(/params.parameters.q cannot be given: the model has no q/);
    expect(() => run({ parameters: { A: 1 } })).toThrow(/it belongs into params.initial/);
    expect(() => run({ parameters: { total: 1 } })).toThrow(/a rule gives its value/);
    expect(() => run({ parameters: { k: [1, 2] } } as never)).toThrow(ShapeError);
    expect(() => run({ parameters: { k: NaN } })).toThrow(ArgumentError);
    expect(() => run({} as never)).toThrow(/params.parameters is missing/);
    expect(() => run({ parameters: {}, interventions: { A: new Float64Array(1) } })).toThrow(
      /has no intervention on it/,
    );
  });
});

describe("sources", () => {
  it("are texts, paths, URLs and models, which all give the same", async () => {
    const folder = mkdtempSync(join(tmpdir(), "simgrad-ode-"));
    try {
      const path = join(folder, "chain.xml");
      writeFileSync(path, `\uFEFF${chain.toSbml()}`);
      const models = [
        sbmlModel(chain.toSbml()),
        sbmlModel(path),
        await sbmlModel(pathToFileURL(path)),
        sbmlModel(chain.model),
      ];
      for (const model of models) {
        expect(model.params).toEqual(chain.params);
        close(column(model.simulator({ times: [1], ...tight }).run({ parameters: {} }), "A"), [2 * Math.exp(-0.5)]);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("are not numbers of databases, nor what is neither SBML nor a file", () => {
    for (const source of ["BIOMD0000000145", "MODEL1006230034", "145"]) {
      expect(() => sbmlModel(source)).toThrow(/that needs a network.*get the file/);
    }
    expect(() => sbmlModel("no such file.xml")).toThrow(FileError);
    expect(() => sbmlModel("")).toThrow(/neither SBML nor a path/);
    expect(() => sbmlModel("https://example.org/model.xml")).toThrow(/new URL/);
  });
});

describe("tunable", () => {
  it("has all parameters but sizes, as they are", () => {
    expect(chain.tunable()).toEqual({ params: { parameters: { k: 0.5, d: 0.2 }, initial: {} } });
    expect(chain.tunable({ freeze: ["d"] }).params.parameters).toEqual({ k: 0.5 });
    expect(chain.tunable({ only: ["A", "cell"], start: { A: 1 } }).params).toEqual({
      parameters: { cell: 1 },
      initial: { A: 1 },
    });
  });

  it("finds rate constants in logarithms, within bounds", async () => {
    const times = Float64Array.from({ length: 21 }, (_, i) => i / 2);
    const simulator = chain.simulator({ times, outputs: ["B"], ...tight });
    const goal = simulator.run({ parameters: { k: 1.3, d: 0.07 } }).outputs["B"]!;
    const found = await fit({
      ...chain.tunable({ logScale: true, bounds: { k: [0.01, 10] } }),
      simulator,
      output: (run) => run.outputs["B"]!,
      loss: halfSquared(goal),
      optimizer: levenbergMarquardt(),
    });
    expect(found.params.parameters["k"]!.item()).toBeCloseTo(1.3, 6);
    expect(found.params.parameters["d"]!.item()).toBeCloseTo(0.07, 6);
  });

  it("refuses ids that are none", () => {
    expect(() => chain.tunable({ freeze: ["q"] })).toThrow(/freeze has q/);
    expect(() => chain.tunable({ bounds: { total: [0, 1] } })).toThrow(/bounds has total/);
  });
});

describe("steady states", () => {
  const cycle = reactionNetwork({
    name: "cycle",
    species: { A: 3, B: 1, E: 2, EA: 0 },
    parameters: { on: 1, off: 0.5, cat: 2, back: 0.3 },
    reactions: {
      bind: { equation: "A + E -> EA", rate: massAction("on", "off") },
      turn: { equation: "EA -> E + B", rate: massAction("cat") },
      again: { equation: "B -> A", rate: massAction("back") },
    },
  });

  it("keep what reactions conserve, and have no slopes", () => {
    const { outputs, residual } = cycle.steadyState().run({ parameters: {} });
    const [a, b, e, ea] = ["A", "B", "E", "EA"].map((id) => outputs[id]!.item()) as [number, number, number, number];
    expect(a + b + ea).toBeCloseTo(4, 12);
    expect(e + ea).toBeCloseTo(2, 12);
    expect(2 * ea).toBeCloseTo(0.3 * b, 12);
    expect(a * e - 0.5 * ea).toBeCloseTo(2 * ea, 12);
    expect(residual.item()).toBeLessThan(1e-12);
  });

  it("have the derivative of differences, by parameters and by what is conserved", () => {
    const steady = cycle.steadyState({ outputs: ["B"] });
    const slopes = jit(
      grad((on: Tensor, start: Tensor) => steady.solve({ parameters: { on }, initial: { A: start } }).outputs["B"]!, {
        argnums: [0, 1],
      }),
    )(1, 3);
    const at = (on: number, start: number): number =>
      steady.run({ parameters: { on }, initial: { A: start } }).outputs["B"]!.item();
    const h = 1e-5;
    expect(slopes[0].item()).toBeCloseTo((at(1 + h, 3) - at(1 - h, 3)) / (2 * h), 8);
    expect(slopes[1].item()).toBeCloseTo((at(1, 3 + h) - at(1, 3 - h)) / (2 * h), 8);
  });

  it("are refused where there are none", () => {
    const growing = reactionNetwork({
      species: { A: 1 },
      parameters: { k: 1 },
      reactions: { make: { equation: "-> A", rate: "k" } },
    });
    expect(() => growing.steadyState({ horizon: 100 }).run({ parameters: {} })).toThrow(NumericalError);
    expect(() => eventModel({ x: 0 }, { x: time }, []).steadyState()).toThrow(UnsupportedModelError);
    const jumping = eventModel({ x: 0, n: 0 }, { x: number(1) }, [{ trigger: "<true/>", set: { n: number(1) } }]);
    expect(() => jumping.steadyState()).toThrow(/what it does is no steady state/);
  });
});

describe("summary", () => {
  it("says what there is, what drives it, and what was left out", () => {
    const text = chain.summary();
    expect(text).toContain("chain, SBML level 3 version 2");
    expect(text).toContain("driven by equations (2): A, B");
    expect(text).toContain("given by assignment rules: total");
    expect(text).toContain("seen as concentrations: A, B");
  });
});
