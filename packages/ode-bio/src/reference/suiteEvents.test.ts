import { describe, expect, it } from "@jest/globals";
import { sbmlModel } from "../index.js";
import { suiteFolder, suiteTools } from "./suite.js";

/**
 * Cases of the SBML Test Suite with events: at least four of each of its tags that are about them (delays,
 * persistence, priorities, the start, values at the trigger's or the event's time). `npm run conformance` runs all.
 */
const cases = [
  "00935 01284 01333 01334 01336 01510 01511 01525 01595 01596",
  "01597 01601 01602 01604 01661 01702 01703 01706 01719",
].join(" ");

const folder = suiteFolder();

(folder === undefined ? describe.skip : describe)("the SBML Test Suite, events", () => {
  it.each(cases.split(" "))("case %s has its results", async (id) => {
    const { simulateCase, compareCase } = await suiteTools();
    expect(compareCase(folder!, id, simulateCase(sbmlModel, folder!, id))).toBeNull();
  });
});
