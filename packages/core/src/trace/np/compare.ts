import type { LogicName, Relation } from "../../ir/types.js";
import { emitOne } from "../frame.js";
import { broadcastTogether, castTensor, literal, unify, unifyOne, withWeak, type NamedOperand } from "../operands.js";
import type { Tensor, TensorLike } from "../tensor.js";

/** Whether a = b, elementwise; false where one is NaN. */
export function equal(a: TensorLike, b: TensorLike): Tensor {
  return compare("eq", "np.equal", a, b);
}

/** Whether a and b differ, elementwise; true where one is NaN. */
export function notEqual(a: TensorLike, b: TensorLike): Tensor {
  return compare("ne", "np.notEqual", a, b);
}

/** Whether a < b, elementwise. */
export function less(a: TensorLike, b: TensorLike): Tensor {
  return compare("lt", "np.less", a, b);
}

/** Whether a <= b, elementwise. */
export function lessEqual(a: TensorLike, b: TensorLike): Tensor {
  return compare("le", "np.lessEqual", a, b);
}

/** Whether a > b, elementwise. */
export function greater(a: TensorLike, b: TensorLike): Tensor {
  return compare("gt", "np.greater", a, b);
}

/** Whether a >= b, elementwise. */
export function greaterEqual(a: TensorLike, b: TensorLike): Tensor {
  return compare("ge", "np.greaterEqual", a, b);
}

/** a and b, of bools; bit by bit of integers. */
export function logicalAnd(a: TensorLike, b: TensorLike): Tensor {
  return logic("and", "np.logicalAnd", a, b);
}

/** a or b, of bools; bit by bit of integers. */
export function logicalOr(a: TensorLike, b: TensorLike): Tensor {
  return logic("or", "np.logicalOr", a, b);
}

/** Whether exactly one of a and b holds, of bools; bit by bit of integers. */
export function logicalXor(a: TensorLike, b: TensorLike): Tensor {
  return logic("xor", "np.logicalXor", a, b);
}

/** not x, of bools. */
export function logicalNot(x: TensorLike): Tensor {
  return emitOne("not", {}, unifyOne("np.logicalNot", "x", x, "bool").tensors);
}

/** Whether x is NaN, elementwise. */
export function isnan(x: TensorLike): Tensor {
  const [tensor] = unifyOne("np.isnan", "x", x, "any").tensors as [Tensor];
  return emitOne("compare", { relation: "ne" }, [tensor, tensor]);
}

/** Whether x is neither NaN nor infinite, elementwise. */
export function isfinite(x: TensorLike): Tensor {
  const { tensors, dtype, shape } = unifyOne("np.isfinite", "x", x, "any");
  if (dtype !== "float64" && dtype !== "float32") return literal("bool", shape, 1);
  return emitOne("isFinite", {}, tensors);
}

/** a where the condition holds, b elsewhere; all three are broadcast. A condition that is no bool holds where it is not zero. */
export function where(condition: TensorLike, a: TensorLike, b: TensorLike): Tensor {
  const values = unify(
    "np.where",
    [
      ["a", a],
      ["b", b],
    ],
    "any",
  );
  const mask = castTensor(unifyOne("np.where", "condition", condition, "any").tensors[0] as Tensor, "bool");
  const [x, y] = values.tensors as [Tensor, Tensor];
  const operands = broadcastTogether("np.where", [
    ["condition", mask],
    ["a", x],
    ["b", y],
  ]);
  return withWeak(emitOne("select", {}, operands), values.weak);
}

/** x, but not below `low` nor above `high`; `null` leaves an end open. */
export function clip(x: TensorLike, low: TensorLike | null, high: TensorLike | null): Tensor {
  const operands: NamedOperand[] = [["x", x]];
  if (low !== null) operands.push(["low", low]);
  if (high !== null) operands.push(["high", high]);
  const { tensors, weak } = unify("np.clip", operands, "numeric");
  let result = tensors[0] as Tensor;
  if (low !== null) result = emitOne("max", {}, [result, tensors[1] as Tensor]);
  if (high !== null) result = emitOne("min", {}, [result, tensors[tensors.length - 1] as Tensor]);
  return withWeak(result, weak);
}

function compare(relation: Relation, name: string, a: TensorLike, b: TensorLike): Tensor {
  return emitOne(
    "compare",
    { relation },
    unify(
      name,
      [
        ["a", a],
        ["b", b],
      ],
      "any",
    ).tensors,
  );
}

function logic(op: LogicName, name: string, a: TensorLike, b: TensorLike): Tensor {
  return emitOne(
    op,
    {},
    unify(
      name,
      [
        ["a", a],
        ["b", b],
      ],
      "integer or bool",
    ).tensors,
  );
}
