import { InternalError } from "../../util/errors.js";
import type { Graph, OpName, Type } from "../types.js";
import { checkSameType } from "./checks.js";
import type { InferRules } from "./checks.js";

/** Inference of what has a derivative of its own. */
export const customRules: InferRules<"customCall" | "linearCall"> = {
  customCall({ body }, inputs) {
    checkOperands("customCall", body, inputs);
    return body.outputs.map(({ type }) => type);
  },

  linearCall({ nConst, forward, backward, inverse }, inputs) {
    const consts = inputs.slice(0, nConst);
    const xs = inputs.slice(nConst);
    const ys = forward !== null ? typesOf(forward.outputs) : typesOf(backward?.inputs.slice(nConst) ?? missing());
    if (forward !== null) checkOperands("linearCall", forward, inputs);
    for (const back of [backward, inverse]) {
      if (back === null) continue;
      checkOperands("linearCall", back, [...consts, ...ys]);
      if (back.outputs.length !== xs.length) {
        throw new InternalError(
          `linearCall: a program back has ${back.outputs.length} outputs for ${xs.length} operands`,
        );
      }
      back.outputs.forEach((output, i) => checkSameType("linearCall", `output ${i}`, output.type, xs[i] as Type));
    }
    return ys;
  },
};

function checkOperands(op: OpName, body: Graph, inputs: readonly Type[]): void {
  if (body.inputs.length !== inputs.length) {
    throw new InternalError(`a program of ${op} has ${body.inputs.length} inputs, not ${inputs.length}`);
  }
  inputs.forEach((type, i) => checkSameType(op, `operand ${i}`, type, (body.inputs[i] as { type: Type }).type));
}

function typesOf(variables: Graph["inputs"]): readonly Type[] {
  return variables.map(({ type }) => type);
}

function missing(): never {
  throw new InternalError("linearCall has neither a program forward nor one backward");
}
