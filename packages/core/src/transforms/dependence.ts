import { sizeOf, type Equation, type Graph, type Mask, type Params, type Type, type Var } from "../ir/types.js";
import { maskKey, maskOf, nth, sameMask, union } from "./lists.js";
import { graphMemo } from "./memo.js";

/** What of a Graph depends on some of its inputs, and how much work that is, in elements computed. */
export interface Dependence {
  /** Outputs that depend on the inputs. */
  readonly outputs: Mask;
  /** Elements computed by equations that depend on them, and by the others; those of loops once for each step. */
  readonly dependent: number;
  readonly independent: number;
  /** The same within loops alone. */
  readonly inLoops: { readonly dependent: number; readonly independent: number };
}

/** Steps that a loop of run-time length is taken to have. */
const guessedSteps = 100;

const memo = graphMemo<Dependence>();

/** Finds what depends on the inputs of the mask; of a loop's carries that is a fixpoint. */
export function dependence(graph: Graph, on: Mask): Dependence {
  return memo(graph, maskKey(on), () => {
    const depends = new Set<Var>(graph.inputs.filter((_, i) => on[i] === true));
    const work = { dependent: 0, independent: 0 };
    const inLoops = { dependent: 0, independent: 0 };
    for (const equation of graph.equations) {
      const mask = equation.inputs.map((input) => depends.has(input));
      const own = ofEquation(equation, mask);
      equation.outputs.forEach((output, i) => own.outputs[i] === true && depends.add(output));
      for (const kind of ["dependent", "independent"] as const) {
        work[kind] += own[kind];
        inLoops[kind] += own.inLoops[kind];
      }
    }
    return { outputs: graph.outputs.map((output) => depends.has(output)), ...work, inLoops };
  });
}

function ofEquation(equation: Equation, mask: Mask): Dependence {
  switch (equation.op) {
    case "call": {
      const { body, map } = equation.params as Params["call"];
      return times(dependence(body, mask), map?.size ?? 1, false);
    }
    case "cond": {
      const { branches } = equation.params as Params["cond"];
      const [yes, no] = branches.map((branch) => dependence(branch, mask.slice(1))) as [Dependence, Dependence];
      const outputs = mask[0] === true ? maskOf(equation.outputs.length, true) : union(yes.outputs, no.outputs);
      return { ...(yes.dependent + yes.independent > no.dependent + no.independent ? yes : no), outputs };
    }
    case "scan": {
      const { length, nConst, nCarry, body } = equation.params as Params["scan"];
      const head = length === null ? 1 : 0;
      const inside = overLoop(body, mask.slice(head), nConst, nCarry);
      const outputs = head === 1 && mask[0] === true ? maskOf(equation.outputs.length, true) : inside.outputs;
      return { ...times(inside, length ?? guessedSteps, true), outputs };
    }
    case "while": {
      const { nCondConst, nConst, nCarry, cond, body } = equation.params as Params["while"];
      const inside = overLoop(body, mask.slice(nCondConst), nConst, nCarry);
      const carries = inside.outputs.slice(0, nCarry);
      const goesOn = dependence(cond, [...mask.slice(0, nCondConst), ...carries]);
      const outputs = goesOn.outputs.includes(true)
        ? maskOf(equation.outputs.length, true)
        : [...carries, false, ...inside.outputs.slice(nCarry)];
      return { ...times(inside, guessedSteps, true), outputs };
    }
    default: {
      const elements = workOf(equation);
      const any = mask.includes(true);
      return {
        outputs: maskOf(equation.outputs.length, any),
        dependent: any ? elements : 0,
        independent: any ? 0 : elements,
        inLoops: { dependent: 0, independent: 0 },
      };
    }
  }
}

function overLoop(body: Graph, start: Mask, nConst: number, nCarry: number): Dependence {
  for (let mask = start; ;) {
    const inside = dependence(body, mask);
    const grown = mask.map(
      (flag, i) => flag || (i >= nConst && i < nConst + nCarry && nth(inside.outputs, i - nConst)),
    );
    if (sameMask(grown, mask)) return inside;
    mask = grown;
  }
}

function times(inside: Dependence, steps: number, isLoop: boolean): Dependence {
  const all = { dependent: inside.dependent * steps, independent: inside.independent * steps };
  const nested = {
    dependent: inside.inLoops.dependent * steps,
    independent: inside.inLoops.independent * steps,
  };
  return { outputs: inside.outputs, ...all, inLoops: isLoop ? all : nested };
}

/** Ops that only say where elements lie, or what they are. */
const free: ReadonlySet<string> = new Set([
  "literal",
  "iota",
  "zeros",
  "reshape",
  "transpose",
  "broadcast",
  "slice",
  "view",
]);

function workOf(equation: Equation): number {
  if (free.has(equation.op)) return 0;
  const size = (type: Type): number => (type.kind === "array" ? sizeOf(type.shape) : 0);
  const outputs = equation.outputs.reduce((total, { type }) => total + size(type), 0);
  if (equation.op !== "dot") return Math.max(outputs, ...equation.inputs.map(({ type }) => size(type)));
  const { batch } = equation.params as Params["dot"];
  const left = (equation.inputs[0] as Var).type;
  return outputs * (left.kind === "array" ? (left.shape[batch + 1] ?? 1) : 1);
}
