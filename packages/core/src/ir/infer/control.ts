import { InternalError, ShapeError } from "../../util/errors.js";
import { slotsOf } from "../debugPrinter.js";
import { arrayType, sameShape, showType } from "../types.js";
import type { ArrayType, Graph, HistoryType, Keep, OpName, Params, RaggedType, Type } from "../types.js";
import { arrayAt, checkCount, checkDtype, checkSameType, checkShape, isNumeric } from "./checks.js";
import type { InferRules } from "./checks.js";

type ControlName = "historyAdd" | "check" | "debugPrint" | "call" | "cond" | "scan" | "while";

const int32Scalar: ArrayType = arrayType("int32", []);
const boolScalar: ArrayType = arrayType("bool", []);

/** Inference of control flow and of what acts on Histories. */
export const controlRules: InferRules<ControlName> = {
  historyAdd(_params, inputs) {
    checkCount("historyAdd", inputs, 2);
    const [a, b] = inputs as readonly [Type, Type];
    if (a.kind !== "history") throw notHistory("historyAdd", "a", a);
    checkSameType("historyAdd", "b", b, a);
    checkDtype("historyAdd", "an entry", a.of, isNumeric, "a numeric dtype");
    return [a];
  },

  check(_params, inputs) {
    checkCount("check", inputs, 1);
    checkSameType("check", "the condition", inputs[0] as Type, boolScalar);
    return [];
  },

  debugPrint({ format, batch }, inputs) {
    checkCount("debugPrint", inputs, slotsOf(format));
    const maps = inputs.map((_, i) => arrayAt("debugPrint", inputs, i, `value ${i}`).shape.slice(0, batch));
    maps.forEach((shape, i) => {
      if (shape.length !== batch || !sameShape(shape, maps[0] as readonly number[]))
        throw new InternalError(`value ${i} of a debugPrint has other batch axes than the first`);
    });
    return [];
  },

  call: inferCall,
  cond: inferCond,
  scan: inferScan,
  while: inferWhile,
};

function inferCall({ body, map }: Params["call"], inputs: readonly Type[]): readonly Type[] {
  checkBodyCount("call", "the body", body, inputs.length);
  if (map === null) {
    inputs.forEach((type, i) => checkSameType("call", `operand ${i}`, type, typeAt(body.inputs, i)));
    return body.outputs.map((output) => output.type);
  }
  const { size, mapped } = map;
  checkLength("call", "the size of the map", size);
  if (mapped.length !== inputs.length) {
    throw new InternalError(`call with a map has ${mapped.length} flags for ${inputs.length} operands`);
  }
  inputs.forEach((type, i) => {
    const element = mapped[i] === true ? rowOf("call", `operand ${i}`, type, size) : type;
    checkSameType(
      "call",
      mapped[i] === true ? `a row of operand ${i}` : `operand ${i}`,
      element,
      typeAt(body.inputs, i),
    );
  });
  return body.outputs.map((output) => stacked(output.type, size));
}

function inferCond({ branches }: Params["cond"], inputs: readonly Type[]): readonly Type[] {
  const [predicate, ...operands] = inputs;
  if (predicate === undefined) throw new InternalError("cond lacks its predicate");
  checkSameType("cond", "the predicate", predicate, boolScalar);
  operands.forEach((_, i) => arrayAt("cond", operands, i, `operand ${i}`));
  branches.forEach((branch, k) => {
    const name = k === 0 ? "the branch for true" : "the branch for false";
    checkBodyCount("cond", name, branch, operands.length);
    operands.forEach((type, i) => checkSameType("cond", `operand ${i} of ${name}`, type, typeAt(branch.inputs, i)));
    checkArrays("cond", `output of ${name}`, branch.outputs);
  });
  const [whenTrue, whenFalse] = branches;
  if (whenTrue.outputs.length !== whenFalse.outputs.length) {
    throw new InternalError(
      `the branches of cond have ${whenTrue.outputs.length} and ${whenFalse.outputs.length} outputs`,
    );
  }
  whenTrue.outputs.forEach((output, i) =>
    checkSameType("cond", `output ${i} of the branch for false`, typeAt(whenFalse.outputs, i), output.type),
  );
  return whenTrue.outputs.map((output) => output.type);
}

