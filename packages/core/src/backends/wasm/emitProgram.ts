import type { Check, Id, If, Loop, LoopProgram, Reserve, Statement } from "../../lowering/loopProgram.js";
import { InternalError, UnsupportedError } from "../../util/errors.js";
import { present } from "../../util/invariant.js";
import type { Mapping } from "../rotation.js";
import { checkMessages, isSimple, pointsOf, rootOf } from "../structure.js";
import { emitGrow } from "./emitGrow.js";
import { emitLoop } from "./emitLoop.js";
import { emitMath, mathFunctionType, mathTables } from "./emitMath.js";
import type { MathFunctionName, MathType } from "./emitMath.js";
import { emitNest, pushScalar } from "./emitNest.js";
import type { FunctionBuilder } from "./functionBuilder.js";
import { failureAddress, layOut, loopState } from "./layout.js";
import type { Layout } from "./layout.js";
import { moduleBuilder } from "./moduleBuilder.js";
import { fuelGlobal, spendFuel } from "./programTarget.js";
import type { ProgramTarget } from "./programTarget.js";
import type { Scope } from "./target.js";

/** A module for a program, and what its host needs to know. */
export interface EmittedProgram {
  readonly bytes: Uint8Array;
  readonly layout: Layout;
  readonly messages: readonly string[];
  readonly functionNames: readonly string[];
}

/** Code of one function beyond which the rest of a step goes into another: optimising time grows faster than size. */
const splitBytes = 12_000;

