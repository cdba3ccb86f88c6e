import type { Builder } from "../../ir/builder.js";
import type { Graph, OpName, Opt, Params, Var } from "../../ir/types.js";
import { makeGraph } from "../../transforms/bodies.js";
import { jvpRules } from "../../transforms/rules/jvp/index.js";
import type { JvpRules, TransposeRules, VectorizeRules } from "../../transforms/rules/rule.js";
import { transposeRules } from "../../transforms/rules/transpose/index.js";
import { vectorizeRules } from "../../transforms/rules/vectorize/index.js";
import type { RuleOverrides } from "../../transforms/transforms.js";

/** A defect that a careless edit might make, planted to see that the random programs find it. */
export interface PlantedBug {
  readonly name: string;
  /** Programs without this operation cannot show it. */
  readonly op: OpName;
  readonly rules: RuleOverrides;
}

/** Rewrites one equation as it is emitted; null leaves it. */
type Spoil = <K extends OpName>(op: K, params: Params[K], inputs: readonly Var[], b: Builder) => readonly Var[] | null;

/** Defects in the rules. */
export const plantedBugs: readonly PlantedBug[] = [
  transposeBug(
    "the reverse loop runs forwards",
    "scan",
    spoiling("scan", (params, inputs, b) => b.emit("scan", { ...params, reverse: !params.reverse }, inputs)),
  ),
  {
    name: "the subtrahend's cotangent has the wrong sign",
    op: "sub",
    rules: {
      transpose: { sub: (_c, _e, inputs, [ct]) => inputs.map((input) => (input === null ? (ct ?? null) : null)) },
    },
  },
  {
    name: "the cotangent of a loop's constant is lost",
    op: "scan",
    rules: {
      transpose: {
        scan: (context, e, inputs, cotangents) => {
          const lost = inputs.indexOf(null);
          const nHead = e.params.length === null ? 1 : 0;
          const parts = transposeRules.scan(context, e, inputs, cotangents);
          return parts.map((part, i) => (i === lost && i < nHead + e.params.nConst ? null : part));
        },
      },
    },
  },
  {
    name: "an axis is transposed forwards again",
    op: "transpose",
    rules: {
      transpose: {
        transpose: ({ b }, e, _inputs, [ct]) => [
          ct === null || ct === undefined ? null : b.one("transpose", e.params, [ct]),
        ],
      },
    },
  },
  jvpBug(
    "a History holds the carry after the step",
    "scan",
    spoiling("scan", (params, inputs, b) =>
      b.emit("scan", { ...params, body: recordingLate(params.body, params.nConst, params.nCarry) }, inputs),
    ),
  ),
  jvpBug(
    "a while records the carry after the step",
    "while",
    spoiling("while", (params, inputs, b) =>
      b.emit("while", { ...params, body: recordingLate(params.body, params.nConst, params.nCarry) }, inputs),
    ),
  ),
  jvpBug(
    "the tangent of a while runs backwards",
    "while",
    spoiling("scan", (params, inputs, b) => b.emit("scan", { ...params, reverse: true }, inputs)),
  ),
  transposeBug(
    "a broadcast's cotangent is not summed",
    "broadcast",
    spoiling("reduceSum", (params, inputs, b) => b.emit("reduceMax", params, inputs)),
  ),
  transposeBug(
    "the cotangent goes to the other branch",
    "cond",
    spoiling("cond", ({ branches }, inputs, b) => b.emit("cond", { branches: [branches[1], branches[0]] }, inputs)),
  ),
  jvpBug(
    "a factor is missing",
    "exp",
    spoiling("mul", (_params, inputs) => [inputs[0] as Var]),
  ),
  jvpBug(
    "equal operands of max both win whole",
    "max",
    spoiling("mul", (_params, inputs) => [inputs[0] as Var]),
  ),
  jvpBug(
    "equal maxima are added, not averaged",
    "reduceMax",
    spoiling("div", (_params, inputs) => [inputs[0] as Var]),
  ),
  jvpBug(
    "a tangent that starts at zero starts at one",
    "scan",
    spoiling("literal", (params, inputs, b) => b.emit("literal", { ...params, value: 1 }, inputs)),
  ),
  transposeBug(
    "repeated reads overwrite each other's cotangent",
    "gather",
    spoiling("scatterAdd", (params, inputs, b) => b.emit("scatterSet", params, inputs)),
  ),
  transposeBug(
    "a second dynamic read forgets the first",
    "dynamicSlice",
    spoiling("add", (_params, inputs) => [inputs[1] as Var]),
  ),
  transposeBug(
    "every writer of an element gets its cotangent",
    "scatterSet",
    spoiling("select", (_params, inputs) => [inputs[1] as Var]),
  ),
  {
    name: "an overwritten slice keeps its cotangent",
    op: "dynamicUpdate",
    rules: {
      transpose: {
        dynamicUpdate: (context, e, inputs, cotangents) => {
          const [, update] = transposeRules.dynamicUpdate(context, e, inputs, cotangents);
          return [inputs[0] === null ? (cotangents[0] ?? null) : null, update ?? null, null];
        },
      },
    },
  },
  {
    name: "a History's cotangent goes to the first addend alone",
    op: "historyAdd",
    rules: { transpose: { historyAdd: (_c, _e, inputs, [ct]) => [inputs[0] === null ? (ct ?? null) : null, null] } },
  },
  transposeBug(
    "what all elements of a map read gets the largest cotangent",
    "call",
    spoiling("reduceSum", (params, inputs, b) => b.emit("reduceMax", params, inputs)),
  ),
  {
    name: "the sum for a constant is counted twice",
    op: "scan",
    rules: {
      transpose: {
        scan: (context, e, inputs, cotangents) => {
          const seen = new Map<number, Opt>();
          const parts = transposeRules.scan(
            { ...context, take: (i) => remember(seen, i, context.take(i)) },
            e,
            inputs,
            cotangents,
          );
          return parts.map((part, i) => {
            const before = seen.get(i) ?? null;
            return part === null || before === null ? part : context.b.one("add", {}, [part, before]);
          });
        },
      },
    },
  },
  transposeBug(
    "a prefix sum's cotangent is summed from the start",
    "cumsum",
    spoiling("cumsum", (params, inputs, b) => b.emit("cumsum", { ...params, reverse: !params.reverse }, inputs)),
  ),
  transposeBug(
    "a view's cotangent has only the first of its pieces",
    "view",
    spoiling("view", (params, inputs, b) => b.emit("view", { ...params, pieces: params.pieces.slice(0, 1) }, inputs)),
  ),
  vectorizeBug(
    "a batched prefix sum runs along the wrong axis",
    "cumsum",
    spoiling("cumsum", (params, inputs, b) => b.emit("cumsum", { ...params, axis: params.axis - 1 }, inputs)),
  ),
  vectorizeBug(
    "the steps of a batched loop's ys are its elements",
    "scan",
    spoiling("transpose", (_params, inputs) => [inputs[0] as Var]),
  ),
];

