import { graphBuilder, makeEquation } from "../ir/builder.js";
import type { Equation, Graph, Var } from "../ir/types.js";
import { at, hasEffect, hasPrint, isOp, withEquations, withInputs } from "./bodies.js";
import { bodyId, keepKey } from "./keys.js";
import { isLoop, loopParts, type Loop, type LoopParts } from "./loopParts.js";
import { carryClasses, createNumbering } from "./numbering.js";

/**
 * Merges, at one level of a Graph, equations with bodies that take the same inputs and differ only in their outputs: the
 * earlier one computes the outputs of both. What linearizing a loop or a call leaves beside the original is merged here.
 */
export function mergeOutputs(graph: Graph): Graph {
  const groups = new Map<string, number[]>();
  graph.equations.forEach((equation, i) => {
    const key = groupKey(equation);
    if (key === null) return;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [i]);
    else group.push(i);
  });
  const candidates = [...groups.values()].filter((group) => group.length > 1);
  if (candidates.length === 0) return graph;

  const equations: (Equation | undefined)[] = graph.equations.slice();
  const image = new Map<Var, Var>();
  const positions = new Map<Var, number>();
  graph.equations.forEach(({ outputs }, i) => outputs.forEach((output) => positions.set(output, i)));
  let changed = false;
  for (const group of candidates) {
    for (let a = 0; a < group.length; a++) {
      for (let b = a + 1; b < Math.min(group.length, a + candidateWindow); b++) {
        const first = equations[at(group, a)];
        const second = equations[at(group, b)];
        if (first === undefined || second === undefined) continue;
        let absorbed = second;
        let merged = mergePair(first, second);
        if (merged === null && second.inputs.every((input) => (positions.get(input) ?? -1) < at(group, a))) {
          absorbed = first;
          merged = mergePair(second, first);
        }
        if (merged === null) continue;
        equations[at(group, a)] = merged.equation;
        equations[at(group, b)] = undefined;
        changed = true;
        absorbed.outputs.forEach((output, k) => {
          const stand = at(merged.images, k);
          if (stand !== output) image.set(output, stand);
        });
      }
    }
  }
  if (!changed) return graph;
  const read = (variable: Var): Var => {
    let found = variable;
    for (let next = image.get(found); next !== undefined; next = image.get(found)) found = next;
    return found;
  };
  return withEquations(
    graph,
    equations
      .filter((equation) => equation !== undefined)
      .map((equation) => withInputs(equation, equation.inputs.map(read))),
    graph.outputs.map(read),
  );
}

/** With how many later ones an equation is compared. */
const candidateWindow = 16;

interface Merged {
  readonly equation: Equation;
  /** For each output of the second equation the variable that stands for it. */
  readonly images: readonly Var[];
}

/** Equations that may merge have equal keys. */
function groupKey(equation: Equation): string | null {
  if (isOp(equation, "scan")) {
    const { length, reverse, nCarry, keep } = equation.params;
    if (nCarry === 0) return null;
    const trips = length === null ? `@${equation.inputs[0]?.id}` : `${length}`;
    return `scan ${trips} ${reverse} ${keepFamily(equation)}${keep.kind === "inverse" ? nCarry : ""}`;
  }
  if (isOp(equation, "while")) return equation.params.nCarry === 0 ? null : `while ${keepFamily(equation)}`;
  if (isOp(equation, "call")) {
    const { map } = equation.params;
    return `call ${map === null ? "" : map.size} ${ids(equation.inputs)}`;
  }
  if (isOp(equation, "cond")) return `cond ${ids(equation.inputs)}`;
  return null;
}

function keepFamily(loop: Loop): string {
  const { keep } = loop.params;
  return keep.kind === "inverse" ? "inverse" : keepKey(keep);
}

function ids(variables: readonly Var[]): string {
  return [...new Set(variables)]
    .map(({ id }) => id)
    .sort((a, b) => a - b)
    .join(",");
}

