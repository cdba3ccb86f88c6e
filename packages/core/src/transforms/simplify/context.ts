import { arrayTypeOf, freshVar, makeEquation } from "../../ir/builder.js";
import { infer } from "../../ir/infer.js";
import type { ArrayType, Equation, Graph, OpName, Params, Var } from "../../ir/types.js";
import { arrayType, sameShape, sizeOf } from "../../ir/types.js";
import { present } from "../../util/invariant.js";
import { at, isOp } from "../bodies.js";

/** The Graph that a simplifying walk builds, and what is known of its variables. */
export interface Context {
  /** The equation that defines a variable; none for an input. */
  definition(variable: Var): Equation | undefined;
  /** The definition, if it is of the given op. */
  as<K extends OpName>(variable: Var, op: K): Equation<K> | undefined;
  /** Adds an equation with one output, simplified; returns what stands for the output. */
  one<K extends OpName>(op: K, params: Params[K], inputs: readonly Var[]): Var;
  /** Adds an equation as it is. */
  push(equation: Equation): void;
  /** Adds copies of a Graph's equations, simplified; returns what stands for its outputs. */
  inline(graph: Graph, inputs: readonly Var[]): readonly Var[];
  /** A filled array. */
  literal(type: ArrayType, value: number): Var;
  /** The value of every element, where the definition says that they are equal. */
  literalOf(variable: Var): number | null;
  /** The scalar that an array of rank above 0 repeats. */
  scalarOf(variable: Var): Var | null;
  readonly equations: readonly Equation[];
}

/** Simplifies one equation to a variable; null: it stays. */
export type Simplify = (equation: Equation, context: Context) => Var | null;

/** A Context without equations. */
export function createContext(simplify: Simplify): Context {
  const equations: Equation[] = [];
  const definitions = new Map<Var, Equation>();
  const literals = new Map<string, Var>();

  const context: Context = {
    equations,
    definition: (variable) => definitions.get(variable),
    as(variable, op) {
      const found = definitions.get(variable);
      return found !== undefined && isOp(found, op) ? found : undefined;
    },
    one(op, params, inputs) {
      const [type] = infer(
        op,
        params,
        inputs.map((input) => input.type),
      );
      const output = freshVar(present(type, `the type of ${op}`));
      const equation = makeEquation(op, params, inputs, [output]);
      const simpler = simplify(equation, context);
      if (simpler !== null) return simpler;
      context.push(equation);
      return output;
    },
    push(equation) {
      equations.push(equation);
      for (const output of equation.outputs) definitions.set(output, equation);
    },
    inline(graph, inputs) {
      const image = new Map<Var, Var>();
      graph.inputs.forEach((input, i) => image.set(input, at(inputs, i)));
      const read = (variable: Var): Var => image.get(variable) ?? variable;
      for (const { op, params, inputs: operands, outputs } of graph.equations) {
        const equation = makeEquation(
          op,
          params,
          operands.map(read),
          outputs.map((output) => freshVar(output.type)),
        );
        const simpler = outputs.length === 1 ? simplify(equation, context) : null;
        if (simpler === null) context.push(equation);
        outputs.forEach((output, k) => image.set(output, simpler ?? at(equation.outputs, k)));
      }
      return graph.outputs.map(read);
    },
    literal(type, value) {
      const key = `${Object.is(value, -0) ? "-0" : value} ${type.dtype} ${type.shape.join(",")}`;
      let variable = literals.get(key);
      if (variable === undefined) {
        variable = context.one("literal", { type: arrayType(type.dtype, type.shape), value }, []);
        literals.set(key, variable);
      }
      return variable;
    },
    literalOf(variable) {
      return context.as(variable, "literal")?.params.value ?? null;
    },
    scalarOf(variable) {
      const broadcast = context.as(variable, "broadcast");
      const source = broadcast === undefined ? sourceOfView(context.as(variable, "view")) : at(broadcast.inputs, 0);
      return source !== null && arrayTypeOf(source).shape.length === 0 ? source : null;
    },
  };
  return context;
}

/** The only input of a view that covers its output with one piece. */
function sourceOfView(view: Equation<"view"> | undefined): Var | null {
  const [piece, ...others] = view?.params.pieces ?? [];
  if (view === undefined || piece === undefined || others.length > 0) return null;
  const covered = piece.box.map(([low, high]) => high - low);
  return sameShape(covered, view.params.shape) && sizeOf(covered) > 0 ? at(view.inputs, piece.input) : null;
}
