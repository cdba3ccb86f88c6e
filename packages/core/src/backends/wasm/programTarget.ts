import type { Id, Loop, Statement } from "../../lowering/loopProgram.js";
import type { Mapping } from "../rotation.js";
import type { FunctionBuilder } from "./functionBuilder.js";
import type { Pairing } from "./scalarPairs.js";
import type { Scope, Target } from "./target.js";

/** What the emission of statements shares beyond a nest's needs. */
export interface ProgramTarget extends Target {
  /** Address of a constant table of float64. */
  table(table: readonly number[]): number;
  /** A scope in `fn`; steps of loops in `stepLocals` are locals, others are read from the loops' states; `registers` as in Scope. */
  scope(
    fn: FunctionBuilder,
    mapping: Mapping,
    stepLocals?: ReadonlyMap<Id, number>,
    registers?: ReadonlyMap<Id, number>,
    pairing?: Pairing | null,
  ): Scope;
  /** Pushes a bool scalar. */
  pushFlag(scope: Scope, id: Id): void;
  /** Writes statements without loops into the scope's function. */
  inline(scope: Scope, body: readonly Statement[]): void;
  /** Function (step of `loop`: i32) -> () that runs statements without loops, then what `after` adds. */
  unit(
    name: string,
    body: readonly Statement[],
    mapping: Mapping,
    loop: Loop | null,
    after?: (fn: FunctionBuilder) => void,
  ): number;
  /** Function () -> i32 that runs statements with loops among them from where they were left: 1 when suspended. */
  list(name: string, body: readonly Statement[], mapping: Mapping): number;
  /** Address of a scalar buffer. */
  scalarAddress(id: Id, mapping: Mapping): number;
}

/** Number of the global that holds the fuel. */
export const fuelGlobal = 0;

/** Takes `points` off the fuel. */
export function spendFuel(fn: FunctionBuilder, points: number): void {
  if (points === 0) return;
  fn.globalGet(fuelGlobal);
  fn.f64(points);
  fn.op("f64.sub");
  fn.globalSet(fuelGlobal);
}