function mergePair(first: Equation, second: Equation): Merged | null {
  // The second one vanishes: what it prints would too, and what it checks unless the first one does as well.
  if (hasPrint(second) || (hasEffect(second) && !hasEffect(first))) return null;
  if (isLoop(first) && isLoop(second)) return mergeLoops(first, second);
  if (isOp(first, "call") && isOp(second, "call")) return mergeCalls(first, second);
  if (isOp(first, "cond") && isOp(second, "cond")) return mergeConds(first, second);
  return null;
}

/** Merges the second loop into the first, where each carry of the second is one of the first. */
function mergeLoops(first: Loop, second: Loop): Merged | null {
  const a = loopParts(first);
  const b = loopParts(second);
  const inits = new Set(a.init);
  if (!b.init.every((init) => inits.has(init))) return null;
  const constAt = b.consts.map((outer) => a.consts.indexOf(outer));
  const xAt = b.xs.map((outer) => a.xs.indexOf(outer));
  if (constAt.includes(-1) || xAt.includes(-1)) return null;

  const numbering = createNumbering();
  const numbersOf = (parts: LoopParts, carryNumbers: readonly number[]): ReadonlyMap<Var, number> =>
    numbering.graph(parts.body, [
      ...parts.consts.map((outer) => numbering.leaf(`const ${outer.id}`)),
      ...carryNumbers,
      ...parts.xs.map((outer) => numbering.leaf(`x ${outer.id}`)),
    ]);
  const nA = a.init.length;
  const numberNext = (carryNumbers: readonly number[]): number[] => {
    const ofA = numbersOf(a, carryNumbers.slice(0, nA));
    const ofB = numbersOf(b, carryNumbers.slice(nA));
    return [...a.next.map((next) => ofA.get(next) ?? -1), ...b.next.map((next) => ofB.get(next) ?? -2)];
  };
  const classes = carryClasses(
    [...a.init, ...b.init].map((init) => ({ init, type: init.type })),
    numbering,
    numberNext,
  );
  const carryAt = b.init.map((_, i) => classes.slice(0, nA).indexOf(at(classes, nA + i)));
  if (carryAt.includes(-1)) return null;
  if (a.op === "while" && !sameCondition(first as Equation<"while">, second as Equation<"while">, a, b, classes))
    return null;

  const carryNumbers = classes.map((k) => numbering.leaf(`merged carry ${k}`));
  const ofA = numbersOf(a, carryNumbers.slice(0, nA));
  const ofB = numbersOf(b, carryNumbers.slice(nA));
  const yAt = b.bodyYs.map((y, k) =>
    a.bodyYs.findIndex(
      (candidate, m) => ofA.get(candidate) === ofB.get(y) && a.ys[m]?.type.kind === b.ys[k]?.type.kind,
    ),
  );
  const images = (ys: readonly Var[]): Var[] => [
    ...carryAt.map((i) => at(a.final, i)),
    ...(a.tripsOut === null ? [] : [a.tripsOut]),
    ...ys,
  ];
  const missing = b.bodyYs.map((_, k) => k).filter((k) => yAt[k] === -1);
  if (missing.length === 0) return { equation: first, images: images(yAt.map((m) => at(a.ys, m))) };

  const body = joinBodies(
    a.body,
    b.body,
    [...constAt, ...carryAt.map((i) => a.consts.length + i), ...xAt.map((i) => a.consts.length + nA + i)],
    missing.map((k) => b.next.length + k),
  );
  const ys = b.ys.map((y, k) => (yAt[k] === -1 ? y : at(a.ys, at(yAt, k))));
  const outputs = [...first.outputs, ...missing.map((k) => at(b.ys, k))];
  const equation = isOp(first, "scan")
    ? makeEquation(
        "scan",
        {
          ...first.params,
          body,
          yHistory: [
            ...first.params.yHistory,
            ...missing.map((k) => (second as Equation<"scan">).params.yHistory[k] === true),
          ],
        },
        first.inputs,
        outputs,
      )
    : makeEquation("while", { ...first.params, body }, first.inputs, outputs);
  return { equation, images: images(ys) };
}

