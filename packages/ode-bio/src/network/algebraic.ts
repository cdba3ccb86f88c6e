import { implicitRoot, isTensor, np, type Tensor } from "@simgrad/core";
import type { Expression } from "../math/expression.js";
import { minus, over, plus, times, type Scalar } from "../math/operators.js";
import { toNumber, toTensor } from "../math/value.js";
import { referencesOf } from "../math/walk.js";
import type { Model, Place } from "../model/model.js";
import { UnsupportedModelError } from "../model/modelError.js";
import { isHoistedName } from "./fixed.js";
import { matching, stronglyConnected } from "./matching.js";
import type { Network, Scope, Source } from "./types.js";
import { scopeAt } from "./scope.js";

/** Algebraic rules that are solved together, with the quantities that they determine. */
export interface AlgebraicBlock {
  readonly unknowns: readonly string[];
  /** What is zero. */
  readonly residuals: readonly Expression[];
}

/** Which quantities the algebraic rules of a model determine, in blocks that depend on blocks before them alone. */
export interface AlgebraicPlan {
  readonly unknowns: ReadonlySet<string>;
  readonly blocks: readonly AlgebraicBlock[];
}

/**
 * Finds for each algebraic rule the quantity that it determines: one that may change, that no other rule gives, and
 * that no reaction changes. Those that events set are taken last.
 *
 * @throws UnsupportedModelError where there is none.
 */
export function algebraicPlan(model: Model): AlgebraicPlan {
  const rules = model.rules.filter((rule) => rule.kind === "algebraic");
  if (rules.length === 0) return { unknowns: new Set(), blocks: [] };
  const free = freeQuantities(model);
  const set = new Set(model.events.flatMap((event) => event.assignments.map(({ variable }) => variable)));
  const reach = reachability(model);
  const readsOf = rules.map(({ math }) => reach(math));
  const candidates = readsOf.map((reads) => {
    const own = [...reads].filter((id) => free.has(id));
    return [...own.filter((id) => !set.has(id)), ...own.filter((id) => set.has(id))];
  });
  const found = matching(candidates);
  const unknowns = rules.map((rule, i) => found[i] ?? refuse(rule.place));
  const links = readsOf.map((reads) => unknowns.flatMap((id, i) => (reads.has(id) ? [i] : [])));
  const blocks = stronglyConnected(links).map((members) => ({
    unknowns: members.map((i) => unknowns[i]!),
    residuals: members.map((i) => rules[i]!.math),
  }));
  return { unknowns: new Set(unknowns), blocks };
}

/** The value, as formulas see it, of a quantity of a block. */
export function solveBlock(block: AlgebraicBlock, id: string, scope: Scope, network: Network): Scalar {
  const [residual] = block.residuals;
  if (block.residuals.length === 1 && residual !== undefined) {
    const parts = affineParts(residual, id, scope, network);
    if (parts !== null) return over(minus(0, parts.constant), parts.factor);
  }
  return solveByNewton(block, id, scope, network);
}

function refuse(place: Place): never {
  throw new UnsupportedModelError(
    "algebraic rule",
    {
      what: "an algebraic rule determines nothing: all that it has is constant, or given by other rules or by reactions.",
      fix: "write it as an assignment rule.",
    },
    place,
  );
}

function freeQuantities(model: Model): ReadonlySet<string> {
  const taken = new Set(model.rules.flatMap((rule) => (rule.kind === "algebraic" ? [] : [rule.variable])));
  const references = model.reactions.flatMap(({ reactants, products }) => [...reactants, ...products]);
  const reacting = new Set(references.map(({ species }) => species));
  const parts = [
    ...model.compartments,
    ...model.parameters,
    ...references,
    ...model.species.filter(({ id, boundaryCondition }) => boundaryCondition || !reacting.has(id)),
  ];
  return new Set(parts.flatMap(({ id, constant }) => (id === null || constant || taken.has(id) ? [] : [id])));
}

/** All ids that a formula depends on, by way of assignment rules, rates of reactions and compartments as well. */
function reachability(model: Model): (math: Expression) => ReadonlySet<string> {
  const definitions = new Map<string, Expression>();
  for (const rule of model.rules) if (rule.kind === "assignment") definitions.set(rule.variable, rule.math);
  for (const { id, kineticLaw } of model.reactions) if (kineticLaw !== null) definitions.set(id, kineticLaw);
  const compartments = new Map(model.species.map(({ id, compartment }) => [id, compartment]));
  return (math) => {
    const reached = new Set<string>();
    const visit = (id: string): void => {
      if (reached.has(id)) return;
      reached.add(id);
      const definition = definitions.get(id);
      if (definition !== undefined) referencesOf(definition).values.forEach(visit);
      const compartment = compartments.get(id);
      if (compartment !== undefined) visit(compartment);
    };
    referencesOf(math).values.forEach(visit);
    return reached;
  };
}

/** constant + factor x. */
interface Affine {
  readonly constant: Scalar;
  readonly factor: Scalar;
}

