import { arrayTypeOf } from "../ir/builder.js";
import type { Equation, Graph, Var } from "../ir/types.js";
import { isFloat } from "../util/dtype.js";
import { at, isOp, withEquations, withInputs } from "./bodies.js";
import { dce } from "./dce.js";
import { costOfBinary, createEmitter } from "./factors/emitter.js";
import { createProducts, repetitionOf, type Product } from "./factors/products.js";
import { insideLoops, invariantsOf } from "./insideLoops.js";
import type { Pass } from "./pass.js";

/**
 * Inside loops, computes a product of several factors in the order that costs least: what is the same at every step, divisors
 * included, is one factor that is made outside of the loop; factors that are repeated along an axis are multiplied before they
 * are repeated; a divisor that is repeated, or divides more than once, becomes one reciprocal. Which order that is depends on the
 * factors alone, not on who else reads them, so that a loop computes the same bits whatever of it is used.
 *
 * A result may differ in its last digits; and where a product of the steady factors alone overflows, vanishes or is no number
 * (0 times infinity, 1 / 1e-310), though with the moving factors between them no intermediate result would have been. Squares stay as they
 * are: `(x / scale)^2` is how sums of squares are kept from overflowing.
 */
export const regroupFactors: (graph: Graph) => Graph = insideLoops((body, loop) => {
  const emitter = createEmitter();
  const products = createProducts(emitter, invariantsOf(loop));
  const image = new Map<Var, Var>();
  const found = new Map<Var, Product>();
  const valueOf = (variable: Var): Var => image.get(variable) ?? variable;
  const productOf = (variable: Var): Product => found.get(variable) ?? products.atom(variable);
  let changed = false;
  for (const equation of body.equations) {
    const own = withInputs(equation, equation.inputs.map(valueOf));
    const product = isSquare(equation) ? null : products.of(equation, productOf);
    if (product !== null) {
      const output = at(equation.outputs, 0);
      found.set(output, product);
      const [x, y] = [at(own.inputs, 0), own.inputs[1] ?? at(own.inputs, 0)];
      const cost = costOfBinary(equation.op, x, y, emitter.costOf);
      const other = products.value(product);
      // Whatever is divided by a value that moves, its reciprocal is computed once.
      const divides = equation.op === "div" && products.isReciprocal(product);
      if (divides || emitter.costOf(other) < cost) {
        image.set(output, other);
        changed = true;
        continue;
      }
      emitter.noteCost(output, cost);
    } else if (isSquare(equation)) {
      const x = at(own.inputs, 0);
      emitter.noteCost(at(equation.outputs, 0), costOfBinary("mul", x, x, emitter.costOf));
    } else if (isOp(equation, "reduceSum")) {
      const [x, output] = [at(equation.inputs, 0), at(equation.outputs, 0)];
      const cost = emitter.costOf(at(own.inputs, 0)) + emitter.costOfOp("add", x);
      const sum = (rest: Var): Var => emitter.sum(rest, equation.params.axes);
      const pulled = isFloat(arrayTypeOf(x).dtype) ? products.summed(productOf(x), equation.params.axes, sum) : null;
      if (pulled !== null) {
        found.set(output, pulled);
        const other = products.value(pulled);
        if (emitter.costOf(other) < cost) {
          image.set(output, other);
          changed = true;
          continue;
        }
      }
      emitter.noteCost(output, cost);
    } else if (isOp(equation, "literal")) {
      const output = at(equation.outputs, 0);
      found.set(output, products.filled(output, equation.params.value));
    } else {
      const axes = repetitionOf(equation);
      if (axes !== null) {
        const [source, output] = [at(equation.inputs, 0), at(equation.outputs, 0)];
        found.set(output, products.repeated(productOf(source), axes, arrayTypeOf(output).shape));
        emitter.noteCost(output, emitter.costOf(valueOf(source)));
      }
    }
    emitter.push(own);
  }
  return changed ? dce(withEquations(body, emitter.equations, body.outputs.map(valueOf))) : body;
});

function isSquare(equation: Equation): boolean {
  return equation.op === "mul" && equation.inputs[0] === equation.inputs[1];
}

/** The pass of `regroupFactors`. */
export const regroupFactorsPass: Pass = {
  name: "regroupFactors",
  description: "inside loops, multiplies steady and small factors first, and divides least (changes rounding)",
  run: regroupFactors,
};
