import { arrayTypeOf } from "../ir/builder.js";
import type {
  BinaryName,
  Equation,
  LogicName,
  Params,
  ShiftName,
  UnaryName,
  Var,
  ViewIndex,
  ViewPiece,
} from "../ir/types.js";
import { isFloat } from "../util/dtype.js";
import { InternalError } from "../util/errors.js";
import { present } from "../util/invariant.js";
import { composeIndex, piecesOf, preimage, type Box } from "./accessViews.js";
import type { Cell, Expr, Index, Nest, Output, Ref } from "./loopProgram.js";
import { classOf, hasLaneAxis } from "./opClass.js";
import type { ArrayPlace, ProgramContext } from "./places.js";

/** What a nest reads: variables that lie somewhere, and equations of those that are computed in place. */
export interface NestScope {
  readonly program: ProgramContext;
  /** Where the variable lies, or null where its equation is to be inlined. */
  placeOf(variable: Var): ArrayPlace | null;
  equationOf(variable: Var): Equation;
}

/** A value that a nest needs: `variable` at an affine index of the nest's axes, one entry for each of its axes. */
export interface Wanted {
  readonly variable: Var;
  readonly map: readonly ViewIndex[];
}

/** One output of a nest: from the values it wants, what to do with them. */
export interface NestItem {
  readonly wanted: readonly Wanted[];
  output(values: readonly Ref[]): Output;
}

/**
 * Builds the nest of `items` over `extents`: the points are cut into boxes wherever an access changes its piece, then
 * boxes with equal expressions are merged again.
 */
export function buildNest(scope: NestScope, extents: readonly number[], items: readonly NestItem[]): Nest {
  const whole: Box = extents.map((extent) => [0, extent]);
  if (extents.includes(0)) return { kind: "nest", extents, cells: [] };
  const cuts = cutsOf(
    scope,
    whole,
    items.flatMap((item) => item.wanted),
  );
  const cells = gridOf(whole, cuts).map((box): Cell => {
    const value = evaluator(scope, box);
    return { box, outputs: items.map((item) => item.output(item.wanted.map((one) => value(one.variable, one.map)))) };
  });
  return { kind: "nest", extents, cells: mergeCells(cells, extents.length) };
}

/** Where, along each axis, an access of the wanted values changes its piece; empty lists: the nest is one cell. */
export function cutsOf(scope: NestScope, whole: Box, wanted: readonly Wanted[]): readonly ReadonlySet<number>[] {
  const cuts = whole.map(() => new Set<number>());
  const seen = new Set<string>();
  const visit = (variable: Var, map: readonly ViewIndex[], box: Box): void => {
    if (scope.placeOf(variable) !== null) return;
    const key = `${variable.id}|${mapKey(map)}|${box.join(";")}`;
    if (seen.has(key)) return;
    seen.add(key);
    const equation = scope.equationOf(variable);
    const pieces = piecesOf(equation);
    if (pieces === null) {
      operandMaps(equation, map).forEach((one) => visit(one.variable, one.map, box));
      return;
    }
    for (const piece of pieces) {
      const region = preimage(piece.box, map, box);
      if (region === null) continue;
      region.forEach(([low, high], axis) => {
        const [from, to] = box[axis] as readonly [number, number];
        if (low > from) (cuts[axis] as Set<number>).add(low);
        if (high < to) (cuts[axis] as Set<number>).add(high);
      });
      visit(
        present(equation.inputs[piece.input], "a view's input"),
        piece.index.map((index) => composeIndex(index, map)),
        region,
      );
    }
  };
  wanted.forEach((one) => visit(one.variable, one.map, whole));
  // Points of a short inner axis are written out: where they differ they are packed.
  if (hasLaneAxis(whole.map(([low, high]) => high - low))) cuts.at(-1)?.clear();
  return cuts;
}

/** The operands of an inlined equation other than an access op, with the index at which each is read. */
export function operandMaps(equation: Equation, map: readonly ViewIndex[]): readonly Wanted[] {
  const [first, second] = equation.inputs;
  switch (equation.op) {
    case "gather": {
      const { batch } = equation.params as Params["gather"];
      return [{ variable: present(second, "gather's indices"), map: map.slice(0, batch + 1) }];
    }
    case "dynamicSlice": {
      const { batch } = equation.params as Params["dynamicSlice"];
      const rank = arrayTypeOf(present(first, "dynamicSlice's operand")).shape.length - batch;
      return Array.from({ length: rank }, (_, k) => ({
        variable: present(second, "dynamicSlice's starts"),
        map: [...map.slice(0, batch), { axis: null, stride: 0, offset: k }],
      }));
    }
    case "reduceSum":
    case "reduceMax":
    case "reduceMin": {
      const variable = present(first, `${equation.op}'s operand`);
      return Array.from({ length: arrayTypeOf(variable).shape.at(-1) as number }, (_, k) => ({
        variable,
        map: [...map, { axis: null, stride: 0, offset: k }],
      }));
    }
    default:
      return equation.inputs.map((variable) => ({ variable, map }));
  }
}