function inferScan(params: Params["scan"], inputs: readonly Type[]): readonly Type[] {
  const { length, nConst, nCarry, yHistory, body, keep } = params;
  let rest = inputs;
  if (length === null) {
    if (inputs.length === 0) throw new InternalError("scan lacks its number of trips");
    checkSameType("scan", "the number of trips", inputs[0] as Type, int32Scalar);
    rest = inputs.slice(1);
  } else {
    checkLength("scan", "the length", length);
  }
  const nx = rest.length - nConst - nCarry;
  if (nx < 0) throw new InternalError(`scan has ${rest.length} operands for ${nConst} consts and ${nCarry} carries`);
  checkBodyCount("scan", "the body", body, rest.length);
  if (body.outputs.length !== nCarry + yHistory.length) {
    throw new InternalError(
      `the body of scan has ${body.outputs.length} outputs for ${nCarry} carries and ${yHistory.length} ys`,
    );
  }
  checkArrays("scan", "output of the body", body.outputs);

  rest.forEach((type, i) => {
    const role = scanRole(i, nConst, nCarry);
    const seen = i < nConst + nCarry ? arrayAt("scan", rest, i, role) : entryOf(role, type, length);
    checkSameType("scan", i < nConst + nCarry ? role : `an entry of ${role}`, seen, typeAt(body.inputs, i));
  });
  for (let k = 0; k < nCarry; k++) {
    checkSameType("scan", `carry ${k} after the body`, typeAt(body.outputs, k), typeAt(body.inputs, nConst + k));
  }
  checkKeep("scan", keep, body, nConst, nCarry);

  const carries = body.outputs.slice(0, nCarry).map((output) => output.type);
  const ys = yHistory.map((history, k): Type => {
    const entry = arrayAt("scan", [typeAt(body.outputs, nCarry + k)], 0, `y ${k}`);
    if (history) return { kind: "history", of: entry };
    checkShape(
      length !== null,
      "scan",
      `y ${k} is an array, but the number of trips is only known at run time`,
      `y ${k} ${showType(entry)}`,
      "a History for every y",
    );
    return arrayType(entry.dtype, [length, ...entry.shape]);
  });
  return [...carries, ...ys];
}

function inferWhile(params: Params["while"], inputs: readonly Type[]): readonly Type[] {
  const { nCondConst, nConst, nCarry, cond, body, keep } = params;
  if (inputs.length !== nCondConst + nConst + nCarry) {
    throw new InternalError(`while has ${inputs.length} operands, not ${nCondConst + nConst + nCarry}`);
  }
  checkBodyCount("while", "the condition", cond, nCondConst + nCarry);
  checkBodyCount("while", "the body", body, nConst + nCarry);
  checkArrays("while", "output of the body", body.outputs);
  if (cond.outputs.length !== 1) throw new InternalError(`the condition of while has ${cond.outputs.length} outputs`);
  if (body.outputs.length < nCarry) throw new InternalError("the body of while has fewer outputs than carries");

  const condConsts = inputs.slice(0, nCondConst);
  const bodyConsts = inputs.slice(nCondConst, nCondConst + nConst);
  const carries = inputs.slice(nCondConst + nConst);
  condConsts.forEach((_, i) => {
    const type = arrayAt("while", condConsts, i, `constant ${i} of the condition`);
    checkSameType("while", `constant ${i} of the condition`, type, typeAt(cond.inputs, i));
  });
  bodyConsts.forEach((_, i) => {
    const type = arrayAt("while", bodyConsts, i, `constant ${i} of the body`);
    checkSameType("while", `constant ${i} of the body`, type, typeAt(body.inputs, i));
  });
  carries.forEach((_, k) => {
    const type = arrayAt("while", carries, k, `carry ${k}`);
    checkSameType("while", `carry ${k} of the condition`, type, typeAt(cond.inputs, nCondConst + k));
    checkSameType("while", `carry ${k}`, type, typeAt(body.inputs, nConst + k));
    checkSameType("while", `carry ${k} after the body`, typeAt(body.outputs, k), type);
  });
  checkSameType("while", "the condition's result", typeAt(cond.outputs, 0), boolScalar);
  checkKeep("while", keep, body, nConst, nCarry);

  const records = body.outputs.slice(nCarry).map(({ type }): HistoryType => {
    return { kind: "history", of: arrayAt("while", [type], 0, "a record") };
  });
  return [...carries, int32Scalar, ...records];
}

