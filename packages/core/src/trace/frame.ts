import { InternalError } from "../util/errors.js";
import { present } from "../util/invariant.js";
import type { TypedArray } from "../util/dtype.js";
import { graphBuilder, type Builder } from "../ir/builder.js";
import { infer } from "../ir/infer.js";
import { evaluateOp, interpret } from "../ir/interpret.js";
import { atOrigin, callersLine, recordsOrigins } from "../ir/origins.js";
import type { ArrayType, Graph, OpName, Params, Var } from "../ir/types.js";
import type { Value } from "../ir/values.js";
import { concrete, leakedTracer, Tensor, type TraceScope, type WeakOrigin } from "./tensor.js";

/** A function being traced: the Graph so far, and what it uses from outside. Frames nest; the innermost one takes the equations. */
export interface Frame extends TraceScope {
  readonly parent: Frame | null;
  readonly builder: Builder;
  /** Tensors from outside (concrete, or of an outer frame) and the input of this Graph that stands for each. */
  readonly captured: Map<Tensor, Var>;
}

interface OpenFrame extends Frame {
  open: boolean;
}

let innermost: OpenFrame | null = null;

/** The frame that takes equations now, or null outside of every trace. */
export function currentFrame(): Frame | null {
  return innermost;
}

/** Runs `body` in a new frame inside the current one. The frame is closed afterwards, also when `body` throws. */
export function withFrame<T>(label: string, body: (frame: Frame) => T): T {
  const outer = innermost;
  const frame: OpenFrame = { label, parent: outer, builder: graphBuilder(), captured: new Map(), open: true };
  innermost = frame;
  try {
    return body(frame);
  } finally {
    frame.open = false;
    innermost = outer;
  }
}

/**
 * Applies an op of the IR: at once outside of every trace, as an equation inside one. The one door of all operations.
 * @throws ShapeError or DTypeError where the operands do not fit.
 * @throws LeakedTracerError where an operand's trace has ended.
 */
export function emit<K extends OpName>(op: K, params: Params[K], operands: readonly Tensor[]): readonly Tensor[] {
  const frame = innermost;
  if (frame !== null) {
    const variables = operands.map((operand) => lift(frame, operand));
    const build = (): readonly Var[] => frame.builder.emit(op, params, variables);
    const outputs = recordsOrigins() ? atOrigin(callersLine(), build) : build();
    return outputs.map((variable) => tracer(frame, variable, null));
  }
  infer(op, params, operands.map(typeOf));
  return evaluateOp(op, params, operands.map(toValue)).map(fromValue);
}

/** `emit` for an op with one output. */
export function emitOne<K extends OpName>(op: K, params: Params[K], operands: readonly Tensor[]): Tensor {
  return present(emit(op, params, operands)[0], `output of ${op}`);
}

/** The variable that stands for a tensor in a frame; a tensor from outside becomes an input of the frame's Graph. */
export function lift(frame: Frame, tensor: Tensor): Var {
  const content = tensor.content;
  if (content.kind === "traced") {
    if (content.scope === frame) return content.variable;
    if (!content.scope.open) throw leakedTracer(tensor, content.scope);
  }
  const known = frame.captured.get(tensor);
  if (known !== undefined) return known;
  const variable = frame.builder.input(typeOf(tensor));
  frame.captured.set(tensor, variable);
  return variable;
}

/** A tensor that stands for a variable of a frame. */
export function tracer(scope: TraceScope, variable: Var, weak: WeakOrigin | null): Tensor {
  const type = variable.type;
  if (type.kind !== "array") throw new InternalError("a History cannot be a tensor");
  return new Tensor(type.dtype, type.shape, { kind: "traced", scope, variable, weak });
}

/** Type of a tensor. */
export function typeOf(tensor: Tensor): ArrayType {
  return { kind: "array", dtype: tensor.dtype, shape: tensor.shape };
}

/** Elements of a concrete tensor for an evaluator; not copied. */
export function elementsOf(tensor: Tensor): TypedArray {
  const content = tensor.content;
  if (content.kind === "concrete") return content.data;
  throw content.scope.open ? new InternalError("a traced tensor is evaluated") : leakedTracer(tensor, content.scope);
}

/** Runs a whole Graph, whose inputs and outputs are arrays, on flat elements. */
export type GraphExecutor = (graph: Graph, inputs: readonly TypedArray[]) => readonly TypedArray[];

let executor: GraphExecutor = interpretGraph;

/** Chooses what runs loops that stand outside of every trace; `compile` puts its compiled programs here. */
export function setGraphExecutor(execute: GraphExecutor): void {
  executor = execute;
}

/**
 * Runs `build` as one program: inside a trace it just goes on there; outside, what it emits is collected into a Graph, with the
 * concrete tensors that it uses as inputs, and run as a whole.
 */
export function asProgram(label: string, build: () => readonly Tensor[]): readonly Tensor[] {
  if (innermost !== null) return build();
  const { graph, inputs } = withFrame(label, (frame) => {
    const outputs = build().map((output) => lift(frame, output));
    return { graph: frame.builder.build(outputs), inputs: [...frame.captured.keys()] };
  });
  const results = executor(graph, inputs.map(elementsOf));
  return graph.outputs.map((output, i) => {
    if (output.type.kind !== "array") throw new InternalError("a program returns a History");
    return concrete(output.type.dtype, output.type.shape, present(results[i], "output"));
  });
}

/** The slow, obviously right executor. */
export function interpretGraph(graph: Graph, inputs: readonly TypedArray[]): readonly TypedArray[] {
  const values = graph.inputs.map((input, i): Value => {
    if (input.type.kind !== "array") throw new InternalError("a program takes a History");
    return { kind: "array", dtype: input.type.dtype, shape: input.type.shape, data: present(inputs[i], "input") };
  });
  return interpret(graph, values).map((value) => {
    if (value.kind !== "array") throw new InternalError("a program returns a History");
    return value.data;
  });
}

function toValue(tensor: Tensor): Value {
  return { kind: "array", dtype: tensor.dtype, shape: tensor.shape, data: elementsOf(tensor) };
}

function fromValue(value: Value): Tensor {
  if (value.kind !== "array") throw new InternalError("a History cannot be a tensor");
  return concrete(value.dtype, value.shape, value.data);
}
