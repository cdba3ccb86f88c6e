import type { Builder } from "../../../ir/builder.js";
import type { Graph, Keep, Mask, Opt, Var } from "../../../ir/types.js";
import { makeGraph } from "../../bodies.js";
import { usedInputs } from "../../dce.js";
import { orZeros } from "../../emit.js";
import { arrange, withoutEffects, withUnusedInputs } from "../../graphs.js";
import { maskKey, nth, pick, positions, range, sameMask, spread } from "../../lists.js";
import { graphMemo } from "../../memo.js";
import type { Dual, Jvp, JvpContext, JvpResult, JvpRules } from "../rule.js";

/** Tangents of loops. */
export const loopJvp: JvpRules<"scan" | "while"> = {
  scan: (context, equation, inputs, tangents) => {
    const { length, nConst, nCarry, body, yHistory } = equation.params;
    const nHead = length === null ? 1 : 0;
    const loop = activeLoop(context, { body, nConst, nCarry }, inputs.slice(nHead), tangents.slice(nHead));
    const head = inputs.slice(0, nHead);
    if (context.mode === "linearize") {
      return linearize(context, loop, equation.params.keep, yHistory, {
        trips: () => head,
        nBetween: 0,
        length,
        reverse: equation.params.reverse,
        record: (b, recorded, added) =>
          b.emit(
            "scan",
            { ...equation.params, body: recorded, yHistory: [...yHistory, ...added.map(() => true)] },
            inputs,
          ),
      });
    }
    const dual = forwardBody(context.jvp, loop, equation.params.keep);
    const outputs = context.b.emit(
      "scan",
      {
        ...equation.params,
        ...dual,
        yHistory: [...yHistory, ...pick(yHistory, loop.activeY)],
      },
      [...head, ...loopOperands(loop)],
    );
    return dualOf(loop, outputs, 0);
  },

  while: (context, equation, inputs, tangents) => {
    const { nCondConst, nConst, nCarry, cond, body } = equation.params;
    const loop = activeLoop(context, { body, nConst, nCarry }, inputs.slice(nCondConst), tangents.slice(nCondConst));
    if (context.mode === "linearize") {
      const yHistory = range(0, loop.nY).map(() => true);
      return linearize(context, loop, equation.params.keep, yHistory, {
        trips: (outputs) => [nth(outputs, nCarry)],
        nBetween: 1,
        length: null,
        reverse: false,
        record: (b, recorded) => b.emit("while", { ...equation.params, body: recorded }, inputs),
      });
    }
    const dual = forwardBody(context.jvp, loop, equation.params.keep);
    const carryTypes = pick(body.inputs.slice(nConst), loop.activeCarry).map((input) => input.type);
    const outputs = context.b.emit(
      "while",
      { nCondConst, ...dual, cond: withUnusedInputs(cond, cond.inputs.length, carryTypes) },
      [...inputs.slice(0, nCondConst), ...loopOperands(loop)],
    );
    return dualOf(loop, outputs, 1);
  },
};

/** A loop, and what of it has tangents. */
interface ActiveLoop {
  readonly body: Graph;
  readonly nConst: number;
  readonly nCarry: number;
  readonly nY: number;
  /** consts, carry, xs. */
  readonly operands: readonly Var[];
  /** Their tangents; those of active carries are real. */
  readonly tangents: readonly Opt[];
  /** Which operands have a tangent, over the inputs of the body. */
  readonly active: Mask;
  readonly activeCarry: Mask;
  readonly activeY: Mask;
  /** jvp of the body; every active carry has a tangent in and out. */
  readonly dual: JvpResult;
}

/** Which carries move is a fixpoint: those that start to, and those whose next value depends on something that does. */
function activeLoop(
  { b, jvp, mode }: JvpContext,
  { body, nConst, nCarry }: { readonly body: Graph; readonly nConst: number; readonly nCarry: number },
  operands: readonly Var[],
  tangents: readonly Opt[],
): ActiveLoop {
  const isCarry = (i: number): boolean => i >= nConst && i < nConst + nCarry;
  let active: Mask = tangents.map((t) => t !== null);
  for (;;) {
    const activeCarry = active.slice(nConst, nConst + nCarry);
    const nY = body.outputs.length - nCarry;
    const dual: JvpResult = jvp(body, active, mode, [...activeCarry, ...range(0, nY).map(() => false)]);
    const grown: Mask = active.map((flag, i) => flag || (isCarry(i) && nth(dual.activeOut, i - nConst)));
    if (sameMask(grown, active)) {
      return {
        body,
        nConst,
        nCarry,
        nY,
        operands,
        tangents: tangents.map((t, i) => (isCarry(i) && nth(active, i) ? orZeros(b, t, nth(operands, i).type) : t)),
        active,
        activeCarry,
        activeY: dual.activeOut.slice(nCarry),
        dual,
      };
    }
    active = grown;
  }
}

