import type { Id, LoopProgram } from "../../lowering/loopProgram.js";
import type { DType } from "../../util/dtype.js";
import type { Mapping } from "../rotation.js";
import type { MathFunctionName, MathType } from "./emitMath.js";
import type { FunctionBuilder } from "./functionBuilder.js";
import type { AccessInstruction, ValueType } from "./instructions.js";
import type { Layout } from "./layout.js";
import type { ModuleBuilder } from "./moduleBuilder.js";
import type { Pairing } from "./scalarPairs.js";

/** What the emission of one program shares. */
export interface Target {
  readonly program: LoopProgram;
  readonly layout: Layout;
  readonly module: ModuleBuilder;
  /** Number of the function that computes a math function, of f64 or of v128 (two f64). */
  math(name: MathFunctionName, type: MathType): number;
}

/** The function that is being written, and what names mean in it. */
export interface Scope {
  readonly fn: FunctionBuilder;
  readonly mapping: Mapping;
  /** Scalars, by the root that is their storage, that are locals here instead of memory. */
  readonly registers: ReadonlyMap<Id, number>;
  /** Which of them are computed two at a time, or null. */
  readonly pairing: Pairing | null;
  /** Pushes the absolute step of an enclosing loop. */
  pushStep(loop: Id): void;
}

/** Type of a scalar on the stack. */
export function stackType(dtype: DType): ValueType {
  return dtype === "float64" ? "f64" : dtype === "float32" ? "f32" : "i32";
}

/** The instruction that loads a scalar. */
export function scalarLoad(dtype: DType): AccessInstruction {
  switch (dtype) {
    case "float64":
      return "f64.load";
    case "float32":
      return "f32.load";
    case "bool":
      return "i32.load8_u";
    default:
      return "i32.load";
  }
}

/** The instruction that stores a scalar. */
export function scalarStore(dtype: DType): AccessInstruction {
  switch (dtype) {
    case "float64":
      return "f64.store";
    case "float32":
      return "f32.store";
    case "bool":
      return "i32.store8";
    default:
      return "i32.store";
  }
}

/** Pushes a scalar constant. */
export function pushConstant(fn: FunctionBuilder, dtype: DType, value: number): void {
  if (dtype === "float64") fn.f64(value);
  else if (dtype === "float32") fn.f32(value);
  else if (dtype === "bool") fn.i32(value === 0 ? 0 : 1);
  else fn.i32(value | 0);
}
