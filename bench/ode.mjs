/**
 * Question: how fast are reaction networks through @simgrad/ode-bio, against diffrax, sbmltoodejax and libRoadRunner, at the same accuracy?
 *
 * - forward: the calcium model of Wang 2007 (BIOMD0000000145 where ../shared has it, else our own file with the same numbers), 50 s, 500 outputs of Ca_Cyt.
 * - gradient: of the 2-norm of Ca_Cyt less a sine, by the 24 parameters, with its value. diffrax may go forward or in reverse; its right-hand side is written
 *   by hand. sbmltoodejax computes in float32 and holds its rules over each 0.1 s: its error says so.
 * - file to first gradient: from the text of the file, in a fresh process, imports done; diffrax starts with its right-hand side in place.
 * - forward 500 s, gradient 500 s: the same, ten times as long.
 * - 500 species: the generated network of the package, 10 units of time, 101 outputs of one species.
 * - ensemble of 1000: Ca_Cyt after 50 s from 1000 starts of Ca_ER.
 * - stiff forward, stiff gradient: Robertson's reaction until 1e5, and the gradient by its three rate constants.
 *
 * Tolerances are chosen so that each side's error is about the same or the rival's is larger: explicit methods get 1e-6, CVODE needs more to be as exact. Errors against
 * truth stand in the rows: the reference grid and gradient in ../shared, or a run of ours by another method at 1e-11.
 */

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { jit, np, rodas5p, tsit5, valueAndGrad } from "@simgrad/core";
import { exampleModels, largeNetwork, sbmlModel } from "@simgrad/ode-bio";
import { relativeDifference } from "./harness/compare.mjs";
import { measure } from "./harness/measure.mjs";
import { ensureVenv } from "./harness/python.mjs";
import { median } from "./harness/statistics.mjs";
import { startWorker } from "./harness/worker.mjs";

const shared = process.env["SIMGRAD_SHARED"] ?? path("../../shared");
const sharedText = (name) => {
  const file = `${shared}/${name}`;
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
};

const calciumText =
  sharedText("data/biomodels/BIOMD0000000145.xml") ?? readFileSync(exampleModels.calciumWang2007, "utf8");
const ids = [
  ...["Kp", "Kd", "Kr", "n", "Kg", "m", "Ks", "Kc1", "Kc2", "w", "Ker", "Cplc_total"],
  ...Array.from({ length: 12 }, (_, k) => `k${k}`),
];
const calciumModel = sbmlModel(calciumText);
const grid = (count, step) => Array.from({ length: count }, (_, i) => i * step);
const goalAt = (t) => 50 * Math.sin(2 * Math.PI * 0.1 * t + 10) + 300;

/** What the works on the calcium model share. */
const calcium = {
  text: calciumText,
  output: "Ca_Cyt",
  y0: [1, 9, 1, 1000, 200],
  place: 4,
  ids,
  values: ids.map((id) => calciumModel.params.parameters[id]),
  rtol: 1e-6,
  rivalRtol: 1e-6,
  rivalAtol: 1e-9,
  roadrunnerRtol: 1e-8,
  roadrunnerAtol: 1e-9,
  maxSteps: 4096,
};
const short = { ...calcium, times: grid(500, 0.1) };
const long = { ...calcium, times: grid(5000, 0.1), maxSteps: 16384 };
const withGoal = (input) => ({ ...input, goal: input.times.map(goalAt) });

const species = 500;
const network = largeNetwork({ species });
const networkModel = sbmlModel(network);
const large = {
  text: networkModel.toSbml(),
  output: "S7",
  place: 7,
  times: grid(101, 0.1),
  y0: network.species.map(({ initialConcentration }) => initialConcentration),
  network: arraysOf(network),
  rtol: 1e-6,
  rivalRtol: 1e-6,
  rivalAtol: 1e-9,
  roadrunnerRtol: 1e-7,
  roadrunnerAtol: 1e-10,
  maxSteps: 65536,
};

const robertsonText = readFileSync(exampleModels.robertson, "utf8");
const robertsonModel = sbmlModel(robertsonText);
const robertsonIds = Object.keys(robertsonModel.tunable().params.parameters);
const robertson = {
  text: robertsonText,
  output: "C",
  place: 2,
  times: [0, ...Array.from({ length: 46 }, (_, k) => 10 ** (-4 + k / 5))],
  y0: [1, 0, 0],
  ids: robertsonIds,
  values: robertsonIds.map((id) => robertsonModel.params.parameters[id]),
  rtol: 1e-6,
  atol: 1e-10,
  rivalRtol: 1e-6,
  rivalAtol: 1e-10,
  roadrunnerRtol: 1e-7,
  roadrunnerAtol: 1e-12,
  maxSteps: 4096,
};
const stiffGoal = { ...robertson, goal: robertson.times.map((t) => t / (t + 1e3)) };

