import { arrayTypeOf, graphBuilder } from "../../ir/builder.js";
import { derivativeByJvp } from "../../ir/derivatives.js";
import type { BinaryName, Graph, Var } from "../../ir/types.js";
import { jvp } from "../../transforms/jvp.js";
import type { Fragment } from "./elementwiseFragments.js";
import type { Scope } from "./scope.js";
import { affine, anyFloat, bodyOf, bounded, floatOf, keep, shapeOf } from "./scope.js";

/** Functions with a derivative of their own. `fill` continues a scope with a few random fragments. */
export function customFragments(fill: (scope: Scope) => void): Readonly<Record<string, Fragment>> {
  const customOf = (scope: Scope, byRule: boolean): void => {
    const inputs = [scope.param, anyFloat(scope), ...(scope.random.chance(0.5) ? [anyFloat(scope)] : [])];
    const shape = shapeOf(anyFloat(scope));
    const types = inputs.slice(1).map(arrayTypeOf);
    const body = bodyOf(scope, types, (inner) => {
      fill(inner);
      return [bounded(inner, floatOf(inner, shape)), bounded(inner, floatOf(inner, []))];
    });
    const every = body.inputs.map(() => true);
    const derivative = byRule
      ? // The body's own derivative, given as if it were a user's rule.
        derivativeByJvp(() => jvp(body, every, "forward", [true, true]).graph)
      : ({ kind: "recompute" } as const);
    const outputs = scope.b.emit("customCall", { body, derivative }, inputs);
    outputs.forEach((output) => keep(scope, output));
  };

  return {
    customCall: (scope) => customOf(scope, scope.random.chance(0.5)),
    linearCall: (scope) => {
      const x = anyFloat(scope);
      const factor = affine(scope, floatOf(scope, shapeOf(x)), 0.4, 1.5);
      const [product, quotient] = [diagonal("mul", x), diagonal("div", x)];
      const solves = scope.random.chance(0.6);
      const params = solves
        ? { nConst: 1, forward: quotient, backward: quotient, inverse: product, label: "a diagonal solve" }
        : { nConst: 1, forward: product, backward: product, inverse: null, label: "a diagonal product" };
      const [y] = scope.b.emit("linearCall", params, [factor, x]) as [Var];
      keep(scope, bounded(scope, y));
    },
  };
}

/** (factor, x) -> x * factor, or x / factor. */
function diagonal(op: BinaryName, like: Var): Graph {
  const b = graphBuilder();
  const type = arrayTypeOf(like);
  const [factor, x] = [b.input(type), b.input(type)];
  return b.build([b.one(op, {}, [x, factor])]);
}
