import type { ArrayType, Var, ViewIndex } from "../../ir/types.js";
import { arrayTypeOf } from "../../ir/builder.js";
import { at } from "../bodies.js";
import { fullBox, isEmpty, replace, subtract, type Box } from "./boxes.js";

/** Where a piece of a view reads: an array, or the same number everywhere. */
export type Source = Var | number;

/** A piece of a view: inside `box` the elements are those of `source` at an affine index. Outside of all pieces stands +0. */
export interface Piece {
  readonly box: Box;
  readonly source: Source;
  /** One for each axis of the source; none for a number. */
  readonly index: readonly ViewIndex[];
}

/** Index of a source axis that runs along an output axis. (Adding 0 makes +0 of -0, which would print as another view.) */
export function along(axis: number, stride: number, offset: number): ViewIndex {
  return { axis, stride, offset: offset + 0 };
}

/** Constant index of a source axis. */
export function fixed(offset: number): ViewIndex {
  return { axis: null, stride: 0, offset: offset + 0 };
}

/** The pieces of an array that is itself. */
export function identityPieces(variable: Var): Piece[] {
  const { shape } = arrayTypeOf(variable);
  return [{ box: fullBox(shape), source: variable, index: shape.map((_, axis) => along(axis, 1, 0)) }];
}

/** Pieces that hold a number in a box; +0 needs none. */
export function filledPieces(box: Box, value: number): Piece[] {
  return Object.is(value, 0) ? [] : [{ box, source: value, index: [] }];
}

/** Whether pieces are their source, unchanged; it is returned. */
export function identityOf(pieces: readonly Piece[], type: ArrayType): Var | null {
  const [piece, ...others] = pieces;
  if (piece === undefined || others.length > 0 || typeof piece.source === "number") return null;
  const source = arrayTypeOf(piece.source).shape;
  const same =
    source.length === type.shape.length &&
    piece.box.every(([low, high], axis) => low === 0 && high === type.shape[axis] && high === source[axis]) &&
    piece.index.every(({ axis, stride, offset }, a) =>
      axis === null ? offset === 0 && source[a] === 1 : axis === a && stride === 1 && offset === 0,
    );
  return same ? piece.source : null;
}

/** The pieces of a view whose sources are views: what lies outside of a source's pieces falls away. */
export function composePieces(outer: readonly Piece[], viewOf: (source: Var) => readonly Piece[] | null): Piece[] {
  return outer.flatMap((piece) => {
    const inner = typeof piece.source === "number" ? null : viewOf(piece.source);
    if (inner === null) return [piece];
    return inner.flatMap((part) => {
      const box = preimage(piece, part.box);
      return box === null
        ? []
        : [{ box, source: part.source, index: part.index.map((i) => composeIndex(i, piece.index)) }];
    });
  });
}

/** Output indices of a piece whose source index lies in `target`; null if there is none. */
function preimage(piece: Piece, target: Box): Box | null {
  let box = piece.box;
  for (let a = 0; a < piece.index.length; a++) {
    const { axis, stride, offset } = at(piece.index, a);
    const [low, high] = at(target, a);
    if (axis === null || stride === 0) {
      if (offset < low || offset >= high) return null;
      continue;
    }
    const [start, end] =
      stride > 0
        ? [Math.ceil((low - offset) / stride), Math.ceil((high - offset) / stride)]
        : [Math.floor((high - offset) / stride) + 1, Math.floor((low - offset) / stride) + 1];
    const [from, to] = at(box, axis);
    box = replace(box, axis, Math.max(from, start), Math.min(to, end));
  }
  return isEmpty(box) ? null : box;
}

function composeIndex(inner: ViewIndex, outer: readonly ViewIndex[]): ViewIndex {
  if (inner.axis === null) return inner;
  const { axis, stride, offset } = at(outer, inner.axis);
  const start = inner.stride * offset + inner.offset;
  return axis === null || stride === 0 ? fixed(start) : along(axis, inner.stride * stride, start);
}

/**
 * One form for all lists of pieces that say the same: no empty ones, indices along axes of extent 1 constant, neighbours
 * joined where the index goes on, in ascending order.
 */
export function canonicalPieces(pieces: readonly Piece[]): Piece[] {
  let current = pieces.filter(({ box }) => !isEmpty(box)).map(settle);
  if (current.length <= 1) return current;
  const rank = at(current, 0).box.length;
  if (rank > 1) current = splitOnGrid(current, rank);
  for (let axis = rank - 1; axis >= 0; axis--) current = joinAlong(current, axis);
  return current.sort((a, b) => compareBoxes(a.box, b.box));
}

/** Beyond so many cells pieces are joined as they are: they are too many to become a view anyway. */
const gridLimit = 1024;

/** Constant indices where an axis has one index only: the stride along it says nothing. */
function settle(piece: Piece): Piece {
  return {
    ...piece,
    index: piece.index.map((i) => {
      if (i.axis === null) return i.stride === 0 ? i : fixed(i.offset);
      const [low, high] = at(piece.box, i.axis);
      return i.stride === 0 || high - low === 1 ? fixed(i.stride * low + i.offset) : i;
    }),
  };
}

