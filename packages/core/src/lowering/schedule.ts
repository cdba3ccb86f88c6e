import { arrayTypeOf } from "../ir/builder.js";
import { sameShape, type Equation, type Graph, type OpName, type Params, type Var } from "../ir/types.js";
import { InternalError } from "../util/errors.js";
import { isOwnIndex, piecesOf } from "./accessViews.js";
import { classOf } from "./opClass.js";

/** A value that a nest writes: computed by its equation, or copied from where it lies already. */
export interface Root {
  readonly variable: Var;
  readonly copy: boolean;
}

/** An op that puts updates into its operand at indices that are data. */
export type Scatter = Equation<"scatterAdd" | "scatterSet">;

/** What is run as one: a nest of roots or of scatters over equal extents, or an op with a lowering of its own. */
export type Group =
  | {
      readonly kind: "nest";
      readonly extents: readonly number[];
      readonly roots: Root[];
      /** Those none of which reads what another one of them writes. The roots beside them are hosted: see Hosts. */
      readonly scatters: Scatter[];
    }
  | { readonly kind: "statement"; readonly equation: Equation };

/** Values that are stored by the nest of a scatter over the same elements: their shape is that of its updates, or all of it but a short last axis. */
export type Hosts = ReadonlyMap<Var, Scatter>;

/** Variables that lie in memory, as one reader reads them: true where only at the reader's own index. */
export type ReadSet = ReadonlyMap<Var, boolean>;

/** The groups of a body in the order in which they run. Roots can be added until it is emitted. */
export interface Schedule {
  readonly groups: readonly Group[];
  /** Number of the group that writes the variable; -1 for inputs of the body. */
  groupOf(variable: Var): number;
  /** The variable whose storage it is: through reshapes. */
  storageOf(variable: Var): Var;
  /** What each group reads from memory. */
  readsOf(group: Group): ReadSet;
  /**
   * The operand whose storage an updating op (scatterAdd, scatterSet, dynamicUpdate) or a carry of a loop may take over, because
   * nobody reads the operand afterwards; null where there is none. Ask once all roots are added.
   */
  updatedInPlace(variable: Var): Var | null;
  /** Adds a root to the first group that can take it, else to a new last group. Returns the group's number. */
  add(root: Root): number;
  isStored(variable: Var): boolean;
}

/**
 * Groups the equations of a body. Nests fuse when their extents are equal and the later one reads what the earlier one writes
 * only at its own index. Whatever is not in `stored` is computed where it is read.
 */
