import { makeEquation } from "../ir/builder.js";
import type { Equation, Graph, Keep, Mask, OpName, Var } from "../ir/types.js";
import { present } from "../util/invariant.js";

/** Whether an equation is of the given op. */
export function isOp<K extends OpName>(equation: Equation, op: K): equation is Equation<K> {
  return equation.op === op;
}

/** `run`, computed once for each Graph; what comes out of it unchanged is remembered too. */
export function memoised(run: (graph: Graph) => Graph): (graph: Graph) => Graph {
  const memo = new WeakMap<Graph, Graph>();
  return (graph) => {
    const known = memo.get(graph);
    if (known !== undefined) return known;
    const result = run(graph);
    memo.set(graph, result);
    return result;
  };
}

/** The Graphs inside an equation, the inverse of a loop included. */
export function bodiesOf(equation: Equation): readonly Graph[] {
  if (isOp(equation, "call") || isOp(equation, "customCall")) return [equation.params.body];
  if (isOp(equation, "linearCall")) return programsOf(equation.params);
  if (isOp(equation, "cond")) return equation.params.branches;
  if (isOp(equation, "scan")) return [equation.params.body, ...inverseOf(equation.params.keep)];
  if (isOp(equation, "while")) return [equation.params.cond, equation.params.body, ...inverseOf(equation.params.keep)];
  return [];
}

/** The equation with each Graph inside it replaced by its image; the same equation where all of them stay. */
export function mapBodies(equation: Equation, run: (graph: Graph) => Graph): Equation {
  const { inputs, outputs } = equation;
  if (isOp(equation, "call")) {
    const body = run(equation.params.body);
    return body === equation.params.body
      ? equation
      : makeEquation("call", { ...equation.params, body }, inputs, outputs);
  }
  if (isOp(equation, "customCall")) {
    const body = run(equation.params.body);
    return body === equation.params.body
      ? equation
      : makeEquation("customCall", { ...equation.params, body }, inputs, outputs);
  }
  if (isOp(equation, "linearCall")) {
    const { forward, backward, inverse } = equation.params;
    const image = (program: Graph | null): Graph | null => (program === null ? null : run(program));
    const next = { ...equation.params, forward: image(forward), backward: image(backward), inverse: image(inverse) };
    return next.forward === forward && next.backward === backward && next.inverse === inverse
      ? equation
      : makeEquation("linearCall", next, inputs, outputs);
  }
  if (isOp(equation, "cond")) {
    const [first, second] = equation.params.branches;
    const branches = [run(first), run(second)] as const;
    return branches[0] === first && branches[1] === second
      ? equation
      : makeEquation("cond", { branches }, inputs, outputs);
  }
  if (isOp(equation, "scan")) {
    const body = run(equation.params.body);
    const keep = mapKeep(equation.params.keep, run);
    return body === equation.params.body && keep === equation.params.keep
      ? equation
      : makeEquation("scan", { ...equation.params, body, keep }, inputs, outputs);
  }
  if (isOp(equation, "while")) {
    const cond = run(equation.params.cond);
    const body = run(equation.params.body);
    const keep = mapKeep(equation.params.keep, run);
    return cond === equation.params.cond && body === equation.params.body && keep === equation.params.keep
      ? equation
      : makeEquation("while", { ...equation.params, cond, body, keep }, inputs, outputs);
  }
  return equation;
}

/** The strategy with its inverse replaced by its image. */
export function mapKeep(keep: Keep, run: (graph: Graph) => Graph): Keep {
  if (keep.kind !== "inverse") return keep;
  const body = run(keep.body);
  return body === keep.body ? keep : { ...keep, body };
}

/** A Graph that has the given equations and outputs; the same Graph where they are the ones it has. */
export function withEquations(graph: Graph, equations: readonly Equation[], outputs: readonly Var[]): Graph {
  return sameItems(equations, graph.equations) && sameItems(outputs, graph.outputs)
    ? graph
    : makeGraph(graph.inputs, equations, outputs);
}

/** A Graph, frozen. */
export function makeGraph(inputs: readonly Var[], equations: readonly Equation[], outputs: readonly Var[]): Graph {
  return Object.freeze({
    inputs: Object.freeze(inputs.slice()),
    equations: Object.freeze(equations.slice()),
    outputs: Object.freeze(outputs.slice()),
  });
}

/** The equation with other inputs; the same equation where they are the ones it has. */
export function withInputs(equation: Equation, inputs: readonly Var[]): Equation {
  return sameItems(inputs, equation.inputs)
    ? equation
    : makeEquation(equation.op, equation.params, inputs, equation.outputs);
}

/** Whether two lists hold the same objects. */
export function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

/** The items whose flag is set. */
export function filterBy<T>(items: readonly T[], mask: Mask): T[] {
  return items.filter((_, i) => mask[i] === true);
}

/** The item at an index, which must be there. */
export function at<T>(items: readonly T[], index: number): T {
  return present(items[index], `item ${index} of ${items.length}`);
}

/** Whether a Graph, or a Graph inside it, does more than to compute: it must run even if nothing reads its outputs. */
export const hasEffects: (graph: Graph) => boolean = findsIn(({ op }) => op === "check" || op === "debugPrint");

/** Whether a Graph, or a Graph inside it, prints: how often it runs is seen. */
export const hasPrints: (graph: Graph) => boolean = findsIn(({ op }) => op === "debugPrint");

/** Whether a Graph, or a Graph inside it, has a `check` whose failure is looked for again. */
export const hasLocatedChecks: (graph: Graph) => boolean = findsIn(
  (equation) => isOp(equation, "check") && equation.params.located === true,
);

/** Whether an equation is, or contains, a `check` or a `debugPrint` that runs with it. */
export function hasEffect(equation: Equation): boolean {
  return equation.op === "check" || equation.op === "debugPrint" || runBodiesOf(equation).some(hasEffects);
}

/** Whether an equation is, or contains, a `debugPrint` that runs with it. */
export function hasPrint(equation: Equation): boolean {
  return equation.op === "debugPrint" || runBodiesOf(equation).some(hasPrints);
}

/** Whether a Graph, or a Graph inside it, has some equation; the inverses of loops left aside. */
function findsIn(isWanted: (equation: Equation) => boolean): (graph: Graph) => boolean {
  const memo = new WeakMap<Graph, boolean>();
  const has = (graph: Graph): boolean => {
    let found = memo.get(graph);
    if (found === undefined) {
      found = graph.equations.some((equation) => isWanted(equation) || runBodiesOf(equation).some(has));
      memo.set(graph, found);
    }
    return found;
  };
  return has;
}

function runBodiesOf(equation: Equation): readonly Graph[] {
  if (isOp(equation, "scan")) return [equation.params.body];
  if (isOp(equation, "while")) return [equation.params.cond, equation.params.body];
  return bodiesOf(equation);
}

function programsOf({ forward, backward, inverse }: Equation<"linearCall">["params"]): readonly Graph[] {
  return [forward, backward, inverse].filter((program) => program !== null);
}

function inverseOf(keep: Keep): readonly Graph[] {
  return keep.kind === "inverse" ? [keep.body] : [];
}