const ensemble = {
  ...calcium,
  times: [0, 49.9],
  starts: grid(1000, 1).map((k) => 600 + 0.8 * k),
  startId: "Ca_ER",
  startPlace: 3,
};

/** Goals of the issue that asked for the package. */
const goals = {
  forward: { roadrunner: { ratio: 0.5 } },
  gradient: { diffrax: { ratio: 0.2 } },
  first: { diffrax: { ratio: 1 / 30 }, sbmltoodejax: { ratio: 1 / 30 } },
};
/** How far sbmltoodejax may be from the others: its rules are late by up to 0.1 s. */
const late = { sbmltoodejax: 2 };

/**
 * The rows by name.
 * @type {readonly import("./harness/measure.mjs").Work[]}
 */
const works = [
  work("forward", short, 1e-4, curveTruth(short), goals.forward, late),
  work("gradient", withGoal(short), 1e-4, gradientTruth(calciumModel, withGoal(short)), goals.gradient, late),
  work(
    "file to first gradient",
    withGoal(short),
    1e-4,
    gradientTruth(calciumModel, withGoal(short)),
    goals.first,
    late,
  ),
  work("forward 500 s", long, 1e-3, ownCurve(calciumModel, long, tsit5()), goals.forward),
  work("gradient 500 s", withGoal(long), 1e-2, gradientTruth(calciumModel, withGoal(long)), goals.gradient),
  work("500 species", large, 1e-4, ownCurve(networkModel, large, tsit5()), goals.forward),
  work("ensemble of 1000", ensemble, 1e-4, undefined, goals.forward),
  work("stiff forward", robertson, 1e-4, ownCurve(robertsonModel, robertson, rodas5p()), goals.forward),
  work("stiff gradient", stiffGoal, 1e-3, gradientTruth(robertsonModel, stiffGoal, rodas5p()), goals.gradient),
];

const explicit = ["Tsit5", "Dopri5"];
const both = ["Tsit5, reverse", "Tsit5, reverse, 512 checkpoints", "Tsit5, forward mode"];

/**
 * The bench, as the harness takes it.
 * @type {import("./harness/measure.mjs").Bench}
 */
export const bench = {
  name: "ode",
  question: "reaction networks from SBML, and their gradients, at the same accuracy",
  works,
  measure: (options) => (options.work.name === "file to first gradient" ? measureFirsts(options) : measure(options)),
  contenders: [
    {
      name: "ours",
      prepare: () => ({
        file: process.execPath,
        args: ["--expose-gc", path("harness/nodeWorker.mjs"), path("ours/ode.mjs")],
      }),
      variants: Object.fromEntries(works.map(({ name }) => [name, variants("default")])),
    },
    {
      name: "diffrax",
      prepare: python("peers/diffrax_ode.py"),
      variants: {
        forward: variants(...explicit),
        gradient: variants(...both),
        "file to first gradient": variants("Tsit5, reverse", "Tsit5, forward mode"),
        "forward 500 s": variants(...explicit),
        "gradient 500 s": variants(...both),
        "500 species": variants("Tsit5", "Kvaerno5"),
        "ensemble of 1000": variants(...explicit),
        "stiff forward": variants("Kvaerno5", "Kvaerno3"),
        "stiff gradient": variants("Kvaerno5, reverse", "Kvaerno5, forward mode"),
      },
    },
    {
      name: "sbmltoodejax",
      prepare: python("peers/sbmltoodejax_ode.py"),
      variants: {
        forward: variants("its tutorial"),
        gradient: variants("its tutorial"),
        "file to first gradient": variants("its tutorial"),
      },
    },
    {
      name: "roadrunner",
      prepare: python("peers/roadrunner_ode.py"),
      variants: Object.fromEntries(
        ["forward", "forward 500 s", "500 species", "ensemble of 1000", "stiff forward"].map((name) => [
          name,
          variants("CVODE"),
        ]),
      ),
    },
  ],
};

/** Fresh processes whose first calls are measured, where nothing else is. */
const FRESH = 5;

/**
 * First calls in fresh processes alone: there is no hot figure of a first call, and the median stands in its place.
 * @type {NonNullable<import("./harness/measure.mjs").Bench["measure"]>}
 */
