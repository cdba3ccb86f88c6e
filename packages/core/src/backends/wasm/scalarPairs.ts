import type { Cell, Expr, Id, Loop, LoopProgram, Statement } from "../../lowering/loopProgram.js";
import { present } from "../../util/invariant.js";
import { bufferOf, exprOf, operandsFirst, operandsOf, rootOf } from "../structure.js";

/** Scalars and values of a loop's steps that are computed two at a time, as lanes of one vector. */
export interface Pairing {
  /** Pairs of scalars, float64, that are lanes 0 and 1 of one register. */
  readonly scalars: readonly ScalarPair[];
  /** The pair that a written scalar is a lane of. */
  pairOf(scalar: Id): ScalarPair | undefined;
  /** The pair of these two: a written one's, or one of scalars that are only read, which may stand in many. */
  readPair(first: Id, second: Id): ScalarPair | undefined;
  /** The value that is computed with this one, as lane 1. */
  matches(first: Id, second: Id): boolean;
}

/** Two scalars, by root. */
export interface ScalarPair {
  readonly lanes: readonly [Id, Id];
  readonly isWritten: boolean;
}

/** Part of the operations of a step that must come in pairs. */
const leastPaired = 0.6;
/** Deeper values are not walked by recursion. */
const deepest = 1000;

/**
 * Finds elements of arrays whose steps are alike, neighbours along some axis, so that two are computed as one vector: the elements
 * of a batch, or directions of derivatives. A pair of scalars is alike if the values that are stored to them are the same operations
 * on pairs, or on one value. Null where too little of the loop is alike. No bit depends on it.
 */
export function findPairs(program: LoopProgram, loop: Loop): Pairing | null {
  const cells = cellsOf([...(loop.condition?.body ?? []), ...loop.body]);
  const stores = new Map<Id, { readonly cell: Cell; readonly value: Id }[]>();
  for (const cell of cells) {
    for (const { buffer, value } of cell.outputs) {
      const root = rootOf(program, buffer);
      const known = stores.get(root);
      if (known === undefined) stores.set(root, [{ cell, value: value.expr }]);
      else known.push({ cell, value: value.expr });
    }
  }
  const operations = new Set<Id>();
  let depth = 0;
  for (const cell of cells) {
    const order = operandsFirst(
      program,
      cell.outputs.map(({ value }) => value.expr),
    );
    const depths = new Map<Id, number>();
    for (const id of order) {
      const args = operandsOf(exprOf(program, id));
      depths.set(id, Math.max(0, ...args.map((arg) => 1 + (depths.get(arg.expr) ?? 0))));
      depth = Math.max(depth, depths.get(id) as number);
      if ("args" in exprOf(program, id)) operations.add(id);
    }
  }
  if (depth > deepest || operations.size === 0) return null;

  let pairs = new Map<Id, ScalarPair>();
  let reads = new Map<string, ScalarPair>();
  let matched = new Set<string>();
  for (const seeds of candidates(program, stores)) {
    if (seeds.some(([a, b]) => pairs.has(a) || pairs.has(b))) continue;
    const attempt = tryPairs(program, stores, seeds, pairs, reads, matched);
    if (attempt === null) continue;
    ({ pairs, reads, matched } = attempt);
  }
  if (pairs.size === 0) return null;
  const paired = new Set<Id>();
  for (const key of matched) for (const id of key.split(",").map(Number)) if (operations.has(id)) paired.add(id);
  if (paired.size < leastPaired * operations.size) return null;
  return {
    scalars: [...new Set(pairs.values()), ...reads.values()],
    pairOf: (scalar) => pairs.get(scalar),
    readPair: (first, second) => {
      const written = pairs.get(first);
      if (written !== undefined) return written.lanes[0] === first && written.lanes[1] === second ? written : undefined;
      return reads.get(`${first},${second}`);
    },
    matches: (first, second) => matched.has(`${first},${second}`),
  };
}

interface Found {
  readonly pairs: Map<Id, ScalarPair>;
  readonly reads: Map<string, ScalarPair>;
  readonly matched: Set<string>;
}

type Stores = ReadonlyMap<Id, readonly { readonly cell: Cell; readonly value: Id }[]>;

