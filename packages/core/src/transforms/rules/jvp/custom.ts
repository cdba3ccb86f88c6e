import type { Builder } from "../../../ir/builder.js";
import { freshVar, makeEquation } from "../../../ir/builder.js";
import type { Equation, Graph, Opt, Var } from "../../../ir/types.js";
import { UnsupportedError } from "../../../util/errors.js";
import { negated, orZeros, realZeros, sum } from "../../emit.js";
import { isDifferentiable } from "../../graphs.js";
import { compact, given, nth, pick, positions, spread } from "../../lists.js";
import type { Dual, JvpContext, JvpRules } from "../rule.js";
import { controlJvp, narrowed, tangentHalf } from "./control.js";
import { usedInputs } from "../../dce.js";

/** Tangents of what has a derivative of its own. */
export const customJvp: JvpRules<"customCall" | "linearCall"> = {
  customCall: (context, equation, inputs, tangents) => {
    const { body, derivative } = equation.params;
    switch (derivative.kind) {
      case "constant":
        return {
          outputs: context.b.emit("customCall", equation.params, inputs),
          tangents: body.outputs.map(() => null),
        };
      case "recompute":
        return recomputed(context, equation, inputs, tangents);
      case "jvp":
        return byTangents(context, derivative.rule(), equation, inputs, tangents);
      case "vjp":
        return byCotangents(context, equation, inputs, tangents);
    }
  },

  linearCall: (context, equation, inputs, tangents) => {
    const { b } = context;
    const { nConst, forward, inverse, label } = equation.params;
    const outputs = b.emit("linearCall", equation.params, inputs);
    const consts = inputs.slice(0, nConst);
    const moves = tangents.slice(0, nConst);
    const pushed = (xs: readonly Opt[]): Opt[] => {
      if (compact(xs).length === 0) return outputs.map(() => null);
      const real = xs.map((x, i) => orZeros(b, x, nth(inputs, nConst + i).type));
      return [...b.emit("linearCall", equation.params, [...consts, ...real])];
    };
    if (compact(moves).length === 0) return { outputs, tangents: pushed(tangents.slice(nConst)) };
    if (inverse !== null) {
      // A y = x, so A y' = x' - A' y.
      const moved = callTangents(context, inverse, [...consts, ...outputs], [...moves, ...outputs.map(() => null)]);
      return { outputs, tangents: pushed(moved.map((t, i) => sum(b, nth(tangents, nConst + i), negated(b, t)))) };
    }
    if (forward === null) {
      throw new UnsupportedError({
        what: `${label}: a derivative of its derivative is needed, and only a rule for cotangents was given.`,
        fix: "give the rule with `customJvp`, which can be differentiated again.",
      });
    }
    const moved = callTangents(context, forward, inputs, [...moves, ...inputs.slice(nConst).map(() => null)]);
    const along = pushed(tangents.slice(nConst));
    return { outputs, tangents: moved.map((t, i) => sum(b, t, nth(along, i))) };
  },
};

/** The tangents of a Graph alone; what it computes else is removed later where nothing reads it. */
function callTangents(
  context: JvpContext,
  body: Graph,
  inputs: readonly Var[],
  tangents: readonly Opt[],
): readonly Opt[] {
  return callDual(context, body, inputs, tangents).tangents;
}

function callDual(context: JvpContext, body: Graph, inputs: readonly Var[], tangents: readonly Opt[]): Dual {
  const outputs = body.outputs.map(({ type }) => freshVar(type));
  return controlJvp.call(context, makeEquation("call", { body, map: null }, inputs, outputs), inputs, tangents);
}

/**
 * The rule is linear in its tangents, so its own derivative in them is the rule: differentiated, it keeps symbolic zeros, and
 * in linearize mode falls into what depends on tangents and what does not, however it is written.
 */
function byTangents(
  context: JvpContext,
  rule: Graph,
  equation: Equation<"customCall">,
  inputs: readonly Var[],
  tangents: readonly Opt[],
): Dual {
  const { b } = context;
  const floats = positions(inputs.map(({ type }) => isDifferentiable(type)));
  const zeros = floats.map((i) => realZeros(b, nth(inputs, i).type));
  const dual = callDual(
    context,
    rule,
    [...inputs, ...zeros],
    [...inputs.map(() => null), ...floats.map((i) => nth(tangents, i))],
  );
  const { outputs } = equation;
  let next = outputs.length;
  return {
    outputs: dual.outputs.slice(0, outputs.length),
    tangents: outputs.map(({ type }) => (isDifferentiable(type) ? nth(dual.tangents, next++) : null)),
  };
}

function byCotangents(
  { b, mode }: JvpContext,
  equation: Equation<"customCall">,
  inputs: readonly Var[],
  tangents: readonly Opt[],
): Dual {
  const { derivative } = equation.params;
  if (derivative.kind !== "vjp") return { outputs: [], tangents: [] };
  const forward = derivative.forward();
  const all = b.emit("call", { body: forward, map: null }, inputs);
  const count = equation.outputs.length;
  const residuals = all.slice(count);
  const xs = inputs.flatMap((input, i) =>
    isDifferentiable(input.type) ? [orZeros(b, nth(tangents, i), input.type)] : [],
  );
  const params = {
    nConst: residuals.length,
    forward: null,
    backward: derivative.backward(),
    inverse: null,
    label: "A function of customVjp",
  };
  if (mode === "forward") {
    throw new UnsupportedError({
      what: `${params.label} is differentiated in forward mode, and only a rule for cotangents was given.`,
      fix: "use reverse mode (`grad`, `vjp`, `jacrev`), or give the rule with `customJvp`, which serves both.",
    });
  }
  const ys = b.emit("linearCall", params, [...residuals, ...xs]);
  let next = 0;
  return {
    outputs: all.slice(0, count),
    tangents: equation.outputs.map(({ type }) => (isDifferentiable(type) ? nth(ys, next++) : null)),
  };
}

/** The tangents compute again what they need of the body, behind a call that nothing is shared with. */
function recomputed(
  { b, mode, jvp }: JvpContext,
  equation: Equation<"customCall">,
  inputs: readonly Var[],
  tangents: readonly Opt[],
): Dual {
  const { body, derivative } = equation.params;
  const dual = jvp(body, given(tangents), mode);
  const operands = [...inputs, ...compact(tangents)];
  const count = body.outputs.length;
  if (mode === "forward") {
    const outputs = b.emit("customCall", { body: dual.graph, derivative }, operands);
    return { outputs: outputs.slice(0, count), tangents: spread(outputs.slice(count), dual.activeOut) };
  }
  const outputs = b.emit("customCall", equation.params, inputs);
  const half = tangentHalf(dual.graph, count);
  const used = usedInputs(half);
  const linear = emitUsed(b, narrowed(half, used), pick(operands, used), derivative);
  return { outputs, tangents: spread(linear, dual.activeOut) };
}

function emitUsed(
  b: Builder,
  body: Graph,
  operands: readonly Var[],
  derivative: Equation<"customCall">["params"]["derivative"],
): readonly Var[] {
  return body.outputs.length === 0 ? [] : b.emit("customCall", { body, derivative }, operands);
}
