import { freshVar, makeEquation } from "../ir/builder.js";
import type { Equation, Graph, Type, Var } from "../ir/types.js";
import { at, isOp, makeGraph } from "./bodies.js";
import { loopParts, type Loop } from "./loopParts.js";

/** The Graphs inside a loop, which share its carries: `inverse` has the inputs of `body`, `cond` has its own constants. */
export type Role = "body" | "inverse" | "cond";

/** A Graph inside a loop under change. */
export interface Program {
  readonly graph: Graph;
  /** Inputs that another variable replaces. */
  readonly image: Map<Var, Var>;
  /** Equations that go before those of the Graph. */
  readonly prelude: Equation[];
  /** Equations that go behind them. */
  readonly postlude: Equation[];
}

/** A variable outside of the loop, and what the Graphs inside that read it call it. */
export interface Slot {
  outer: Var;
  readonly inner: Map<Role, Var>;
}

/** A carry: `next` is its output in the body, and in the inverse what it was before. `outer` is its initial value. */
export interface CarrySlot extends Slot {
  readonly next: ReadonlyMap<Role, Var>;
  readonly final: Var;
}

/** An output of the loop beside its carries. */
export interface YSlot {
  readonly outer: Var;
  readonly inner: Var;
}

/** A loop under change; `finish` makes an equation of it. */
export interface LoopDraft {
  readonly loop: Loop;
  readonly programs: ReadonlyMap<Role, Program>;
  consts: Slot[];
  carries: CarrySlot[];
  xs: Slot[];
  ys: YSlot[];
  /** What stands for outputs that are gone. */
  readonly images: Map<Var, Var>;
  changed: boolean;
}

/** A draft that says what the loop says. */
export function draftOf(loop: Loop): LoopDraft {
  const parts = loopParts(loop);
  const programs = new Map<Role, Program>();
  const open = (role: Role, graph: Graph): void => {
    programs.set(role, { graph, image: new Map(), prelude: [], postlude: [] });
  };
  open("body", parts.body);
  if (parts.keep.kind === "inverse") open("inverse", parts.keep.body);
  if (isOp(loop, "while")) open("cond", loop.params.cond);

  const inBodies = (position: number): Map<Role, Var> => {
    const inner = new Map<Role, Var>();
    for (const role of ["body", "inverse"] as const) {
      const program = programs.get(role);
      if (program !== undefined) inner.set(role, at(program.graph.inputs, position));
    }
    return inner;
  };
  const nConst = parts.consts.length;
  const nCarry = parts.init.length;
  const cond = programs.get("cond")?.graph;
  return {
    loop,
    programs,
    consts: [
      ...parts.condConsts.map((outer, i) => ({
        outer,
        inner: new Map<Role, Var>([["cond", at(cond?.inputs ?? [], i)]]),
      })),
      ...parts.consts.map((outer, i) => ({ outer, inner: inBodies(i) })),
    ],
    carries: parts.init.map((outer, i) => {
      const inner = inBodies(nConst + i);
      if (cond !== undefined) inner.set("cond", at(cond.inputs, parts.condConsts.length + i));
      const next = new Map<Role, Var>();
      for (const [role, { graph }] of programs) if (role !== "cond") next.set(role, at(graph.outputs, i));
      return { outer, inner, next, final: at(parts.final, i) };
    }),
    xs: parts.xs.map((outer, i) => ({ outer, inner: inBodies(nConst + nCarry + i) })),
    ys: parts.ys.map((outer, i) => ({ outer, inner: at(parts.bodyYs, i) })),
    images: new Map(),
    changed: false,
  };
}

/** What a program reads for a variable, replacements followed. */
export function resolve(draft: LoopDraft, role: Role, variable: Var): Var {
  const image = draft.programs.get(role)?.image;
  let found = variable;
  for (let next = image?.get(found); next !== undefined; next = image?.get(found)) found = next;
  return found;
}

/** Makes everything that reads `gone` read `kept`, which has the same value. */
export function mergeSlots(draft: LoopDraft, kept: Slot, gone: Slot): void {
  for (const [role, inner] of gone.inner) {
    const own = kept.inner.get(role);
    if (own === undefined) {
      // Condition and body read one outer variable: nothing is simpler for it.
      kept.inner.set(role, inner);
      continue;
    }
    draft.programs.get(role)?.image.set(inner, own);
    draft.changed = true;
  }
}

/** What a program calls the constant `outer`; it becomes one if it is none yet. */
export function constFor(draft: LoopDraft, role: Role, outer: Var): Var {
  let slot = draft.consts.find((candidate) => candidate.outer === outer);
  if (slot === undefined) draft.consts.push((slot = { outer, inner: new Map() }));
  return innerOf(slot, role, outer.type);
}

/** The changed equation. */
export function finish(draft: LoopDraft): Loop {
  const { loop } = draft;
  const inBody = draft.consts.filter(({ inner }) => inner.has("body") || inner.has("inverse"));
  const inCond = draft.consts.filter(({ inner }) => inner.has("cond"));
  const ordered = [...inBody, ...draft.carries, ...draft.xs];
  const body = close(draft, "body", ordered, [
    ...draft.carries.map(({ next }) => next.get("body")),
    ...draft.ys.map(({ inner }) => inner),
  ]);
  const keep =
    loop.params.keep.kind === "inverse"
      ? {
          ...loop.params.keep,
          body: close(
            draft,
            "inverse",
            ordered,
            draft.carries.map(({ next }) => next.get("inverse")),
          ),
        }
      : loop.params.keep;
  const counts = { nConst: inBody.length, nCarry: draft.carries.length };
  const outers = (slots: readonly Slot[]): Var[] => slots.map(({ outer }) => outer);
  const finals = draft.carries.map(({ final }) => final);
  const ys = draft.ys.map(({ outer }) => outer);
  if (isOp(loop, "scan")) {
    const { length, reverse } = loop.params;
    const yHistory = ys.map((y) => y.type.kind === "history");
    return makeEquation(
      "scan",
      { length, reverse, ...counts, yHistory, body, keep },
      [...loop.inputs.slice(0, length === null ? 1 : 0), ...outers(ordered)],
      [...finals, ...ys],
    );
  }
  const cond = close(draft, "cond", [...inCond, ...draft.carries], draft.programs.get("cond")?.graph.outputs ?? []);
  return makeEquation(
    "while",
    { nCondConst: inCond.length, ...counts, cond, body, keep },
    [...outers(inCond), ...outers(inBody), ...outers(draft.carries)],
    [...finals, at(loop.outputs, loop.params.nCarry), ...ys],
  );
}

function close(draft: LoopDraft, role: Role, slots: readonly Slot[], outputs: readonly (Var | undefined)[]): Graph {
  const { graph, prelude, postlude } = draft.programs.get(role) as Program;
  const read = (variable: Var): Var => resolve(draft, role, variable);
  return makeGraph(
    slots.map((slot) => innerOf(slot, role, slot.outer.type)),
    [...prelude, ...graph.equations, ...postlude].map(({ op, params, inputs, outputs: results }) =>
      makeEquation(op, params, inputs.map(read), results),
    ),
    outputs.map((output) => read(output as Var)),
  );
}

function innerOf(slot: Slot, role: Role, type: Type): Var {
  let inner = slot.inner.get(role);
  if (inner === undefined) slot.inner.set(role, (inner = freshVar(type)));
  return inner;
}
