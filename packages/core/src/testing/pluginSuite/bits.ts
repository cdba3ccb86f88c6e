import { backendNames } from "../../compile/backends.js";
import { jit } from "../../compile/jit.js";
import { vmap } from "../../compile/vmap.js";
import type { Adjoint } from "../../sim/adjoint.js";
import { np } from "../../trace/np.js";
import type { Tensor } from "../../trace/tensor.js";
import * as tree from "../../trace/treeApi.js";
import { isFloat } from "../../util/dtype.js";
import { seededRandom } from "../random.js";
import type { Check } from "./check.js";
import { expectClose, expectSameBits } from "./compare.js";
import { gradientOf, largest, observed, runOf, stateAfter, clockAt, weighing, type Subject } from "./subject.js";

const traced: Check = {
  name: "traced",
  states: "takes traced parameters",
  run(subject) {
    // What is thrown says which construct reads a value that is not known yet, and what to use instead.
    jit(runOf(subject.make(), subject.steps))(subject.params());
  },
};

const determinism: Check = {
  name: "determinism",
  states: "gives the same bits each time",
  run(subject) {
    const params = subject.params();
    const first = runOf(subject.make(), subject.steps)(params);
    const names = { gotName: "the second run", expectedName: "the first run" };
    const fix =
      "keep nothing between runs, and no Math.random or Date: random numbers come from a seed among the parameters or options.";
    const compare = (what: string, got: unknown): void =>
      expectSameBits({ what: `${subject.name}: ${what}.`, got, expected: first, fix, ...names });
    compare("two simulators of one factory differ", runOf(subject.make(), subject.steps)(params));
    const simulator = subject.make();
    runOf(simulator, subject.steps)(params);
    compare("a simulator that ran before differs", runOf(simulator, subject.steps)(params));
  },
};

const eager: Check = {
  name: "eager",
  states: "gives step by step what a compiled run gives",
  run(subject) {
    const params = subject.params();
    const compiled = runOf(subject.make(), subject.steps)(params).state;
    const tolerance = 1e-9;
    const got = stateAfter(subject.make(), params, subject.steps);
    expectClose(
      {
        what: `${subject.name}: steps made one by one and a compiled run end differently.`,
        got,
        expected: compiled,
        gotName: "state, step by step",
        expectedName: "the compiled run",
        fix: "let step depend on its arguments alone: what changes from step to step belongs into the state, time is clock.time.",
      },
      tree.leaves(compiled).some((leaf) => leaf.dtype === "float32") ? 1e-4 : tolerance,
    );
  },
};

const backends: Check = {
  name: "backends",
  states: "gives the same bits, and gradients, in wasm, in js and interpreted",
  run(subject) {
    const params = subject.params();
    const run = runOf(subject.make(), subject.steps, { adjoint: "all" });
    const weigh = weighing(observed(run(params)));
    const gradient = gradientOf(run, weigh);
    const both = (given: unknown): unknown => ({ run: run(given), gradient: gradient(given) });
    const [first, ...others] = backendNames.map((backend) => ({
      backend,
      got: jit(both, { backend })(params) as unknown,
    }));
    for (const { backend, got } of others) {
      expectSameBits({
        what: `${subject.name}: two backends differ.`,
        got,
        expected: first?.got,
        gotName: backend,
        expectedName: first?.backend ?? "",
        fix: "if the simulator depends on its arguments alone, this is a defect of simgrad: please report it.",
      });
    }
  },
};

const checkpoints: Check = {
  name: "checkpoints",
  states: "has the same gradient, to the bit, with stored and with recomputed states",
  run(subject) {
    const params = subject.params();
    const gradientBy = gradients(subject);
    const stored = gradientBy("all")(params);
    for (const adjoint of [{ blocks: 2 }, { blocks: 3 }, "auto"] as const) {
      expectSameBits({
        what: `${subject.name}: gradients differ between ways to keep the states of a run.`,
        got: gradientBy(adjoint)(params),
        expected: stored,
        gotName: `adjoint ${JSON.stringify(adjoint)}`,
        expectedName: 'adjoint "all"',
        fix: "let step depend on its arguments alone.",
      });
    }
  },
};

const stepBack: Check = {
  name: "stepBack",
  states: "undoes a step by stepBack, if it has one",
  run(subject) {
    const [simulator, params] = [subject.make(), subject.params()];
    if (simulator.stepBack === undefined) return;
    const fix =
      "make stepBack the exact inverse of step, for the same clock; a step that loses anything has none: leave it out.";
    for (let step = 0; step < subject.steps; step += Math.max(1, Math.floor(subject.steps / 3))) {
      const before = stateAfter(simulator, params, step);
      const clock = clockAt(simulator, before, step);
      const after = simulator.step(before, params, clock);
      const comparison = {
        what: `${subject.name}: stepBack does not lead back.`,
        got: simulator.stepBack(after, params, clock),
        expected: before,
        gotName: "stepBack(step(state))",
        expectedName: "state",
        fix,
      };
      expectClose(comparison, subject.stepBackTolerance);
    }
    const gradientBy = gradients(subject);
    expectClose(
      {
        what: `${subject.name}: the gradient by stepping back is not that with stored states.`,
        got: gradientBy("inverse")(params),
        expected: gradientBy("all")(params),
        gotName: 'adjoint "inverse"',
        expectedName: 'adjoint "all"',
        fix,
      },
      Math.max(1e-6, 1e3 * subject.stepBackTolerance),
    );
  },
};

const batch: Check = {
  name: "batch",
  states: "gives each run of a batch the bits of the run alone",
  run(subject) {
    const rows = nearby(subject.params(), 3);
    const run = runOf(subject.make(), subject.steps);
    const stacked = tree.map(
      (leaf: Tensor, ...others: Tensor[]) => np.stack([leaf, ...others]),
      rows[0],
      ...rows.slice(1),
    );
    const all = jit(vmap(run), { exactRounding: true })(stacked) as unknown;
    const alone = jit(run, { exactRounding: true });
    rows.forEach((row, i) => {
      expectSameBits({
        what: `${subject.name}: a run in a batch is not the run alone.`,
        got: tree.map((leaf: Tensor) => leaf.at(i).get(), all),
        expected: alone(row) as unknown,
        gotName: `run ${i} of vmap`,
        expectedName: "the run alone",
        fix: "if the simulator depends on its arguments alone, this is a defect of simgrad: please report it.",
      });
    });
  },
};

/** Checks of equal bits, and of what must be nearly so. */
export const bitChecks: readonly Check[] = [traced, determinism, eager, backends, checkpoints, stepBack, batch];

/** Trees of parameters near the given ones: each entry is moved by at most 2 % of the largest one of its leaf. */
export function nearby(params: unknown, count: number): readonly unknown[] {
  const random = seededRandom(11);
  return Array.from({ length: count }, (_, k) =>
    tree.map((leaf: Tensor) => {
      if (k === 0 || !isFloat(leaf.dtype)) return leaf;
      const scale = 0.02 * largest(leaf);
      const moved = Float64Array.from(leaf.data, (x) => x + scale * random.uniform(-1, 1));
      return np.reshape(np.array(moved, leaf.dtype), leaf.shape);
    }, params),
  );
}

function gradients(subject: Subject): (adjoint: Adjoint) => (params: unknown) => unknown {
  const weigh = weighing(observed(runOf(subject.make(), subject.steps)(subject.params())));
  return (adjoint) => gradientOf(runOf(subject.make(), subject.steps, { adjoint }), weigh);
}
