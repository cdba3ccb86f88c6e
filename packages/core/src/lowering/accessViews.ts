import { arrayTypeOf } from "../ir/builder.js";
import type { Equation, Params, ViewIndex, ViewPiece } from "../ir/types.js";

/** Every access op in the form of `view`: its pieces, disjoint, +0 outside of them. */
export function piecesOf(equation: Equation): readonly ViewPiece[] | null {
  switch (equation.op) {
    case "view":
      return (equation.params as Params["view"]).pieces;
    case "transpose": {
      const { permutation } = equation.params as Params["transpose"];
      const index: ViewIndex[] = [];
      permutation.forEach((source, axis) => (index[source] = { axis, stride: 1, offset: 0 }));
      return [whole(equation, index)];
    }
    case "broadcast": {
      const { axes } = equation.params as Params["broadcast"];
      return [
        whole(
          equation,
          axes.map((axis) => ({ axis, stride: 1, offset: 0 })),
        ),
      ];
    }
    case "slice": {
      const { start, stride } = equation.params as Params["slice"];
      return [
        whole(
          equation,
          start.map((offset, axis) => ({ axis, stride: stride[axis] ?? 1, offset })),
        ),
      ];
    }
    case "reverse": {
      const { axes } = equation.params as Params["reverse"];
      return [
        whole(
          equation,
          shapeOf(equation).map((extent, axis) =>
            axes.includes(axis) ? { axis, stride: -1, offset: extent - 1 } : { axis, stride: 1, offset: 0 },
          ),
        ),
      ];
    }
    case "concatenate": {
      const { axis: along } = equation.params as Params["concatenate"];
      let start = 0;
      return equation.inputs.map((input, k) => {
        const extent = arrayTypeOf(input).shape[along] ?? 0;
        const first = start;
        start += extent;
        return {
          box: shapeOf(equation).map(
            (n, axis) => (axis === along ? [first, first + extent] : [0, n]) as [number, number],
          ),
          input: k,
          index: shapeOf(equation).map((_, axis) => ({ axis, stride: 1, offset: axis === along ? -first : 0 })),
        };
      });
    }
    default:
      return null;
  }
}

/** The view's index of a source axis, seen from the nest: `index` composed with the map from nest to view. */
export function composeIndex(index: ViewIndex, map: readonly ViewIndex[]): ViewIndex {
  if (index.axis === null) return index;
  const through = map[index.axis] as ViewIndex;
  return {
    axis: through.axis,
    stride: through.axis === null ? 0 : through.stride * index.stride,
    offset: through.offset * index.stride + index.offset,
  };
}

/** Whether an access reads each element at the reader's own index. */
export function isOwnIndex(index: readonly ViewIndex[]): boolean {
  return index.every((one, axis) => one.axis === axis && one.stride === 1 && one.offset === 0);
}

/** A box of points: [low, high) along each axis. */
export type Box = readonly (readonly [number, number])[];

/** The part of `box` (in nest axes) which `map` sends into `target`, or null where it is empty. */
export function preimage(target: Box, map: readonly ViewIndex[], box: Box): Box | null {
  const result = box.map(([low, high]) => [low, high] as [number, number]);
  for (let k = 0; k < target.length; k++) {
    const [low, high] = target[k] as readonly [number, number];
    const { axis, stride, offset } = map[k] as ViewIndex;
    if (axis === null || stride === 0) {
      if (offset < low || offset >= high) return null;
      continue;
    }
    const range = result[axis] as [number, number];
    const from = stride > 0 ? Math.ceil((low - offset) / stride) : Math.ceil((high - 1 - offset) / stride);
    const end = stride > 0 ? Math.ceil((high - offset) / stride) : Math.floor((low - offset) / stride) + 1;
    range[0] = Math.max(range[0], from);
    range[1] = Math.min(range[1], end);
    if (range[0] >= range[1]) return null;
  }
  return result;
}

function whole(equation: Equation, index: readonly ViewIndex[]): ViewPiece {
  return { box: shapeOf(equation).map((extent) => [0, extent] as const), input: 0, index };
}

function shapeOf(equation: Equation): readonly number[] {
  const [output] = equation.outputs;
  return output === undefined ? [] : arrayTypeOf(output).shape;
}
