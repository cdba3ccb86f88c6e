import { InternalError } from "../util/errors.js";
import type { DType } from "../util/dtype.js";
import { infer } from "./infer.js";
import { noteOrigin, originOf, recordsOrigins } from "./origins.js";
import type { ArrayType, Equation, Graph, OpName, Params, Type, Var } from "./types.js";

let nextId = 0;

/** A new variable of the given type. */
export function freshVar(type: Type): Var {
  return Object.freeze({ id: nextId++, type });
}

/** Type of a variable that must be an array. */
export function arrayTypeOf(variable: Var): ArrayType {
  if (variable.type.kind !== "array") throw new InternalError(`variable ${variable.id} is no array`);
  return variable.type;
}

/** Collects equations into a Graph. Types of outputs are inferred; a rule that does not hold throws at once. */
export interface Builder {
  /** Adds an input. */
  input(type: Type): Var;
  /** Appends an equation and returns its outputs. */
  emit<K extends OpName>(op: K, params: Params[K], inputs: readonly Var[]): readonly Var[];
  /** `emit` for an op with exactly one output. */
  one<K extends OpName>(op: K, params: Params[K], inputs: readonly Var[]): Var;
  /** A literal: an array of `shape` filled with `value`. */
  literal(dtype: DType, shape: readonly number[], value: number): Var;
  /** +0 of a type. */
  zeros(type: ArrayType): Var;
  /** Appends copies of a Graph's equations, its inputs replaced; returns the images of its outputs. */
  inline(graph: Graph, inputs: readonly Var[]): readonly Var[];
  /** The finished Graph; the builder may go on, the Graph does not change. */
  build(outputs: readonly Var[]): Graph;
}

/** A Builder, with no equations yet. */
export function graphBuilder(): Builder {
  const inputs: Var[] = [];
  const equations: Equation[] = [];

  function emit<K extends OpName>(op: K, params: Params[K], operands: readonly Var[]): readonly Var[] {
    const types = infer(
      op,
      params,
      operands.map((operand) => operand.type),
    );
    const outputs = Object.freeze(types.map(freshVar));
    if (recordsOrigins()) noteOrigin(outputs);
    equations.push(makeEquation(op, params, operands, outputs));
    return outputs;
  }

  const builder: Builder = {
    input(type) {
      const variable = freshVar(type);
      inputs.push(variable);
      return variable;
    },
    emit,
    one(op, params, operands) {
      const outputs = emit(op, params, operands);
      const [only] = outputs;
      if (only === undefined || outputs.length !== 1)
        throw new InternalError(`${op} has ${outputs.length} outputs, not one`);
      return only;
    },
    literal(dtype, shape, value) {
      return builder.one("literal", { type: { kind: "array", dtype, shape }, value }, []);
    },
    zeros(type) {
      return builder.one("literal", { type, value: 0 }, []);
    },
    inline(graph, operands) {
      if (operands.length !== graph.inputs.length) {
        throw new InternalError(`a Graph of ${graph.inputs.length} inputs is inlined with ${operands.length}`);
      }
      const image = new Map<Var, Var>();
      graph.inputs.forEach((input, i) => image.set(input, operands[i] as Var));
      const read = (variable: Var): Var => {
        const found = image.get(variable);
        if (found === undefined) throw new InternalError(`variable ${variable.id} is read before it is defined`);
        return found;
      };
      for (const equation of graph.equations) {
        const outputs = equation.outputs.map((output) => freshVar(output.type));
        if (recordsOrigins()) noteOrigin(outputs, originOf(equation.outputs));
        equations.push(makeEquation(equation.op, equation.params, equation.inputs.map(read), outputs));
        equation.outputs.forEach((output, i) => image.set(output, outputs[i] as Var));
      }
      return graph.outputs.map(read);
    },
    build(outputs) {
      return Object.freeze({
        inputs: Object.freeze(inputs.slice()),
        equations: Object.freeze(equations.slice()),
        outputs: Object.freeze(outputs.slice()),
      });
    },
  };
  return builder;
}

/** An equation as given, without inference: for passes that copy equations. */
export function makeEquation<K extends OpName>(
  op: K,
  params: Params[K],
  inputs: readonly Var[],
  outputs: readonly Var[],
): Equation<K> {
  return Object.freeze({ op, params, inputs: Object.freeze(inputs.slice()), outputs: Object.freeze(outputs.slice()) });
}