/** Assumes the seeds, and pairs whatever they then need to be paired; null where something is not alike. */
function tryPairs(
  program: LoopProgram,
  stores: Stores,
  seeds: readonly (readonly [Id, Id])[],
  before: ReadonlyMap<Id, ScalarPair>,
  beforeReads: ReadonlyMap<string, ScalarPair>,
  beforeMatched: ReadonlySet<string>,
): Found | null {
  const pairs = new Map(before);
  const reads = new Map(beforeReads);
  const matched = new Set(beforeMatched);
  const waiting: ScalarPair[] = [];
  const demand = (a: Id, b: Id): boolean => {
    const [pair, other] = [pairs.get(a), pairs.get(b)];
    if (pair !== undefined || other !== undefined) return pair === other && pair?.lanes[0] === a && a !== b;
    if (![a, b].every((id) => isFloatScalar(program, id))) return false;
    const written = [stores.has(a), stores.has(b)];
    if (written[0] !== written[1]) return false;
    const made: ScalarPair = { lanes: [a, b], isWritten: stores.has(a) };
    if (made.isWritten) {
      pairs.set(a, made);
      pairs.set(b, made);
      waiting.push(made);
    } else reads.set(`${a},${b}`, made);
    return true;
  };
  const stack: (readonly [Id, Id])[] = [];
  const alike = (first: Id, second: Id): boolean => {
    stack.push([first, second]);
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const [a, b] = top;
      if (a === b || matched.has(`${a},${b}`)) continue;
      const [x, y] = [exprOf(program, a), exprOf(program, b)];
      if (!sameOperation(program, x, y)) return false;
      if (x.op === "load" && y.op === "load" && x.index.length === 0) {
        if (!demand(rootOf(program, x.buffer), rootOf(program, y.buffer))) return false;
      } else if ("args" in x && "args" in y) {
        x.args.forEach((arg, k) => stack.push([arg.expr, present(y.args[k], "operand").expr]));
      }
      matched.add(`${a},${b}`);
    }
    return true;
  };
  if (!seeds.every(([a, b]) => demand(a, b))) return null;
  for (let pair = waiting.pop(); pair !== undefined; pair = waiting.pop()) {
    const [a, b] = pair.lanes.map((id) => stores.get(id) ?? []) as [Store, Store];
    if (a.length !== b.length) return null;
    for (const [k, store] of a.entries()) {
      const other = b[k];
      if (other?.cell !== store.cell || !alike(store.value, other.value)) return null;
    }
  }
  return { pairs, reads, matched };
}

type Store = readonly { readonly cell: Cell; readonly value: Id }[];

/** Pairs of neighbours along each axis of each array that is written as scalars, leading axes first. */
function* candidates(program: LoopProgram, stores: Stores): Generator<readonly (readonly [Id, Id])[]> {
  const arrays = new Map<Id, Map<number, Id>>();
  for (const scalar of stores.keys()) {
    const { element } = bufferOf(program, scalar);
    if (element === undefined || !isFloatScalar(program, scalar)) continue;
    const known = arrays.get(element.of) ?? new Map<number, Id>();
    arrays.set(element.of, known.set(element.offset, scalar));
  }
  for (const [root, elements] of [...arrays].sort(([, a], [, b]) => b.size - a.size)) {
    const { shape } = bufferOf(program, root);
    let pitch = shape.reduce((n, extent) => n * extent, 1);
    for (const extent of shape) {
      pitch /= extent;
      if (extent % 2 !== 0) continue;
      const pairs: [Id, Id][] = [];
      for (const [offset, scalar] of elements) {
        if (Math.floor(offset / pitch) % 2 !== 0) continue;
        const other = elements.get(offset + pitch);
        if (other !== undefined) pairs.push([scalar, other]);
      }
      if (2 * pairs.length === elements.size) yield pairs;
    }
  }
}

/** Whether two values can be lanes of one vector, as far as their own operation goes. */
function sameOperation(program: LoopProgram, a: Expr, b: Expr): boolean {
  const isLane = a.dtype === "float64" || a.dtype === "bool";
  if (!isLane || a.dtype !== b.dtype) return false;
  switch (a.op) {
    case "const":
      return b.op === "const" && a.dtype === "float64";
    case "load": {
      if (b.op !== "load" || a.dtype !== "float64" || a.index.length !== b.index.length) return false;
      if (a.index.length === 0) return true;
      return (
        rootOf(program, a.buffer) === rootOf(program, b.buffer) &&
        a.index.every((one, k) => {
          const other = present(b.index[k], "index");
          return one.loop === other.loop && one.dynamic?.expr === other.dynamic?.expr;
        })
      );
    }
    case "unary":
      return b.op === "unary" && a.name === b.name;
    case "binary":
      return b.op === "binary" && a.name === b.name && a.name !== "shiftLeft" && a.name !== "shiftRight";
    case "isFinite":
      return b.op === "isFinite" && a.of === "float64" && b.of === "float64";
    case "compare":
      return (
        b.op === "compare" && a.relation === b.relation && a.of === b.of && (a.of === "float64" || a.of === "bool")
      );
    case "select":
      return b.op === "select";
    case "convert":
      return b.op === "convert" && a.from === b.from && (a.from === "bool" || a.from === "float64");
    default:
      return false;
  }
}

function isFloatScalar(program: LoopProgram, id: Id): boolean {
  const { dtype, shape, growable } = bufferOf(program, id);
  return dtype === "float64" && shape.length === 0 && !growable;
}

function cellsOf(body: readonly Statement[]): readonly Cell[] {
  return body.flatMap((statement): readonly Cell[] => {
    if (statement.kind === "if") return [...cellsOf(statement.then), ...cellsOf(statement.else)];
    return statement.kind === "nest" ? statement.cells : [];
  });
}

/** The key of the register of scalars that are only read, which may be in several pairs: no root has it. */
export function pairKey({ lanes: [a, b] }: ScalarPair): number {
  return -1 - (a * 2 ** 26 + b);
}