export function schedule(graph: Graph, stored: ReadonlySet<Var>, hosts: Hosts): Schedule {
  const groups: Group[] = [];
  const producer = new Map<Var, number>();
  const equations = new Map<Var, Equation>();
  const aliases = new Map<Var, Var>();
  graph.inputs.forEach((input) => producer.set(input, -1));

  const result: Schedule = {
    groups,
    groupOf(variable) {
      const found = producer.get(storageOf(variable));
      if (found === undefined) throw new InternalError(`variable ${variable.id} is not stored`);
      return found;
    },
    storageOf,
    readsOf: (group) =>
      group.kind === "statement"
        ? readsOfStatement(group.equation)
        : merge([...group.roots.map((root) => readsOfRoot(root)), ...group.scatters.map(readsOfStatement)]),
    updatedInPlace,
    add,
    isStored: (variable) => producer.has(storageOf(variable)),
  };

  for (const equation of graph.equations) equation.outputs.forEach((output) => equations.set(output, equation));
  for (const equation of hostsFirst()) {
    const [output] = equation.outputs;
    switch (classOf(equation).kind) {
      case "statement":
        if (isScatter(equation)) {
          addScatter(equation);
          break;
        }
        groups.push({ kind: "statement", equation });
        equation.outputs.forEach((one) => producer.set(one, groups.length - 1));
        break;
      case "alias":
        if (output !== undefined) aliases.set(output, equation.inputs[0] as Var);
        break;
      default:
        if (output !== undefined && stored.has(output) && !hosts.has(output)) add({ variable: output, copy: false });
    }
  }
  return result;

  function storageOf(variable: Var): Var {
    let storage = variable;
    for (let next = aliases.get(storage); next !== undefined; next = aliases.get(storage)) storage = next;
    return storage;
  }

  function updatedInPlace(variable: Var): Var | null {
    const equation = equations.get(variable);
    if (equation === undefined) return null;
    const split = updatedOperand(equation, variable);
    if (split === null) return null;
    const { operand, others } = split;
    if (!producer.has(operand) || graph.outputs.some((output) => storageOf(output) === operand)) return null;
    const own = result.groupOf(variable);
    const group = groups[own];
    const beside = group?.kind === "nest" ? group.scatters.filter((scatter) => scatter !== equation) : [];
    const hosted = group?.kind === "nest" ? group.roots : [];
    const besides = [...beside.map(readsOfStatement), ...hosted.map(readsOfRoot)];
    if (besides.some((read) => readsStorage(read, operand))) return null;
    const reads = new Map<Var, boolean>();
    others.forEach((other) => collectUnless(other, isSameSlice(equation), reads));
    if (readsStorage(reads, operand)) return null;
    const later = groups.some((group, k) => k >= own && k !== own && readsStorage(result.readsOf(group), operand));
    return later ? null : operand;
  }

  /** What an output replaces, and the other operands that are read while it is written. */
  function updatedOperand(
    equation: Equation,
    variable: Var,
  ): { readonly operand: Var; readonly others: readonly Var[] } | null {
    if (updatingOps.has(equation.op)) {
      const [operand, ...others] = equation.inputs as [Var, ...Var[]];
      return { operand, others };
    }
    const carries = carryOperands(equation);
    const operand = carries === null ? undefined : equation.inputs[carries.first + equation.outputs.indexOf(variable)];
    if (carries === null || operand === undefined || equation.outputs.indexOf(variable) >= carries.count) return null;
    const init = equation.inputs.slice(carries.first, carries.first + carries.count);
    // Other carries are filled before the loop runs, but two that start from one value need two places.
    if (init.filter((one) => storageOf(one) === operand).length > 1) return null;
    const others = [
      ...equation.inputs.slice(0, carries.first),
      ...equation.inputs.slice(carries.first + carries.count),
    ];
    return { operand, others };
  }

  function readsStorage(reads: ReadSet, variable: Var): boolean {
    return [...reads.keys()].some((read) => storageOf(read) === variable);
  }

  /** The very slice that a dynamicUpdate replaces, read at the same index: it may be read while it is replaced. */
  function isSameSlice(update: Equation): (equation: Equation) => boolean {
    const [operand, value, starts] = update.inputs;
    return (equation) =>
      update.op === "dynamicUpdate" &&
      equation.op === "dynamicSlice" &&
      equation.inputs[0] === operand &&
      equation.inputs[1] === starts &&
      sameShape(arrayTypeOf(equation.outputs[0] as Var).shape, arrayTypeOf(value as Var).shape);
  }

  /** Reads of an expression, but for what `spared` equations read at the reader's own index. */
  function collectUnless(variable: Var, spared: (equation: Equation) => boolean, reads: Map<Var, boolean>): void {
    const equation = equations.get(variable);
    if (producer.has(variable) || aliases.has(variable) || equation === undefined) reads.set(variable, false);
    else if (classOf(equation).kind === "elementwise")
      equation.inputs.forEach((input) => collectUnless(input, spared, reads));
    else if (spared(equation)) collect(equation.inputs[1] as Var, false, reads, new Map());
    else collectEquation(variable, false, reads, new Map());
  }

  /** The equations in an order in which those that read a hosted value come after its host, and that after all it computes. */
  function hostsFirst(): readonly Equation[] {
    if (hosts.size === 0) return graph.equations;
    const order = new Set<Equation>();
    const visit = (root: Equation): void => {
      const stack = [{ equation: root, done: false }];
      for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
        const { equation, done } = top;
        if (done) order.add(equation);
        else if (!order.has(equation)) {
          stack.push({ equation, done: true });
          for (const [hosted, host] of hosts) {
            const source = host === equation ? equations.get(hosted) : undefined;
            if (source !== undefined && !order.has(source)) stack.push({ equation: source, done: false });
          }
          for (const input of equation.inputs) {
            const source = equations.get(input);
            const host = hosts.get(input);
            if (host !== undefined && !order.has(host)) stack.push({ equation: host, done: false });
            if (source !== undefined && !order.has(source)) stack.push({ equation: source, done: false });
          }
        }
      }
    };
    graph.equations.forEach(visit);
    return [...order];
  }

  /** Adds a scatter and what it hosts to the first nest of scatters over the extents of its updates that can take it, else to a new last group. */
  function addScatter(equation: Scatter): void {
    const extents = arrayTypeOf(equation.inputs[2] as Var).shape;
    const hosted = [...hosts].flatMap(([variable, host]) => (host === equation ? [{ variable, copy: false }] : []));
    const reads = merge([readsOfStatement(equation), ...hosted.map(readsOfRoot)]);
    const first = Math.max(0, ...[...reads.keys()].map((read) => result.groupOf(read) + 1));
    let position = groups.findIndex(
      (group, k) =>
        k >= first && group.kind === "nest" && group.scatters.length > 0 && sameShape(group.extents, extents),
    );
    if (position < 0) position = groups.push({ kind: "nest", extents, roots: [], scatters: [] }) - 1;
    const group = groups[position];
    if (group?.kind === "nest") {
      group.scatters.push(equation);
      group.roots.push(...hosted);
    }
    for (const one of [...equation.outputs, ...hosted.map(({ variable }) => variable)]) producer.set(one, position);
  }

  function add(root: Root): number {
    const extents = arrayTypeOf(root.variable).shape;
    let first = 0;
    for (const [variable, own] of readsOfRoot(root)) {
      const at = result.groupOf(variable);
      const group = groups[at];
      const joins = own && isNestOf(group, extents) && !aliases.has(variable);
      first = Math.max(first, joins ? at : at + 1);
    }
    let position = groups.findIndex((group, k) => k >= first && isNestOf(group, extents));
    if (position < 0) position = groups.push({ kind: "nest", extents, roots: [], scatters: [] }) - 1;
    const group = groups[position];
    if (group?.kind === "nest") group.roots.push(root);
    if (!root.copy) producer.set(root.variable, position);
    return position;
  }

  function readsOfRoot(root: Root): ReadSet {
    if (root.copy && result.isStored(root.variable)) return new Map([[root.variable, true]]);
    const reads = new Map<Var, boolean>();
    collectEquation(root.variable, true, reads, new Map());
    return reads;
  }

  function readsOfStatement(equation: Equation): ReadSet {
    const reads = new Map<Var, boolean>();
    equation.inputs.forEach((input) => collect(input, false, reads, new Map()));
    return reads;
  }

  /** Adds what an expression for `variable` reads; `own` while still at the reader's index. */
  function collect(variable: Var, own: boolean, reads: Map<Var, boolean>, seen: Map<Var, boolean>): void {
    if (producer.has(variable) || aliases.has(variable)) {
      reads.set(variable, own && (reads.get(variable) ?? true));
      return;
    }
    collectEquation(variable, own, reads, seen);
  }

  function collectEquation(variable: Var, own: boolean, reads: Map<Var, boolean>, seen: Map<Var, boolean>): void {
    if (seen.get(variable) === false || (seen.has(variable) && own)) return;
    seen.set(variable, own);
    const equation = equations.get(variable);
    if (equation === undefined) throw new InternalError(`variable ${variable.id} has no equation`);
    const elementwise = classOf(equation).kind === "elementwise" || isIdentityAccess(equation);
    equation.inputs.forEach((input) => collect(input, own && elementwise, reads, seen));
  }
}