async function measureFirsts({ work, dtype, entrants, log }) {
  const input = work.input(dtype);
  const runs = entrants.flatMap(({ contender, command }) =>
    (contender.variants[work.name] ?? []).map((variant) => ({
      contender: contender.name,
      variant: variant.name,
      firsts: [],
      peaks: [],
      start: () =>
        startWorker(
          command,
          { work: work.name, dtype, variant: variant.name, input },
          `${contender.name}, ${work.name}`,
        ),
    })),
  );
  for (let fresh = 0; fresh < FRESH; fresh++) {
    log(`fresh processes, ${fresh + 1} of ${FRESH}`);
    for (const run of runs) {
      const worker = await run.start();
      try {
        run.firsts.push(await worker.first());
        run.result = await worker.result();
        run.peaks.push(worker.peakMb());
      } finally {
        await worker.stop();
      }
    }
  }
  return runs.map(({ contender, variant, firsts, peaks, result }) => ({
    contender,
    variant,
    aside: false,
    hot: median(firsts),
    first: median(firsts),
    peakMb: peaks.includes(null) ? null : median(peaks),
    result,
    problems: [],
  }));
}

/**
 * A work in float64.
 * @param {string} name
 * @param {object} input
 * @param {number} tolerance Relative, between two sides.
 * @param {(() => import("./harness/compare.mjs").Result) | undefined} truth
 * @param {Readonly<Record<string, import("./harness/measure.mjs").Goal>>} rowGoals
 * @param {Readonly<Record<string, number>>} [rivalTolerance]
 * @returns {import("./harness/measure.mjs").Work}
 */
function work(name, input, tolerance, truth, rowGoals, rivalTolerance) {
  let known;
  return {
    name,
    dtypes: ["float64"],
    input: () => input,
    tolerance: { float64: tolerance },
    checks: () => [],
    goals: rowGoals,
    ...(rivalTolerance === undefined ? {} : { rivalTolerance }),
    ...(truth === undefined
      ? {}
      : {
          error: (result) => {
            known ??= truth();
            return relativeDifference(result, known);
          },
        }),
  };
}

/** The reference grid, where it is there. */
function curveTruth(input) {
  const table = sharedText("oracles/biomd145_reference.csv");
  if (table === undefined) return ownCurve(calciumModel, input, tsit5());
  return () => {
    const [head, ...rows] = table
      .trim()
      .split("\n")
      .map((line) => line.split(","));
    const column = head.indexOf(input.output);
    return { curve: rows.slice(0, input.times.length).map((row) => Number(row[column])) };
  };
}

/** A curve of our own at a tolerance of 1e-11. */
function ownCurve(model, { times, output }, method) {
  return () => {
    const run = model.simulator({ times, outputs: [output], rtol: 1e-11, atol: 1e-15, method }).run({ parameters: {} });
    return { curve: Array.from(run.outputs[output].data) };
  };
}

/** A loss with its gradient at a tolerance of 1e-11; for the calcium model it agrees with the oracle in ../shared to 5e-9, as the package's tests show. */
function gradientTruth(model, { times, output, goal, ids: names, values }, method = tsit5()) {
  return () => {
    const simulator = model.simulator({ times, outputs: [output], rtol: 1e-11, atol: 1e-15, method });
    const wanted = np.array(goal);
    const loss = (params) => np.sqrt(np.sum(np.square(simulator.simulate(params).outputs[output].sub(wanted))));
    const parameters = Object.fromEntries(names.map((id, i) => [id, values[i]]));
    const [value, slopes] = jit(valueAndGrad(loss))({ parameters });
    return { value: value.item(), gradient: names.map((id) => slopes.parameters[id].item()) };
  };
}

/** The network of `largeNetwork` as arrays, by species. */
function arraysOf({ species: all, reactions, parameters }) {
  const values = new Map(parameters.map(({ id, value }) => [id, value]));
  const numbers = (name) => all.map((_, k) => values.get(`${name}${k}`));
  const placeOf = (id) => Number(id.slice(1));
  const byEnzyme = reactions.filter(({ id }) => id.startsWith("catalyse"));
  return {
    forward: numbers("forward"),
    backward: numbers("backward"),
    catalysis: numbers("catalysis"),
    affinity: numbers("affinity"),
    target: byEnzyme.map(({ products }) => placeOf(products[0].species)),
    enzyme: byEnzyme.map(({ kineticLaw }) => placeOf(kineticLaw.args[0].args[2].id)),
  };
}

/**
 * Variants that may all stand in a row.
 * @param {...string} names
 * @returns {readonly import("./harness/measure.mjs").Variant[]}
 */
function variants(...names) {
  return names.map((name) => ({ name }));
}

/**
 * Command of a Python rival.
 * @param {string} script
 * @returns {(log: (line: string) => void) => import("./harness/worker.mjs").Command}
 */
function python(script) {
  return (log) => ({
    file: ensureVenv(path("../.cache/ode-venv"), path("peers/ode_requirements.txt"), log),
    args: [path(script)],
    env: { JAX_PLATFORMS: "cpu", JAX_ENABLE_COMPILATION_CACHE: "false" },
  });
}

/**
 * Path of something beside this file.
 * @param {string} relative
 * @returns {string}
 */
function path(relative) {
  return fileURLToPath(new URL(relative, import.meta.url));
}
