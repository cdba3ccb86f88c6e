import type { Expression } from "../math/expression.js";
import type { Inliner } from "../math/inlineFunctions.js";
import type { ModelEvent } from "../model/model.js";
import { optionalId, partName, readBoolean, requiredId, unlessLevel3 } from "./attributes.js";
import { checkAttributes, childrenByName, listed, placeOf, warn, wrong, type ReadContext } from "./context.js";
import { formulaOf } from "./formulaOf.js";
import type { XmlElement } from "./xml.js";

/**
 * Reads an event; null where it has no trigger, and so never happens. `fallbackId` is its id where the file gives none.
 * @throws ModelError where it is wrong.
 */
export function readEvent(
  context: ReadContext,
  element: XmlElement,
  inliner: Inliner,
  fallbackId: string,
): ModelEvent | null {
  const parts = childrenByName(context, element, ["trigger", "delay", "priority", "listOfEventAssignments"]);
  checkAttributes(context, element, ["useValuesFromTriggerTime", "timeUnits"]);
  const id = optionalId(context, element, "id") ?? fallbackId;
  const formula = (name: string): Expression | null => {
    const part = parts.get(name);
    if (part === undefined) return null;
    childrenByName(context, part, []);
    const math = formulaOf(context, part);
    return math === null ? null : inliner.inline(math, placeOf(context, part));
  };
  const assignments = listed(context, parts.get("listOfEventAssignments"), ["eventAssignment"]).flatMap(
    (assignment) => {
      childrenByName(context, assignment, []);
      checkAttributes(context, assignment, ["variable"]);
      const place = placeOf(context, assignment);
      const variable = requiredId(context, assignment, "variable");
      const math = formulaOf(context, assignment);
      return math === null ? [] : [{ variable, math: inliner.inline(math, place), place }];
    },
  );
  const [delay, priority, math] = [formula("delay"), formula("priority"), formula("trigger")];
  const trigger = parts.get("trigger");
  const useValuesFromTriggerTime = readBoolean(
    context,
    element,
    "useValuesFromTriggerTime",
    unlessLevel3(context, true),
  );
  if (trigger === undefined) {
    if (context.level < 3 || context.version < 2)
      throw wrong(context, element, "event-trigger", "the event has no trigger.");
    warn(context, element, `The event ${id} has no trigger, and never happens.`);
    return null;
  }
  checkAttributes(context, trigger, ["initialValue", "persistent"]);
  const initialValue = readBoolean(context, trigger, "initialValue", unlessLevel3(context, true));
  const persistent = readBoolean(context, trigger, "persistent", unlessLevel3(context, true));
  if (math === null) return null;
  return {
    id,
    name: partName(context, element),
    place: placeOf(context, element),
    trigger: math,
    initialValue,
    persistent,
    delay,
    priority,
    useValuesFromTriggerTime,
    assignments,
  };
}
