import { arrayTypeOf } from "../ir/builder.js";
import type { Equation, Graph, Var } from "../ir/types.js";
import { InternalError } from "../util/errors.js";
import { present } from "../util/invariant.js";
import type { BodyRequest, BodyScope, LoweredBody } from "./bodyScope.js";
import { flattenCalls } from "./flattenCalls.js";
import type { Id, Ref, Statement } from "./loopProgram.js";
import { chooseStored } from "./materialise.js";
import { buildNest, cutsOf, identityMap, toIndex, type NestItem, type NestScope, type Wanted } from "./nestBuilder.js";
import { classOf } from "./opClass.js";
import { wholeBuffer, type ArrayPlace, type Place, type ProgramContext } from "./places.js";
import { schedule, type Group, type Root } from "./schedule.js";
import { leaderOf, planSlots } from "./slots.js";
import { inlinedOperands, lowerStatement } from "./statements/index.js";
import { scatterItems } from "./statements/updates.js";

/** Lowers a body: a Graph whose inputs lie somewhere becomes statements that write its outputs. */
export function lowerBody(program: ProgramContext, request: BodyRequest): LoweredBody {
  const graph = flattenCalls(request.graph);
  const equations = new Map<Var, Equation>();
  for (const equation of graph.equations) equation.outputs.forEach((output) => equations.set(output, equation));
  const places = new Map<Var, Place>();
  graph.inputs.forEach((input, k) => places.set(input, present(request.places[k], "the place of a body's input")));
  const homes = new Map<Var, ArrayPlace>();
  const statements: Statement[] = [];
  const { stored, hosts } = withStoredOperands(graph, chooseStored(graph));
  const plan = schedule(graph, stored, hosts);
  let inlined: ReadonlySet<Var> = new Set();

  const scope: BodyScope = {
    program,
    placeOf(variable) {
      if (inlined.has(variable)) return null;
      const found = places.get(variable) ?? aliasOf(variable);
      if (found?.kind === "history") throw new InternalError("a History is read as an array");
      return found ?? null;
    },
    equationOf: (variable) => present(equations.get(variable), `the equation of variable ${variable.id}`),
    emit: (...more) => void statements.push(...more),
    place(variable) {
      const found = scope.placeOf(variable);
      if (found === null)
        throw new InternalError(
          `variable ${variable.id} of ${equations.get(variable)?.op ?? "the inputs"} is not stored`,
        );
      return found;
    },
    history(variable) {
      const found = places.get(variable);
      if (found?.kind !== "history") throw new InternalError("an array is read as a History");
      return found;
    },
    setPlace: (variable, place) => void places.set(variable, place),
    home(variable) {
      const taken = inPlace(variable);
      const place = taken ?? homes.get(variable) ?? newHome(variable);
      places.set(variable, place);
      return place;
    },
    takeOver(variable) {
      const place = inPlace(variable);
      return place?.prefix.length === 0 ? place.buffer : null;
    },
    scalar(variable) {
      const place = scope.placeOf(variable);
      if (place !== null && place.prefix.length === 0) return place.buffer;
      const to = wholeBuffer(program.buffer("scalar", arrayTypeOf(variable).dtype, []));
      scope.copy([{ variable, to }]);
      return to.buffer;
    },
    persist(variable) {
      const target = request.targets[graph.outputs.indexOf(variable)];
      return target?.kind === "history" ? target.persist : null;
    },
    copy(pairs) {
      const byShape = new Map<string, { extents: readonly number[]; items: NestItem[] }>();
      for (const { variable, to } of pairs) {
        if (samePlace(scope.placeOf(variable) ?? undefined, to)) continue;
        const extents = arrayTypeOf(variable).shape;
        const key = extents.join(",");
        const group = byShape.get(key) ?? { extents, items: [] };
        byShape.set(key, group);
        group.items.push(storeItem(variable, to));
      }
      for (const { extents, items } of byShape.values()) scope.emit(buildNest(scope, extents, items));
    },
    lower: (inner) => lowerBody(program, inner),
    assign: (buffer, prefix, value) => ({
      kind: "nest",
      extents: [],
      cells: [{ box: [], outputs: [{ mode: "store", buffer, index: prefix, value }] }],
    }),
  };

  const carriedOn = new Set<Var>();
  const extra = planOutputs();
  const rotation = planCarries();
  for (const group of plan.groups) emitGroup(group);
  finishOutputs();
  return { statements, places: graph.outputs.map((output) => places.get(output) ?? scope.place(output)), rotation };

  /** Makes sure that every output is stored, and that inputs and reshapes that are outputs are copied. Returns where roots are written besides. */
  function planOutputs(): Map<Var, ArrayPlace[]> {
    const destinations = new Map<Var, ArrayPlace[]>();
    graph.outputs.forEach((output, k) => {
      const target = request.targets[k];
      if (output.type.kind !== "array" || target === undefined) return;
      if (!plan.isStored(output)) plan.add({ variable: output, copy: false });
      if (target.kind !== "place") return;
      const isNew = !graph.inputs.includes(plan.storageOf(output)) && plan.storageOf(output) === output;
      if (isNew && !homes.has(output)) homes.set(output, target.place);
      else {
        destinations.set(output, [...(destinations.get(output) ?? []), target.place]);
        plan.add({ variable: output, copy: true });
      }
    });
    return destinations;
  }

  function planCarries(): readonly (readonly [Id, Id])[] {
    const { carries } = request;
    if (carries === undefined) return [];
    const inputs = graph.inputs.slice(carries.first, carries.first + carries.slots.length);
    const next = inputs.map((_, k) => {
      const at = request.targets.findIndex((target) => target.kind === "carry" && target.carry === k);
      return present(graph.outputs[at], "a carry's next value");
    });
    // A value that is no fresh root has to be copied into its slot; the copies are planned first, because they read carries.
    const taken = new Set<Var>();
    next.forEach((variable) => {
      const fresh = plan.storageOf(variable) === variable && !graph.inputs.includes(variable) && !homes.has(variable);
      const renames = inputs.includes(variable);
      if (taken.has(variable) || !(fresh || renames)) plan.add({ variable, copy: true });
      taken.add(variable);
    });
    const slots = planSlots(program, plan, { inputs, slots: carries.slots, next });
    next.forEach((variable, k) => {
      if (slots.written[k] !== true) return;
      const leader = leaderOf(plan, variable);
      if (leader !== variable && !homes.has(variable)) {
        const slot = inputs.indexOf(leader);
        // Results of loops lie in the loop's own slots; everything else is written where it is wanted.
        const op = equations.get(leader)?.op;
        if (op !== undefined && op !== "scan" && op !== "while") homes.set(leader, wholeBuffer(slots.next[k] as Id));
        else if (carries.slots[slot] === slots.next[k]) carriedOn.add(leader);
        homes.set(variable, wholeBuffer(slots.next[k] as Id));
        return;
      }
      const place = wholeBuffer(slots.next[k] as Id);
      const fresh = plan.storageOf(variable) === variable && !graph.inputs.includes(variable);
      if (fresh && !homes.has(variable)) homes.set(variable, place);
      else extra.set(variable, [...(extra.get(variable) ?? []), place]);
    });
    return slots.rotation;
  }

  function emitGroup(group: Group): void {
    if (group.kind === "statement") {
      lowerStatement(scope, group.equation);
      return;
    }
    const scatters = group.scatters.flatMap((scatter) => scatterItems(scope, scatter));
    const own = group.roots.filter((root) => !root.copy);
    inlined = new Set(own.map((root) => root.variable));
    const items: NestItem[] = [];
    const done: (readonly [Var, ArrayPlace])[] = [];
    for (const root of group.roots) {
      for (const to of destinationsOf(root)) items.push(storeItem(root.variable, to));
      if (!root.copy) done.push([root.variable, destinationsOf(root)[0] as ArrayPlace]);
    }
    if (items.length + scatters.length > 0) statements.push(buildNest(scope, group.extents, [...items, ...scatters]));
    inlined = new Set();
    done.forEach(([variable, place]) => places.set(variable, place));
  }

  function destinationsOf(root: Root): readonly ArrayPlace[] {
    if (root.copy) {
      const copies = extra.get(root.variable) ?? [];
      extra.delete(root.variable);
      return copies;
    }
    const home = homes.get(root.variable);
    if (home !== undefined) return [home];
    const place = newHome(root.variable);
    homes.set(root.variable, place);
    return [place];
  }

  function newHome(variable: Var): ArrayPlace {
    const type = arrayTypeOf(variable);
    return wholeBuffer(program.buffer(equations.get(variable)?.op ?? "value", type.dtype, type.shape));
  }

  /** The place of the operand that an update may take over: a value of this body, or a carry whose slot goes on as the next one. */
  function inPlace(variable: Var): ArrayPlace | null {
    const operand = plan.updatedInPlace(variable);
    if (operand === null) return null;
    const leader = leaderOf(plan, operand);
    if (graph.inputs.includes(leader) && !carriedOn.has(leader)) return null;
    return scope.place(operand);
  }

  /** Statement ops may have put their outputs elsewhere than wanted. */
  function finishOutputs(): void {
    const pairs = [...homes].filter(([variable, wanted]) => !samePlace(places.get(variable), wanted));
    scope.copy(pairs.map(([variable, to]) => ({ variable, to })));
    for (const [variable, copies] of extra) scope.copy(copies.map((to) => ({ variable, to })));
    pairs.forEach(([variable, to]) => places.set(variable, to));
  }

  function aliasOf(variable: Var): ArrayPlace | null {
    const equation = equations.get(variable);
    if (equation === undefined || classOf(equation).kind !== "alias") return null;
    const source = scope.placeOf(equation.inputs[0] as Var);
    if (source === null) return null;
    const type = arrayTypeOf(variable);
    const fixed = program.leadingExtents(source.buffer, source.prefix.length);
    const buffer = program.buffer("reshape", type.dtype, [...fixed, ...type.shape], { alias: source.buffer });
    const place: ArrayPlace = { ...source, buffer };
    places.set(variable, place);
    return place;
  }
}

