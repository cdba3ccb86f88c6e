import { arrayTypeOf, makeEquation } from "../../ir/builder.js";
import type { Equation, Graph, Var } from "../../ir/types.js";
import { arrayType, sameType } from "../../ir/types.js";
import { at, isOp } from "../bodies.js";
import { isLoop, loopParts, type Loop } from "../loopParts.js";
import { carryClasses, createNumbering } from "../numbering.js";
import type { Context } from "./context.js";
import { constFor, draftOf, finish, mergeSlots, resolve, type LoopDraft, type Role, type Slot } from "../loopDraft.js";

/** Simplifies a loop as such; returns what stands for its outputs, or null where nothing changes. */
export function simplifyLoop(loop: Loop, c: Context): readonly Var[] | null {
  const known = withKnownLength(loop, c);
  if (isOp(known, "scan") && known.params.length === 0 && !known.params.yHistory.includes(true)) {
    return [...loopParts(known).init, ...loopParts(known).ys.map((y) => c.literal(arrayTypeOf(y), 0))];
  }
  const draft = draftOf(known);
  draft.changed = known !== loop;
  simplifyXs(draft, c);
  simplifyConsts(draft, c);
  simplifyCarries(draft, c);
  simplifyYs(draft, c);
  if (!draft.changed) return null;
  c.push(finish(draft));
  return loop.outputs.map((output) => draft.images.get(output) ?? output);
}

/** A scan whose number of trips is a literal has a static length. */
function withKnownLength(loop: Loop, c: Context): Loop {
  if (!isOp(loop, "scan") || loop.params.length !== null) return loop;
  const trips = c.literalOf(at(loop.inputs, 0));
  if (trips === null) return loop;
  return makeEquation("scan", { ...loop.params, length: Math.max(0, trips) }, loop.inputs.slice(1), loop.outputs);
}

/** Merges constants that are one variable; those that are cheap to make are made inside. */
function simplifyConsts(draft: LoopDraft, c: Context): void {
  const slots = draft.consts;
  draft.consts = [];
  for (const slot of slots) {
    const first = draft.consts.find(({ outer }) => outer === slot.outer);
    if (first !== undefined) mergeSlots(draft, first, slot);
    else draft.consts.push(slot);
  }
  for (const slot of draft.consts.slice()) {
    const made = c.definition(slot.outer);
    const scalar = c.scalarOf(slot.outer);
    if (made === undefined || !(made.op === "literal" || made.op === "iota" || scalar !== null)) continue;
    draft.consts = draft.consts.filter((other) => other !== slot);
    for (const [role, inner] of slot.inner) {
      const inputs = scalar === null ? [] : [constFor(draft, role, scalar)];
      draft.programs.get(role)?.prelude.push(makeEquation(made.op, made.params, inputs, [inner]));
    }
    draft.changed = true;
  }
}

/** Carries that never change become constants, equal ones become one. */
function simplifyCarries(draft: LoopDraft, c: Context): void {
  for (let again = true; again;) {
    again = false;
    for (const carry of draft.carries) {
      if (!isUnchanged(draft, carry, c)) continue;
      draft.carries = draft.carries.filter((other) => other !== carry);
      draft.images.set(carry.final, carry.outer);
      becomeConst(draft, carry, carry.outer);
      again = true;
    }
  }
  const classes = classesOf(draft);
  if (classes === null) return;
  const kept = new Map<number, (typeof draft.carries)[number]>();
  draft.carries.forEach((carry, i) => {
    const k = at(classes, i);
    const first = kept.get(k);
    if (first === undefined) {
      kept.set(k, carry);
    } else {
      mergeSlots(draft, first, carry);
      draft.images.set(carry.final, first.final);
    }
  });
  draft.carries = [...kept.values()];
}