/** A formula as an affine function of an unknown; null where it is none. */
function affineParts(root: Expression, unknown: string, scope: Scope, network: Network): Affine | null {
  const depends = new Map<string, boolean>();
  const definitionOf = (id: string): Expression | null => {
    const symbol = network.symbols.get(id);
    if (symbol !== undefined) return symbol.role === "assigned" ? symbol.rule : null;
    return network.fixedParts.get(id) ?? network.laws.get(id) ?? null;
  };
  const dependsId = (id: string): boolean => {
    if (id === unknown) return true;
    const known = depends.get(id);
    if (known !== undefined) return known;
    depends.set(id, false);
    const definition = definitionOf(id);
    const symbol = network.symbols.get(id);
    const own =
      (definition !== null && dependsOn(definition)) ||
      (symbol?.kind === "species" && dependsId(symbol.part.compartment));
    depends.set(id, own);
    return own;
  };
  const dependsOn = (expression: Expression): boolean => {
    const { values, rates } = referencesOf(expression);
    return rates.size > 0 || [...values].some(dependsId);
  };

  const parts = (expression: Expression): Affine | null => {
    if (!dependsOn(expression)) return { constant: toNumber(scope.compile(expression)), factor: 0 };
    if (expression.kind === "name") {
      if (expression.id === unknown) return { constant: 0, factor: 1 };
      const definition = definitionOf(expression.id);
      return definition === null ? null : parts(definition);
    }
    if (expression.kind !== "apply") return null;
    const { op, args } = expression;
    if (op === "divide") {
      const [above, below] = args as [Expression, Expression];
      if (dependsOn(below)) return null;
      const own = parts(above);
      const divisor = toNumber(scope.compile(below));
      return own === null ? null : { constant: over(own.constant, divisor), factor: over(own.factor, divisor) };
    }
    if (op !== "plus" && op !== "minus" && op !== "times") return null;
    if (op === "times" && args.filter(dependsOn).length > 1) return null;
    const each = args.map(parts);
    if (each.some((part) => part === null)) return null;
    const list = each as readonly Affine[];
    if (op === "minus" && list.length === 1) return combine(minus, { constant: 0, factor: 0 }, list[0]!);
    if (op !== "times") return list.reduce((a, b) => combine(op === "plus" ? plus : minus, a, b));
    // one of two factors has no unknown
    return list.reduce((a, b) => ({
      constant: times(a.constant, b.constant),
      factor: plus(times(a.factor, b.constant), times(a.constant, b.factor)),
    }));
  };
  const affine = parts(root);
  return affine === null || affine.factor === 0 ? null : affine;
}

function combine(op: (a: Scalar, b: Scalar) => Scalar, a: Affine, b: Affine): Affine {
  return { constant: op(a.constant, b.constant), factor: op(a.factor, b.factor) };
}

/** Relative to the size of the root: what may remain of a residual. */
const acceptable = 1e-6;

/** No id of a model. */
const timeName = "#time";

/** Newton's method from the start of the run; what does not converge is no number, which ends the run. */
function solveByNewton(block: AlgebraicBlock, id: string, scope: Scope, network: Network): Scalar {
  const { unknowns, residuals } = block;
  const known = knownBeside(block, scope, network);
  const tensors = Object.fromEntries([...known].filter(([, value]) => isTensor(value))) as Record<string, Tensor>;

  const residual = (x: Tensor, params: Record<string, Tensor>): Tensor => {
    const read = (name: string): Scalar => params[name] ?? known.get(name)!;
    const inner: Source = {
      time: params[timeName] ?? scope.time,
      stored: ({ id: name }) => {
        const at = unknowns.indexOf(name);
        return { form: formOf(name, network), value: at < 0 ? read(name) : x.at(at).get() };
      },
      fixed: (name) => (isHoistedName(name) ? read(name) : null),
      guess: scope.source.guess,
    };
    const at = scopeAt(network, inner);
    return np.stack(residuals.map((math) => toTensor(at.compile(math))));
  };
  const guess = np.stack(unknowns.map((name) => toTensor(scope.source.guess(name))));
  const solve = implicitRoot<Tensor, Record<string, Tensor>>(residual, {
    tolerance: 1e-13,
    maxIterations: 40,
    check: false,
  });
  const { root, residual: rest } = solve(guess, tensors);
  const isGood = np.lessEqual(rest, np.multiply(np.add(np.max(np.abs(root)), 1), acceptable));
  return np.where(isGood, (root as Tensor).at(unknowns.indexOf(id)).get(), NaN);
}

/** Values of all quantities, other than its unknowns, that a block needs, as formulas see them; that of `time` too. */
function knownBeside(block: AlgebraicBlock, scope: Scope, network: Network): ReadonlyMap<string, Scalar> {
  const known = new Map<string, Scalar>();
  if (isTensor(scope.time)) known.set(timeName, scope.time);
  const seen = new Set<string>(block.unknowns);
  const visit = (id: string): void => {
    if (seen.has(id)) return;
    seen.add(id);
    if (isHoistedName(id)) {
      known.set(id, toNumber(scope.value(id)));
      return;
    }
    const symbol = network.symbols.get(id);
    const definition = symbol === undefined ? network.laws.get(id) : symbol.role === "assigned" ? symbol.rule : null;
    if (definition) referencesOf(definition).values.forEach(visit);
    else known.set(id, toNumber(scope.value(id)));
    if (symbol?.kind === "species") visit(symbol.part.compartment);
  };
  for (const math of block.residuals) referencesOf(math).values.forEach(visit);
  return known;
}

function formOf(id: string, network: Network): "amount" | "concentration" | "value" {
  const symbol = network.symbols.get(id)!;
  if (symbol.kind !== "species") return "value";
  return symbol.part.hasOnlySubstanceUnits ? "amount" : "concentration";
}
