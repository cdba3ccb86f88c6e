import { describe, expect, it } from "@jest/globals";
import { readFileSync } from "node:fs";
import { goldenErrors, type LinalgGolden } from "../testing/linalgGolden.js";

// jax 0.10.2 in float64; written by bench/peers/linalg_golden.py, which says how.
const golden = JSON.parse(readFileSync(new URL("./testdata/jax.json", import.meta.url), "utf8")) as LinalgGolden;

const names = "eigh svd".split(" ");

describe("spectra, with their derivatives forward and reverse, are those of JAX", () => {
  it.each(names)("%s", (name) => {
    const cases = golden.cases.filter((each) => each.function.split(" ")[0] === name);
    expect(cases).not.toHaveLength(0);
    for (const each of cases) {
      const { tolerance, ...errors } = goldenErrors(golden, each);
      for (const [what, error] of Object.entries(errors)) {
        expect({ case: `${name} of ${each.args.join()}: ${what}`, error, ok: error <= tolerance }).toMatchObject({
          ok: true,
        });
      }
    }
  });
});