/** Compiles a program to the bytes of a module. */
export function emitProgram(program: LoopProgram): EmittedProgram {
  const tables = mathTables(program);
  const layout = layOut(
    program,
    tables.map((table) => 8 * table.length),
  );
  const module = moduleBuilder();
  const messages = checkMessages(program);
  const mathFunctions = new Map<string, number>();
  const loops = new Map<Id, Loop>();
  collectLoops(program.body, loops);
  let reserve = -1;

  const target: ProgramTarget = {
    program,
    layout,
    module,
    math(name, type) {
      const key = `${name}:${type}`;
      let index = mathFunctions.get(key);
      if (index === undefined) {
        const { parameters, result } = mathFunctionType(name, type);
        index = module.declare(`${name}_${type}`, parameters, result);
        mathFunctions.set(key, index);
      }
      return index;
    },
    table: (table) => present(layout.constants[tables.indexOf(table)], "address of a table"),
    pushFlag,
    scope: (fn, mapping, stepLocals, registers = new Map(), pairing = null) => ({
      fn,
      mapping,
      registers,
      pairing,
      pushStep(loop) {
        const local = stepLocals?.get(loop);
        if (local !== undefined) fn.get(local);
        else {
          fn.i32(0);
          fn.access("i32.load", layout.loop(present(loops.get(loop), `loop ${loop}`)) + loopState.step);
        }
      },
    }),
    inline: (scope, body) => body.forEach((statement) => emitSimple(scope, statement)),
    unit: (name, body, mapping, loop, after) => emitUnit(name, body, 0, mapping, loop, after),
    list: emitList,
    scalarAddress(id, mapping) {
      const root = rootOf(program, id);
      return layout.address(mapping.get(root) ?? root);
    },
  };

  function emitUnit(
    name: string,
    body: readonly Statement[],
    from: number,
    mapping: Mapping,
    loop: Loop | null,
    after: ((fn: FunctionBuilder) => void) | undefined,
  ): number {
    const index = module.declare(from === 0 ? name : `${name}_${from}`, ["i32"], null);
    const fn = module.open(index);
    const scope = target.scope(fn, mapping, loop === null ? undefined : new Map([[loop.id, 0]]));
    let at = from;
    while (at < body.length && (at === from || fn.size < splitBytes))
      emitSimple(scope, present(body[at++], "statement"));
    if (at < body.length) {
      fn.get(0);
      fn.call(emitUnit(name, body, at, mapping, loop, after));
    } else after?.(fn);
    module.close(index, fn);
    return index;
  }

  function emitSimple(scope: Scope, statement: Statement): void {
    switch (statement.kind) {
      case "nest":
        emitNest(target, scope, statement);
        return;
      case "if":
        pushFlag(scope, statement.predicate);
        scope.fn.if();
        for (const inner of statement.then) emitSimple(scope, inner);
        if (statement.else.length > 0) {
          scope.fn.else();
          for (const inner of statement.else) emitSimple(scope, inner);
        }
        scope.fn.end();
        return;
      case "check":
        emitCheck(scope, statement);
        return;
      case "print":
        throw new UnsupportedError({
          what: 'A program that prints was compiled for "wasm", which cannot call out of its module.',
          fix: 'take the `debugPrint`s out, leave `backend` out, or set it to "js".',
        });
      case "reserve":
        emitReserve(scope, statement);
        return;
      case "loop":
        throw new InternalError("a loop stands among statements without loops");
    }
  }

  function pushFlag({ fn, mapping, registers }: Scope, id: Id): void {
    const root = rootOf(program, id);
    const register = registers.get(mapping.get(root) ?? root);
    if (register !== undefined) {
      fn.get(register);
      return;
    }
    fn.i32(0);
    fn.access("i32.load8_u", target.scalarAddress(id, mapping));
  }

  function emitCheck(scope: Scope, check: Check): void {
    const { fn } = scope;
    pushFlag(scope, check.predicate);
    fn.op("i32.eqz");
    fn.if();
    fn.i32(0);
    fn.access("i32.load", failureAddress);
    fn.op("i32.eqz");
    fn.if();
    fn.i32(0);
    fn.i32(messages.indexOf(check.message) + 1);
    fn.access("i32.store", failureAddress);
    fn.end();
    fn.end();
  }

  function emitReserve(scope: Scope, statement: Reserve): void {
    const { fn, mapping } = scope;
    if (reserve < 0) reserve = emitGrow(module);
    const root = rootOf(program, statement.buffer);
    fn.i32(target.scalarAddress(root, mapping));
    pushScalar(target, scope, statement.rows);
    fn.i32(layout.bytes(root));
    fn.call(reserve);
  }

  function emitList(name: string, body: readonly Statement[], mapping: Mapping): number {
    const index = module.declare(name, [], "i32");
    const fn = module.open(index);
    const position = layout.list(body);
    const resumable = body.filter((statement) => !isSimple([statement]));
    for (let i = 0; i <= resumable.length; i++) fn.block();
    if (resumable.length > 0) {
      fn.i32(0);
      fn.access("i32.load", position);
      fn.brTable(
        resumable.map((_, i) => i),
        resumable.length,
      );
    }
    fn.end();
    let segment: Statement[] = [];
    const flush = (): void => {
      if (segment.length === 0) return;
      fn.i32(0);
      fn.call(target.unit(`${name}_part`, segment, mapping, null));
      spendFuel(fn, pointsOf(segment));
      segment = [];
    };
    let number = 0;
    for (const statement of body) {
      if (isSimple([statement])) {
        segment.push(statement);
        continue;
      }
      flush();
      fn.end();
      number++;
      if (statement.kind === "loop") fn.call(emitLoop(target, statement, mapping));
      else emitBranches(fn, name, statement as If, mapping);
      fn.if();
      fn.i32(0);
      fn.i32(number);
      fn.access("i32.store", position);
      fn.i32(1);
      fn.return();
      fn.end();
    }
    flush();
    if (resumable.length > 0) {
      fn.i32(0);
      fn.i32(0);
      fn.access("i32.store", position);
    }
    fn.i32(0);
    module.close(index, fn);
    return index;
  }

  /** Pushes whether the branch taken was suspended; which one that is stays noted until it ends. */
  function emitBranches(fn: FunctionBuilder, name: string, statement: If, mapping: Mapping): void {
    const taken = layout.branch(statement);
    fn.i32(0);
    fn.access("i32.load", taken);
    fn.op("i32.eqz");
    fn.if();
    fn.i32(0);
    fn.i32(2);
    pushFlag(target.scope(fn, mapping), statement.predicate);
    fn.op("i32.sub");
    fn.access("i32.store", taken);
    fn.end();
    fn.i32(0);
    fn.access("i32.load", taken);
    fn.i32(1);
    fn.op("i32.eq");
    fn.if("i32");
    fn.call(emitList(`${name}_then`, statement.then, mapping));
    fn.else();
    fn.call(emitList(`${name}_else`, statement.else, mapping));
    fn.end();
    const suspended = fn.take("i32");
    fn.tee(suspended);
    fn.op("i32.eqz");
    fn.if();
    fn.i32(0);
    fn.i32(0);
    fn.access("i32.store", taken);
    fn.end();
    fn.get(suspended);
    fn.release(suspended);
  }

  const run = module.declare("run", ["f64"], "i32");
  const fn = module.open(run);
  fn.get(0);
  fn.globalSet(fuelGlobal);
  fn.call(emitList("main", program.body, new Map()));
  module.close(run, fn);
  // Functions of functions: a slow path is asked for while its caller is written.
  const written = new Set<string>();
  for (let more = true; more;) {
    more = false;
    for (const [key, index] of [...mathFunctions]) {
      if (written.has(key)) continue;
      written.add(key);
      more = true;
      const [name, type] = key.split(":") as [MathFunctionName, MathType];
      emitMath(target, index, name, type);
    }
  }
  const data = tables.map((table) => ({ address: target.table(table), values: table }));
  const bytes = module.finish(Math.max(1, Math.ceil(layout.end / 65536)), { run }, data);
  return { bytes, layout, messages, functionNames: module.names() };
}

function collectLoops(body: readonly Statement[], into: Map<Id, Loop>): void {
  for (const statement of body) {
    if (statement.kind === "loop") {
      into.set(statement.id, statement);
      if (statement.condition !== null) collectLoops(statement.condition.body, into);
      collectLoops(statement.body, into);
    } else if (statement.kind === "if") {
      collectLoops(statement.then, into);
      collectLoops(statement.else, into);
    }
  }
}
