import { test } from "@jest/globals";
import { pluginSuite, type BadParams } from "@simgrad/core/testing";
import { odeBioPlugin, reactionNetwork, massAction, hill } from "./index.js";

const decay = reactionNetwork({
  name: "decay",
  species: { A: 2, B: 0.5 },
  parameters: { k: 0.7, back: 0.2 },
  reactions: { turn: { equation: "A -> B", rate: massAction("k", "back") } },
});

const switched = reactionNetwork({
  name: "switched",
  species: { x: 0.1, y: 0.4 },
  parameters: { v: 1, k: 0.5, d: 0.3, leak: 0.05 },
  reactions: {
    makeX: { equation: "-> x", rate: hill({ vmax: "v", k: "k", n: 2, species: "y", represses: true }) },
    makeY: { equation: "-> y", rate: "leak + v * x / (1 + x)" },
    loseX: { equation: "x ->", rate: massAction("d") },
    loseY: { equation: "y ->", rate: massAction("d") },
  },
});

const bad: readonly BadParams[] = [
  { name: "NaN", params: { parameters: { k: NaN } }, code: "ARGUMENT", message: "parameters.k" },
  { name: "an unknown id", params: { parameters: { q: 1 } }, code: "ARGUMENT", message: "params.parameters.q" },
  {
    name: "a wrong shape",
    params: { parameters: { k: new Float64Array(2), back: 0.25 }, initial: { A: 1.8 } },
    code: "SHAPE",
    message: "params.parameters.k",
  },
  { name: "no parameters", params: { initial: { A: 1 } }, code: "ARGUMENT", message: "params.parameters" },
];

pluginSuite({
  test,
  plugin: odeBioPlugin,
  cases: [
    {
      simulator: "networkSimulator",
      options: { model: decay, dt: 0.25, rtol: 1e-8, atol: 1e-10 },
      params: { parameters: { k: 0.6, back: 0.25 }, initial: { A: 1.8 } },
      bad,
    },
    {
      simulator: "networkSimulator",
      options: {
        model: switched,
        dt: 0.5,
        rtol: 1e-8,
        atol: 1e-10,
        interventions: [{ target: "x", mode: "set", times: [0.75], values: [0.6] }],
      },
      params: { parameters: { v: 1.1, d: 0.25 } },
      bad: [],
    },
  ],
});
