import type { Builder } from "../../../ir/builder.js";
import { graphBuilder } from "../../../ir/builder.js";
import type { Equation, Graph, Mask, Type, Var } from "../../../ir/types.js";
import { arrayType, showType } from "../../../ir/types.js";
import { InternalError } from "../../../util/errors.js";
import { broadcast, permuted, shapeOf } from "../../emit.js";
import { range } from "../../lists.js";
import type { Batch, BatchForm } from "../rule.js";

/** Type of a batched variable, from the type of one element. */
export function batchedType(type: Type, form: BatchForm, size: number): Type {
  if (form === "none") return type;
  if (type.kind === "array") return arrayType(type.dtype, [size, ...type.shape]);
  if (form === "ragged") return { kind: "ragged", size, of: type };
  if (type.kind === "history") return { kind: "history", of: arrayType(type.of.dtype, [size, ...type.of.shape]) };
  throw new InternalError(`ragged Histories (${showType(type)}) have no batch axis`);
}

/** How the image of a variable of type `type` is batched. */
export function batchedForm(type: Type, image: Type): BatchForm {
  if (type.kind !== "array" && image.kind === "ragged") return "ragged";
  return "axis";
}

/** One array repeated for each element. */
export function batchedCopy(b: Builder, x: Var, size: number): Var {
  const shape = shapeOf(x);
  return broadcast(b, x, [size, ...shape], range(1, shape.length));
}

/** All operands with a batch axis. */
export function allBatched(b: Builder, inputs: readonly Var[], batched: Mask, size: number): Var[] {
  return inputs.map((input, i) => (batched[i] === true ? input : batchedCopy(b, input, size)));
}

/** An axis moved within an array. */
export function movedAxis(b: Builder, x: Var, from: number, to: number): Var {
  const order = range(0, shapeOf(x).length).filter((axis) => axis !== from);
  order.splice(to, 0, from);
  return permuted(b, x, order);
}

/** One evaluation for each element: a `call` with a map, whose body is the equation alone. Every output is batched. */
export function mapped(b: Builder, equation: Equation, inputs: readonly Var[], batched: Mask, size: number): Batch {
  inputs.forEach((input, i) => {
    if (batched[i] === true && input.type.kind === "history") {
      throw new InternalError(`one History of all elements (${showType(input.type)}) where each element needs its own`);
    }
  });
  const outputs = b.emit("call", { body: bodyOf(equation), map: { size, mapped: batched } }, inputs);
  return { outputs, batched: outputs.map(() => true) };
}

const alone = new WeakMap<Equation, Graph>();

/** A Graph of one equation. */
function bodyOf(equation: Equation): Graph {
  let body = alone.get(equation);
  if (body === undefined) {
    const b = graphBuilder();
    const inputs = equation.inputs.map((input) => b.input(input.type));
    alone.set(equation, (body = b.build(b.emit(equation.op, equation.params, inputs))));
  }
  return body;
}
