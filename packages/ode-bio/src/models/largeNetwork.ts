import type { Expression } from "../math/expression.js";
import type { Model, Parameter, Place, Reaction, SpeciesReference } from "../model/model.js";
import { ModelError } from "../model/modelError.js";

/** How large a generated network is. */
export interface LargeNetworkOptions {
  /** 500 where left out; at least 3. */
  readonly species?: number;
  /** Which of the networks; 1 where left out. The same seed gives the same network. */
  readonly seed?: number;
}

const place: Place = { file: null, line: null };
const name = (id: string): Expression => ({ kind: "name", id });
const apply = (op: "times" | "divide" | "plus" | "minus", ...args: Expression[]): Expression => ({
  kind: "apply",
  op,
  args,
});
const takes = (species: string): SpeciesReference => ({ id: null, species, stoichiometry: 1, constant: true, place });

/**
 * Makes a network for measuring: species in a ring, each converted into the next and back by mass action, and by a
 * random enzyme among them into a random other one by the law of Michaelis and Menten. Their total is conserved, so
 * that no amount grows without bound. There are two reactions a species, and four parameters: `forward`, `backward`,
 * `catalysis` and `affinity`, each with the species' number.
 *
 * @throws ModelError for fewer than three species.
 */
export function largeNetwork(options: LargeNetworkOptions = {}): Model {
  const { species: count = 500, seed = 1 } = options;
  if (!Number.isInteger(count) || count < 3) {
    throw new ModelError({
      what: "a network of that size cannot be made.",
      got: String(count),
      expected: "3 species or more",
    });
  }
  const random = uniform(seed);
  // Four orders of magnitude between rates, about as in real networks; stiff, but mildly.
  const magnitude = (): number => round(10 ** (4 * random() - 2));
  const other = (taken: readonly number[]): number => {
    let k = Math.floor(random() * count);
    while (taken.includes(k)) k = (k + 1) % count;
    return k;
  };
  const parameter = (id: string, value: number): Parameter => ({ id, name: null, place, value, constant: true });
  const numbers = Array.from({ length: count }, (_, k) => k);
  const parameters: Parameter[] = [];
  const reactions = numbers.flatMap((k): Reaction[] => {
    const [next, product] = [(k + 1) % count, other([k])];
    const enzyme = other([k, product]);
    const [from, to, by] = [`S${k}`, `S${next}`, `S${enzyme}`];
    parameters.push(
      parameter(`forward${k}`, magnitude()),
      parameter(`backward${k}`, magnitude()),
      parameter(`catalysis${k}`, magnitude()),
      parameter(`affinity${k}`, magnitude()),
    );
    const law = { name: null, place, localParameters: [] };
    return [
      {
        ...law,
        id: `convert${k}`,
        reactants: [takes(from)],
        products: [takes(to)],
        modifiers: [],
        kineticLaw: apply(
          "minus",
          apply("times", name("cell"), name(`forward${k}`), name(from)),
          apply("times", name("cell"), name(`backward${k}`), name(to)),
        ),
      },
      {
        ...law,
        id: `catalyse${k}`,
        reactants: [takes(from)],
        products: [takes(`S${product}`)],
        modifiers: [by],
        kineticLaw: apply(
          "divide",
          apply("times", name("cell"), name(`catalysis${k}`), name(by), name(from)),
          apply("plus", name(`affinity${k}`), name(from)),
        ),
      },
    ];
  });
  return {
    id: `network${count}`,
    name: `Generated network of ${count} species, seed ${seed}`,
    place,
    level: 3,
    version: 2,
    compartments: [{ id: "cell", name: null, place, spatialDimensions: 3, size: 1, constant: true }],
    species: numbers.map((k) => ({
      id: `S${k}`,
      name: null,
      place,
      compartment: "cell",
      initialAmount: null,
      initialConcentration: round(random()),
      hasOnlySubstanceUnits: false,
      boundaryCondition: false,
      constant: false,
      conversionFactor: null,
    })),
    parameters,
    reactions,
    rules: [],
    initialAssignments: [],
    events: [],
    warnings: [],
  };
}

/** Four digits, which are the same in every file and program. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}

/**
 * Uniform numbers in [0, 1): a linear congruential generator modulo 2^32 with the factor 1664525, Knuth volume 2,
 * section 3.3.4, table 1.
 */
function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
