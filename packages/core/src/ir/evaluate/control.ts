import { allocate } from "../../util/dtype.js";
import { InternalError, NumericalError } from "../../util/errors.js";
import { printValues } from "../debugPrinter.js";
import { sizeOf } from "../types.js";
import type { ArrayType, Params, Type, Var } from "../types.js";
import { arrayValue, scalarValue } from "../values.js";
import type { ArrayValue, HistoryValue, Value } from "../values.js";
import { elementwiseEvaluation } from "./elementwise.js";
import { arrayOperand } from "./rule.js";
import type { EvaluateRules, RunGraph } from "./rule.js";

/** Evaluation of control flow and of what acts on Histories. Every History is stored whole, whatever `keep` says. */
export const controlEvaluation: EvaluateRules<
  "historyAdd" | "check" | "debugPrint" | "call" | "cond" | "scan" | "while"
> = {
  historyAdd(_params, inputs, run) {
    const a = historyOperand(inputs, 0).entries;
    const b = historyOperand(inputs, 1).entries;
    if (a.length !== b.length) {
      throw new InternalError(`Histories of ${a.length} and ${b.length} entries are added`);
    }
    const entries = a.map(
      (entry, i) => elementwiseEvaluation.add({}, [entry, b[i] as ArrayValue], run)[0] as ArrayValue,
    );
    return [{ kind: "history", entries }];
  },

  check({ message }, inputs) {
    if (arrayOperand(inputs, 0).data[0] === 0) throw new NumericalError({ what: message });
    return [];
  },

  debugPrint(params, inputs) {
    printValues(
      params,
      inputs.map((_, i) => arrayOperand(inputs, i)),
    );
    return [];
  },

  call({ body, map }, inputs, run) {
    if (map === null) return run(body, inputs);
    const results: (readonly Value[])[] = [];
    for (let i = 0; i < map.size; i++) {
      results.push(
        run(
          body,
          inputs.map((input, k) => (map.mapped[k] === true ? rowOf(input, i) : input)),
        ),
      );
    }
    return body.outputs.map((output, k) =>
      stack(
        output.type,
        results.map((result) => result[k] as Value),
      ),
    );
  },

  cond({ branches }, inputs, run) {
    const taken = arrayOperand(inputs, 0).data[0] !== 0 ? branches[0] : branches[1];
    return run(taken, inputs.slice(1));
  },

  scan: evaluateScan,
  while: evaluateWhile,
};

function evaluateScan(params: Params["scan"], inputs: readonly Value[], run: RunGraph): readonly Value[] {
  const { reverse, nConst, nCarry, yHistory, body } = params;
  const trips = params.length ?? Math.max(0, arrayOperand(inputs, 0).data[0] as number);
  const rest = params.length === null ? inputs.slice(1) : inputs;
  const consts = rest.slice(0, nConst);
  const xs = rest.slice(nConst + nCarry);
  xs.forEach((x, k) => {
    if (x.kind === "history" && x.entries.length !== trips) {
      throw new InternalError(`x ${k} of a scan of ${trips} trips is a History of ${x.entries.length} entries`);
    }
  });

  let carry = rest.slice(nConst, nConst + nCarry);
  const ys = yHistory.map(() => new Array<ArrayValue>(trips));
  for (let step = 0; step < trips; step++) {
    const i = reverse ? trips - 1 - step : step;
    const outputs = run(body, [...consts, ...carry, ...xs.map((x) => entryOf(x, i))]);
    carry = outputs.slice(0, nCarry);
    ys.forEach((y, k) => (y[i] = outputs[nCarry + k] as ArrayValue));
  }
  return [
    ...carry,
    ...ys.map((entries, k): Value => {
      if (yHistory[k] === true) return { kind: "history", entries };
      return stackArrays((body.outputs[nCarry + k] as Var).type as ArrayType, entries);
    }),
  ];
}

function evaluateWhile(params: Params["while"], inputs: readonly Value[], run: RunGraph): readonly Value[] {
  const { nCondConst, nConst, nCarry, cond, body } = params;
  const condConsts = inputs.slice(0, nCondConst);
  const consts = inputs.slice(nCondConst, nCondConst + nConst);
  let carry = inputs.slice(nCondConst + nConst);
  const records = body.outputs.slice(nCarry).map((): ArrayValue[] => []);
  let trips = 0;
  while (arrayOperand(run(cond, [...condConsts, ...carry]), 0).data[0] !== 0) {
    const outputs = run(body, [...consts, ...carry]);
    carry = outputs.slice(0, nCarry);
    records.forEach((entries, k) => entries.push(outputs[nCarry + k] as ArrayValue));
    trips++;
  }
  return [
    ...carry,
    scalarValue("int32", trips),
    ...records.map((entries): HistoryValue => ({ kind: "history", entries })),
  ];
}

function historyOperand(inputs: readonly Value[], position: number): HistoryValue {
  const value = inputs[position];
  if (value?.kind !== "history") throw new InternalError(`operand ${position} is no History`);
  return value;
}

/** Entry i of an x of a scan. */
function entryOf(x: Value, i: number): ArrayValue {
  if (x.kind === "history") return x.entries[i] as ArrayValue;
  return rowOf(x, i) as ArrayValue;
}

/** Row i of an array along axis 0, or of ragged Histories. */
function rowOf(value: Value, i: number): Value {
  if (value.kind === "ragged") return value.rows[i] as Value;
  if (value.kind === "history") throw new InternalError("a History has no rows");
  const shape = value.shape.slice(1);
  const length = sizeOf(shape);
  return arrayValue(value.dtype, shape, value.data.slice(i * length, (i + 1) * length));
}

/** Joins one value for each element of a map. */
function stack(type: Type, rows: readonly Value[]): Value {
  if (type.kind === "array") return stackArrays(type, rows as readonly ArrayValue[]);
  return { kind: "ragged", rows: rows as readonly (HistoryValue | (Value & { kind: "ragged" }))[] };
}

function stackArrays(type: ArrayType, rows: readonly ArrayValue[]): ArrayValue {
  const length = sizeOf(type.shape);
  const data = allocate(type.dtype, rows.length * length);
  rows.forEach((row, i) => data.set(row.data, i * length));
  return arrayValue(type.dtype, [rows.length, ...type.shape], data);
}
