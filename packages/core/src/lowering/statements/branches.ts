import type { Equation, Var } from "../../ir/types.js";
import { invariant, present } from "../../util/invariant.js";
import type { BodyScope, Target } from "../bodyScope.js";
import type { Statement } from "../loopProgram.js";
import { rowOf, stepIndex, type Persist, type Place } from "../places.js";

/** Lowers cond: both branches write the same places. */
export function lowerCond(scope: BodyScope, equation: Equation<"cond">): void {
  const [predicate, ...operands] = equation.inputs;
  const places = operands.map((operand) => scope.place(operand));
  const targets = equation.outputs.map((output): Target => ({ kind: "place", place: scope.home(output) }));
  const [yes, no] = equation.params.branches.map(
    (graph): readonly Statement[] => scope.lower({ graph, places, targets }).statements,
  );
  scope.emit({
    kind: "if",
    predicate: scope.scalar(present(predicate, "cond's predicate")),
    then: yes as readonly Statement[],
    else: no as readonly Statement[],
  });
}

/** Lowers a call with a map: a loop over the elements, which see one row of each mapped operand. */
export function lowerMap(scope: BodyScope, equation: Equation<"call">): void {
  const { body, map } = equation.params;
  invariant(map !== null, "a plain call was not inlined");
  const loop = scope.program.newLoop();
  const at = stepIndex(loop);
  const before: Statement[] = [];
  const places = equation.inputs.map((input, k): Place => {
    const mapped = map.mapped[k] === true;
    if (input.type.kind === "array") return mapped ? rowOf(scope.place(input), at) : scope.place(input);
    const history = scope.history(input);
    return mapped ? { ...history, prefix: [...history.prefix, at] } : history;
  });
  const targets = equation.outputs.map((output): Target => {
    if (output.type.kind === "array") return { kind: "place", place: rowOf(scope.home(output), at) };
    return { kind: "history", persist: inside(scope, output) };
  });
  const lowered = scope.lower({ graph: body, places, targets });
  scope.emit(...before);
  scope.emit({
    kind: "loop",
    id: loop,
    count: map.size,
    reverse: false,
    condition: null,
    body: lowered.statements,
    rotation: [],
    trips: null,
  });
  equation.outputs.forEach((output, k) => {
    const place = lowered.places[k];
    if (place?.kind === "history") scope.setPlace(output, { ...place, prefix: place.prefix.slice(0, -1) });
  });

  /** The maps around a History of this map's body. */
  function inside(outer: BodyScope, output: Var): Persist {
    const around = outer.persist(output);
    return {
      loops: [...(around?.loops ?? []), loop],
      sizes: [...(around?.sizes ?? []), (map as { size: number }).size],
      before: around?.before ?? before,
    };
  }
}
