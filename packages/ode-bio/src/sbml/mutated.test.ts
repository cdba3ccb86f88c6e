import { describe, expect, it } from "@jest/globals";
import { random } from "@simgrad/core";
import { ModelError, UnsupportedModelError } from "../model/modelError.js";
import { bare } from "../testTexts/bare.js";
import { featureTexts } from "../testTexts/featureTexts.js";
import { formatSbml } from "./formatSbml.js";
import { readSbml } from "./readSbml.js";

const seed = 7;
const files = 20_000;

type Below = (bound: number) => number;
type Mutation = (text: string, below: Below) => string;

/** Numbers below a bound, from a counter-based generator: always the same. */
function numbersFrom(key: number): Below {
  const words = random.bits(random.key(key), [1 << 20]).data;
  let next = 0;
  return (bound) => (words[next++ % words.length] as number) % bound;
}

const characters = [
  ..."<>/=\"'&;!?-]ax01. \n",
  "\u0000",
  "\uFFFF",
  "é",
  "\uD800",
  "😀",
  "&#0;",
  "&lt;",
  "<!DOCTYPE a>",
  "]]>",
];
const values = [
  "",
  "0",
  "-1",
  "1e999",
  "NaN",
  "INF",
  "true",
  "false",
  "A",
  "B",
  "k",
  "c",
  "R",
  "x",
  "a b",
  "3",
  "0.5",
  "é",
];
const operators = [
  "plus",
  "minus",
  "times",
  "divide",
  "power",
  "root",
  "log",
  "and",
  "not",
  "eq",
  "min",
  "rem",
  "sine",
  "arcsech",
];

const pick = <T>(list: readonly T[], below: Below): T => list[below(list.length)] as T;

function places(text: string, pattern: RegExp): readonly RegExpMatchArray[] {
  return [...text.matchAll(pattern)];
}

/** Puts something else in the place of a random match. */
function replacing(pattern: RegExp, by: (match: RegExpMatchArray, below: Below, text: string) => string): Mutation {
  return (text, below) => {
    const found = places(text, pattern);
    if (found.length === 0) return text;
    const match = pick(found, below);
    return text.slice(0, match.index) + by(match, below, text) + text.slice((match.index ?? 0) + match[0].length);
  };
}

const attribute = /([\w:]+)=(["'])([^"'<]*)\2/g;
const leaf = /<([\w:]+)[^<>]*\/>|<(ci|cn)[^<>]*>[^<]*<\/\2>/g;

/** Changes of characters, most of which end what is XML. */
const raw: readonly Mutation[] = [
  (text, below) => {
    const at = below(text.length);
    return text.slice(0, at) + text.slice(at + 1 + below(20));
  },
  (text, below) => {
    const at = below(text.length);
    return text.slice(0, at) + pick(characters, below) + text.slice(at);
  },
  (text, below) => text.slice(0, below(text.length)),
  (text, below) => {
    const [from, to] = [below(text.length), below(text.length)];
    return text.slice(0, to) + text.slice(from, from + below(200)) + text.slice(to);
  },
  (text, below) => {
    const at = below(text.length - 1);
    return text.slice(0, at) + text[at + 1]! + text[at]! + text.slice(at + 2);
  },
];

/** Changes of what the XML says. */
const structural: readonly Mutation[] = [
  replacing(attribute, ([, key], below) => `${key}="${pick(values, below)}"`),
  replacing(attribute, ([, key], below, text) => `${key}="${pick(places(text, attribute), below)[3]}"`),
  replacing(attribute, () => ""),
  replacing(leaf, () => ""),
  replacing(leaf, ([match]) => match + match),
  replacing(leaf, (_, below, text) => pick(places(text, leaf), below)[0]),
  replacing(leaf, ([match]) => `<apply><minus/>${match}</apply>`),
  replacing(/(<c[in][^<>]*>)[^<]*(?=<)/g, ([, start], below) => start! + pick(values, below)),
  replacing(/<(\w+)\/>/g, (_, below) => `<${pick(operators, below)}/>`),
  replacing(/<(\w+)[^<>]*>[^<>]*<\/\1>/g, ([match]) => match + match),
  replacing(/(level|version)="\d"/g, ([, key], below) => `${key}="${below(6)}"`),
  replacing(/<(\w+)([^<>]*)>(?:(?!<\1\b)[^])*?<\/\1>/g, () => ""),
];

interface Count {
  accepted: number;
  refused: number;
  unsupported: number;
  malformed: number;
}

describe("readSbml, of damaged files", () => {
  it(`reads or refuses each of ${files} by a named error, and writes what it reads`, () => {
    const below = numbersFrom(seed);
    const texts = Object.values(featureTexts);
    const count: Count = { accepted: 0, refused: 0, unsupported: 0, malformed: 0 };
    for (let k = 0; k < files; k++) {
      const mutations = below(10) < 7 ? structural : raw;
      let text = pick(texts, below);
      for (let times = 1 + below(3); times > 0; times--) text = pick(mutations, below)(text, below);
      readOne(text, count, k % 8 === 0);
    }
    expect(count).toEqual({ accepted: 3125, refused: 9063, unsupported: 7, malformed: 7805 });
    expect(files - count.malformed).toBeGreaterThan(0.3 * files);
  });
});

function readOne(text: string, count: Count, alsoWrite: boolean): void {
  try {
    const model = readSbml(text);
    count.accepted++;
    const formulas = model.reactions.some(({ reactants, products }) =>
      [...reactants, ...products].some(
        ({ stoichiometry }) => typeof stoichiometry === "object" && stoichiometry !== null,
      ),
    );
    if (alsoWrite && !formulas) expect(bare(readSbml(formatSbml(model)))).toEqual(bare(model));
  } catch (error) {
    if (error instanceof UnsupportedModelError) count.unsupported++;
    else if (!(error instanceof ModelError)) throw new TypeError(`seed ${seed}: ${text}`, { cause: error });
    else if (String(error.data["rule"]).startsWith("xml-")) count.malformed++;
    else count.refused++;
  }
}
