import { arrayTypeOf } from "../../ir/builder.js";
import { evaluateOp } from "../../ir/interpret.js";
import type { Equation, OpName, Params, Var } from "../../ir/types.js";
import { arrayType, sizeOf } from "../../ir/types.js";
import type { ArrayValue, Value } from "../../ir/values.js";
import { present } from "../../util/invariant.js";
import { at, isOp } from "../bodies.js";
import { isElementwise } from "../simplify/algebra.js";
import { boxesWhere, fullBox, intersect, isEmpty, subtractAll, type Box } from "./boxes.js";

/** Knows variables that are made from literals and indices alone, and evaluates them when asked. */
export interface Statics {
  /** Takes note of an equation of the Graph that is being walked. */
  note(equation: Equation): void;
  /** A variable of this Graph that is another one outside. */
  bind(inner: Var, outer: Statics, variable: Var): void;
  has(variable: Var): boolean;
  /** The value of a static variable; null if it is not static, or too large to look at. */
  value(variable: Var): ArrayValue | null;
  /** Where a bool array is true, in disjoint boxes; null if it is not static, or too ragged. */
  boxes(variable: Var): readonly Box[] | null;
}

/** Elements beyond which an array is data, whatever it is made from: looking at more would dominate a first call. */
const elementLimit = 1 << 22;
/** Boxes beyond which a mask is data; a little above the number of pieces that a view may have, because masks are combined. */
const boxLimit = 16;