function isUnchanged(draft: LoopDraft, carry: LoopDraft["carries"][number], c: Context): boolean {
  const next = resolve(draft, "body", carry.next.get("body") as Var);
  if (next === resolve(draft, "body", carry.inner.get("body") as Var)) return true;
  if (draft.consts.some(({ outer, inner }) => outer === carry.outer && inner.get("body") === next)) return true;
  const start = c.literalOf(carry.outer);
  return start !== null && Object.is(literalIn(draft, next), start) && sameType(next.type, carry.outer.type);
}

function becomeConst(draft: LoopDraft, slot: Slot, outer: Var): void {
  const existing = draft.consts.find((candidate) => candidate.outer === outer);
  if (existing === undefined) draft.consts.push({ outer, inner: slot.inner });
  else mergeSlots(draft, existing, slot);
  draft.changed = true;
}

/** Classes of equal carries, or null if no two are equal. */
function classesOf(draft: LoopDraft): readonly number[] | null {
  const { carries, consts, xs } = draft;
  if (new Set(carries.map(({ outer }) => outer)).size === carries.length) return null;
  const program = draft.programs.get("body");
  if (program === undefined) return null;
  const numbering = createNumbering();
  const body = loopParts(draft.loop).body;
  const known = new Map<Var, number>();
  for (const { outer, inner } of consts) setNumber(known, inner, numbering.leaf(`const ${outer.id}`));
  for (const { outer, inner } of xs) setNumber(known, inner, numbering.leaf(`x ${outer.id}`));
  for (const { outputs } of program.prelude) {
    // What is made inside has no name outside; its own variable is name enough, because there is one of each.
    for (const output of outputs) known.set(output, numbering.leaf(`made ${output.id}`));
  }
  const classes = carryClasses(
    carries.map(({ outer }) => ({ init: outer, type: outer.type })),
    numbering,
    (numbers) => {
      const all = new Map(known);
      carries.forEach(({ inner }, i) => setNumber(all, inner, at(numbers, i)));
      const image = numbering.graph(
        body,
        body.inputs.map((input) => all.get(resolve(draft, "body", input)) ?? -1 - input.id),
      );
      return carries.map(({ next }) => {
        const variable = next.get("body") as Var;
        return all.get(resolve(draft, "body", variable)) ?? image.get(variable) ?? -1 - variable.id;
      });
    },
  );
  return new Set(classes).size === carries.length ? null : classes;
}

function setNumber(numbers: Map<Var, number>, inner: ReadonlyMap<Role, Var>, number: number): void {
  const variable = inner.get("body");
  if (variable !== undefined) numbers.set(variable, number);
}

/** Merges xs that are one variable; those that are equal at every step become constants. */
function simplifyXs(draft: LoopDraft, c: Context): void {
  const kept: Slot[] = [];
  for (const slot of draft.xs) {
    const recorded = slot.outer.type.kind === "history" ? recordOf(slot.outer, c) : null;
    if (recorded?.kind === "x" && (recorded.x.type.kind === "history" || hasStaticLength(draft.loop))) {
      slot.outer = recorded.x;
      draft.changed = true;
    }
    const first = kept.find(({ outer }) => outer === slot.outer);
    const row = rowOf(slot, c) ?? (recorded?.kind === "const" ? recorded.outer : null);
    if (first !== undefined) mergeSlots(draft, first, slot);
    else if (row !== null) becomeConst(draft, slot, row);
    else kept.push(slot);
  }
  draft.xs = kept;
}

/** The value that every row of an array x has. */
function rowOf(slot: Slot, c: Context): Var | null {
  const { outer } = slot;
  if (outer.type.kind !== "array" || outer.type.shape[0] === 0) return null;
  const value = c.literalOf(outer);
  const shape = outer.type.shape.slice(1);
  if (value !== null) return c.literal(arrayType(outer.type.dtype, shape), value);
  const broadcast = c.as(outer, "broadcast");
  if (broadcast !== undefined && !broadcast.params.axes.includes(0)) {
    const axes = broadcast.params.axes.map((axis) => axis - 1);
    return c.one("broadcast", { shape, axes }, broadcast.inputs);
  }
  const view = c.as(outer, "view");
  const constant = view?.params.pieces.every(
    ({ box, index }) =>
      box[0]?.[0] === 0 && box[0][1] === view.params.shape[0] && index.every(({ axis }) => axis !== 0),
  );
  if (view === undefined || constant !== true) return null;
  const pieces = view.params.pieces.map(({ box, input, index }) => ({
    box: box.slice(1),
    input,
    index: index.map(({ axis, ...rest }) => ({ axis: axis === null ? null : axis - 1, ...rest })),
  }));
  return c.one("view", { shape, pieces }, view.inputs);
}

