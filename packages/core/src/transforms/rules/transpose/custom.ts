import type { Graph } from "../../../ir/types.js";
import { InternalError, UnsupportedError } from "../../../util/errors.js";
import { orZeros } from "../../emit.js";
import { compact, given, maskOf, nth, spread } from "../../lists.js";
import type { TransposeRules } from "../rule.js";

/** Cotangents of what has a derivative of its own. */
export const customTranspose: TransposeRules<"customCall" | "linearCall"> = {
  /** Linear only where it stands for the linear half of one whose derivative is computed again. */
  customCall: ({ b, transpose }, equation, inputs, cotangents) => {
    const { body, derivative } = equation.params;
    if (derivative.kind !== "recompute") throw new InternalError(`a customCall (${derivative.kind}) is not linear`);
    const linear = inputs.map((input) => input === null);
    const back = transpose(body, linear, given(cotangents));
    if (!back.nonZero.includes(true)) return inputs.map(() => null);
    const operands = [...compact(inputs), ...compact(cotangents)];
    return spread(b.emit("customCall", { body: back.graph, derivative }, operands), back.nonZero);
  },

  linearCall: ({ b, transpose }, equation, inputs, cotangents) => {
    const { nConst, forward, backward, inverse, label } = equation.params;
    const consts = inputs.slice(0, nConst);
    if (consts.includes(null)) throw new InternalError("a linearCall is not linear in its consts");
    if (backward === null) {
      throw new UnsupportedError({
        what: `${label}: its derivative is needed in reverse mode, and how the transposed equation is solved was not given.`,
        fix: "give `transposeSolve`, or `symmetric: true` where the operator is symmetric.",
      });
    }
    const transposed = (program: Graph): Graph => {
      const nX = program.inputs.length - nConst;
      const linear = [...maskOf(nConst, false), ...maskOf(nX, true)];
      return transpose(program, linear, maskOf(program.outputs.length, true), linear).graph;
    };
    const cts = cotangents.map((ct, i) => orZeros(b, ct, nth(equation.outputs, i).type));
    const outputs = b.emit(
      "linearCall",
      {
        nConst,
        forward: backward,
        backward: forward,
        inverse: inverse === null ? null : transposed(inverse),
        label,
      },
      [...compact(consts), ...cts],
    );
    return [...consts.map(() => null), ...outputs];
  },
};