/** The inverse of a body takes what the body takes and gives the carry. */
function checkKeep(op: "scan" | "while", keep: Keep, body: Graph, nConst: number, nCarry: number): void {
  if (keep.kind === "blocks") {
    checkShape(
      keep.size === null || (Number.isInteger(keep.size) && keep.size >= 1),
      op,
      "the size of a block is no count of steps",
      String(keep.size),
      "a positive integer, or null",
    );
  }
  if (keep.kind === "capped") {
    checkShape(
      Number.isFinite(keep.bytes) && keep.bytes >= 1,
      op,
      "the cap of a History is no number of bytes",
      String(keep.bytes),
      "a number from 1 on",
    );
  }
  if (keep.kind === "states") {
    checkShape(
      Number.isInteger(keep.count) && keep.count >= 2,
      op,
      "too few states of a loop are kept",
      String(keep.count),
      "an integer from 2 on",
    );
  }
  if (keep.kind !== "inverse") return;
  const inverse = keep.body;
  checkBodyCount(op, "the inverse", inverse, body.inputs.length);
  body.inputs.forEach((input, i) =>
    checkSameType(op, `input ${i} of the inverse`, typeAt(inverse.inputs, i), input.type),
  );
  if (inverse.outputs.length !== nCarry) {
    throw new InternalError(`the inverse of ${op} has ${inverse.outputs.length} outputs for ${nCarry} carries`);
  }
  inverse.outputs.forEach((output, k) =>
    checkSameType(op, `output ${k} of the inverse`, output.type, typeAt(body.inputs, nConst + k)),
  );
}

/** One entry of an x of a scan. */
function entryOf(role: string, type: Type, length: number | null): ArrayType {
  if (type.kind === "history") return type.of;
  const x = arrayAt("scan", [type], 0, role);
  checkShape(
    length !== null,
    "scan",
    `${role} is an array, but the number of trips is only known at run time`,
    `${role} ${showType(x)}`,
    "a History",
  );
  checkShape(
    x.shape[0] === length,
    "scan",
    `${role} does not have one row for each step`,
    `${role} ${showType(x)} for ${length} steps`,
    `${length} rows along axis 0`,
  );
  return arrayType(x.dtype, x.shape.slice(1));
}

/** What one evaluation of a mapped call sees of a mapped operand. */
function rowOf(op: OpName, role: string, type: Type, size: number): Type {
  if (type.kind === "history") {
    throw new ShapeError({
      what: `${op}: ${role} is one History, which has no rows.`,
      got: showType(type),
      expected: "an array or ragged Histories",
      data: { op, role, got: type },
    });
  }
  if (type.kind === "ragged") {
    checkShape(type.size === size, op, `${role} has another size than the map`, showType(type), `${size} elements`);
    return type.of;
  }
  checkShape(
    type.shape[0] === size,
    op,
    `${role} does not have one row for each element of the map`,
    `${role} ${showType(type)} for ${size} elements`,
    `${size} rows along axis 0`,
  );
  return arrayType(type.dtype, type.shape.slice(1));
}

function stacked(type: Type, size: number): ArrayType | RaggedType {
  if (type.kind === "array") return arrayType(type.dtype, [size, ...type.shape]);
  return { kind: "ragged", size, of: type };
}

function scanRole(i: number, nConst: number, nCarry: number): string {
  if (i < nConst) return `constant ${i}`;
  if (i < nConst + nCarry) return `carry ${i - nConst}`;
  return `x ${i - nConst - nCarry}`;
}

function checkLength(op: OpName, what: string, length: number): void {
  checkShape(
    Number.isSafeInteger(length) && length >= 0,
    op,
    `${what} is no count`,
    String(length),
    "a non-negative integer",
  );
}

function checkBodyCount(op: OpName, name: string, body: Graph, count: number): void {
  if (body.inputs.length !== count) {
    throw new InternalError(`${name} of ${op} has ${body.inputs.length} inputs, not ${count}`);
  }
}

function checkArrays(op: OpName, role: string, variables: Graph["outputs"]): void {
  variables.forEach(({ type }, i) => arrayAt(op, [type], 0, `${role}, number ${i},`));
}

function typeAt(variables: Graph["inputs"], i: number): Type {
  const variable = variables[i];
  if (variable === undefined) throw new InternalError(`variable ${i} of a body is missing`);
  return variable.type;
}

function notHistory(op: OpName, role: string, type: Type): ShapeError {
  return new ShapeError({
    what: `${op}: ${role} must be a History.`,
    got: `${role} ${showType(type)}`,
    expected: "a History",
    data: { op, role, got: type },
  });
}
