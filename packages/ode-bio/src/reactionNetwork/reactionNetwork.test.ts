import { describe, expect, it } from "@jest/globals";
import { ArgumentError } from "@simgrad/core";
import { hill, massAction, michaelisMenten, ModelError, reactionNetwork, sbmlModel, type RateLaw } from "../index.js";

const tight = { rtol: 1e-10, atol: 1e-12 };

/** The rate at the start of the only reaction of a network of A = 3, B = 2. */
function rateOf(equation: string, rate: RateLaw | string, parameters: Readonly<Record<string, number>> = {}): number {
  const network = reactionNetwork({ species: { A: 3, B: 2, C: 0 }, parameters, reactions: { R: { equation, rate } } });
  return network.simulator({ times: [0], outputs: ["R"] }).run({ parameters: {} }).outputs["R"]!.data[0]!;
}

describe("rate laws", () => {
  it("are those of the textbooks", () => {
    const parameters = { k: 2, v: 5, h: 4, n: 3 };
    expect(rateOf("2 A + B -> C", massAction("k"), parameters)).toBe(2 * 9 * 2);
    expect(rateOf("A -> 2 B", massAction("k", 0.5), parameters)).toBe(2 * 3 - 0.5 * 4);
    expect(rateOf("A -> C", michaelisMenten({ vmax: "v", km: "k" }), parameters)).toBe((5 * 3) / (2 + 3));
    expect(rateOf("-> C", hill({ vmax: "v", k: "h", n: "n", species: "B" }), parameters)).toBeCloseTo(
      (5 * 8) / (64 + 8),
      14,
    );
    const repression = hill({ vmax: "v", k: "h", n: "n", species: "B", represses: true });
    expect(rateOf("-> C", repression, parameters)).toBeCloseTo((5 * 64) / (64 + 8), 14);
    expect(rateOf("A -> C", "k * A / (1 + B)", parameters)).toBe(2);
  });

  it("ask for a species that they cannot know", () => {
    expect(() => rateOf("A + B -> C", michaelisMenten({ vmax: 1, km: 1 }))).toThrow(
      /name it, as `substrate` or `species`/,
    );
  });
});

describe("reactionNetwork", () => {
  it("makes changes of concentrations in compartments of any size", () => {
    const network = reactionNetwork({
      compartments: { cell: 5 },
      species: { A: 2 },
      reactions: { R: { equation: "A ->", rate: massAction(0.5) } },
    });
    const { outputs } = network.simulator({ times: [0, 1], ...tight }).run({ parameters: {} });
    expect(outputs["A"]!.data[1]).toBeCloseTo(2 * Math.exp(-0.5), 9);
  });

  it("has rules, rates and boundaries", () => {
    const network = reactionNetwork({
      species: { food: { initial: 1, boundary: true }, A: 0, clock: 0 },
      parameters: { k: 2 },
      reactions: { eat: { equation: "food -> A", rate: massAction("k") } },
      assignments: { double: "2 * A" },
      rates: { clock: "1" },
    });
    const { outputs } = network.simulator({ times: [0, 1], ...tight }).run({ parameters: {} });
    expect(outputs["A"]!.data[1]).toBeCloseTo(2, 9);
    expect(outputs["double"]!.data[1]).toBeCloseTo(4, 9);
    expect(outputs["clock"]!.data[1]).toBeCloseTo(1, 9);
    expect(outputs["food"]!.data[1]).toBe(1);
  });

  it("goes through SBML and back", () => {
    const network = reactionNetwork({
      name: "loop",
      species: { A: 1, B: 0.5 },
      parameters: { k: 2, v: 1 },
      reactions: {
        go: { equation: "A -> B", rate: massAction("k") },
        come: { equation: "B -> A", rate: michaelisMenten({ vmax: "v", km: 0.3 }) },
      },
    });
    const runs = [network, sbmlModel(network.toSbml())].map((model) =>
      Array.from(
        model.simulator({ times: [0, 1, 2], outputs: ["A"], ...tight }).run({ parameters: {} }).outputs["A"]!.data,
      ),
    );
    expect(runs[1]).toEqual(runs[0]);
  });

  it("refuses what cannot be read, and what contradicts itself", () => {
    const reacting = (equation: string, rate: string) => (): unknown =>
      reactionNetwork({ species: { A: 1 }, reactions: { R: { equation, rate } } });
    expect(reacting("A = B", "1")).toThrow(/the equation of R cannot be read/);
    expect(reacting("A + -> A", "1")).toThrow(ArgumentError);
    expect(reacting("A ->", "1 +")).toThrow(/the formula of R cannot be read/);
    expect(reacting("A ->", "f(A)")).toThrow(/calls f, which is no function/);
    expect(reacting("A ->", "k * A")).toThrow(ModelError);
    expect(reacting("A -> Q", "1")).toThrow(ModelError);
    expect(() => reactionNetwork({ compartments: {}, species: {} })).toThrow(/there is no compartment/);
  });
});