/** Primals and tangents by role: consts, their tangents, carries, their tangents, the others, their tangents. */
function interleave<T>(primals: readonly T[], tangents: readonly (T | null)[], nConst: number, nCarry: number): T[] {
  const cuts = [0, nConst, nConst + nCarry, primals.length];
  return range(0, 3).flatMap((role) => {
    const [start, end] = [nth(cuts, role), nth(cuts, role + 1)];
    return [...primals.slice(start, end), ...tangents.slice(start, end).filter((t): t is T => t !== null)];
  });
}

/** Positions in a list of primals followed by the tangents set in `mask`. */
function tangentPositions(mask: Mask): (number | null)[] {
  let next = mask.length;
  return mask.map((flag) => (flag ? next++ : null));
}

function loopOperands(loop: ActiveLoop): Var[] {
  return interleave(loop.operands, loop.tangents, loop.nConst, loop.nCarry);
}

const arranged = graphMemo<Graph>();

/** Body, strategy and counts of the loop that carries primals and tangents. */
function forwardBody(
  jvp: Jvp,
  loop: ActiveLoop,
  keep: Keep,
): { readonly body: Graph; readonly keep: Keep; readonly nConst: number; readonly nCarry: number } {
  const { nConst, nCarry, active, activeCarry, dual } = loop;
  const key = `forward ${nConst} ${nCarry}`;
  const order = interleave(range(0, active.length), tangentPositions(active), nConst, nCarry);
  const body = arranged(dual.graph, key, () =>
    arrange(
      dual.graph,
      order,
      interleave(range(0, dual.activeOut.length), tangentPositions(dual.activeOut), nCarry, 0),
    ),
  );
  const counts = {
    nConst: nConst + positions(active.slice(0, nConst)).length,
    nCarry: nCarry + positions(activeCarry).length,
  };
  if (keep.kind !== "inverse") return { body, keep, ...counts };
  // The inverse of (carry, tangent) -> (next carry, next tangent) is the jvp of the inverse.
  const back = jvp(keep.body, active, "forward", activeCarry);
  const tangents = tangentPositions(back.activeOut).map((at, i) => (activeCarry[i] === true ? at : null));
  const inverse = arranged(back.graph, `${key} ${maskKey(activeCarry)}`, () =>
    arrange(back.graph, order, interleave(range(0, nCarry), tangents, nCarry, 0)),
  );
  return { body, keep: { ...keep, body: inverse }, ...counts };
}

/** Outputs of a forward loop apart again. `nBetween` outputs (the trips of a while) stand between carries and ys. */
function dualOf(loop: ActiveLoop, outputs: readonly Var[], nBetween: number): Dual {
  const { nCarry, nY, activeCarry, activeY } = loop;
  const nActive = positions(activeCarry).length;
  const carries = outputs.slice(0, nCarry);
  const between = outputs.slice(nCarry + nActive, nCarry + nActive + nBetween);
  const ys = outputs.slice(nCarry + nActive + nBetween);
  return {
    outputs: [...carries, ...between, ...ys.slice(0, nY)],
    tangents: [
      ...spread(outputs.slice(nCarry, nCarry + nActive), activeCarry),
      ...between.map(() => null),
      ...spread(ys.slice(nY), activeY),
    ],
  };
}

interface LoopKind {
  readonly trips: (recorded: readonly Var[]) => readonly Var[];
  readonly nBetween: number;
  readonly length: number | null;
  readonly reverse: boolean;
  /** Emits the loop with a body that also records `added` carries. */
  readonly record: (b: Builder, body: Graph, added: readonly number[]) => readonly Var[];
}

/**
 * The loop again, recording the carries that its linear half reads; and a linear scan whose body computes from them what it
 * needs, and the tangents.
 */
