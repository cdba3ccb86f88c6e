import { describe, expect, it } from "@jest/globals";
import { ArgumentError, NumericalError, ShapeError, TreeError, UnsupportedError } from "../../util/errors.js";
import { halfSquared } from "../../loss/halfSquared.js";
import { l1 } from "../../loss/l1.js";
import { tikhonov } from "../../loss/tikhonov.js";
import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import { expectThat } from "../../sim/checks.js";
import { adam } from "../adam.js";
import { sobolev } from "../metric/sobolev.js";
import { linearMetric } from "../metric/linearMetric.js";
import { logParametrization } from "../parametrization/log.js";
import { boxParametrization } from "../parametrization/box.js";
import { sgd } from "../sgd.js";
import { bfgs } from "../solvers/bfgs.js";
import { cmaEs } from "../solvers/cmaEs.js";
import { gaussNewton } from "../solvers/gaussNewton.js";
import { lbfgs } from "../solvers/lbfgs.js";
import { lbfgsb } from "../solvers/lbfgsb.js";
import { levenbergMarquardt } from "../solvers/levenbergMarquardt.js";
import { newtonCg } from "../solvers/newtonCg.js";
import { fit, minimize } from "./fit.js";
import type { Optimizer, StepReport } from "./options.js";

interface Decay {
  readonly rate: Tensor;
  readonly scale: Tensor;
}

const times = np.linspace(0, 2, 9);
const model = ({ rate, scale }: Decay): Tensor => scale.mul(rate.neg().mul(times).exp());
const truth = { rate: np.array(1.3), scale: np.array(2) };
const observed = model(truth);
const start = { rate: 0.4, scale: 1 };
const loss = halfSquared(observed);
const rosenbrock = (x: Tensor): Tensor => {
  const [a, b] = [x.slice(0), x.slice(1)];
  return b
    .sub(a.square())
    .square()
    .mul(100)
    .add(np.square(np.sub(1, a)));
};

