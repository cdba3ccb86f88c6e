import { freshVar, makeEquation } from "../ir/builder.js";
import type { Equation, Graph, HistoryType, Var } from "../ir/types.js";
import { sizeOf } from "../ir/types.js";
import { at, isOp, makeGraph, mapBodies, memoised, withEquations, withInputs } from "./bodies.js";
import { dce } from "./dce.js";
import { applySteps, cancelled, invertSteps, preimageOfFilled, zeroButForGaps, type Step } from "./forms.js";
import { draftOf, finish, resolve, type CarrySlot, type LoopDraft, type Role } from "./loopDraft.js";
import { isLoop } from "./loopParts.js";
import type { Pass } from "./pass.js";
import { ignoresSignOfZero } from "./signOfZero.js";

/**
 * A carry whose next value is only a negation or a view of another carry is stored as that other one, and the negation or
 * view is applied where it is read: with next a = -b, store a' with a = -a' and next a' = b. In lowering its step is then a
 * change of names and costs nothing. The initial value, the final value and an inverse change variables likewise; a
 * History of such a carry records what is stored, and the loops that read it apply the rest.
 */
export const carryForms: (graph: Graph) => Graph = memoised((graph) => {
  const makers = new Map<Var, Equation>();
  const users = usersOf(graph);
  const recorded = new Map<Var, Recorded>();
  const equations: Equation[] = [];
  const push = (equation: Equation): void => {
    equations.push(equation);
    for (const output of equation.outputs) makers.set(output, equation);
  };
  for (const original of graph.equations) {
    const equation = mapBodies(original, carryForms);
    if (!isLoop(equation)) {
      push(equation);
      continue;
    }
    const draft = draftOf(equation);
    readRecords(draft, recorded);
    const { before, after } = rewriteCarries(draft, makers);
    moveRecordForms(draft, recorded, (history) => isReadByScansAlone(users.get(history)));
    before.forEach(push);
    push(draft.changed ? finish(draft) : equation);
    after.forEach(push);
  }
  const result = withEquations(graph, equations, graph.outputs);
  return result === graph ? graph : dce(result);
});

/** The pass of `carryForms`. */
export const carryFormsPass: Pass = {
  name: "carryForms",
  description: "stores a carry that is a negation or view of another one as that one",
  run: carryForms,
};

/** A History that was replaced by one of something simpler, and how to get an entry of the old one. */
interface Recorded {
  readonly stored: Var;
  readonly steps: readonly Step[];
}

interface Chain {
  readonly carry: CarrySlot;
  readonly steps: readonly Step[];
}

function rewriteCarries(
  draft: LoopDraft,
  makers: ReadonlyMap<Var, Equation>,
): { readonly before: readonly Equation[]; readonly after: readonly Equation[] } {
  const before: Equation[] = [];
  const after: Equation[] = [];
  const done = new Set<Var>();
  for (let again = true; again;) {
    again = false;
    const chains = new Map(draft.carries.map((carry) => [carry, chainOf(draft, nextOf(draft, carry))] as const));
    for (const [carry, chain] of chains) {
      if (chain === null || chain.carry === carry || done.has(carry.final)) continue;
      const target = chains.get(chain.carry);
      // From the root of a chain of carries to its end, so that each is rewritten once.
      const waits =
        target !== undefined &&
        target !== null &&
        target.steps.length > 0 &&
        !done.has(chain.carry.final) &&
        !isOnCycle(carry, chains);
      if (chain.steps.length === 0 || waits || (isOnCycle(carry, chains) && !isEvenCycle(carry, chains))) continue;
      const start = initOf(draft, carry, chain, makers);
      const undo = draft.programs.has("inverse") ? invertSteps(chain.steps) : [];
      if (start === null || undo === null) continue;
      before.push(...start.equations);
      after.push(...store(draft, carry, chain, start.value, undo));
      done.add(carry.final);
      again = true;
      break;
    }
  }
  return { before, after };
}

