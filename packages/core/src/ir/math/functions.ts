import { compileMath } from "./compile.js";
import { atan } from "./atan.js";
import { exp, expm1 } from "./exp.js";
import { log, log1p } from "./log.js";
import { pow } from "./pow.js";
import type { MathName, MathProgram } from "./program.js";
import { cos, sin, tan } from "./trig.js";
import { tanh } from "./tanh.js";

/** The definition of each function: the one that interpreter, js backend and wasm backend share. */
export const mathPrograms: { readonly [K in MathName]: MathProgram } = {
  exp,
  expm1,
  log,
  log1p,
  sin,
  cos,
  tan,
  atan,
  tanh,
  pow,
};

/** Each function as a JavaScript function of float64 numbers, at most 2 ulp off. */
export const mathFunctions: {
  readonly [K in MathName]: K extends "pow" ? (x: number, y: number) => number : (x: number) => number;
} = {
  exp: compileMath(exp),
  expm1: compileMath(expm1),
  log: compileMath(log),
  log1p: compileMath(log1p),
  sin: compileMath(sin),
  cos: compileMath(cos),
  tan: compileMath(tan),
  atan: compileMath(atan),
  tanh: compileMath(tanh),
  pow: compileMath(pow),
};