/** The map that reads a variable of rank `rank` at the nest's own index. */
export function identityMap(rank: number): readonly ViewIndex[] {
  return Array.from({ length: rank }, (_, axis) => ({ axis, stride: 1, offset: 0 }));
}

/** An affine index as the index of a load or store. */
export function toIndex(index: ViewIndex): Index {
  return index.axis === null || index.stride === 0
    ? { axis: null, stride: 0, offset: index.offset, loop: null, dynamic: null }
    : { ...index, loop: null, dynamic: null };
}

/** The int32 value `index`, clamped to [0, limit]. */
export function clampIndex(program: ProgramContext, index: Ref, limit: number): Ref {
  const { exprs } = program;
  return exprs.binary(
    "int32",
    "min",
    exprs.binary("int32", "max", index, exprs.constant("int32", 0)),
    exprs.constant("int32", limit),
  );
}

/** Whether the int32 value is in [0, extent). */
export function inRange(program: ProgramContext, index: Ref, extent: number): Ref {
  const { exprs } = program;
  return exprs.binary(
    "bool",
    "and",
    exprs.compare("int32", "ge", index, exprs.constant("int32", 0)),
    exprs.compare("int32", "lt", index, exprs.constant("int32", extent)),
  );
}

/** Evaluates variables into expressions within one box, in which every access is in one piece. */
function evaluator(scope: NestScope, box: Box): (variable: Var, map: readonly ViewIndex[]) => Ref {
  const { program } = scope;
  const { exprs } = program;
  const inner = box.length - 1;
  const lanes = hasLaneAxis(box.map(([low, high]) => high - low)) ? (box[inner]?.[1] as number) : 0;
  const memo = new Map<string, Ref>();

  function value(variable: Var, map: readonly ViewIndex[]): Ref {
    const key = `${variable.id}|${mapKey(map)}`;
    const found = memo.get(key);
    if (found !== undefined) return found;
    const made = make(variable, map);
    memo.set(key, made);
    return made;
  }

  function make(variable: Var, map: readonly ViewIndex[]): Ref {
    const place = scope.placeOf(variable);
    const { dtype } = arrayTypeOf(variable);
    if (lanes > 0 && !isStraight(map)) return packed(variable, map);
    if (place !== null) return exprs.load(dtype, place.buffer, [...place.prefix, ...map.map(toIndex)], inner);
    const equation = scope.equationOf(variable);
    const pieces = piecesOf(equation);
    if (lanes > 0) {
      const whole = laneSource(variable, equation, map);
      if (whole !== null) return exprs.lane(dtype, value(variable, whole), map.at(-1)?.offset as number);
      if (pieces !== null && isCut(pieces, map)) return packed(variable, map);
    }
    if (pieces !== null) {
      for (const piece of pieces) {
        if (preimage(piece.box, map, box) === null) continue;
        const source = present(equation.inputs[piece.input], "a view's input");
        return value(
          source,
          piece.index.map((index) => composeIndex(index, map)),
        );
      }
      return exprs.constant(dtype, 0);
    }
    if (equation.op === "gather") return gather(equation as Equation<"gather">, map);
    if (equation.op === "dynamicSlice") return dynamicSlice(equation as Equation<"dynamicSlice">, map);
    if (equation.op === "iota") {
      const along = map[(equation.params as Params["iota"]).axis] as ViewIndex;
      return exprs.convert(dtype, "int32", exprs.affine(along.axis, along.stride, along.offset, inner));
    }
    if (classOf(equation).kind === "shortReduction") return shortReduction(equation, map);
    if (equation.op === "literal") return exprs.constant(dtype, (equation.params as Params["literal"]).value);
    return elementwise(
      equation,
      equation.inputs.map((input) => value(input, map)),
    );
  }

  function elementwise(equation: Equation, args: readonly Ref[]): Ref {
    const dtype = arrayTypeOf(present(equation.outputs[0], "an output")).dtype;
    const of = equation.inputs[0] === undefined ? dtype : arrayTypeOf(equation.inputs[0]).dtype;
    const arg = (k: number): Ref => present(args[k], `operand ${k} of ${equation.op}`);
    if (joinsPacks(args))
      return exprs.pack(
        dtype,
        Array.from({ length: lanes }, (_, lane) =>
          elementwise(
            equation,
            args.map((one) => exprs.lane((exprs.exprs[one.expr] as Expr).dtype, one, lane)),
          ),
        ),
      );
    if (classOf(equation).kind !== "elementwise") throw new InternalError(`${equation.op} can't be inlined`);
    switch (equation.op) {
      case "compare":
        return exprs.compare(of, (equation.params as Params["compare"]).relation, arg(0), arg(1));
      case "select":
        return exprs.select(dtype, arg(0), arg(1), arg(2));
      case "convert":
        return exprs.convert(dtype, of, arg(0));
      case "isFinite":
        return exprs.isFinite(of, arg(0));
      default:
        return args.length === 1
          ? exprs.unary(dtype, equation.op as UnaryName | "not", arg(0))
          : exprs.binary(dtype, equation.op as BinaryName | LogicName | ShiftName, arg(0), arg(1));
    }
  }

  /** Where the nest's inner axis is the variable's last one, too: the map of all of it, if `map` takes one point; else null. */
  function laneSource(variable: Var, equation: Equation, map: readonly ViewIndex[]): readonly ViewIndex[] | null {
    const last = map.at(-1);
    if (last === undefined || last.axis !== null || classOf(equation).kind !== "elementwise") return null;
    if (arrayTypeOf(variable).shape.at(-1) !== lanes) return null;
    if (map.some((index) => index.axis === inner)) return null;
    return [...map.slice(0, -1), { axis: inner, stride: 1, offset: 0 }];
  }

  /** Whether several operands are packed from values of their own, so that what is computed of those is better packed once. */
  function joinsPacks(args: readonly Ref[]): boolean {
    const isPack = (one: Ref): boolean => (exprs.exprs[one.expr] as Expr).op === "pack";
    return (
      args.filter(isPack).length > 1 && args.every((one) => one.shift === null || (one.shift === 0 && isPack(one)))
    );
  }

  /** The value at each point of the inner axis, side by side. */
  function packed(variable: Var, map: readonly ViewIndex[]): Ref {
    const points = Array.from({ length: lanes }, (_, k) => map.map((index) => pointOf(index, inner, k)));
    return exprs.pack(
      arrayTypeOf(variable).dtype,
      points.map((point) => value(variable, point)),
    );
  }

  /** Whether the inner axis, if the map has it, runs along the last axis and forwards. */
  function isStraight(map: readonly ViewIndex[]): boolean {
    return map.every(({ axis, stride }, k) => axis !== inner || stride === 0 || (stride === 1 && k === map.length - 1));
  }

  /** Whether the points along the inner axis are in different pieces. */
  function isCut(pieces: readonly ViewPiece[], map: readonly ViewIndex[]): boolean {
    if (map.at(-1)?.axis !== inner) return false;
    return pieces.some((piece) => {
      const region = preimage(piece.box, map, box);
      return region !== null && (region[inner]?.[0] !== 0 || region[inner]?.[1] !== lanes);
    });
  }

  /** The few values along an operand's last axis, combined in the order of the op: with eight accumulators from +0, each element has its own. */
  function shortReduction(equation: Equation, map: readonly ViewIndex[]): Ref {
    const { dtype } = arrayTypeOf(present(equation.outputs[0], "an output"));
    const [a, b, c, d] = operandMaps(equation, map).map((one) => value(one.variable, one.map)) as [Ref, ...Ref[]];
    const name = equation.op === "reduceSum" ? "add" : equation.op === "reduceMax" ? "max" : "min";
    const join = (x: Ref, y: Ref | undefined): Ref => (y === undefined ? x : exprs.binary(dtype, name, x, y));
    const total = b === undefined ? a : join(join(a, c), join(b, d));
    // Sums start from +0: that of zeros with a minus is +0.
    const isExact = name !== "add" || !isFloat(dtype) || isNeverMinusZero(exprs.exprs, total);
    return isExact ? total : join(total, exprs.constant(dtype, 0));
  }

  function gather(equation: Equation<"gather">, map: readonly ViewIndex[]): Ref {
    const { batch, mode } = equation.params;
    const [operand, indices] = equation.inputs as [Var, Var];
    const type = arrayTypeOf(operand);
    const extent = type.shape[batch] as number;
    const index = value(indices, map.slice(0, batch + 1));
    const place = present(scope.placeOf(operand), "the place of gather's operand");
    const inside = mode === "inBounds" ? index : clampIndex(program, index, extent - 1);
    const at: Index[] = [
      ...place.prefix,
      ...map.slice(0, batch).map(toIndex),
      { axis: null, stride: 0, offset: 0, loop: null, dynamic: inside },
      ...map.slice(batch + 1).map(toIndex),
    ];
    const element = exprs.load(type.dtype, place.buffer, at, inner);
    if (mode !== "drop") return element;
    return exprs.select(type.dtype, inRange(program, index, extent), element, exprs.constant(type.dtype, 0));
  }

  function dynamicSlice(equation: Equation<"dynamicSlice">, map: readonly ViewIndex[]): Ref {
    const { batch, sizes } = equation.params;
    const [operand] = equation.inputs as [Var, Var];
    const type = arrayTypeOf(operand);
    const place = present(scope.placeOf(operand), "the place of dynamicSlice's operand");
    const starts = operandMaps(equation, map).map((one) => value(one.variable, one.map));
    const at: Index[] = [
      ...place.prefix,
      ...map.slice(0, batch).map(toIndex),
      ...sizes.map((size, k) => ({
        ...toIndex(map[batch + k] as ViewIndex),
        dynamic: clampIndex(program, starts[k] as Ref, (type.shape[batch + k] as number) - size),
      })),
    ];
    return exprs.load(type.dtype, place.buffer, at, inner);
  }

  return value;
}