describe("fit", () => {
  const optimizers: readonly Optimizer[] = [
    bfgs(),
    lbfgs(),
    lbfgsb(),
    newtonCg(),
    gaussNewton(),
    levenbergMarquardt(),
    cmaEs(),
    lbfgs({ metric: linearMetric({ map: (z) => z.mul(0.5) }) }),
  ];
  it.each(optimizers.map((optimizer) => [optimizer.name, optimizer] as const))(
    "finds the parameters of a model by %s",
    async (_, optimizer) => {
      const result = await fit({ model, loss, params: start, optimizer });
      expect(result.params.rate.item()).toBeCloseTo(1.3, 6);
      expect(result.params.scale.item()).toBeCloseTo(2, 6);
      expect(result.converged).toBe(true);
      expect(result.losses).toHaveLength(result.iterations + 1);
      expect(result.losses[0]).toBeCloseTo(loss(model({ rate: np.array(0.4), scale: np.array(1) })).item(), 13);
      expect(result.loss).toBe(Math.min(...result.losses));
    },
  );

  it("drives a gradient transformation for a number of steps", async () => {
    const reports: StepReport<Decay>[] = [];
    const result = await fit({
      model,
      loss,
      params: start,
      optimizer: adam({ learningRate: 0.05 }),
      steps: 300,
      onStep: (report) => void reports.push(report),
    });
    expect(result.reason).toBe("steps");
    expect(result.iterations).toBe(300);
    expect(result.evaluations).toBe(301);
    expect(result.params.rate.item()).toBeCloseTo(1.3, 2);
    expect(reports.map(({ step }) => step)).toEqual(Array.from({ length: 301 }, (_, i) => i));
    expect(reports[1]?.params.rate.item()).toBeCloseTo(0.45, 6);
    expect(reports[0]?.loss).toBe(result.losses[0]);
    expect(reports.at(-1)?.steps).toBe(300);
  });

  it("gives the steps of a hand-written loop", async () => {
    const square = (x: Tensor): Tensor => x.square().sum();
    const result = await minimize(square, np.array([1, -2]), sgd({ learningRate: 0.25 }), { steps: 3 });
    expect(result.params.toArray()).toEqual([0.125, -0.25]);
    expect(Array.from(result.losses)).toEqual([5, 1.25, 0.3125, 0.078125]);
    expect(Array.from(result.gradientNorms)).toEqual([0, 1, 2, 3].map((k) => Math.sqrt(20) / 2 ** k));
  });

  it("leaves integers alone and keeps float32", async () => {
    const f = ({ x, n }: { x: Tensor; n: Tensor }): Tensor => x.sub(n.astype("float32")).square().sum();
    for (const optimizer of [lbfgs(), adam({ learningRate: 0.5 })]) {
      const result = await minimize(f, { x: np.array([1, 2], "float32"), n: np.array(3, "int32") }, optimizer, {
        steps: 50,
      });
      expect(result.params.n.item()).toBe(3);
      expect(result.params.x.dtype).toBe("float32");
    }
  });

  it("fits a simulator's final observation, or what `output` takes from its run", async () => {
    const simulator = {
      name: "decay",
      simulate: (params: Decay) => ({ final: model(params), first: model(params).slice([0, 4]) }),
    };
    const final = await fit({ simulator, loss, params: start, optimizer: lbfgs() });
    expect(final.params.rate.item()).toBeCloseTo(1.3, 6);
    const part = await fit({
      simulator,
      output: ({ first }) => first,
      loss: halfSquared(observed.slice([0, 4])),
      params: start,
      optimizer: lbfgs(),
    });
    expect(part.params.scale.item()).toBeCloseTo(2, 6);
  });

  it("keeps bounds", async () => {
    for (const optimizer of [lbfgsb(), adam({ learningRate: 0.05 })]) {
      const result = await fit({
        model,
        loss,
        params: start,
        optimizer,
        steps: 200,
        bounds: { upper: { rate: 1, scale: Infinity }, lower: 0 },
      });
      expect(result.params.rate.item()).toBe(1);
    }
  });

  it("works in other coordinates", async () => {
    for (const parametrization of [logParametrization(), boxParametrization({ lower: 0, upper: 4 })]) {
      for (const optimizer of [lbfgs(), levenbergMarquardt()]) {
        const result = await fit({ model, loss, params: start, optimizer, parametrization });
        expect(result.params.rate.item()).toBeCloseTo(1.3, 6);
      }
    }
  });

  it("works under a metric with every kind of derivative", async () => {
    const target = np.linspace(0, 1, 12).mul(3).sin();
    const field = (c: Tensor): Tensor => c.add(c.square().mul(0.1));
    const metric = sobolev({ length: 0.05 });
    for (const optimizer of [lbfgs(), bfgs(), newtonCg(), levenbergMarquardt(), gaussNewton()]) {
      const result = await fit({
        model: field,
        loss: halfSquared(field(target)),
        params: np.zeros(12),
        optimizer,
        metric,
      });
      result.params.data.forEach((value, i) => expect(value).toBeCloseTo(target.data[i] as number, 4));
    }
    const slow = await fit({
      model: field,
      loss: halfSquared(field(target)),
      params: np.ones(12),
      optimizer: sgd({ learningRate: 0.1 }),
      metric,
      steps: 20,
    });
    expect(slow.loss).toBeLessThan((slow.losses[0] as number) / 2);
  });

  it("adds regularizers to the loss, also as residuals", async () => {
    const options = {
      model: (c: Tensor) => c,
      loss: halfSquared(np.array([1, 0, 1, 0, 1])),
      params: np.zeros(5),
      regularizers: [tikhonov<Tensor>({ alpha: 1e3, order: 1, dx: 1 })],
    };
    const [plain, squares] = await Promise.all(
      [lbfgs(), levenbergMarquardt()].map((optimizer) => fit({ ...options, optimizer })),
    );
    expect(plain?.params.data[0]).toBeCloseTo(0.6, 1);
    plain?.params.data.forEach((value, i) => expect(squares?.params.data[i]).toBeCloseTo(value, 7));
  });

  it("goes around points at which a check of the model fails", async () => {
    const guarded = (x: Tensor): Tensor => {
      expectThat(x.less(2), "too fast");
      return np.square(x.sub(1.9)).add(np.square(np.square(x)).mul(1e-3));
    };
    for (const optimizer of [lbfgs(), lbfgs({ lineSearch: "zoom" }), bfgs(), newtonCg()]) {
      const result = await minimize(guarded, np.array(-40), optimizer);
      expect(result.params.item()).toBeGreaterThan(1.8);
      expect(result.params.item()).toBeLessThan(2);
    }
    await expect(minimize(guarded, np.array(3), lbfgs())).rejects.toThrow(/too fast/);
  });
});

describe("the result of fit", () => {
  it("prints a summary with the reason and its remedy", async () => {
    const result = await fit({ model, loss, params: start, optimizer: lbfgs({ maxIterations: 3 }) });
    expect(String(result)).toMatch(/^fit by lbfgs: stopped\n/);
    expect(String(result)).toMatch(/stopped +maxIterations: maxIterations is reached/);
    expect(String(result)).toMatch(/remedy +if the loss still falls/);
    expect(String(await fit({ model, loss, params: start, optimizer: lbfgs() }))).toMatch(/^fit by lbfgs: converged\n/);
  });

  it("holds the best and the last parameters", async () => {
    const options = { steps: 40, onStep: () => undefined };
    const far = await minimize((x: Tensor) => np.abs(x), np.array(1), sgd({ learningRate: 0.3 }), options);
    expect(far.params.item()).toBe(far.best.params.item());
    expect(far.loss).toBeLessThanOrEqual(far.last.loss);
    const last = await minimize((x: Tensor) => np.abs(x), np.array(1), sgd({ learningRate: 0.3 }), {
      ...options,
      keepBest: false,
    });
    expect(last.params.item()).toBe(far.last.params.item());
    expect(last.last.step).toBe(40);
  });

  it("says that a loss became infinite", async () => {
    const result = await minimize((x: Tensor) => x.pow(4), np.array(1), sgd({ learningRate: 10 }), { steps: 100 });
    expect(result.reason).toBe("nonFinite");
    expect(result.remedy).toMatch(/shorter steps/);
    expect(result.params.item()).toBe(1);
  });
});

