import { describe, expect, it } from "@jest/globals";
import { sbmlModel, UnsupportedModelError } from "../index.js";
import { suiteFolder, suiteTools } from "./suite.js";

/**
 * Cases of the SBML Test Suite without events: at least four of each of its other tags that are simulated, where
 * there are as many. `npm run conformance` runs all.
 */
const cases = [
  "00257 00294 00321 00327 00598 01063 01111 01121 01276 01281 01288 01289 01290 01308",
  "01309 01339 01458 01461 01462 01463 01478 01479 01495 01496 01514 01517 01552 01656",
  "01735 01745 01749 01751 01764 01775 01777 01785 01786 01788 01809",
].join(" ");

const folder = suiteFolder();

(folder === undefined ? describe.skip : describe)("the SBML Test Suite, without events", () => {
  it.each(cases.split(" "))("case %s has its results", async (id) => {
    const { simulateCase, compareCase } = await suiteTools();
    expect(compareCase(folder!, id, simulateCase(sbmlModel, folder!, id))).toBeNull();
  });

  it("a table that is off by more than a case allows is found", async () => {
    const { simulateCase, compareCase } = await suiteTools();
    const { names, columns } = simulateCase(sbmlModel, folder!, "01063");
    const off = columns.map((column, i) => Float64Array.from(column, (value) => (i === 1 ? value * 1.1 : value)));
    expect(compareCase(folder!, "01063", { names, columns: off })).toMatch(/ at .*, expected /);
    expect(compareCase(folder!, "01063", { names: names.slice(0, 1), columns: columns.slice(0, 1) })).toMatch(
      / is missing/,
    );
  });

  it.each([
    ["00937", "delay"],
    ["00872", "fast reaction"],
  ])("case %s is refused by the name of what it has: %s", async (id, feature) => {
    const { simulateCase } = await suiteTools();
    let refusal: unknown = null;
    try {
      simulateCase(sbmlModel, folder!, id);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(UnsupportedModelError);
    expect((refusal as UnsupportedModelError).feature).toBe(feature);
  });
});
