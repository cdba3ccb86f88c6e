import type { Expression } from "../math/expression.js";
import { UnsupportedModelError } from "../model/modelError.js";
import { placeOf, warn, wrong, type ReadContext } from "./context.js";
import { parseFormula } from "./parseFormula.js";
import { mathElement, readMath } from "./readMath.js";
import type { XmlElement } from "./xml.js";

/** Rate laws that level 1 knows by name, from its appendix; no tool writes them any more. */
const predefinedLaws: ReadonlySet<string> = new Set(
  (
    "massi massr uui uur uuhr isouur hilli hillr usii usir uai uar ucii ucir unii unir uuci uucr umi umr uaii ucti uctr " +
    "umai umar uhmi uhmr ualii ordubr ordbur ordbbr ppbr"
  ).split(" "),
);

/**
 * Formula of a part: an attribute `formula` in level 1, `math` elsewhere. Null where there is none, which level 3
 * version 2 allows: the part is then as good as absent.
 * @throws ModelError where it is wrong, or missing in another level.
 */
export function formulaOf(context: ReadContext, element: XmlElement): Expression | null {
  if (context.level > 1) {
    const math = mathElement(context, element);
    if (math !== undefined) return readMath(context, math);
    if (context.level === 3 && context.version > 1) {
      warn(context, element, `${element.name} has no formula, and is not taken into account.`);
      return null;
    }
    throw wrong(context, element, "math-required", `${element.name} has no formula.`);
  }
  const text = element.attributes.get("formula");
  if (text === undefined) throw wrong(context, element, "math-required", `${element.name} has no formula.`);
  const place = placeOf(context, element);
  const refuse = (what: string): never => {
    throw wrong(context, element, "formula-syntax", `${what}.`, { got: text.slice(0, 200) });
  };
  return parseFormula(text, {
    refuse,
    warn: (message) => warn(context, element, message),
    unknownFunction: (name) => {
      if (!predefinedLaws.has(name)) return refuse(`the formula calls ${name}, which level 1 does not know`);
      throw new UnsupportedModelError(
        "predefined rate law",
        { what: `a formula calls ${name}, one of the rate laws of level 1.`, fix: "write out its formula." },
        place,
      );
    },
  });
}