function remember(seen: Map<number, Opt>, i: number, total: Opt): Opt {
  seen.set(i, total);
  return total;
}

function jvpBug(name: string, op: OpName, spoil: Spoil): PlantedBug {
  const rule = jvpRules[op] as unknown as JvpRules["add"];
  const spoiled: JvpRules["add"] = (context, ...rest) => rule({ ...context, b: spoilt(context.b, spoil) }, ...rest);
  return { name, op, rules: { jvp: { [op]: spoiled } } };
}

function transposeBug(name: string, op: OpName, spoil: Spoil): PlantedBug {
  const rule = transposeRules[op] as unknown as TransposeRules["add"];
  const spoiled: TransposeRules["add"] = (context, ...rest) =>
    rule({ ...context, b: spoilt(context.b, spoil) }, ...rest);
  return { name, op, rules: { transpose: { [op]: spoiled } } };
}

function vectorizeBug(name: string, op: OpName, spoil: Spoil): PlantedBug {
  const rule = vectorizeRules[op] as unknown as VectorizeRules["add"];
  const spoiled: VectorizeRules["add"] = (context, ...rest) =>
    rule({ ...context, b: spoilt(context.b, spoil) }, ...rest);
  return { name, op, rules: { vectorize: { [op]: spoiled } } };
}

/** Rewrites equations of one operation. */
function spoiling<T extends OpName>(
  target: T,
  rewrite: (params: Params[T], inputs: readonly Var[], b: Builder) => readonly Var[],
): Spoil {
  return (op, params, inputs, b) =>
    (op as OpName) === target ? rewrite(params as unknown as Params[T], inputs, b) : null;
}

/** A builder whose equations are spoilt. */
function spoilt(b: Builder, spoil: Spoil): Builder {
  const emit: Builder["emit"] = (op, params, inputs) => spoil(op, params, inputs, b) ?? b.emit(op, params, inputs);
  return { ...b, emit, one: (op, params, inputs) => emit(op, params, inputs)[0] as Var };
}

/** The body with each recorded carry taken after the step. */
function recordingLate(body: Graph, nConst: number, nCarry: number): Graph {
  const outputs = body.outputs.map((output, i) => {
    const carry = i < nCarry ? -1 : body.inputs.indexOf(output) - nConst;
    return carry >= 0 && carry < nCarry ? (body.outputs[carry] as Var) : output;
  });
  return makeGraph(body.inputs, body.equations, outputs);
}
