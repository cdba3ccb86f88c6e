import { describe, expect, it } from "@jest/globals";
import type { CreatePluginError } from "./errors.js";
import { checkPackageName, unscoped } from "./packageName.js";

describe("checkPackageName", () => {
  it.each(["heat-rod", "rod2", "@someone/heat-rod", "a.b_c~d", "x".repeat(214)])("takes %s", (name) => {
    expect(() => {
      checkPackageName(name);
    }).not.toThrow();
  });

  it.each([
    ["HeatRod", /capital letters.*"HeatRod".*take heat-rod\./],
    ["heat rod", /characters.*take heat-rod\./],
    ["_heat", /take heat\./],
    ["@someone", /characters.*"@someone"/],
    ["@Some/heat", /capital letters.*take @some\/heat\./],
    ["../heat", /characters/],
    ["heat/rod", /characters/],
    ["", /characters.*Got: ""/],
    ["fs", /module of Node/],
    ["node_modules", /keeps it for itself/],
    ["x".repeat(215), /more than 214/],
  ])("refuses %j by name", (name, message) => {
    expect(() => {
      checkPackageName(name);
    }).toThrow(message);
  });

  it("says by a code that it is the name", () => {
    expect.assertions(1);
    try {
      checkPackageName("A");
    } catch (error) {
      expect((error as CreatePluginError).code).toBe("NAME");
    }
  });
});

it("unscoped leaves the scope out", () => {
  expect(unscoped("@someone/heat-rod")).toBe("heat-rod");
  expect(unscoped("heat-rod")).toBe("heat-rod");
});