function gridOf(whole: Box, cuts: readonly ReadonlySet<number>[]): Box[] {
  let boxes: Box[] = [[]];
  whole.forEach(([low, high], axis) => {
    const borders = [low, ...[...(cuts[axis] as ReadonlySet<number>)].sort((a, b) => a - b), high];
    boxes = boxes.flatMap((box) => borders.slice(1).map((end, k) => [...box, [borders[k] as number, end] as const]));
  });
  return boxes;
}

/** Joins boxes that touch along one axis and compute the same. */
function mergeCells(cells: readonly Cell[], rank: number): Cell[] {
  let merged = cells.map((cell) => ({ box: cell.box, outputs: cell.outputs, key: JSON.stringify(cell.outputs) }));
  if (merged.length === 1) return cells.slice();
  for (let axis = rank - 1; axis >= 0; axis--) {
    const rest = (box: Box): string => box.filter((_, k) => k !== axis).join(";");
    const kept: typeof merged = [];
    const last = new Map<string, number>();
    for (const cell of merged) {
      const row = rest(cell.box);
      const at = last.get(row);
      const before = at === undefined ? undefined : kept[at];
      const touches = before?.box[axis]?.[1] === cell.box[axis]?.[0];
      if (at !== undefined && before !== undefined && touches && before.key === cell.key) {
        const box = before.box.map((range, k) =>
          k === axis ? ([range[0], cell.box[k]?.[1] ?? range[1]] as const) : range,
        );
        kept[at] = { ...before, box };
      } else {
        last.set(row, kept.length);
        kept.push(cell);
      }
    }
    merged = kept;
  }
  return merged.map(({ box, outputs }) => ({ box, outputs }));
}

/** The index at point `k` of the inner axis. */
function pointOf(index: ViewIndex, inner: number, k: number): ViewIndex {
  return index.axis === inner ? { axis: null, stride: 0, offset: index.stride * k + index.offset } : index;
}

/** Whether the value is known not to be -0: a square, a magnitude, or a sum with such a term. */
function isNeverMinusZero(exprs: readonly Expr[], ref: Ref): boolean {
  const expr = exprs[ref.expr] as Expr;
  switch (expr.op) {
    case "lane":
      return isNeverMinusZero(exprs, expr.args[0]);
    case "unary":
      return expr.name === "abs";
    case "binary": {
      const [a, b] = expr.args;
      if (expr.name === "mul") return a.expr === b.expr && a.shift === b.shift;
      return expr.name === "add" && (isNeverMinusZero(exprs, a) || isNeverMinusZero(exprs, b));
    }
    default:
      return false;
  }
}

function mapKey(map: readonly ViewIndex[]): string {
  return map.map((index) => `${index.axis ?? "_"}*${index.stride}+${index.offset}`).join(",");
}
