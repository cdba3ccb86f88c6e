import { describe, expect, it } from "@jest/globals";
import { readSbml } from "./readSbml.js";

describe("readSbml", () => {
  it("reads a decay of level 3", () => {
    const model = readSbml(`<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2">
      <model id="m"><listOfParameters><parameter id="k" value="2" constant="true"/></listOfParameters></model></sbml>`);
    expect(model.parameters).toEqual([
      { id: "k", name: null, value: 2, constant: true, place: { file: null, line: 2 } },
    ]);
  });
});