type Recorded = { readonly kind: "const"; readonly outer: Var } | { readonly kind: "x"; readonly x: Var };

/** What the loop that made a History recorded, if that is known outside of it. */
function recordOf(history: Var, c: Context): Recorded | null {
  const producer = c.definition(history);
  if (producer === undefined || !isLoop(producer)) return null;
  const parts = loopParts(producer);
  const record = at(parts.bodyYs, parts.ys.indexOf(history));
  const constant = parts.bodyConsts.indexOf(record);
  if (constant !== -1) return { kind: "const", outer: at(parts.consts, constant) };
  const x = parts.bodyXs.indexOf(record);
  if (x !== -1) return { kind: "x", x: at(parts.xs, x) };
  const literal = literalsOf(parts.body).get(record);
  if (literal === undefined || record.type.kind !== "array") return null;
  return { kind: "const", outer: c.literal(record.type, literal) };
}

function hasStaticLength(loop: Loop): boolean {
  return isOp(loop, "scan") && loop.params.length !== null;
}

/** Outputs that are equal at every step, or an x, or another output, are that. */
function simplifyYs(draft: LoopDraft, c: Context): void {
  const kept: LoopDraft["ys"] = [];
  const xOf = new Map<Var, Var>();
  for (const { outer, inner } of draft.xs) {
    const variable = inner.get("body");
    if (variable !== undefined) xOf.set(variable, outer);
  }
  for (const y of draft.ys) {
    const value = resolve(draft, "body", y.inner);
    const twin = kept.find(
      (other) => resolve(draft, "body", other.inner) === value && sameType(other.outer.type, y.outer.type),
    );
    const stand = twin?.outer ?? standForY(draft, y.outer, value, xOf.get(value), c);
    if (stand === null) {
      kept.push(y);
    } else {
      draft.images.set(y.outer, stand);
      draft.changed = true;
    }
  }
  draft.ys = kept;
}

function standForY(draft: LoopDraft, y: Var, value: Var, x: Var | undefined, c: Context): Var | null {
  if (x !== undefined && sameType(x.type, y.type)) return x;
  if (y.type.kind !== "array") return null;
  const { shape } = y.type;
  const constant = draft.consts.find(({ inner }) => inner.get("body") === value);
  if (constant !== undefined) {
    return c.one("broadcast", { shape, axes: shape.slice(1).map((_, i) => i + 1) }, [constant.outer]);
  }
  const literal = literalIn(draft, value);
  return literal === null ? null : c.literal(y.type, literal);
}

/** Value of a variable of the body that is a literal there. */
function literalIn(draft: LoopDraft, variable: Var): number | null {
  const program = draft.programs.get("body");
  if (program === undefined) return null;
  const made = program.prelude.find(({ outputs }) => outputs[0] === variable);
  if (made !== undefined) return isOp(made, "literal") ? made.params.value : null;
  return literalsOf(program.graph).get(variable) ?? null;
}

const literalMemo = new WeakMap<Graph, ReadonlyMap<Var, number>>();

function literalsOf(graph: Graph): ReadonlyMap<Var, number> {
  let literals = literalMemo.get(graph);
  if (literals === undefined) {
    const isLiteral = (equation: Equation): equation is Equation<"literal"> => equation.op === "literal";
    literals = new Map(graph.equations.filter(isLiteral).map(({ outputs, params }) => [at(outputs, 0), params.value]));
    literalMemo.set(graph, literals);
  }
  return literals;
}