/** Cuts pieces wherever any piece has a border, so that how they were cut before does not matter. */
function splitOnGrid(pieces: readonly Piece[], rank: number): Piece[] {
  let parts: Piece[] = pieces.slice();
  for (let axis = 0; axis < rank; axis++) {
    const cuts = [...new Set(pieces.flatMap(({ box }) => at(box, axis)))].sort((a, b) => a - b);
    parts = parts.flatMap((piece) => {
      const [low, high] = at(piece.box, axis);
      const inside = cuts.filter((cut) => cut > low && cut < high);
      const bounds = [low, ...inside, high];
      return bounds.slice(1).map((end, k) => settle({ ...piece, box: replace(piece.box, axis, at(bounds, k), end) }));
    });
    if (parts.length > gridLimit) return pieces.slice();
  }
  return parts;
}

function joinAlong(pieces: readonly Piece[], axis: number): Piece[] {
  const lines = new Map<string, Piece[]>();
  for (const piece of pieces) {
    const key = piece.box.map(([low, high], a) => (a === axis ? "" : `${low}:${high}`)).join();
    const line = lines.get(key);
    if (line === undefined) lines.set(key, [piece]);
    else line.push(piece);
  }
  return [...lines.values()].flatMap((line) => {
    line.sort((a, b) => at(a.box, axis)[0] - at(b.box, axis)[0]);
    return settleBorders(joinLine(line, axis), axis);
  });
}

/** Single places join a run before they join one another, so that a cut beside a run leaves no trace. */
function joinLine(line: readonly Piece[], axis: number): Piece[] {
  return joinNeighbours(joinNeighbours(line, axis, false), axis, true);
}

function joinNeighbours(line: readonly Piece[], axis: number, singles: boolean): Piece[] {
  const joined: Piece[] = [];
  for (const piece of line) {
    let current = piece;
    for (let last = joined.at(-1); last !== undefined; last = joined.at(-1)) {
      const both = join(last, current, axis, singles);
      if (both === null) break;
      joined.pop();
      current = both;
    }
    joined.push(current);
  }
  return joined;
}

/** Two neighbours along an axis as one piece, if the index of the one goes on in the other. */
function join(a: Piece, b: Piece, axis: number, singles: boolean): Piece | null {
  const [low, middle] = at(a.box, axis);
  const [start, high] = at(b.box, axis);
  if (middle !== start || !Object.is(a.source, b.source)) return null;
  const box = replace(a.box, axis, low, high);
  const [shortA, shortB] = [middle - low === 1, high - start === 1];
  const index: ViewIndex[] = [];
  let steps = 0;
  for (let k = 0; k < a.index.length; k++) {
    const [i, j] = [at(a.index, k), at(b.index, k)];
    if (i.axis === j.axis && i.stride === j.stride && i.offset === j.offset) {
      index.push(i);
    } else if (shortA && j.axis === axis && isFixedAt(i, j.stride * low + j.offset)) {
      index.push(j);
    } else if (shortB && i.axis === axis && isFixedAt(j, i.stride * start + i.offset)) {
      index.push(i);
    } else if (
      singles &&
      shortA &&
      shortB &&
      i.axis === null &&
      j.axis === null &&
      Math.abs(j.offset - i.offset) === 1
    ) {
      // Two single places are a run only if they are neighbours in the source too, and in one of its axes.
      if (++steps > 1) return null;
      const stride = j.offset - i.offset;
      index.push(along(axis, stride, i.offset - stride * low));
    } else {
      return null;
    }
  }
  return { box, source: a.source, index };
}

function isFixedAt(index: ViewIndex, offset: number): boolean {
  return index.axis === null && index.offset === offset;
}

/** A place that could belong to a piece that stands still or to its neighbour that moves goes to the one that moves. */
function settleBorders(line: Piece[], axis: number): Piece[] {
  const moves = (piece: Piece): boolean => piece.index.some((i) => i.axis === axis);
  const result = line.slice();
  for (let k = 0; k + 1 < result.length; k++) {
    const [a, b] = [at(result, k), at(result, k + 1)];
    const [low, middle] = at(a.box, axis);
    const [start, high] = at(b.box, axis);
    if (middle !== start || a.source !== b.source || moves(a) === moves(b)) continue;
    const place = moves(b) ? middle - 1 : middle;
    const fits = a.index.every((i, m) => valueAt(i, axis, place) === valueAt(at(b.index, m), axis, place));
    const shrinks = moves(b) ? middle - low > 1 : high - start > 1;
    if (!fits || !shrinks) continue;
    const cut = moves(b) ? middle - 1 : middle + 1;
    result[k] = settle({ ...a, box: replace(a.box, axis, low, cut) });
    result[k + 1] = settle({ ...b, box: replace(b.box, axis, cut, high) });
  }
  return result;
}

/** Index at a place along `axis`; what runs along another axis is told apart by name. */
function valueAt(index: ViewIndex, axis: number, place: number): string {
  if (index.axis === null) return `${index.offset}`;
  if (index.axis === axis) return `${index.stride * place + index.offset}`;
  return `${index.axis}*${index.stride}+${index.offset}`;
}

function compareBoxes(a: Box, b: Box): number {
  for (let axis = 0; axis < a.length; axis++) {
    const difference = at(a, axis)[0] - at(b, axis)[0];
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Pieces with `added` laid over them. */
export function overlay(pieces: readonly Piece[], added: readonly Piece[], holes: readonly Box[]): Piece[] {
  const rest = holes.reduce<readonly Piece[]>(
    (current, hole) => current.flatMap((piece) => without(piece, hole)),
    pieces,
  );
  return [...rest, ...added];
}

function without(piece: Piece, hole: Box): Piece[] {
  return subtract(piece.box, hole).map((box) => ({ ...piece, box }));
}
