import { arrayTypeOf } from "../../ir/builder.js";
import type { Equation, Var } from "../../ir/types.js";
import type { BodyScope } from "../bodyScope.js";
import type { Id, Index, Ref } from "../loopProgram.js";
import { buildNest, identityMap, toIndex, type NestItem } from "../nestBuilder.js";
import { entryType, stepIndex, wholeBuffer, type ArrayPlace, type HistoryPlace } from "../places.js";

/** Makes room for a History: of static length in an array, else in a growable buffer with its start and count for each element of the maps around it. */
export function allocateHistory(scope: BodyScope, variable: Var, length: number | null): HistoryPlace {
  const { program } = scope;
  const persist = scope.persist(variable);
  const sizes = persist?.sizes ?? [];
  const prefix = (persist?.loops ?? []).map(stepIndex);
  const type = entryType(variable.type);
  if (length !== null) {
    const buffer = program.buffer("history", type.dtype, [...sizes, length, ...type.shape]);
    return { kind: "history", buffer, prefix, length, starts: null, counts: null };
  }
  const buffer = program.buffer("history", type.dtype, type.shape, { growable: true });
  const counts = program.buffer("entries", "int32", sizes);
  if (persist === null) return { kind: "history", buffer, prefix, length, starts: null, counts };
  const starts = program.buffer("starts", "int32", sizes);
  const filled = program.buffer("filled", "int32", []);
  persist.before.push(scope.assign(filled, [], program.exprs.constant("int32", 0)));
  scope.emit(scope.assign(starts, prefix, program.exprs.load("int32", filled, [], -1)));
  return { kind: "history", buffer, prefix, length, starts, counts, filled };
}

/** Notes how many entries a History of run-time length has got: after its loop. */
export function closeHistory(scope: BodyScope, history: HistoryPlace, trips: Id): void {
  const { exprs } = scope.program;
  if (history.counts === null) return;
  const done = exprs.load("int32", trips, [], -1);
  const entries = exprs.binary("int32", "max", done, exprs.constant("int32", 0));
  scope.emit(scope.assign(history.counts, history.prefix, entries));
  if (history.filled === undefined) return;
  const filled = exprs.load("int32", history.filled, [], -1);
  scope.emit(scope.assign(history.filled, [], exprs.binary("int32", "add", filled, entries)));
}

/** Entry of a History at the step of a loop. */
export function entryPlace(scope: BodyScope, history: HistoryPlace, loop: Id): ArrayPlace {
  if (history.length !== null)
    return { kind: "array", buffer: history.buffer, prefix: [...history.prefix, stepIndex(loop)] };
  const row: Index = { ...stepIndex(loop), dynamic: startOf(scope, history) };
  return { kind: "array", buffer: history.buffer, prefix: [row] };
}

/** Asks for room for `entries` entries of a History of run-time length. */
export function reserve(scope: BodyScope, history: HistoryPlace, entries: Ref): void {
  if (history.length !== null) return;
  const { exprs } = scope.program;
  const start = startOf(scope, history);
  const rows = start === null ? entries : exprs.binary("int32", "add", start, entries);
  scope.emit({ kind: "reserve", buffer: history.buffer, rows });
}

/** Lowers historyAdd. */
export function lowerHistoryAdd(scope: BodyScope, equation: Equation<"historyAdd">): void {
  const { program } = scope;
  const [a, b] = equation.inputs.map((input) => scope.history(input)) as [HistoryPlace, HistoryPlace];
  const [output] = equation.outputs as [Var];
  const sum = allocateHistory(scope, output, a.length);
  scope.setPlace(output, sum);
  const type = entryType(output.type);
  const add = (places: readonly ArrayPlace[], to: ArrayPlace, extents: readonly number[]): NestItem => {
    const index = identityMap(extents.length).map(toIndex);
    return {
      wanted: [],
      output: () => {
        const [x, y] = places.map((place) =>
          program.exprs.load(type.dtype, place.buffer, [...place.prefix, ...index], extents.length - 1),
        );
        return {
          mode: "store",
          buffer: to.buffer,
          index: [...to.prefix, ...index],
          value: program.exprs.binary(type.dtype, "add", x as Ref, y as Ref),
        };
      },
    };
  };
  if (a.length !== null) {
    const row = (history: HistoryPlace): ArrayPlace => ({
      kind: "array",
      buffer: history.buffer,
      prefix: history.prefix,
    });
    const extents = [a.length, ...type.shape];
    scope.emit(buildNest(scope, extents, [add([row(a), row(b)], row(sum), extents)]));
    return;
  }
  const trips = program.buffer("trips", "int32", []);
  scope.emit(scope.assign(trips, [], program.exprs.load("int32", a.counts as Id, a.prefix, -1)));
  reserve(scope, sum, program.exprs.load("int32", trips, [], -1));
  const loop = program.newLoop();
  const entries = [a, b].map((history) => entryPlace(scope, history, loop));
  scope.emit({
    kind: "loop",
    id: loop,
    count: { buffer: trips },
    reverse: false,
    condition: null,
    body: [buildNest(scope, type.shape, [add(entries, entryPlace(scope, sum, loop), type.shape)])],
    rotation: [],
    trips: null,
  });
  closeHistory(scope, sum, trips);
}

/** Lowers check. */
export function lowerCheck(scope: BodyScope, equation: Equation<"check">): void {
  scope.emit({ kind: "check", predicate: scope.scalar(equation.inputs[0] as Var), message: equation.params.message });
}

/** Lowers debugPrint. What lies within something larger is copied, so that values are whole buffers. */
export function lowerDebugPrint(scope: BodyScope, equation: Equation<"debugPrint">): void {
  const values = equation.inputs.map((variable): Id => {
    const place = scope.place(variable);
    if (place.prefix.length === 0) return place.buffer;
    const { dtype, shape } = arrayTypeOf(variable);
    const to = wholeBuffer(scope.program.buffer("printed", dtype, shape));
    scope.copy([{ variable, to }]);
    return to.buffer;
  });
  scope.emit({ kind: "print", ...equation.params, values });
}

function startOf(scope: BodyScope, history: HistoryPlace): Ref | null {
  return history.starts === null ? null : scope.program.exprs.load("int32", history.starts, history.prefix, -1);
}
