import { arrayTypeOf, freshVar, makeEquation } from "../ir/builder.js";
import type { Equation, Params, Var, ViewPiece } from "../ir/types.js";
import { arrayType, sizeOf } from "../ir/types.js";
import { at, isOp } from "./bodies.js";
import { fullBox, intersect, isEmpty, subtractAll, volume, type Box } from "./views/boxes.js";
import { along, fixed } from "./views/pieces.js";

/** One step from what is stored to what is meant: a negation, or a view of one array. Steps are listed in order of application. */
export type Step = Equation<"neg"> | Equation<"view">;

/** Steps without negations that cancel; a negation passes no view that has gaps. */
export function cancelled(steps: readonly Step[]): readonly Step[] {
  const result: Step[] = [];
  for (const step of steps) {
    if (step.op === "neg" && result.at(-1)?.op === "neg") result.pop();
    else result.push(step);
  }
  return result;
}

/** Equations that apply steps to `from`; the last one defines `to`. Without steps, a reshape to the same shape copies. */
export function applySteps(steps: readonly Step[], from: Var, to: Var): Equation[] {
  if (steps.length === 0) return [makeEquation("reshape", { shape: arrayTypeOf(from).shape }, [from], [to])];
  let current = from;
  return steps.map((step, k) => {
    const type = isOp(step, "view") ? arrayType(arrayTypeOf(from).dtype, step.params.shape) : current.type;
    const output = k === steps.length - 1 ? to : freshVar(type);
    const equation = makeEquation(step.op, step.params, [current], [output]);
    current = output;
    return equation;
  });
}

/** Steps that undo steps; null if a view loses something. */
export function invertSteps(steps: readonly Step[]): readonly Step[] | null {
  const result: Step[] = [];
  for (const step of steps) {
    if (isOp(step, "neg")) {
      result.unshift(step);
      continue;
    }
    const source = at(step.inputs, 0);
    const params = invertView(step.params, arrayTypeOf(source).shape);
    if (params === null) return null;
    result.unshift(makeEquation("view", params, step.outputs, [source]));
  }
  return result;
}

/** What an array must be filled with so that steps fill theirs with `value`; null if nothing does. */
export function preimageOfFilled(steps: readonly Step[], value: number): number | null {
  let current = value;
  for (const step of steps.slice().reverse()) {
    if (isOp(step, "neg")) {
      current = -current;
      continue;
    }
    const covered = step.params.pieces.reduce((sum, { box }) => sum + volume(box), 0);
    if (covered !== sizeOf(step.params.shape) && !Object.is(current, 0)) return null;
  }
  return current;
}

/**
 * Steps of one view with gaps, with an odd number of negations behind it, give -0 in the gaps. What an array must be filled
 * with so that they give +0 everywhere else, and where the gaps are; null for other steps.
 */
export function zeroButForGaps(
  steps: readonly Step[],
): { readonly filling: number; readonly gaps: readonly Box[] } | null {
  const place = steps.findIndex(({ op }) => op === "view");
  const view = steps[place];
  if (view === undefined || !isOp(view, "view") || steps.filter(({ op }) => op === "view").length > 1) return null;
  if ((steps.length - 1 - place) % 2 === 0) return null;
  const gaps = subtractAll(
    [fullBox(view.params.shape)],
    view.params.pieces.map(({ box }) => box),
  );
  return { filling: (steps.length - 1) % 2 === 0 ? 0 : -0, gaps };
}

/** The view that undoes a view that moves every element of its source to exactly one place; null for any other. */
function invertView(params: Params["view"], source: readonly number[]): Params["view"] | null {
  if (sizeOf(params.shape) !== sizeOf(source)) return null;
  const pieces: ViewPiece[] = [];
  for (const { box, index } of params.pieces) {
    const image = index.map(({ axis, stride, offset }) => {
      const [low, high] = axis === null ? [0, 1] : at(box, axis);
      const ends = [stride * low + offset, stride * (high - 1) + offset];
      return [Math.min(...ends), Math.max(...ends) + 1] as const;
    });
    const back = box.map(([low, high], axis) => {
      const sources = index.flatMap((i, a) => (i.axis === axis ? [{ a, ...i }] : []));
      const [only, ...others] = sources;
      if (only === undefined) return high - low === 1 ? fixed(low) : null;
      if (others.length > 0 || Math.abs(only.stride) !== 1) return null;
      return along(only.a, only.stride, -only.stride * only.offset);
    });
    if (!back.every((i) => i !== null)) return null;
    pieces.push({ box: image, input: 0, index: back });
  }
  const covered = pieces.reduce((sum, { box }) => sum + volume(box), 0);
  return covered === sizeOf(source) && disjoint(pieces.map(({ box }) => box)) ? { shape: source, pieces } : null;
}

function disjoint(boxes: readonly Box[]): boolean {
  return boxes.every((a, i) => boxes.slice(i + 1).every((b) => isEmpty(intersect(a, b))));
}
