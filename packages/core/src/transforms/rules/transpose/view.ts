import type { Builder } from "../../../ir/builder.js";
import type { ArrayType, Opt, Params, Var, ViewIndex, ViewPiece } from "../../../ir/types.js";
import { sameShape } from "../../../ir/types.js";
import { shapeOf, sum, summed } from "../../emit.js";
import { nth, range } from "../../lists.js";

type Box = readonly (readonly [number, number])[];

/** A piece of the transposed view: `source` placed into the operand at `box`. */
interface Placed {
  readonly source: Var;
  readonly box: Box;
  readonly index: readonly ViewIndex[];
}

/**
 * The cotangent of one operand of a view: a view of the cotangent of its output, or several, summed in order, where pieces read
 * the same elements. What a piece repeats is summed first; what it skips is padded back.
 */
export function transposeView(b: Builder, params: Params["view"], input: number, type: ArrayType, ct: Var): Opt {
  const groups: Placed[][] = [];
  const padded: Var[] = [];
  const pieces = params.pieces.filter((piece) => piece.input === input && piece.box.every(([low, high]) => low < high));
  for (const normal of pieces.flatMap(normalised)) {
    if (normal.index.some(({ axis, stride }) => axis !== null && Math.abs(stride) > 1)) {
      padded.push(padBack(b, normal, type, ct));
      continue;
    }
    const placed = place(b, normal, ct);
    const group = groups.find((others) => others.every((other) => disjoint(other.box, placed.box)));
    if (group === undefined) groups.push([placed]);
    else group.push(placed);
  }
  const views = groups.map((group) => viewOf(b, group, type));
  return [...views, ...padded].reduce<Opt>((total, view) => sum(b, total, view), null);
}

/**
 * The piece with axes of stride 0 as constants. A diagonal, where two axes of the operand follow one of the output, is taken
 * apart: one piece for each of its elements.
 */
function normalised(piece: ViewPiece): ViewPiece[] {
  const index = piece.index.map((entry): ViewIndex => {
    const fixed = entry.axis === null || entry.stride === 0;
    return fixed ? { axis: null, stride: 0, offset: entry.offset } : entry;
  });
  const axes = index.flatMap(({ axis }) => (axis === null ? [] : [axis]));
  const twice = axes.find((axis, k) => axes.indexOf(axis) !== k);
  if (twice === undefined) return [{ ...piece, index }];
  const [low, high] = nth(piece.box, twice);
  return range(low, high - low).flatMap((at) =>
    normalised({
      input: piece.input,
      box: piece.box.map((extent, axis) => (axis === twice ? [at, at + 1] : extent)),
      index: index.map((entry) =>
        entry.axis === twice ? { axis: null, stride: 0, offset: entry.stride * at + entry.offset } : entry,
      ),
    }),
  );
}

/** The cotangent inside the piece's box, summed over the output axes that the operand does not have; axes as in the output. */
function gathered(b: Builder, piece: ViewPiece, ct: Var): { readonly source: Var; readonly axes: readonly number[] } {
  const used = piece.index.flatMap(({ axis }) => (axis === null ? [] : [axis]));
  const repeated = range(0, piece.box.length).filter((axis) => !used.includes(axis));
  return {
    source: summed(b, cropped(b, ct, piece.box), repeated),
    axes: range(0, piece.box.length).filter((axis) => used.includes(axis)),
  };
}

function place(b: Builder, piece: ViewPiece, ct: Var): Placed {
  const used = piece.index.flatMap(({ axis }) => (axis === null ? [] : [axis]));
  const box = piece.index.map(({ axis, stride, offset }): readonly [number, number] => {
    if (axis === null) return [offset, offset + 1];
    const [low, high] = nth(piece.box, axis);
    const ends = [stride * low + offset, stride * (high - 1) + offset];
    return [Math.min(...ends), Math.max(...ends) + 1];
  });
  // o = s * i + c is i = s * o - s * c for s = 1 and -1.
  const inverse = (outputAxis: number, shift: number): ViewIndex => {
    const axis = piece.index.findIndex((entry) => entry.axis === outputAxis);
    const { stride, offset } = nth(piece.index, axis);
    return { axis, stride, offset: -stride * offset - shift + 0 };
  };
  if (piece.box.every(([low, high], axis) => used.includes(axis) || high - low === 1)) {
    const index = piece.box.map(([low], axis): ViewIndex =>
      used.includes(axis) ? inverse(axis, 0) : { axis: null, stride: 0, offset: low },
    );
    return { source: ct, box, index };
  }
  const { source, axes } = gathered(b, piece, ct);
  return { source, box, index: axes.map((axis) => inverse(axis, nth(piece.box, axis)[0])) };
}

function viewOf(b: Builder, group: readonly Placed[], type: ArrayType): Var {
  const sources = [...new Set(group.map(({ source }) => source))];
  const pieces = group.map(({ source, box, index }) => ({ box, input: sources.indexOf(source), index }));
  return b.one("view", { shape: type.shape, pieces }, sources);
}

/** For strides beyond 1: the cotangent with its axes in the operand's order, spread by `pad`. */
function padBack(b: Builder, piece: ViewPiece, type: ArrayType, ct: Var): Var {
  const { source, axes } = gathered(b, piece, ct);
  const kept = piece.index.flatMap(({ axis }) => (axis === null ? [] : [axes.indexOf(axis)]));
  const order = kept.every((axis, k) => axis === k) ? source : b.one("transpose", { permutation: kept }, [source]);
  const extents = piece.index.map(({ axis }) => {
    if (axis === null) return 1;
    const [low, high] = nth(piece.box, axis);
    return high - low;
  });
  let spread = sameShape(shapeOf(order), extents) ? order : b.one("reshape", { shape: extents }, [order]);
  const backwards = range(0, extents.length).filter((a) => nth(piece.index, a).stride < 0);
  if (backwards.length > 0) spread = b.one("reverse", { axes: backwards }, [spread]);
  const low = piece.index.map(({ axis, stride, offset }) => {
    if (axis === null) return offset;
    const [start, end] = nth(piece.box, axis);
    return Math.min(stride * start, stride * (end - 1)) + offset;
  });
  const interior = piece.index.map(({ axis, stride }) => (axis === null ? 0 : Math.abs(stride) - 1));
  const high = type.shape.map((extent, a) => {
    const last = nth(low, a) + (nth(extents, a) - 1) * (nth(interior, a) + 1);
    return extent - 1 - last;
  });
  return b.one("pad", { low, high, interior, value: 0 }, [spread]);
}

function cropped(b: Builder, ct: Var, box: Box): Var {
  const shape = shapeOf(ct);
  if (box.every(([low, high], axis) => low === 0 && high === shape[axis])) return ct;
  const piece: ViewPiece = {
    box: box.map(([low, high]) => [0, high - low]),
    input: 0,
    index: box.map(([low], axis) => ({ axis, stride: 1, offset: low })),
  };
  return b.one("view", { shape: box.map(([low, high]) => high - low), pieces: [piece] }, [ct]);
}

function disjoint(a: Box, b: Box): boolean {
  return a.some(([low, high], axis) => {
    const [otherLow, otherHigh] = nth(b, axis);
    return high <= otherLow || otherHigh <= low;
  });
}
