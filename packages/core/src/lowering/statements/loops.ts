import { arrayTypeOf } from "../../ir/builder.js";
import type { Equation, Graph, Var } from "../../ir/types.js";
import { present } from "../../util/invariant.js";
import type { BodyScope, LoweredBody, Target } from "../bodyScope.js";
import type { Id, Ref, Statement } from "../loopProgram.js";
import { rowOf, stepIndex, wholeBuffer, type HistoryPlace, type Place } from "../places.js";
import { carryOperands, updatingOps } from "../schedule.js";
import { allocateHistory, closeHistory, entryPlace, reserve } from "./histories.js";

/** Lowers scan: carries in slots that rotate, xs read and ys written at the step's row. */
export function lowerScan(scope: BodyScope, equation: Equation<"scan">): void {
  const { program } = scope;
  const { length, reverse, nConst, nCarry, yHistory, body } = equation.params;
  const operands = length === null ? equation.inputs.slice(1) : equation.inputs;
  const init = operands.slice(nConst, nConst + nCarry);
  const trips = length === null ? scope.scalar(equation.inputs[0] as Var) : null;
  const loop = program.newLoop();

  const own = carrySlots(scope, equation.outputs, init, body, nConst);
  const ys = equation.outputs.slice(nCarry);
  const histories = ys.map((y, k) => (yHistory[k] === true ? allocateHistory(scope, y, length) : null));
  const places = (slots: readonly Id[]): Place[] => [
    ...operands.slice(0, nConst).map((variable) => scope.place(variable)),
    ...slots.map(wholeBuffer),
    ...operands
      .slice(nConst + nCarry)
      .map((x) =>
        x.type.kind === "array" ? rowOf(scope.place(x), stepIndex(loop)) : entryPlace(scope, scope.history(x), loop),
      ),
  ];
  const targets: Target[] = body.outputs.map((_, k) => {
    if (k < nCarry) return { kind: "carry", carry: k };
    const history = histories[k - nCarry];
    const place =
      history === null || history === undefined
        ? rowOf(scope.home(present(ys[k - nCarry], "a scan's y")), stepIndex(loop))
        : entryPlace(scope, history, loop);
    return { kind: "place", place };
  });
  if (trips !== null) {
    const entries = program.exprs.load("int32", trips, [], -1);
    histories.forEach((history) => history !== null && reserve(scope, history, entries));
  }
  const { slots, lowered } = withSlots(scope, init, own, (slots) => ({
    lowered: scope.lower({ graph: body, places: places(slots), targets, carries: { first: nConst, slots } }),
  }));
  scope.emit({
    kind: "loop",
    id: loop,
    count: trips === null ? (length as number) : { buffer: trips },
    reverse,
    condition: null,
    body: lowered.statements,
    rotation: lowered.rotation,
    trips: null,
  });
  finish(scope, equation.outputs, slots, histories, trips);
}

/** Lowers while: the condition is run before each step; Histories grow by one row a step. */
export function lowerWhile(scope: BodyScope, equation: Equation<"while">): void {
  const { program } = scope;
  const { nCondConst, nConst, nCarry, cond, body } = equation.params;
  const condConsts = equation.inputs.slice(0, nCondConst);
  const consts = equation.inputs.slice(nCondConst, nCondConst + nConst);
  const init = equation.inputs.slice(nCondConst + nConst);
  const loop = program.newLoop();
  const own = carrySlots(scope, equation.outputs, init, body, nConst);
  const tripsVar = present(equation.outputs[nCarry], "a while's trips");
  const trips = program.buffer("trips", "int32", []);
  const histories = equation.outputs.slice(nCarry + 1).map((record) => allocateHistory(scope, record, null));

  const predicate = program.buffer("goesOn", "bool", []);
  const { slots, lowered, condition } = withSlots(scope, init, own, (slots) => ({
    condition: scope.lower({
      graph: cond,
      places: [...condConsts.map((variable) => scope.place(variable)), ...slots.map(wholeBuffer)],
      targets: [{ kind: "place", place: wholeBuffer(predicate) }],
    }),
    lowered: scope.lower({
      graph: body,
      places: [...consts.map((variable) => scope.place(variable)), ...slots.map(wholeBuffer)],
      targets: body.outputs.map((_, k) => {
        if (k < nCarry) return { kind: "carry", carry: k };
        return { kind: "place", place: entryPlace(scope, present(histories[k - nCarry], "a record"), loop) };
      }),
      carries: { first: nConst, slots },
    }),
  }));
  scope.emit({
    kind: "loop",
    id: loop,
    count: null,
    reverse: false,
    condition: { body: condition.statements, predicate },
    body: [...histories.map((history) => roomForStep(scope, history, loop)), ...lowered.statements],
    rotation: lowered.rotation,
    trips,
  });
  scope.setPlace(tripsVar, wholeBuffer(trips));
  finish(scope, equation.outputs, slots, histories, trips, 1);
}

