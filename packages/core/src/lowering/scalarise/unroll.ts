import { sizeOf } from "../../ir/types.js";
import type { DType } from "../../util/dtype.js";
import { isFloat } from "../../util/dtype.js";
import { bufferOf, rootOf } from "../buffers.js";
import type { ExprTable } from "../expressions.js";
import type { Buffer, Cell, Combine, Id, Index, Loop, LoopProgram, Nest, Output, Ref } from "../loopProgram.js";
import type { Check, If, Statement } from "../loopProgram.js";
import { walkBuffers } from "../walk.js";
import { cyclesOf, spotOf, type Split, type Spot } from "./elements.js";
import { constantOf, evaluator, indexAt, isNeverMinusZero } from "./evaluate.js";

/** One element of a split root: a scalar buffer within the loop. */
export interface Element {
  readonly root: Id;
  /** The scalar that stands for it. */
  readonly scalar: Id;
  /** Where it lies outside of the loop. */
  readonly home: { readonly buffer: Id; readonly index: readonly Index[] };
  isRead: boolean;
  isWritten: boolean;
}

/** A loop whose nests have no axes any more. */
export interface UnrolledLoop {
  readonly loop: Loop;
  readonly elements: readonly Element[];
}

/** Values up to which a branch is computed in any case, and its results selected. */
const selectLimit = 60;
/** Elements of roots that are only read and become scalars; beyond, they are loaded where they lie. */
const mostConstants = 48;

/** What a straight stretch of statements has done so far: nothing of it is written yet. */
interface Segment {
  readonly values: Map<Element, Ref>;
  readonly memory: Output[];
  readonly loads: Set<Id>;
  readonly stores: Set<Id>;
  readonly checks: Check[];
}

/** How long what is written out may become. */
export interface Limits {
  readonly values: number;
  /** Values after which a stretch is cut: the rest of it loads what it needs. */
  readonly part: number;
}

/**
 * Writes out every point of the loop's nests: each straight stretch becomes one nest without axes, in which what was just
 * stored is a value, not a load. Null where the loop has an output that cannot be written out, or more values than the limit.
 */
