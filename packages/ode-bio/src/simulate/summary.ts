import type { Model } from "../model/model.js";
import type { Network } from "../network/types.js";
import { startsAsConcentration } from "../network/start.js";
import { isConcentration } from "../network/symbols.js";

const most = 40;

/** What a model has, in some lines of text. */
export function summaryOf(name: string, network: Network, warnings: Model["warnings"]): string {
  const { model, symbols, moving, held } = network;
  const all = [...symbols.values()];
  const byRole = (role: string): readonly string[] => all.filter((symbol) => symbol.role === role).map(({ id }) => id);
  const rules = (kind: string): number => model.rules.filter((rule) => rule.kind === kind).length;
  const lines = [
    `${name}${model.name === null ? "" : ` (${model.name})`}, SBML level ${model.level} version ${model.version}`,
    `${count(model.compartments.length, "compartment")}, ${count(model.species.length, "species", "species")}, ${count(model.reactions.length, "reaction")}, ` +
      `${count(model.parameters.length, "parameter")}`,
    `rules: ${rules("assignment")} assignment, ${rules("rate")} rate, ${rules("algebraic")} algebraic; ` +
      `${count(model.initialAssignments.length, "initial assignment")}; ${count(model.events.length, "event")}`,
    `driven by equations (${moving.length}): ${list(moving.map(({ id }) => id))}`,
  ];
  if (held.length > 0) lines.push(`changed by events alone: ${list(held.map(({ id }) => id))}`);
  if (byRole("assigned").length > 0) lines.push(`given by assignment rules: ${list(byRole("assigned"))}`);
  if (byRole("algebraic").length > 0) lines.push(`determined by algebraic rules: ${list(byRole("algebraic"))}`);
  const species = all.filter((symbol) => symbol.kind === "species");
  const amounts = species.filter((symbol) => !isConcentration(symbol)).map(({ id }) => id);
  const concentrations = species.filter(isConcentration).map(({ id }) => id);
  if (concentrations.length > 0) lines.push(`seen as concentrations: ${list(concentrations)}`);
  if (amounts.length > 0) lines.push(`seen as amounts: ${list(amounts)}`);
  const odd = species.filter((symbol) => startsAsConcentration(symbol.part) !== isConcentration(symbol));
  if (odd.length > 0) {
    const form = (symbol: (typeof odd)[number]): string => (isConcentration(symbol) ? "an amount" : "a concentration");
    lines.push(`started by the other: ${list(odd.map((symbol) => `${symbol.id} by ${form(symbol)}`))}`);
  }
  lines.push(
    ...warnings.map(({ message, place }) => `warning${place.line === null ? "" : ` (line ${place.line})`}: ${message}`),
  );
  return lines.join("\n");
}

function count(number: number, one: string, many: string = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

function list(ids: readonly string[]): string {
  return ids.length <= most ? ids.join(", ") : `${ids.slice(0, most).join(", ")}, and ${ids.length - most} more`;
}