/** Storage of a loop's carries. */
interface CarrySlots {
  readonly slots: readonly Id[];
  /** Those that are the storage of the start value itself. */
  readonly shared: ReadonlySet<Id>;
}

/**
 * Buffers for carries, filled with their start values. A carry that every step updates in place starts where its start value
 * lies, if nobody reads that afterwards: what is large is not copied at the start of an inner loop.
 */
function carrySlots(
  scope: BodyScope,
  outputs: readonly Var[],
  init: readonly Var[],
  body: Graph,
  nConst: number,
): CarrySlots {
  const shared = new Set<Id>();
  const producers = new Map(body.equations.flatMap((equation) => equation.outputs.map((one) => [one, equation])));
  const slots = init.map((variable, k) => {
    const taken = isUpdated(body, producers, nConst + k, k)
      ? scope.takeOver(present(outputs[k], "a carry's result"))
      : null;
    if (taken === null) return newSlot(scope, variable);
    shared.add(taken);
    return taken;
  });
  scope.copy(init.map((variable, k) => ({ variable, to: wholeBuffer(slots[k] as Id) })));
  return { slots, shared };
}

/** Lowers a loop's bodies over its slots. A buffer can rotate in one loop only: a shared one that would gets a slot after all. */
function withSlots<T extends { readonly lowered: LoweredBody }>(
  scope: BodyScope,
  init: readonly Var[],
  { slots, shared }: CarrySlots,
  lower: (slots: readonly Id[]) => T,
): T & { readonly slots: readonly Id[] } {
  const result = lower(slots);
  const rotating = new Set(result.lowered.rotation.flat().filter((buffer) => shared.has(buffer)));
  if (rotating.size === 0) return { ...result, slots };
  const own = slots.map((slot, k) => (rotating.has(slot) ? newSlot(scope, init[k] as Var) : slot));
  const moved = init.flatMap((variable, k) =>
    own[k] === slots[k] ? [] : [{ variable, to: wholeBuffer(own[k] as Id) }],
  );
  scope.copy(moved);
  return withSlots(scope, init, { slots: own, shared: new Set(own.filter((slot) => shared.has(slot))) }, lower);
}

function newSlot(scope: BodyScope, variable: Var): Id {
  const { dtype, shape } = arrayTypeOf(variable);
  return scope.program.buffer("carry", dtype, shape);
}

/** Whether an output of a body is an input of it, some elements replaced: directly, or by loops inside. */
function isUpdated(body: Graph, producers: ReadonlyMap<Var, Equation>, input: number, output: number): boolean {
  const from = body.inputs[input];
  let value = body.outputs[output];
  while (value !== from) {
    const current = value;
    const equation = producers.get(current as Var);
    if (equation === undefined) return false;
    const carries = carryOperands(equation);
    const place = equation.outputs.indexOf(current as Var);
    if (updatingOps.has(equation.op)) value = equation.inputs[0];
    else if (carries !== null && place < carries.count) value = equation.inputs[carries.first + place];
    else return false;
  }
  return true;
}

function finish(
  scope: BodyScope,
  outputs: readonly Var[],
  slots: readonly Id[],
  histories: readonly (HistoryPlace | null)[],
  trips: Id | null,
  between = 0,
): void {
  slots.forEach((slot, k) => scope.setPlace(outputs[k] as Var, wholeBuffer(slot)));
  histories.forEach((history, k) => {
    if (history === null) return;
    scope.setPlace(outputs[slots.length + between + k] as Var, history);
    if (trips !== null) closeHistory(scope, history, trips);
  });
}

/** Room in a growing History for the step that begins. */
function roomForStep(scope: BodyScope, history: HistoryPlace, loop: Id): Statement {
  const { exprs } = scope.program;
  const entries: Ref = exprs.binary("int32", "add", exprs.step(loop), exprs.constant("int32", 1));
  const start = history.starts === null ? null : exprs.load("int32", history.starts, history.prefix, -1);
  return {
    kind: "reserve",
    buffer: history.buffer,
    rows: start === null ? entries : exprs.binary("int32", "add", start, entries),
  };
}