/** Changes the variable of one carry; returns the equations that make its old final value. */
function store(
  draft: LoopDraft,
  carry: CarrySlot,
  { carry: target, steps }: Chain,
  init: Var,
  undo: readonly Step[],
): readonly Equation[] {
  const { type } = target.outer;
  const inner = new Map<Role, Var>();
  for (const [role, old] of carry.inner) {
    const stored = freshVar(type);
    inner.set(role, stored);
    draft.programs.get(role)?.prelude.unshift(...applySteps(steps, stored, old));
  }
  const next = new Map<Role, Var>([["body", target.inner.get("body") as Var]]);
  const inverse = draft.programs.get("inverse");
  if (inverse !== undefined) {
    const stored = freshVar(type);
    inverse.postlude.push(...applySteps(undo, carry.next.get("inverse") as Var, stored));
    next.set("inverse", stored);
  }
  const final = freshVar(type);
  draft.carries = draft.carries.map((other) => (other === carry ? { outer: init, inner, next, final } : other));
  draft.changed = true;
  return applySteps(steps, final, carry.final);
}

/** The stored initial value, from which the old one can be made. */
function initOf(
  draft: LoopDraft,
  carry: CarrySlot,
  { carry: target, steps }: Chain,
  makers: ReadonlyMap<Var, Equation>,
): { readonly value: Var; readonly equations: readonly Equation[] } | null {
  const value = freshVar(target.outer.type);
  const undo = invertSteps(steps);
  if (undo !== null) return { value, equations: applySteps(undo, carry.outer, value) };
  const made = makers.get(carry.outer);
  if (made === undefined || !isOp(made, "literal") || target.outer.type.kind !== "array") return null;
  // A view that leaves something out would store more than is read.
  if (sizeOf(target.outer.type.shape) > sizeOf(made.params.type.shape)) return null;
  const filling =
    preimageOfFilled(steps, made.params.value) ??
    (Object.is(made.params.value, 0) ? fillingUpToSigns(draft, carry, steps) : null);
  if (filling === null) return null;
  return { value, equations: [makeEquation("literal", { type: target.outer.type, value: filling }, [], [value])] };
}

/**
 * A start of +0 can be stored for steps that give -0 in the gaps of a view, if the first step does not tell the two apart:
 * from then on the carry is what the steps give. (The adjoint of a leapfrog step with fixed borders is of this kind.)
 */
function fillingUpToSigns(draft: LoopDraft, carry: CarrySlot, steps: readonly Step[]): number | null {
  const found = zeroButForGaps(steps);
  const runs = isOp(draft.loop, "scan") && (draft.loop.params.length ?? 0) > 0;
  const program = draft.programs.get("body");
  if (found === null || !runs || program === undefined || draft.programs.size > 1) return null;
  const read = (variable: Var): Var => resolve(draft, "body", variable);
  const equations = [...program.prelude, ...program.graph.equations].map((equation) =>
    withInputs(equation, equation.inputs.map(read)),
  );
  const outputs = [...draft.carries.map((other) => nextOf(draft, other)), ...draft.ys.map(({ inner }) => read(inner))];
  const body = makeGraph(program.graph.inputs, equations, outputs);
  return ignoresSignOfZero(body, carry.inner.get("body") as Var, found.gaps) ? found.filling : null;
}

function nextOf(draft: LoopDraft, carry: CarrySlot): Var {
  return resolve(draft, "body", carry.next.get("body") as Var);
}

/** Follows negations and views from a variable of the body down to a carry. */
function chainOf(draft: LoopDraft, variable: Var): Chain | null {
  const program = draft.programs.get("body");
  if (program === undefined) return null;
  const steps: Step[] = [];
  let current = variable;
  for (;;) {
    const carry = draft.carries.find(({ inner }) => inner.get("body") === current);
    if (carry !== undefined) return { carry, steps: cancelled(steps.reverse()) };
    const made =
      program.prelude.find(({ outputs }) => outputs[0] === current) ?? definitionsOf(program.graph).get(current);
    if (made === undefined || !(isOp(made, "neg") || (isOp(made, "view") && made.inputs.length === 1))) return null;
    steps.push(made);
    current = resolve(draft, "body", at(made.inputs, 0));
  }
}