/** The item that stores a variable at its own index. */
export function storeItem(variable: Var, to: ArrayPlace): NestItem {
  const map = identityMap(arrayTypeOf(variable).shape.length);
  const index = [...to.prefix, ...map.map(toIndex)];
  return {
    wanted: [{ variable, map }],
    output: ([value]) => ({ mode: "store", buffer: to.buffer, index, value: value as Ref }),
  };
}

/** Nests of reductions and scatters have one cell: operands whose expression would be cut are stored. */
function withStoredOperands(graph: Graph, chosen: ReturnType<typeof chooseStored>): ReturnType<typeof chooseStored> {
  const stored = new Set(chosen.stored);
  const hosts = new Map(chosen.hosts);
  const equations = new Map<Var, Equation>();
  const virtual = new Set<Var>();
  for (const equation of graph.equations) {
    const { kind } = classOf(equation);
    const expression = kind !== "statement" && kind !== "alias";
    for (const output of equation.outputs) {
      equations.set(output, equation);
      if (expression) virtual.add(output);
    }
  }
  const somewhere = wholeBuffer(-1);
  const scope: Pick<NestScope, "placeOf" | "equationOf"> = {
    placeOf: (variable) => (virtual.has(variable) && !stored.has(variable) ? null : somewhere),
    equationOf: (variable) => equations.get(variable) as Equation,
  };
  const isCut = (extents: readonly number[], wanted: Wanted): boolean => {
    const whole = extents.map((n) => [0, n] as const);
    return cutsOf(scope as NestScope, whole, [wanted]).some((cut) => cut.size > 0);
  };
  for (const equation of graph.equations) {
    for (const { extents, wanted } of inlinedOperands(equation))
      if (isCut(extents, wanted)) stored.add(wanted.variable);
  }
  for (const [variable, host] of hosts) {
    // As an expression; what is stored is where it is by then.
    stored.delete(variable);
    const map = identityMap(arrayTypeOf(variable).shape.length);
    if (isCut(arrayTypeOf(host.inputs[2] as Var).shape, { variable, map })) hosts.delete(variable);
    stored.add(variable);
  }
  return { stored, hosts };
}

function samePlace(a: Place | undefined, b: ArrayPlace): boolean {
  return a?.kind === "array" && a.buffer === b.buffer && JSON.stringify(a.prefix) === JSON.stringify(b.prefix);
}
