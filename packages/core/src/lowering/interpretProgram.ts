import { printValues } from "../ir/debugPrinter.js";
import { evaluateOp } from "../ir/interpret.js";
import { scalarValue, type ArrayValue } from "../ir/values.js";
import { sizeOf, type OpName, type Params } from "../ir/types.js";
import { allocate, type DType, type TypedArray } from "../util/dtype.js";
import { InternalError, NumericalError } from "../util/errors.js";
import { present } from "../util/invariant.js";
import { bufferOf, rootOf } from "./buffers.js";
import type { Cell, Combine, Expr, Id, Index, LoopProgram, Nest, Output, Ref, Statement } from "./loopProgram.js";

/**
 * Runs a LoopProgram point by point: the meaning of its statements, slow and plain. Tests hold the lowering and the backends against it.
 * @throws NumericalError where a `check` does not hold.
 */
export function interpretProgram(program: LoopProgram, inputs: readonly TypedArray[]): TypedArray[] {
  const storage = new Map<Id, TypedArray>();
  const steps = new Map<Id, number>();
  let failure: string | null = null;
  for (const buffer of program.buffers) {
    if (buffer.alias === null)
      storage.set(buffer.id, allocate(buffer.dtype, buffer.growable ? 0 : sizeOf(buffer.shape)));
  }
  program.inputs.forEach((id, k) => storage.set(rootOf(program, id), present(inputs[k], "an input").slice()));
  runAll(program.body);
  if (failure !== null) throw new NumericalError({ what: failure });
  return program.outputs.map((id) => dataOf(id).slice());

  function dataOf(id: Id): TypedArray {
    return present(storage.get(rootOf(program, id)), "storage of a buffer");
  }

  function scalar(id: Id): number {
    return present(dataOf(id)[0], "a scalar");
  }

  function runAll(statements: readonly Statement[]): void {
    statements.forEach(run);
  }

  function run(statement: Statement): void {
    switch (statement.kind) {
      case "nest":
        runNest(statement);
        return;
      case "loop": {
        const { count, condition } = statement;
        const total = count === null ? Infinity : Math.max(0, typeof count === "number" ? count : scalar(count.buffer));
        let done = 0;
        for (; done < total; done++) {
          steps.set(statement.id, statement.reverse ? total - 1 - done : done);
          if (condition !== null) {
            runAll(condition.body);
            if (scalar(condition.predicate) === 0) break;
          }
          runAll(statement.body);
          const before = statement.rotation.map(([, from]) => dataOf(from));
          statement.rotation.forEach(([to], k) => storage.set(rootOf(program, to), before[k] as TypedArray));
        }
        if (statement.trips !== null) dataOf(statement.trips)[0] = done;
        return;
      }
      case "if":
        runAll(scalar(statement.predicate) !== 0 ? statement.then : statement.else);
        return;
      case "check":
        if (scalar(statement.predicate) === 0) failure ??= statement.message;
        return;
      case "print":
        printValues(
          statement,
          statement.values.map((id) => ({ ...bufferOf(program, id), data: dataOf(id) })),
        );
        return;
      case "reserve": {
        const size = evaluate(statement.rows, []) * sizeOf(bufferOf(program, statement.buffer).shape);
        const old = dataOf(statement.buffer);
        if (size <= old.length) return;
        const grown = allocate(bufferOf(program, statement.buffer).dtype, size);
        grown.set(old);
        storage.set(rootOf(program, statement.buffer), grown);
      }
    }
  }

  function runNest(nest: Nest): void {
    for (const cell of nest.cells) {
      const [first] = cell.outputs;
      if (first?.mode === "reduce") runReduction(cell, first);
      else {
        const running = new Map<Output, number>();
        for (const point of pointsOf(cell.box)) {
          if (point.at(-1) === cell.box.at(-1)?.[0]) running.clear();
          const writes = cell.outputs.map((output) => write(output, point, running));
          writes.forEach((one) => one());
        }
      }
    }
  }

  /** Evaluates an output at a point; the write itself happens when the result is called. */
  function write(output: Output, point: readonly number[], running: Map<Output, number>): () => void {
    const { dtype } = bufferOf(program, output.buffer);
    const value = evaluate(output.value, point);
    const data = dataOf(output.buffer);
    const at = positionOf(output.buffer, output.index, point);
    present(data[at], `element ${at} of buffer ${output.buffer}`);
    // Read when it is written: another output of the same point may have changed it.
    const combined = (how: Combine): number => combine(how, dtype, data[at] as number, value);
    switch (output.mode) {
      case "store":
        return () => void (data[at] = value);
      case "accumulate":
        return () => void (data[at] = combined(output.combine));
      case "scatter":
        if (output.when !== null && evaluate(output.when, point) === 0) return () => undefined;
        return () => void (data[at] = output.combine === "add" ? combined("sum") : value);
      case "prefix": {
        const sum = combine("sum", dtype, running.get(output) ?? 0, value);
        running.set(output, sum);
        return () => void (data[at] = sum);
      }
      case "reduce":
        throw new InternalError("a reduction stands beside other outputs");
    }
  }

  function runReduction(cell: Cell, output: Extract<Output, { mode: "reduce" }>): void {
    const { dtype } = bufferOf(program, output.buffer);
    const outer = cell.box.length - output.axes;
    const identity = output.combine === "sum" ? 0 : limitOf(dtype, output.combine);
    for (const kept of pointsOf(cell.box.slice(0, outer))) {
      const lanes = new Array<number>(output.lanes).fill(identity);
      for (const reduced of pointsOf(cell.box.slice(outer))) {
        const lane = (reduced.at(-1) ?? 0) % output.lanes;
        const value = evaluate(output.value, [...kept, ...reduced]);
        lanes[lane] = combine(output.combine, dtype, lanes[lane] as number, value);
      }
      const join = (a: number, b: number): number => combine(output.combine, dtype, a, b);
      const [a0, a1, a2, a3, a4, a5, a6, a7] = lanes as [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      const total = output.lanes === 1 ? a0 : join(join(join(a0, a4), join(a2, a6)), join(join(a1, a5), join(a3, a7)));
      dataOf(output.buffer)[positionOf(output.buffer, output.index, kept)] = total;
    }
  }

  function positionOf(buffer: Id, index: readonly Index[], point: readonly number[]): number {
    const { shape, growable } = bufferOf(program, buffer);
    const extents = growable ? [Infinity, ...shape] : shape;
    if (index.length !== extents.length)
      throw new InternalError(`buffer ${buffer} is indexed with ${index.length} indices`);
    let position = 0;
    index.forEach((one, k) => {
      const value =
        (one.axis === null ? 0 : one.stride * (point[one.axis] as number)) +
        one.offset +
        (one.loop === null ? 0 : present(steps.get(one.loop), "the step of a loop")) +
        (one.dynamic === null ? 0 : evaluate(one.dynamic, point));
      if (value < 0 || value >= (extents[k] as number))
        throw new InternalError(`index ${value} of buffer ${buffer} is out of range`);
      position = (k === 0 ? 0 : position * (extents[k] as number)) + value;
    });
    return position;
  }

  function evaluate(ref: Ref, point: readonly number[]): number {
    const at =
      ref.shift === null || ref.shift === 0 ? point : [...point.slice(0, -1), (point.at(-1) as number) + ref.shift];
    const expr = program.exprs[ref.expr] as Expr;
    if (expr.op === "lane") return evaluate(expr.args[0], [...at.slice(0, -1), expr.lane]);
    if (expr.op === "pack") return evaluate(present(expr.args[at.at(-1) as number], "a lane"), at);
    const args = "args" in expr ? expr.args.map((arg) => evaluate(arg, at)) : [];
    const op = <K extends OpName>(name: K, params: Params[K], ...operands: ArrayValue[]): number => {
      const [value] = evaluateOp(name, params, operands);
      return (value as ArrayValue).data[0] as number;
    };
    const of = (dtype: DType): ArrayValue[] => args.map((arg) => scalarValue(dtype, arg));
    switch (expr.op) {
      case "const":
        return scalarValue(expr.dtype, expr.value).data[0] as number;
      case "index":
        return at[expr.axis] as number;
      case "step":
        return present(steps.get(expr.loop), "the step of a loop");
      case "load":
        return present(dataOf(expr.buffer)[positionOf(expr.buffer, expr.index, at)], "a loaded element");
      case "unary":
      case "binary":
        return op(expr.name, {} as never, ...of(expr.dtype));
      case "isFinite":
        return op("isFinite", {}, ...of(expr.of));
      case "compare":
        return op("compare", { relation: expr.relation }, ...of(expr.of));
      case "select":
        return args[0] === 0 ? (args[2] as number) : (args[1] as number);
      case "convert":
        return op("convert", { dtype: expr.dtype }, ...of(expr.from));
    }
  }
}

function combine(how: Combine, dtype: DType, a: number, b: number): number {
  const name = how === "sum" ? "add" : how;
  const [value] = evaluateOp(name, {}, [scalarValue(dtype, a), scalarValue(dtype, b)]);
  return (value as ArrayValue).data[0] as number;
}

function limitOf(dtype: DType, combine: Combine): number {
  const largest = dtype === "int32" ? 0x7fffffff : dtype === "uint32" ? 0xffffffff : Infinity;
  const smallest = dtype === "int32" ? -0x80000000 : dtype === "uint32" ? 0 : -Infinity;
  return combine === "max" ? smallest : largest;
}

/** The points of a box in row-major order. */
function* pointsOf(box: Cell["box"]): Generator<readonly number[]> {
  const [first, ...rest] = box;
  if (first === undefined) {
    yield [];
    return;
  }
  for (let i = first[0]; i < first[1]; i++) for (const point of pointsOf(rest)) yield [i, ...point];
}