function linearize({ b }: JvpContext, loop: ActiveLoop, keep: Keep, yHistory: Mask, kind: LoopKind): Dual {
  const { nCarry, nY, activeCarry, activeY } = loop;
  const linear = linearBody(loop);
  const recorded = recordedBody(loop, linear.carries);
  const outputs = kind.record(b, recorded.body, recorded.added);
  const shown = outputs.slice(0, nCarry + kind.nBetween + nY);
  if (!activeCarry.includes(true) && !activeY.includes(true)) {
    return { outputs: shown, tangents: shown.map(() => null) };
  }
  const y = (k: number): Var => nth(outputs, nCarry + kind.nBetween + k);
  const tangentOf = (i: number): Var => nth(loop.tangents, i) as Var;
  const operandOf = (i: number): Var => nth(loop.operands, i);
  const result = b.emit(
    "scan",
    {
      length: kind.length,
      reverse: kind.reverse,
      nConst: linear.consts.length + linear.constTangents.length,
      nCarry: positions(activeCarry).length,
      yHistory: pick(yHistory, activeY),
      body: linear.body,
      keep: keep.kind === "inverse" ? { kind: "auto" } : keep,
    },
    [
      ...kind.trips(outputs),
      ...linear.consts.map(operandOf),
      ...linear.constTangents.map(tangentOf),
      ...positions(activeCarry).map((i) => tangentOf(loop.nConst + i)),
      ...recorded.at.map(y),
      ...linear.xs.map(operandOf),
      ...linear.xTangents.map(tangentOf),
    ],
  );
  const nActive = positions(activeCarry).length;
  return {
    outputs: shown,
    tangents: [
      ...spread(result.slice(0, nActive), activeCarry),
      ...range(0, kind.nBetween).map(() => null),
      ...spread(result.slice(nActive), activeY),
    ],
  };
}

interface LinearBody {
  /** (consts, constTangents, tangents of active carries, carries, xs, xTangents) -> tangents of active carries and ys. */
  readonly body: Graph;
  /** Positions among the inputs of the loop's body. */
  readonly consts: readonly number[];
  readonly constTangents: readonly number[];
  readonly xs: readonly number[];
  readonly xTangents: readonly number[];
  /** Carries that are read, by number. */
  readonly carries: readonly number[];
}

const linearBodies = graphMemo<LinearBody>();

function linearBody(loop: ActiveLoop): LinearBody {
  const { nConst, nCarry, active, dual } = loop;
  return linearBodies(dual.graph, `${nConst} ${nCarry}`, () => {
    const nIn = active.length;
    const tangents = range(dual.activeOut.length, dual.graph.outputs.length - dual.activeOut.length);
    const whole = withoutEffects(arrange(dual.graph, range(0, dual.graph.inputs.length), tangents));
    const used = usedInputs(whole);
    const at = tangentPositions(active);
    const usedPrimals = (start: number, end: number): number[] =>
      range(start, end - start).filter((i) => used[i] === true);
    const usedTangents = (start: number, end: number): number[] =>
      range(start, end - start).filter((i) => {
        const position = nth(at, i);
        return position !== null && used[position] === true;
      });
    const consts = usedPrimals(0, nConst);
    const constTangents = usedTangents(0, nConst);
    const carries = usedPrimals(nConst, nConst + nCarry);
    const carryTangents = range(nConst, nCarry).filter((i) => active[i] === true);
    const xs = usedPrimals(nConst + nCarry, nIn);
    const xTangents = usedTangents(nConst + nCarry, nIn);
    const tangentInput = (i: number): number => nth(at, i) as number;
    const body = arrange(
      whole,
      [
        ...consts,
        ...constTangents.map(tangentInput),
        ...carryTangents.map(tangentInput),
        ...carries,
        ...xs,
        ...xTangents.map(tangentInput),
      ],
      range(0, whole.outputs.length),
    );
    return { body, consts, constTangents, xs, xTangents, carries: carries.map((i) => i - nConst) };
  });
}

interface RecordedBody {
  readonly body: Graph;
  /** For each carry asked for, the y that is its History. */
  readonly at: readonly number[];
  /** Carries for which a y was added. */
  readonly added: readonly number[];
}

/** The body with an output for each of the carries as they come in, unless there is one already. */
function recordedBody({ body, nConst, nCarry, nY }: ActiveLoop, carries: readonly number[]): RecordedBody {
  const added: number[] = [];
  const at = carries.map((carry) => {
    const variable = nth(body.inputs, nConst + carry);
    const found = body.outputs.indexOf(variable, nCarry);
    if (found >= 0) return found - nCarry;
    added.push(carry);
    return nY + added.length - 1;
  });
  if (added.length === 0) return { body, at, added };
  const wider = arranged(body, `recorded ${nConst} ${nCarry} ${added.join()}`, () =>
    makeGraph(body.inputs, body.equations, [
      ...body.outputs,
      ...added.map((carry) => nth(body.inputs, nConst + carry)),
    ]),
  );
  return { body: wider, at, added };
}