function sameCondition(
  first: Equation<"while">,
  second: Equation<"while">,
  a: LoopParts,
  b: LoopParts,
  classes: readonly number[],
): boolean {
  const numbering = createNumbering();
  const numberOf = (cond: Graph, parts: LoopParts, carries: readonly number[]): number | undefined => {
    const inputs = [
      ...parts.condConsts.map((outer) => numbering.leaf(`const ${outer.id}`)),
      ...carries.map((k) => numbering.leaf(`carry ${k}`)),
    ];
    return numbering.graph(cond, inputs).get(at(cond.outputs, 0));
  };
  const nA = a.init.length;
  return numberOf(first.params.cond, a, classes.slice(0, nA)) === numberOf(second.params.cond, b, classes.slice(nA));
}

/** Merges calls of bodies that have at least half of the second's equations in common. */
function mergeCalls(first: Equation<"call">, second: Equation<"call">): Merged | null {
  const { map } = first.params;
  const other = second.params.map;
  const position = second.inputs.map((input, i) =>
    first.inputs.findIndex((candidate, k) => candidate === input && map?.mapped[k] === other?.mapped[i]),
  );
  if (position.includes(-1)) return null;
  const numbering = createNumbering();
  const leaves = first.inputs.map((input, k) => numbering.leaf(`${input.id} ${map?.mapped[k]}`));
  const ofA = numbering.graph(first.params.body, leaves);
  const ofB = numbering.graph(
    second.params.body,
    position.map((k) => at(leaves, k)),
  );
  const known = new Set(ofA.values());
  const shared = second.params.body.equations.filter(({ outputs }) =>
    outputs.every((v) => known.has(ofB.get(v) ?? -1)),
  );
  if (2 * shared.length < second.params.body.equations.length) return null;

  const outputAt = second.params.body.outputs.map((output) =>
    first.params.body.outputs.findIndex((candidate) => ofA.get(candidate) === ofB.get(output)),
  );
  const missing = outputAt.flatMap((k, i) => (k === -1 ? [i] : []));
  const images = second.outputs.map((output, i) => (outputAt[i] === -1 ? output : at(first.outputs, at(outputAt, i))));
  if (missing.length === 0) return { equation: first, images };
  const body = joinBodies(first.params.body, second.params.body, position, missing);
  const outputs = [...first.outputs, ...missing.map((i) => at(second.outputs, i))];
  return { equation: makeEquation("call", { body, map }, first.inputs, outputs), images };
}

/** Merges conditions on the same predicate and operands. */
function mergeConds(first: Equation<"cond">, second: Equation<"cond">): Merged | null {
  if (first.inputs[0] !== second.inputs[0]) return null;
  const operands = first.inputs.slice(1);
  const position = second.inputs.slice(1).map((input) => operands.indexOf(input));
  if (position.includes(-1)) return null;
  const missing = second.outputs.map((_, i) => i);
  const [yes, no] = first.params.branches;
  const [otherYes, otherNo] = second.params.branches;
  const branches = [joinBodies(yes, otherYes, position, missing), joinBodies(no, otherNo, position, missing)] as const;
  const equation = makeEquation("cond", { branches }, first.inputs, [...first.outputs, ...second.outputs]);
  return { equation, images: second.outputs };
}

const joinMemo = new WeakMap<Graph, Map<string, Graph>>();

/**
 * The first body with some outputs of the second behind its own; input i of the second is input `position[i]` of the first.
 * Equal requests give the same Graph, so that calls of one body stay calls of one body.
 */
function joinBodies(first: Graph, second: Graph, position: readonly number[], outputs: readonly number[]): Graph {
  const key = `${bodyId(second)}|${position.join(",")}|${outputs.join(",")}`;
  let known = joinMemo.get(first);
  if (known === undefined) joinMemo.set(first, (known = new Map()));
  let joined = known.get(key);
  if (joined === undefined) {
    const b = graphBuilder();
    const inputs = first.inputs.map((input) => b.input(input.type));
    const own = b.inline(first, inputs);
    const others = b.inline(
      second,
      position.map((k) => at(inputs, k)),
    );
    joined = b.build([...own, ...outputs.map((k) => at(others, k))]);
    known.set(key, joined);
  }
  return joined;
}