/** Whether a carry, through negations and views, ends up in its own next value. */
function isOnCycle(carry: CarrySlot, chains: ReadonlyMap<CarrySlot, Chain | null>): boolean {
  return cycleOf(carry, chains) !== null;
}

/** Whether the signs along a cycle cancel; if not, one negation has to stay somewhere, and it may as well stay here. */
function isEvenCycle(carry: CarrySlot, chains: ReadonlyMap<CarrySlot, Chain | null>): boolean {
  const steps = cycleOf(carry, chains) ?? [];
  return steps.every(({ op }) => op === "neg") && steps.length % 2 === 0;
}

function cycleOf(carry: CarrySlot, chains: ReadonlyMap<CarrySlot, Chain | null>): readonly Step[] | null {
  const steps: Step[] = [];
  let current = carry;
  for (let hops = 0; hops <= chains.size; hops++) {
    const chain = chains.get(current);
    if (chain === undefined || chain === null) return null;
    steps.push(...chain.steps);
    if (chain.carry === carry) return steps;
    current = chain.carry;
  }
  return null;
}

/** Lets xs read what is recorded now, and makes what they were of it. */
function readRecords(draft: LoopDraft, recorded: ReadonlyMap<Var, Recorded>): void {
  for (const slot of draft.xs) {
    const change = recorded.get(slot.outer);
    if (change === undefined) continue;
    const { of } = change.stored.type as HistoryType;
    for (const [role, old] of slot.inner) {
      const entry = freshVar(of);
      slot.inner.set(role, entry);
      draft.programs.get(role)?.prelude.push(...applySteps(change.steps, entry, old));
    }
    slot.outer = change.stored;
    draft.changed = true;
  }
}

/** Histories of negations and views of a carry become Histories of the carry, where all that read them can be told. */
function moveRecordForms(draft: LoopDraft, recorded: Map<Var, Recorded>, isMovable: (history: Var) => boolean): void {
  draft.ys = draft.ys.map((y) => {
    if (y.outer.type.kind !== "history" || !isMovable(y.outer)) return y;
    const chain = chainOf(draft, resolve(draft, "body", y.inner));
    const entry = chain?.carry.inner.get("body");
    if (chain === null || chain.steps.length === 0 || entry?.type.kind !== "array") return y;
    if (sizeOf(entry.type.shape) > sizeOf(y.outer.type.of.shape)) return y;
    const stored = freshVar({ kind: "history", of: entry.type });
    recorded.set(y.outer, { stored, steps: chain.steps });
    draft.changed = true;
    return { outer: stored, inner: entry };
  });
}

/** The equations that read each variable; null stands for the outputs of the Graph. */
function usersOf(graph: Graph): ReadonlyMap<Var, readonly (Equation | null)[]> {
  const users = new Map<Var, (Equation | null)[]>();
  const note = (variable: Var, user: Equation | null): void => {
    if (variable.type.kind !== "history") return;
    const known = users.get(variable);
    if (known === undefined) users.set(variable, [user]);
    else known.push(user);
  };
  for (const equation of graph.equations) for (const input of equation.inputs) note(input, equation);
  for (const output of graph.outputs) note(output, null);
  return users;
}

function isReadByScansAlone(users: readonly (Equation | null)[] | undefined): boolean {
  return users?.every((user) => user !== null && user.op === "scan") ?? false;
}

const definitionMemo = new WeakMap<Graph, ReadonlyMap<Var, Equation>>();

function definitionsOf(graph: Graph): ReadonlyMap<Var, Equation> {
  let known = definitionMemo.get(graph);
  if (known === undefined) {
    known = new Map(
      graph.equations.flatMap((equation) => equation.outputs.map((output) => [output, equation] as const)),
    );
    definitionMemo.set(graph, known);
  }
  return known;
}