/** Statics of a Graph of which nothing is known yet. */
export function createStatics(): Statics {
  const definitions = new Map<Var, Equation>();
  const bound = new Map<Var, { readonly outer: Statics; readonly variable: Var }>();
  const values = new Map<string, ArrayValue>();

  /** The value on a grid where axes that are not kept have extent 1; the variable must not vary along those. */
  function evaluateOn(variable: Var, keep: readonly boolean[]): ArrayValue {
    const outside = bound.get(variable);
    if (outside !== undefined) return present(outside.outer.value(outside.variable), "a static value");
    const key = `${variable.id} ${keep.map(Number).join("")}`;
    let value = values.get(key);
    if (value === undefined) {
      value = compute(present(definitions.get(variable), "the definition of a static variable"), keep);
      values.set(key, value);
    }
    return value;
  }

  function compute(equation: Equation, keep: readonly boolean[]): ArrayValue {
    const { shape } = arrayTypeOf(at(equation.outputs, 0));
    const small = shape.map((extent, axis) => (keep[axis] === true ? extent : 1));
    if (isOp(equation, "literal") || isOp(equation, "iota")) {
      const type = arrayType(equation.params.type.dtype, small);
      return run(equation.op, { ...equation.params, type }, []);
    }
    if (isElementwise(equation.op)) {
      return run(
        equation.op,
        equation.params,
        equation.inputs.map((input) => evaluateOn(input, keep)),
      );
    }
    if (isOp(equation, "broadcast")) {
      const { axes } = equation.params;
      const kept = axes.map((axis) => keep[axis] === true);
      return run("broadcast", { shape: small, axes }, [evaluateOn(at(equation.inputs, 0), kept)]);
    }
    if (isOp(equation, "view")) {
      const pieces = equation.params.pieces.map((piece) => ({
        ...piece,
        box: piece.box.map(([low, high], axis) => (keep[axis] === true ? ([low, high] as const) : ([0, 1] as const))),
      }));
      return run("view", { shape: small, pieces }, equation.inputs.map(evaluateWhole));
    }
    return run(equation.op, equation.params, equation.inputs.map(evaluateWhole));
  }

  function evaluateWhole(variable: Var): ArrayValue {
    return evaluateOn(
      variable,
      arrayTypeOf(variable).shape.map(() => true),
    );
  }

  /** Axes along which a static variable may vary. */
  function varies(variable: Var): readonly boolean[] {
    const { shape } = arrayTypeOf(variable);
    const equation = definitions.get(variable);
    if (equation === undefined) return shape.map(() => true);
    if (isOp(equation, "literal")) return shape.map(() => false);
    if (isOp(equation, "iota")) return shape.map((_, axis) => axis === equation.params.axis);
    if (isElementwise(equation.op)) {
      const each = equation.inputs.map(varies);
      return shape.map((_, axis) => each.some((mask) => mask[axis] === true));
    }
    if (isOp(equation, "broadcast")) {
      const source = varies(at(equation.inputs, 0));
      return shape.map((_, axis) => source[equation.params.axes.indexOf(axis)] === true);
    }
    if (isOp(equation, "view")) {
      return shape.map((extent, axis) =>
        equation.params.pieces.some(
          ({ box, index }) => at(box, axis)[0] > 0 || at(box, axis)[1] < extent || index.some((i) => i.axis === axis),
        ),
      );
    }
    return shape.map(() => true);
  }

  function truthBoxes(variable: Var): readonly Box[] | null {
    const outside = bound.get(variable);
    if (outside !== undefined) return outside.outer.boxes(outside.variable);
    const { shape } = arrayTypeOf(variable);
    const equation = definitions.get(variable);
    if (equation === undefined) return null;
    const operands = (): readonly (readonly Box[])[] | null => {
      const boxes = equation.inputs.map(truthBoxes).filter((each) => each !== null);
      return boxes.length < equation.inputs.length ? null : boxes;
    };
    const all = fullBox(shape);
    switch (equation.op) {
      case "and": {
        const both = operands();
        return both === null ? null : limited(at(both, 0).flatMap((a) => at(both, 1).map((b) => intersect(a, b))));
      }
      case "or": {
        const both = operands();
        return both === null ? null : limited([...at(both, 0), ...subtractAll(at(both, 1), at(both, 0))]);
      }
      case "not": {
        const one = operands();
        return one === null ? null : limited(subtractAll([all], at(one, 0)));
      }
      default: {
        const keep = varies(variable);
        const small = shape.map((extent, axis) => (keep[axis] === true ? extent : 1));
        if (sizeOf(small) > elementLimit) return null;
        const found = boxesWhere(evaluateOn(variable, keep).data, small, true, boxLimit);
        return (
          found?.map((box) =>
            box.map((range, axis) => (keep[axis] === true ? range : ([0, at(shape, axis)] as const))),
          ) ?? null
        );
      }
    }
  }

  const statics: Statics = {
    note(equation) {
      if (!isPure(equation) || !equation.inputs.every(statics.has)) return;
      definitions.set(at(equation.outputs, 0), equation);
    },
    bind(inner, outer, variable) {
      bound.set(inner, { outer, variable });
    },
    has: (variable) => definitions.has(variable) || bound.has(variable),
    value(variable) {
      if (!statics.has(variable) || sizeOf(arrayTypeOf(variable).shape) > elementLimit) return null;
      return evaluateWhole(variable);
    },
    boxes: (variable) => (statics.has(variable) ? truthBoxes(variable) : null),
  };
  return statics;
}

function limited(boxes: readonly Box[]): readonly Box[] | null {
  const held = boxes.filter((box) => !isEmpty(box));
  return held.length > boxLimit ? null : held;
}

function run<K extends OpName>(op: K, params: Params[K], inputs: readonly Value[]): ArrayValue {
  const [value] = evaluateOp(op, params, inputs);
  return present(value?.kind === "array" ? value : null, `the value of ${op}`);
}

function isPure(equation: Equation): boolean {
  if (equation.outputs.length !== 1 || equation.outputs[0]?.type.kind !== "array") return false;
  switch (equation.op) {
    case "call":
    case "customCall":
    case "linearCall":
    case "cond":
    case "scan":
    case "while":
    case "check":
    case "debugPrint":
    case "historyAdd":
      return false;
    default:
      return true;
  }
}