export function unrollLoop(
  program: LoopProgram,
  loop: Loop,
  split: Split,
  table: ExprTable,
  buffers: Buffer[],
  limit: Limits,
): UnrolledLoop | null {
  const elements = new Map<string, Element>();
  const first = table.exprs.length;
  let constants = 0;
  let failed = false;
  /** While both branches of a condition are computed, of which one is selected: neither is written before. */
  let selecting = false;
  /** Expressions when the present stretch began. */
  let begun = first;

  const elementAt = (spot: Spot, buffer: Id, index: readonly Index[]): Element | null => {
    if (!split.has(spot.root)) return null;
    const key = `${spot.root}|${spot.offset}|${spot.row}`;
    let element = elements.get(key);
    if (element === undefined) {
      const { dtype, shape, name } = bufferOf(program, spot.root);
      const isScalar = shape.length === 0;
      if (!isScalar && !split.isWritten(spot.root) && constants++ >= mostConstants) return null;
      const scalar = isScalar ? spot.root : buffers.length;
      if (!isScalar) {
        const id = buffers.length;
        const standsFor = { of: spot.root, offset: spot.offset };
        buffers.push({
          id,
          name: `${name}_${spot.offset}`,
          dtype,
          shape: [],
          growable: false,
          alias: null,
          element: standsFor,
        });
      }
      element = { root: spot.root, scalar, home: { buffer, index }, isRead: false, isWritten: false };
      elements.set(key, element);
    }
    return element;
  };
  /** The element of a root without axes, or the only one of one that an alias sees as a scalar. */
  const scalarOf = (buffer: Id): Id => {
    const spot = spotOf(program, loop.id, buffer, [], []);
    const element = spot === null ? null : elementAt(spot, buffer, []);
    if (element === null) {
      failed = true;
      return buffer;
    }
    element.isRead = true;
    return element.scalar;
  };

  const valueOf = (segment: Segment, element: Element): Ref => {
    const known = segment.values.get(element);
    if (known !== undefined) return known;
    element.isRead = true;
    return table.load(bufferOf(program, element.root).dtype, element.scalar, [], -1);
  };
  const setValue = (segment: Segment, element: Element, value: Ref): void => {
    element.isWritten = true;
    segment.values.set(element, value);
  };
  const evaluatorAt = (segment: Segment, point: readonly number[]): ((ref: Ref) => Ref) =>
    evaluator(
      {
        program,
        table,
        load(expr, index, here) {
          const spot = spotOf(program, loop.id, expr.buffer, index, here);
          const at = index.map((one) => indexAt(one, here));
          const element = spot === null ? null : elementAt(spot, expr.buffer, at);
          if (element !== null) return valueOf(segment, element);
          segment.loads.add(rootOf(program, expr.buffer));
          return table.load(expr.dtype, expr.buffer, at, -1);
        },
      },
      point,
    );

  const flush = (segment: Segment, into: Statement[]): void => {
    const outputs = [...segment.memory];
    for (const [element, value] of segment.values) {
      const own = table.load(bufferOf(program, element.root).dtype, element.scalar, [], -1);
      if (own.expr !== value.expr) outputs.push({ mode: "store", buffer: element.scalar, index: [], value });
    }
    if (outputs.length > 0) into.push({ kind: "nest", extents: [], cells: [{ box: [], outputs }] });
    into.push(...segment.checks);
    segment.values.clear();
    segment.memory.length = 0;
    segment.checks.length = 0;
    segment.loads.clear();
    segment.stores.clear();
    begun = table.exprs.length;
  };

  const write = (segment: Segment, output: Output, point: readonly number[], how: (old: () => Ref) => Ref): void => {
    const spot = spotOf(program, loop.id, output.buffer, output.index, point);
    const index = output.index.map((one) => indexAt(one, point));
    const element = spot === null ? null : elementAt(spot, output.buffer, index);
    if (element !== null) {
      const value = how(() => valueOf(segment, element));
      setValue(segment, element, value);
      return;
    }
    if (output.mode === "accumulate" || output.mode === "scatter") {
      failed = true;
      return;
    }
    const value = how(() => {
      throw new RangeError("no old value");
    });
    const evaluate = evaluatorAt(segment, point);
    const dynamic = index.map((one) => (one.dynamic === null ? one : { ...one, dynamic: evaluate(one.dynamic) }));
    segment.memory.push({ mode: "store", buffer: output.buffer, index: dynamic, value });
    segment.stores.add(rootOf(program, output.buffer));
  };

  const runCell = (segment: Segment, cell: Cell): void => {
    const [leading] = cell.outputs;
    if (leading?.mode === "reduce") {
      const outer = cell.box.length - leading.axes;
      const { dtype } = bufferOf(program, leading.buffer);
      for (const kept of pointsOf(cell.box.slice(0, outer))) {
        const lanes = new Map<number, Ref>();
        for (const reduced of pointsOf(cell.box.slice(outer))) {
          const lane = (reduced.at(-1) ?? 0) % leading.lanes;
          const value = evaluatorAt(segment, [...kept, ...reduced])(leading.value);
          const before = lanes.get(lane);
          lanes.set(lane, before === undefined ? value : combine(table, leading.combine, dtype, before, value));
        }
        const total = joinLanes(table, leading.combine, dtype, lanes);
        write(segment, leading, kept, () => total);
      }
      return;
    }
    const running = new Map<Output, Ref>();
    for (const point of pointsOf(cell.box)) {
      if (point.at(-1) === cell.box.at(-1)?.[0]) running.clear();
      const evaluate = evaluatorAt(segment, point);
      const writes = cell.outputs.map((output): (() => void) => {
        const value = evaluate(output.value);
        const { dtype } = bufferOf(program, output.buffer);
        switch (output.mode) {
          case "accumulate":
            return () => write(segment, output, point, (old) => combine(table, output.combine, dtype, old(), value));
          case "scatter": {
            const when = output.when === null ? null : evaluate(output.when);
            const updated = (old: () => Ref): Ref =>
              output.combine === "add" ? combine(table, "sum", dtype, old(), value) : value;
            const known = when === null ? 1 : constantOf(table, when);
            if (known === 0) return () => undefined;
            if (known !== null || when === null) return () => write(segment, output, point, updated);
            return () => write(segment, output, point, (old) => table.select(dtype, when, updated(old), old()));
          }
          case "prefix": {
            const sum = combine(table, "sum", dtype, running.get(output) ?? table.constant(dtype, 0), value);
            running.set(output, sum);
            return () => write(segment, output, point, () => sum);
          }
          default:
            return () => write(segment, output, point, () => value);
        }
      });
      writes.forEach((one) => one());
      if (failed || table.exprs.length - first > limit.values) {
        failed = true;
        return;
      }
    }
  };

  /** Roots in memory that a nest reads and writes. */
  const memoryOf = (nest: Nest): { loads: Set<Id>; stores: Set<Id> } => {
    const [loads, stores] = [new Set<Id>(), new Set<Id>()];
    const note = (set: Set<Id>, id: Id): void => {
      const root = rootOf(program, id);
      if (!split.has(root)) set.add(root);
    };
    walkBuffers(program.exprs, [nest], { read: (id) => note(loads, id), write: (id) => note(stores, id) });
    return { loads, stores };
  };

  const runNest = (segment: Segment, nest: Nest, into: Statement[]): void => {
    const { loads, stores } = memoryOf(nest);
    const meets = (a: ReadonlySet<Id>, b: ReadonlySet<Id>): boolean => [...a].some((id) => b.has(id));
    if (meets(stores, segment.loads) || meets(stores, segment.stores) || meets(loads, segment.stores))
      flush(segment, into);
    for (const cell of nest.cells) if (!failed) runCell(segment, cell);
    if (!selecting && table.exprs.length - begun > limit.part) flush(segment, into);
  };

  const isSelectable = (statements: readonly Statement[], room: { left: number }): boolean =>
    statements.every((statement): boolean => {
      if (statement.kind === "if") return isSelectable(statement.then, room) && isSelectable(statement.else, room);
      if (statement.kind !== "nest") return false;
      if (memoryOf(statement).stores.size > 0 || memoryOf(statement).loads.size > 0) return false;
      for (const cell of statement.cells) {
        const points = cell.box.reduce((n, [low, high]) => n * (high - low), 1);
        room.left -= points * cell.outputs.length * 2;
      }
      return room.left >= 0;
    });

  const runIf = (segment: Segment, statement: If, into: Statement[]): void => {
    const spot = spotOf(program, loop.id, statement.predicate, [], []);
    const element = spot === null ? null : elementAt(spot, statement.predicate, []);
    if (element === null) {
      failed = true;
      return;
    }
    const room = { left: selectLimit };
    if (isSelectable(statement.then, room) && isSelectable(statement.else, room)) {
      const predicate = valueOf(segment, element);
      const branch = (statements: readonly Statement[]): Segment => {
        const inner: Segment = { ...emptySegment(), values: new Map(segment.values) };
        const before = selecting;
        selecting = true;
        runAll(inner, statements, into);
        selecting = before;
        return inner;
      };
      const [yes, no] = [branch(statement.then), branch(statement.else)];
      const changed = new Set([...yes.values.keys(), ...no.values.keys()]);
      for (const one of changed) {
        const [a, b] = [valueOf(yes, one), valueOf(no, one)];
        const dtype = bufferOf(program, one.root).dtype;
        segment.values.set(one, a.expr === b.expr ? a : table.select(dtype, predicate, a, b));
      }
      return;
    }
    flush(segment, into);
    element.isRead = true;
    into.push({
      kind: "if",
      predicate: element.scalar,
      then: runList(statement.then),
      else: runList(statement.else),
    });
  };

  const runAll = (segment: Segment, statements: readonly Statement[], into: Statement[]): void => {
    for (const statement of statements) {
      if (failed) return;
      switch (statement.kind) {
        case "nest":
          runNest(segment, statement, into);
          break;
        case "if":
          runIf(segment, statement, into);
          break;
        case "check":
          segment.checks.push({ ...statement, predicate: scalarOf(statement.predicate) });
          break;
        case "print":
          flush(segment, into);
          into.push(statement);
          break;
        case "reserve":
          flush(segment, into);
          into.push({ ...statement, rows: evaluatorAt(segment, [])(statement.rows) });
          break;
        case "loop":
          failed = true;
      }
    }
  };

  const runList = (statements: readonly Statement[], atEnd?: (segment: Segment) => void): Statement[] => {
    const [segment, into] = [emptySegment(), [] as Statement[]];
    runAll(segment, statements, into);
    if (failed) return into;
    atEnd?.(segment);
    flush(segment, into);
    return into;
  };

  /** Renames by value: each takes what the one after it in its cycle has. */
  const rotate = (segment: Segment): void => {
    for (const cycle of cyclesOf(loop)) {
      const root = cycle[0] as Id;
      if (!split.has(root)) continue;
      const { shape } = bufferOf(program, root);
      for (let offset = 0; offset < sizeOf(shape); offset++) {
        const index = indexOf(shape, offset);
        const all = cycle.map((id) => elementAt({ root: id, offset, row: "" }, id, index));
        const values = all.map((element) => valueOf(segment, element as Element));
        all.forEach((element, k) => setValue(segment, element as Element, values[(k + 1) % values.length] as Ref));
      }
    }
  };

  const condition =
    loop.condition === null
      ? null
      : { body: runList(loop.condition.body), predicate: scalarOf(loop.condition.predicate) };
  const body = failed ? [] : runList(loop.body, rotate);
  if (failed || table.exprs.length - first > limit.values) return null;
  const rotation = loop.rotation.filter(([name]) => !split.has(name));
  return { loop: { ...loop, condition, body, rotation }, elements: [...elements.values()] };
}