describe("a fit is stopped", () => {
  it("by onStep returning false", async () => {
    const result = await minimize(rosenbrock, np.array([-1.2, 1]), lbfgs(), { onStep: ({ step }) => step < 5 });
    expect([result.reason, result.iterations]).toEqual(["stopped", 5]);
  });

  it("by a signal, between steps, with the best so far", async () => {
    const controller = new AbortController();
    const result = await minimize(rosenbrock, np.array([-1.2, 1]), lbfgs(), {
      signal: controller.signal,
      onStep: ({ step }) => void (step === 4 && controller.abort()),
    });
    expect([result.reason, result.iterations, result.converged]).toEqual(["aborted", 4, false]);
  });

  it("by a signal from the event loop, which a long fit leaves alive", async () => {
    const controller = new AbortController();
    let ticks = 0;
    const timer = setInterval(() => ++ticks === 3 && controller.abort(), 1);
    const endless = sgd({ learningRate: 1e-9 });
    const result = await minimize(rosenbrock, np.array([-1.2, 1]), endless, {
      signal: controller.signal,
      steps: 1_000_000,
    });
    clearInterval(timer);
    expect(result.reason).toBe("aborted");
    expect(result.iterations).toBeLessThan(1_000_000);
  });
});

describe("fit refuses by name", () => {
  const bad = (options: object): Promise<unknown> =>
    fit({ model, loss, params: start, optimizer: lbfgs(), ...options } as never);

  it.each([
    ["parameters that are not finite", { params: { rate: NaN, scale: 1 } }, ArgumentError, /NaN in params\.rate/],
    [
      "parameters without a float",
      { params: { rate: np.array(1, "int32"), scale: np.array([1], "int32") } },
      ArgumentError,
      /nothing to fit/,
    ],
    ["a leaf that is no number", { params: { rate: "1", scale: 1 } }, TreeError, /params\.rate/],
    ["a shape that the model does not take", { params: { rate: np.ones(4), scale: 1 } }, ShapeError, /shape/],
    ["neither model nor simulator", { model: undefined }, ArgumentError, /neither/],
    [
      "a simulator that cannot run itself",
      { model: undefined, simulator: { name: "pendulum" } },
      ArgumentError,
      /rollout\(simulator/,
    ],
    ["an optimizer that was not made", { optimizer: lbfgs }, ArgumentError, /the function lbfgs/],
    ["a loss that is none", { loss: 3 }, ArgumentError, /loss is no function/],
    [
      "no steps for a transformation",
      { optimizer: adam({ learningRate: 1 }) },
      ArgumentError,
      /adam does not know when to stop/,
    ],
    ["zero steps", { steps: 0 }, ArgumentError, /steps: 0/],
    ["bounds that a solver does not keep", { bounds: { lower: 0 } }, ArgumentError, /lbfgs keeps no bounds/],
    [
      "bounds that cross",
      { bounds: { lower: 2, upper: 1 }, optimizer: lbfgsb() },
      ArgumentError,
      /lower 2, upper 1 for params\.rate/,
    ],
    [
      "a start outside of the bounds",
      { bounds: { lower: 0.9 }, optimizer: lbfgsb() },
      ArgumentError,
      /0\.4 in params\.rate/,
    ],
    ["bounds built otherwise", { bounds: { lower: { rate: 0 } }, optimizer: lbfgsb() }, TreeError, /bounds\.lower/],
    [
      "bounds of another shape",
      { bounds: { lower: { rate: np.zeros(2), scale: 0 } }, optimizer: lbfgsb() },
      ShapeError,
      /bounds\.lower\.rate/,
    ],
    [
      "bounds under a parametrization",
      { bounds: { lower: 0 }, optimizer: lbfgsb(), parametrization: logParametrization() },
      UnsupportedError,
      /boxParametrization/,
    ],
    [
      "a loss without residuals for least squares",
      { loss: l1(observed), optimizer: levenbergMarquardt() },
      ArgumentError,
      /no residual for l1/,
    ],
    [
      "a loss that is NaN at the start",
      { model: (p: Decay) => model(p).mul(NaN) },
      NumericalError,
      /loss is not finite at the start/,
    ],
    [
      "a gradient that is NaN at the start",
      { model: (p: Decay) => model(p).add(p.rate.sub(0.4).sqrt()) },
      NumericalError,
      /gradient is not finite at the start/,
    ],
    ["resume without save", { resume: true }, ArgumentError, /resume: true without save/],
  ] as const)("%s", async (_, options, type, message) => {
    await expect(bad(options)).rejects.toThrow(type);
    await expect(bad(options)).rejects.toThrow(message);
  });
});
