import { rootOf } from "./buffers.js";
import { dropUnread } from "./dropUnread.js";
import { exprTable, type ExprTable } from "./expressions.js";
import type { Buffer, Id, Loop, LoopProgram, Output, Statement } from "./loopProgram.js";
import { chooseSplit, valuesOf } from "./scalarise/elements.js";
import { unrollLoop, type Element } from "./scalarise/unroll.js";
import { walkBuffers } from "./walk.js";

/** Values of a step up to which its points are written out: more code than that is compiled slowly. */
const stepLimit = 3000;
/**
 * Where a step is made of scalars to begin with, writing out adds little: up to this many times its code, and this many values in all.
 * Measured on networks of 25 to 200 mass actions: half the time of the same code with its scalars in memory, compiled as fast.
 */
const growth = 2;
const scalarLimit = 400_000;
/**
 * Beyond this many values (a third of them are left when equal ones are one) a step is cut into parts: optimised code of a longer function
 * would be waited for too long.
 */
const defaults: Cuts = { uncut: 32_000, part: 1500 };

/** Where long steps are cut. */
export interface Cuts {
  /** Values up to which a step is not. */
  readonly uncut: number;
  /** Values of a part, of those that are not equal. */
  readonly part: number;
}
/**
 * Longest side of a cell that is written out: longer ones are better off as vectors. Measured on a three-point stencil and its reverse:
 * 8 take 0.65 of the time of the loop over arrays, 12 take 1.0 to 1.4 of it.
 */
const sideLimit = 8;
/** Part of a step's values that may stand in cells with longer sides: those of a network of scalars that gathers them into one array. */
const longShare = 0.5;

/**
 * Writes out the steps of loops over tiny arrays: an array that is accessed at constant places becomes one scalar for each element,
 * loaded before the loop and stored after it, and a step's nests become one nest without axes for each stretch between
 * branches. Backends keep such scalars in registers. The same operations are done on the same operands: bits are those of the
 * program that comes in.
 */
export function scalarise(program: LoopProgram, cuts: Cuts = defaults): LoopProgram {
  const buffers = [...program.buffers];
  let table = null as ExprTable | null;
  const users = loopsUsing(program);
  let changed = false;

  const visit = (statements: readonly Statement[]): readonly Statement[] => {
    const result = statements.flatMap((statement): readonly Statement[] => {
      if (statement.kind === "if") {
        const [yes, no] = [visit(statement.then), visit(statement.else)];
        return yes === statement.then && no === statement.else ? [statement] : [{ ...statement, then: yes, else: no }];
      }
      if (statement.kind !== "loop") return [statement];
      const size = writtenSize(program, statement);
      if (size !== null) return written(statement, size > cuts.uncut ? cuts.part : Infinity);
      const body = visit(statement.body);
      const condition =
        statement.condition === null ? null : { ...statement.condition, body: visit(statement.condition.body) };
      const same = body === statement.body && (condition === null || condition.body === statement.condition?.body);
      return [same ? statement : { ...statement, body, condition }];
    });
    return result.length === statements.length && result.every((one, k) => one === statements[k]) ? statements : result;
  };

  const written = (loop: Loop, part: number): readonly Statement[] => {
    const made = (table ??= exprTable(program.exprs));
    const split = chooseSplit(program, loop);
    const unrolled = unrollLoop(program, loop, split, made, buffers, { values: scalarLimit, part });
    if (unrolled === null) return [loop];
    changed = true;
    const isShared = (element: Element): boolean => {
      const loops = users.get(element.root);
      return loops === undefined || loops.size > 1 || !loops.has(loop.id);
    };
    const moved = unrolled.elements.filter((element) => element.scalar !== element.root && isShared(element));
    const load = moved.map((element): Output => {
      const { buffer, index } = element.home;
      const dtype = (buffers[element.root] as Buffer).dtype;
      return { mode: "store", buffer: element.scalar, index: [], value: made.load(dtype, buffer, index, -1) };
    });
    const store = moved
      .filter((element) => element.isWritten)
      .map((element): Output => {
        const { buffer, index } = element.home;
        const dtype = (buffers[element.root] as Buffer).dtype;
        return { mode: "store", buffer, index, value: made.load(dtype, element.scalar, [], -1) };
      });
    return [...scalarNest(load), unrolled.loop, ...scalarNest(store)];
  };

  const body = visit(program.body);
  if (!changed || table === null) return program;
  return dropUnread({ ...program, buffers, exprs: table.exprs, body });
}

function scalarNest(outputs: readonly Output[]): readonly Statement[] {
  return outputs.length === 0 ? [] : [{ kind: "nest", extents: [], cells: [{ box: [], outputs }] }];
}

/** Values of a loop's step if it is written out; null where it has loops in it, is too large, or is not mostly scalars and short sides. */
function writtenSize(program: LoopProgram, loop: Loop): number | null {
  let size = 0;
  let long = 0;
  let code = 0;
  const fits = (statements: readonly Statement[]): boolean =>
    statements.every((statement): boolean => {
      switch (statement.kind) {
        case "loop":
          return false;
        case "if":
          return fits(statement.then) && fits(statement.else);
        case "nest":
          for (const cell of statement.cells) {
            const own = valuesOf(program, cell);
            const points = cell.box.reduce((n, [low, high]) => n * (high - low), 1);
            size += own * points;
            code += own;
            if (cell.box.some(([low, high]) => high - low > sideLimit)) long += own * points;
          }
          return size <= scalarLimit;
        default:
          return true;
      }
    });
  if (!fits(loop.body) || (loop.condition !== null && !fits(loop.condition.body))) return null;
  return size <= Math.max(stepLimit, growth * code) && long <= longShare * size ? size : null;
}

/** For each root, the innermost loops whose steps use it; -1 stands for everything else. */
function loopsUsing(program: LoopProgram): ReadonlyMap<Id, ReadonlySet<Id>> {
  const users = new Map<Id, Set<Id>>();
  const use = (id: Id, by: Id): void => {
    const root = rootOf(program, id);
    const known = users.get(root);
    if (known === undefined) users.set(root, new Set([by]));
    else known.add(by);
  };
  const hasLoop = (statements: readonly Statement[]): boolean =>
    statements.some((one) => one.kind === "loop" || (one.kind === "if" && (hasLoop(one.then) || hasLoop(one.else))));
  const walk = (statements: readonly Statement[], by: Id): void => {
    const visitor = { read: (id: Id): void => use(id, by), write: (id: Id): void => use(id, by) };
    for (const statement of statements) {
      if (statement.kind === "if" && hasLoop([statement])) {
        use(statement.predicate, by);
        walk(statement.then, by);
        walk(statement.else, by);
      } else if (statement.kind !== "loop") walkBuffers(program.exprs, [statement], visitor);
      else if (hasLoop(statement.body) || hasLoop(statement.condition?.body ?? [])) {
        walkBuffers(program.exprs, [{ ...statement, body: [], condition: null }], visitor);
        if (statement.condition !== null) {
          use(statement.condition.predicate, by);
          walk(statement.condition.body, by);
        }
        walk(statement.body, by);
      } else {
        // Counter and trips are used outside of the steps.
        if (statement.count !== null && typeof statement.count !== "number") use(statement.count.buffer, by);
        if (statement.trips !== null) use(statement.trips, by);
        walkBuffers(program.exprs, [{ ...statement, count: 0, trips: null }], {
          read: (id) => use(id, statement.id),
          write: (id) => use(id, statement.id),
        });
      }
    }
  };
  for (const id of [...program.inputs, ...program.outputs]) use(id, -1);
  walk(program.body, -1);
  return users;
}