function emptySegment(): Segment {
  return { values: new Map(), memory: [], loads: new Set(), stores: new Set(), checks: [] };
}

function combine(table: ExprTable, how: Combine, dtype: DType, a: Ref, b: Ref): Ref {
  return table.binary(dtype, how === "sum" ? "add" : how, a, b);
}

/**
 * The end of a reduction in lanes. A sum starts from +0 in each lane; because only signs of zeros depend on that, one +0 is added to the
 * total instead, which then is -0 in no case, as the sum of lanes is.
 */
function joinLanes(table: ExprTable, how: Combine, dtype: DType, lanes: ReadonlyMap<number, Ref>): Ref {
  const join = (a: Ref | undefined, b: Ref | undefined): Ref | undefined => {
    if (a === undefined || b === undefined) return a ?? b;
    return combine(table, how, dtype, a, b);
  };
  const half = (i: number): Ref | undefined => join(lanes.get(i), lanes.get(i + 4));
  const total = join(join(half(0), half(2)), join(half(1), half(3))) as Ref;
  if (how !== "sum" || !isFloat(dtype) || isNeverMinusZero(table, total)) return total;
  return table.binary(dtype, "add", total, table.constant(dtype, 0));
}

/** The indices of an element of a whole buffer. */
function indexOf(shape: readonly number[], offset: number): Index[] {
  const index: Index[] = [];
  let rest = offset;
  for (let k = shape.length - 1; k >= 0; k--) {
    const extent = shape[k] as number;
    index.unshift({ axis: null, stride: 0, offset: rest % extent, loop: null, dynamic: null });
    rest = Math.floor(rest / extent);
  }
  return index;
}

/** The points of a box in row-major order. */
function pointsOf(box: Cell["box"]): readonly (readonly number[])[] {
  let points: (readonly number[])[] = [[]];
  for (const [low, high] of box) {
    points = points.flatMap((point) => Array.from({ length: high - low }, (_, i) => [...point, low + i]));
  }
  return points;
}
