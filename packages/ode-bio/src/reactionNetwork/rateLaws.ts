import { ArgumentError } from "@simgrad/core";
import type { Expression } from "../math/expression.js";

/** A side of a reaction: species with how many of each. */
export type Side = ReadonlyMap<string, number>;

/** Makes the rate of a reaction, per volume, of what reacts in it. */
export type RateLaw = (reaction: { readonly name: string; readonly from: Side; readonly to: Side }) => Expression;

/** A number, or the id of a parameter. */
export type Constant = number | string;

/**
 * Rate `forward` times the concentrations of what reacts, each to the power of its stoichiometry; less the same for
 * the way back, where `back` is given.
 */
export function massAction(forward: Constant, back?: Constant): RateLaw {
  return ({ from, to }) => {
    const ahead = product([constant(forward), ...powers(from)]);
    return back === undefined ? ahead : apply("minus", ahead, product([constant(back), ...powers(to)]));
  };
}

/**
 * vmax S / (km + S), for an enzyme that is not among the species (Michaelis and Menten 1913).
 *
 * @throws ArgumentError, when a network is made, without `substrate` where not one species reacts.
 */
export function michaelisMenten(options: {
  readonly vmax: Constant;
  readonly km: Constant;
  readonly substrate?: string;
}): RateLaw {
  return (reaction) => {
    const substrate = name(options.substrate ?? onlyOf(reaction));
    const above = product([constant(options.vmax), substrate]);
    return apply("divide", above, apply("plus", constant(options.km), substrate));
  };
}

/**
 * vmax x^n / (k^n + x^n), or with `represses` vmax k^n / (k^n + x^n), for a species x that need not react (Hill 1910).
 *
 * @throws ArgumentError, when a network is made, without `species` where not one species reacts.
 */
export function hill(options: {
  readonly vmax: Constant;
  readonly k: Constant;
  readonly n: Constant;
  readonly species?: string;
  readonly represses?: boolean;
}): RateLaw {
  return (reaction) => {
    const [n, x] = [constant(options.n), name(options.species ?? onlyOf(reaction))];
    const [own, half] = [apply("power", x, n), apply("power", constant(options.k), n)];
    const above = product([constant(options.vmax), options.represses === true ? half : own]);
    return apply("divide", above, apply("plus", half, own));
  };
}

function constant(value: Constant): Expression {
  return typeof value === "number" ? { kind: "number", value } : name(value);
}

function name(id: string): Expression {
  return { kind: "name", id };
}

function apply(op: "plus" | "minus" | "times" | "divide" | "power", ...args: readonly Expression[]): Expression {
  return { kind: "apply", op, args };
}

function product(factors: readonly Expression[]): Expression {
  return factors.length === 1 ? factors[0]! : apply("times", ...factors);
}

function powers(side: Side): readonly Expression[] {
  return [...side].map(([id, count]) => (count === 1 ? name(id) : apply("power", name(id), constant(count))));
}

function onlyOf({ name: reaction, from }: { readonly name: string; readonly from: Side }): string {
  const [first, ...others] = from.keys();
  if (first !== undefined && others.length === 0) return first;
  throw new ArgumentError({
    what: `The rate law of the reaction ${reaction} does not know its species.`,
    got: `${from.size} species that react`,
    fix: "name it, as `substrate` or `species`.",
  });
}
