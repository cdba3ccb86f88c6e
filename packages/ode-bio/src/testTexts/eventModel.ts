import { sbmlModel, type OdeModel } from "../simulate/sbmlModel.js";
import { mathText, sbmlText } from "./sbmlText.js";

/** An event of a test, its formulas as MathML. */
export interface TestEvent {
  readonly trigger: string;
  readonly delay?: string;
  readonly priority?: string;
  readonly persistent?: boolean;
  readonly initialValue?: boolean;
  readonly useValuesFromTriggerTime?: boolean;
  readonly set: { readonly [variable: string]: string };
}

/** A number. */
export const number = (value: number): string => `<cn>${value}</cn>`;
/** The value of an id. */
export const name = (id: string): string => `<ci>${id}</ci>`;
/** An operator with its arguments. */
export const apply = (op: string, ...args: readonly string[]): string => `<apply><${op}/>${args.join("")}</apply>`;
/** The time of the simulation. */
export const time: string =
  '<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/time">t</csymbol>';
/** The rate of change of an id. */
export const rateOf = (id: string): string =>
  `<apply><csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/rateOf">r</csymbol>${name(id)}</apply>`;

/** A model of parameters alone: their starts, the rates of some of them, and events. */
export function eventModel(
  starts: { readonly [id: string]: number },
  rates: { readonly [id: string]: string },
  events: readonly TestEvent[],
): OdeModel {
  const changes = new Set([...Object.keys(rates), ...events.flatMap(({ set }) => Object.keys(set))]);
  const parameters = Object.entries(starts).map(
    ([id, value]) => `<parameter id="${id}" value="${value}" constant="${String(!changes.has(id))}"/>`,
  );
  const rules = Object.entries(rates).map(([id, math]) => `<rateRule variable="${id}">${mathText(math)}</rateRule>`);
  const list = (tag: string, items: readonly string[]): string =>
    items.length === 0 ? "" : `<${tag}>${items.join("\n")}</${tag}>`;
  return sbmlModel(
    sbmlText(
      "3.2",
      [
        list("listOfParameters", parameters),
        list("listOfRules", rules),
        list("listOfEvents", events.map(eventText)),
      ].join("\n"),
    ),
  );
}

function eventText(event: TestEvent, index: number): string {
  const { trigger, delay, priority, persistent = true, initialValue = true, set } = event;
  const part = (tag: string, math: string | undefined): string =>
    math === undefined ? "" : `<${tag}>${mathText(math)}</${tag}>`;
  const assignments = Object.entries(set).map(
    ([id, math]) => `<eventAssignment variable="${id}">${mathText(math)}</eventAssignment>`,
  );
  return (
    `<event id="E${index}" useValuesFromTriggerTime="${String(event.useValuesFromTriggerTime ?? true)}">` +
    `<trigger initialValue="${String(initialValue)}" persistent="${String(persistent)}">${mathText(trigger)}</trigger>` +
    `${part("delay", delay)}${part("priority", priority)}` +
    `<listOfEventAssignments>${assignments.join("")}</listOfEventAssignments></event>`
  );
}
