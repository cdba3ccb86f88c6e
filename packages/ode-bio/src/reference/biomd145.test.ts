import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";
import { adam, fit, grad, jit, jvp, np, rk4, valueAndGrad, type Tensor } from "@simgrad/core";
import { exampleModels, sbmlModel, type OdeParams, type OdeResult } from "../index.js";
import { distance, goalAt, onBoth, sines, times } from "./calcium.js";
import { sharedFile } from "./sharedFile.js";

interface Oracle {
  readonly loss: number;
  readonly grad: { readonly [parameter: string]: number };
}

const text = sharedFile("data/biomodels/BIOMD0000000145.xml");
const table = sharedFile("oracles/biomd145_reference.csv");
const oracleText = sharedFile("oracles/biomd145_gradient_oracle.json");
const found = text !== undefined && table !== undefined && oracleText !== undefined;

/** The file of the collection, or where that is not there, so that nothing is run, the model of our own. */
const source = text ?? fileURLToPath(exampleModels.calciumWang2007.href);
const calcium = (run: OdeResult): Tensor => run.outputs["Ca_Cyt"]!;

(found ? describe : describe.skip)("BIOMD0000000145", () => {
  const model = sbmlModel(source);
  const exact = { times, rtol: 1e-9, atol: 1e-12 };
  const simulator = model.simulator({ ...exact, outputs: ["Ca_Cyt"] });
  const loss = (params: OdeParams): Tensor => distance(calcium(simulator.simulate(params)));
  const start = model.tunable().params;

  it("has the whole reference grid to 1e-6", () => {
    const [head, ...rows] = (table ?? "").trim().split("\n");
    const names = (head ?? "").split(",");
    const values = rows.map((row) => row.split(",").map(Number));
    const grid = values.map((row) => row[0]!);
    const { outputs } = model.simulator({ ...exact, times: grid }).run({ parameters: {} });
    expect(grid).toHaveLength(501);
    for (const [column, name] of names.slice(1).entries()) {
      const worst = values.map((row, i) => Math.abs(outputs[name]!.data[i]! / row[column + 1]! - 1));
      expect(Math.max(...worst)).toBeLessThan(1e-6);
    }
  });

  it("has the loss to 1e-6 and the gradient in 24 parameters to 1e-5, forward as in reverse to 1e-8", () => {
    const oracle = JSON.parse(oracleText ?? "") as Oracle;
    const [value, slopes] = jit(valueAndGrad(loss))(start);
    expect(Math.abs(value.item() / 7647.757015 - 1)).toBeLessThan(1e-6);
    const ids = Object.keys(oracle.grad);
    expect(ids).toHaveLength(24);
    for (const id of ids) {
      expect(Math.abs(slopes.parameters[id]!.item() / oracle.grad[id]! - 1)).toBeLessThan(1e-5);
    }
    const forward = jit((params: OdeParams, direction: OdeParams) => jvp(loss, [params], [direction])[1]);
    for (const id of ids) {
      const direction = Object.fromEntries(ids.map((other) => [other, other === id ? 1 : 0]));
      const own = forward(start, { parameters: direction, initial: {} }).item();
      expect(Math.abs(own / slopes.parameters[id]!.item() - 1)).toBeLessThan(1e-8);
    }
  });

  it("is tuned by Adam to 804.3 on its 24 parameters, to 570 with both sizes", async () => {
    const tune = async (only?: readonly string[]): Promise<number> => {
      const own = model.simulator({ times, outputs: ["Ca_Cyt"] });
      const tunable = model.tunable(only === undefined ? {} : { only });
      const optimizer = adam({ learningRate: 1e-3 });
      const run = await fit({ ...tunable, simulator: own, output: calcium, loss: distance, optimizer, steps: 1000 });
      return run.last.loss;
    };
    expect(Math.abs((await tune()) / 804.3 - 1)).toBeLessThan(0.01);
    expect(Math.abs((await tune(Object.keys(model.params.parameters))) / 570 - 1)).toBeLessThan(0.02);
  });

  it("has the same gradient forward and in reverse over 5000 s", () => {
    const far = Float64Array.from({ length: 501 }, (_, i) => i * 10);
    const goal = np.array(far.map(goalAt));
    const long = model.simulator({ times: far, outputs: ["Ca_Cyt"] });
    const of = (k5: Tensor): Tensor =>
      np.sum(np.square(calcium(long.simulate({ parameters: { k5 } })).sub(goal))).div(1e6);
    const k5 = np.array(model.params.parameters["k5"]!);
    const reverse = jit(grad(of))(k5).item();
    const forward = jit((x: Tensor) => jvp(of, [x], [np.array(1)])[1])(k5).item();
    expect(Number.isFinite(reverse)).toBe(true);
    expect(Math.abs(forward / reverse - 1)).toBeLessThan(1e-8);
  });
});

(found ? describe : describe.skip)("interventions on BIOMD0000000145", () => {
  const model = sbmlModel(source);
  const inner = times.slice(1);
  const untouched = model.simulator({ times }).run({ parameters: {} });
  const valuesAt = (from: number): OdeParams["interventions"] & object => ({
    Galpha_GTP: untouched.outputs["Galpha_GTP"]!.slice([from, null]),
    IP3: untouched.outputs["IP3"]!.slice([from, null]),
  });

  it("that set start at 7647.757 and 1050.378", () => {
    const simulator = model.simulator({ times, outputs: ["Ca_Cyt"], interventions: onBoth("set", inner) });
    const lossOf = (interventions: unknown): number =>
      distance(calcium(simulator.run({ parameters: {}, interventions } as never))).item();
    expect(lossOf(valuesAt(1))).toBeCloseTo(7647.757, 1);
    expect(lossOf(sines(inner))).toBeCloseTo(1050.378, 1);
  });

  it("that hold start at 7643.18 and 1498", () => {
    const simulator = model.simulator({ times, outputs: ["Ca_Cyt"], interventions: onBoth("hold", times) });
    const lossOf = (interventions: unknown): number =>
      distance(calcium(simulator.run({ parameters: {}, interventions } as never))).item();
    expect(lossOf(valuesAt(0))).toBeCloseTo(7643.18, 1);
    expect(Math.abs(lossOf(sines(times)) - 1498)).toBeLessThan(1);
  });

  /**
   * One step of Runge and Kutta's method from each time to the next, as the figures were made. Training from the
   * sines drives IP3 below -10 nM, through the pole that DG / (Kd + DG) has there: steps that choose their size stop
   * at it.
   */
  it("are learned: 655 and 216 after 3000 steps of Adam", async () => {
    const simulator = model.simulator({
      times,
      outputs: ["Ca_Cyt"],
      interventions: onBoth("set", inner),
      method: rk4(),
    });
    for (const [interventions, end] of [
      [valuesAt(1), 655],
      [sines(inner), 216],
    ] as const) {
      const run = await fit({
        simulator,
        output: calcium,
        loss: distance,
        params: { parameters: {}, interventions },
        optimizer: adam({ learningRate: 1e-2 }),
        steps: 3000,
      });
      expect(Math.abs(run.last.loss / end - 1)).toBeLessThan(0.05);
    }
  });
});

describe("the calcium model of our own", () => {
  it("has the same loss", () => {
    const own = sbmlModel(fileURLToPath(exampleModels.calciumWang2007.href));
    const run = own.simulator({ times, outputs: ["Ca_Cyt"], rtol: 1e-9, atol: 1e-12 }).run({ parameters: {} });
    expect(Math.abs(distance(calcium(run)).item() / 7647.757015 - 1)).toBeLessThan(1e-6);
  });
});
