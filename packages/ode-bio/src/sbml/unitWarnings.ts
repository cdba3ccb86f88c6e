import { warn, type ReadContext } from "./context.js";
import type { XmlElement } from "./xml.js";

/**
 * Warns where units say that numbers should be converted, as they are not: amounts of a species in other units than
 * the extents that change it, rates and delays in other times than the model's.
 */
export function warnOfUnits(context: ReadContext, model: XmlElement): void {
  const find = (list: string): readonly XmlElement[] =>
    model.children.find(({ name }) => name === list)?.children ?? [];
  const definitions = new Map(find("listOfUnitDefinitions").map((item) => [item.attributes.get("id") ?? "", item]));
  // Below level 3 the units `substance` and `time` of the model are there without being named, and can be redefined.
  const resolve = (unit: string | undefined): string | undefined =>
    unit === undefined ? unit : meaning(unit, definitions);
  const substance = context.level < 3 ? "substance" : model.attributes.get("substanceUnits");
  const extent = context.level < 3 ? "substance" : model.attributes.get("extentUnits");
  const time = context.level < 3 ? "time" : model.attributes.get("timeUnits");
  const differ = (a: string | undefined, b: string | undefined): boolean => {
    const [left, right] = [resolve(a), resolve(b)];
    return left !== undefined && right !== undefined && left !== right;
  };
  const species = new Map<string, XmlElement>();
  for (const item of find("listOfSpecies"))
    species.set(item.attributes.get("id") ?? item.attributes.get("name") ?? "", item);
  const hasFactor = model.attributes.has("conversionFactor");
  let first: { readonly reaction: XmlElement; readonly species: string } | undefined;
  let count = 0;
  for (const reaction of find("listOfReactions")) {
    const law = reaction.children.find(({ name }) => name === "kineticLaw");
    const extents = (context.level < 3 ? law?.attributes.get("substanceUnits") : undefined) ?? extent;
    if (context.level < 3 && differ(law?.attributes.get("timeUnits"), time)) {
      warn(context, reaction, "The rate is in another unit of time than the model; it is not converted.");
    }
    const changed = reaction.children.filter(({ name }) => name === "listOfReactants" || name === "listOfProducts");
    const ids = changed.flatMap(({ children }) => children.map((child) => child.attributes.get("species") ?? ""));
    const other = [...new Set(ids)].find((id) => {
      const item = species.get(id);
      if (item === undefined || hasFactor || item.attributes.has("conversionFactor")) return false;
      return differ(item.attributes.get("substanceUnits") ?? substance, extents);
    });
    if (other === undefined) continue;
    first ??= { reaction, species: other };
    count++;
  }
  if (first !== undefined) {
    const { reaction, species: other } = first;
    const id = reaction.attributes.get("id") ?? reaction.attributes.get("name") ?? "";
    const more = count === 1 ? "" : `, and so it is in ${count} reactions`;
    warn(
      context,
      reaction,
      `The rate of ${id} is in another unit of substance than the species ${other}${more}; it is not converted.`,
    );
  }
  for (const event of find("listOfEvents")) {
    if (differ(event.attributes.get("timeUnits"), time)) {
      warn(context, event, "The event is in another unit of time than the model; its delay is not converted.");
    }
  }
}

const builtIn: ReadonlyMap<string, string> = new Map([
  ["substance", "mole^1"],
  ["time", "second^1"],
]);

/**
 * A unit as a factor and powers of base units, so that equal ones are the same text; base units themselves are not
 * reduced.
 */
function meaning(unit: string, definitions: ReadonlyMap<string, XmlElement>): string | undefined {
  const definition = definitions.get(unit);
  if (definition === undefined) return `1 ${builtIn.get(unit) ?? `${unit}^1`}`;
  const units = definition.children.find(({ name }) => name === "listOfUnits")?.children ?? [];
  let factor = 1;
  const exponents = new Map<string, number>();
  for (const { attributes } of units) {
    const number = (name: string, otherwise: number): number => Number(attributes.get(name) ?? otherwise);
    const exponent = number("exponent", 1);
    factor *= (number("multiplier", 1) * 10 ** number("scale", 0)) ** exponent;
    const kind = attributes.get("kind") ?? "";
    exponents.set(kind, (exponents.get(kind) ?? 0) + exponent);
  }
  if (Number.isNaN(factor)) return undefined;
  const powers = [...exponents].filter(([kind, exponent]) => exponent !== 0 && kind !== "dimensionless");
  return `${Number(factor.toPrecision(12))} ${powers
    .map(([kind, exponent]) => `${kind}^${exponent}`)
    .sort()
    .join(" ")}`;
}