/** Whether it is a scatterAdd or scatterSet. */
export function isScatter(equation: Equation): equation is Scatter {
  return equation.op === "scatterAdd" || equation.op === "scatterSet";
}

/** Whether the group is a nest of roots with these extents. */
function isNestOf(group: Group | undefined, extents: readonly number[]): boolean {
  return group?.kind === "nest" && group.scatters.length === 0 && sameShape(group.extents, extents);
}

/** Where the initial values of a loop's carries stand among its inputs; null for other ops. */
export function carryOperands(equation: Equation): { readonly first: number; readonly count: number } | null {
  if (equation.op === "scan") {
    const { length, nConst, nCarry } = equation.params as Params["scan"];
    return { first: (length === null ? 1 : 0) + nConst, count: nCarry };
  }
  if (equation.op === "while") {
    const { nCondConst, nConst, nCarry } = equation.params as Params["while"];
    return { first: nCondConst + nConst, count: nCarry };
  }
  return null;
}

/** Ops that return their first operand with some elements replaced. */
export const updatingOps: ReadonlySet<OpName> = new Set<OpName>(["scatterAdd", "scatterSet", "dynamicUpdate"]);

/** Whether an access op reads each element at its own index only. */
function isIdentityAccess(equation: Equation): boolean {
  const pieces = piecesOf(equation);
  if (pieces === null) return false;
  const rank = arrayTypeOf(equation.outputs[0] as Var).shape.length;
  return pieces.every(({ index }) => index.length === rank && isOwnIndex(index));
}

function merge(sets: readonly ReadSet[]): ReadSet {
  const all = new Map<Var, boolean>();
  for (const set of sets) for (const [variable, own] of set) all.set(variable, own && (all.get(variable) ?? true));
  return all;
}
