import type { Builder } from "../../../ir/builder.js";
import type { Graph, Keep, Mask, Var } from "../../../ir/types.js";
import { nth, range, sameMask, union } from "../../lists.js";
import type { BatchForm, Vectorize, VectorizeRules } from "../rule.js";
import { batchedCopy, mapped, movedAxis } from "./batch.js";

/** What has bodies is evaluated for all elements at once, unless they differ in trips or branch. */
export const controlVectorize: VectorizeRules<"call" | "cond" | "scan" | "while"> = {
  call: ({ b, size, vectorize, forms, wanted }, equation, inputs, batched) => {
    const { body, map } = equation.params;
    if (map !== null) return mapped(b, equation, inputs, batched, size);
    const all = vectorize(body, forms, size, wanted);
    return { outputs: b.emit("call", { body: all.graph, map: null }, inputs), batched: all.batchedOut };
  },

  cond: ({ b, size, vectorize, forms }, equation, inputs, batched) => {
    if (batched[0] === true) return mapped(b, equation, inputs, batched, size);
    const { branches } = equation.params;
    const operandForms = forms.slice(1);
    const alone = branches.map((branch) => vectorize(branch, operandForms, size).batchedOut);
    // What is batched in one branch is so in the other.
    const wanted = union(nth(alone, 0), nth(alone, 1));
    const all = branches.map((branch) => vectorize(branch, operandForms, size, wanted).graph) as [Graph, Graph];
    return { outputs: b.emit("cond", { branches: all }, inputs), batched: wanted };
  },

  scan: ({ b, size, vectorize, forms, wanted }, equation, inputs, batched) => {
    const { length, nConst, nCarry, yHistory, body, keep } = equation.params;
    const nHead = length === null ? 1 : 0;
    if ((nHead === 1 && batched[0] === true) || forms.includes("ragged")) {
      return mapped(b, equation, inputs, batched, size);
    }
    const operands = inputs.slice(nHead);
    const loop = batchedLoop(
      { vectorize, size },
      { body, keep, nConst, nCarry },
      batched.slice(nHead),
      wanted.slice(nCarry),
    );
    const starts = batchedStarts(b, size, operands, batched.slice(nHead), loop, nConst, nCarry);
    const xs = operands.slice(nConst + nCarry).map((x, k) => {
      // An x has its steps in front, and the batch axis in each entry.
      const moved = batched[nHead + nConst + nCarry + k] === true && x.type.kind === "array";
      return moved ? movedAxis(b, x, 0, 1) : x;
    });
    const outputs = b.emit("scan", { ...equation.params, body: loop.body, keep: loop.keep }, [
      ...inputs.slice(0, nHead),
      ...starts,
      ...xs,
    ]);
    return {
      outputs: outputs.map((output, i) => {
        const stacked = i >= nCarry && yHistory[i - nCarry] === false && nth(loop.batchedOut, i);
        return stacked ? movedAxis(b, output, 1, 0) : output;
      }),
      batched: loop.batchedOut,
    };
  },

  while: ({ b, size, vectorize, wanted }, equation, inputs, batched) => {
    const { nCondConst, nConst, nCarry, cond, body, keep } = equation.params;
    const operands = inputs.slice(nCondConst);
    const flags = batched.slice(nCondConst);
    const loop = batchedLoop({ vectorize, size }, { body, keep, nConst, nCarry }, flags, wanted.slice(nCarry + 1));
    const condForms = formsOf([...batched.slice(0, nCondConst), ...loop.batched.slice(nConst)]);
    const all = vectorize(cond, condForms, size);
    // Elements that differ in trips are evaluated one by one.
    if (all.batchedOut[0] === true) return mapped(b, equation, inputs, batched, size);
    const outputs = b.emit("while", { ...equation.params, cond: all.graph, body: loop.body, keep: loop.keep }, [
      ...inputs.slice(0, nCondConst),
      ...batchedStarts(b, size, operands, flags, loop, nConst, nCarry),
    ]);
    return {
      outputs,
      batched: [...loop.batchedOut.slice(0, nCarry), false, ...loop.batchedOut.slice(nCarry)],
    };
  },
};

interface Loop {
  readonly body: Graph;
  readonly keep: Keep;
  readonly nConst: number;
  readonly nCarry: number;
}

interface BatchedLoop {
  readonly body: Graph;
  readonly keep: Keep;
  /** Over the inputs of the body. */
  readonly batched: Mask;
  /** Over its outputs. */
  readonly batchedOut: Mask;
}

/** Which carries are batched is a fixpoint: those that start so, and those whose next or, by the inverse, last value is. */
function batchedLoop(
  { vectorize, size }: { readonly vectorize: Vectorize; readonly size: number },
  { body, keep, nConst, nCarry }: Loop,
  start: Mask,
  wantedY: Mask,
): BatchedLoop {
  for (let batched = start; ;) {
    const forms = formsOf(batched);
    const carries = batched.slice(nConst, nConst + nCarry);
    const next = vectorize(body, forms, size, [...carries, ...wantedY]);
    const back = keep.kind === "inverse" ? vectorize(keep.body, forms, size, carries) : null;
    const grown = batched.map((flag, i) => {
      const k = i - nConst;
      const isCarry = k >= 0 && k < nCarry;
      return flag || (isCarry && (nth(next.batchedOut, k) || back?.batchedOut[k] === true));
    });
    if (sameMask(grown, batched)) {
      const batchedKeep: Keep = keep.kind === "inverse" && back !== null ? { ...keep, body: back.graph } : keep;
      return { body: next.graph, keep: batchedKeep, batched, batchedOut: next.batchedOut };
    }
    batched = grown;
  }
}

/** Consts and the start of the carries; what becomes batched is so from the start. */
function batchedStarts(
  b: Builder,
  size: number,
  operands: readonly Var[],
  batched: Mask,
  loop: BatchedLoop,
  nConst: number,
  nCarry: number,
): Var[] {
  return range(0, nConst + nCarry).map((i) => {
    const operand = nth(operands, i);
    return nth(loop.batched, i) && !nth(batched, i) ? batchedCopy(b, operand, size) : operand;
  });
}

function formsOf(batched: Mask): BatchForm[] {
  return batched.map((flag) => (flag ? "axis" : "none"));
}
