import { describe, expect, it } from "@jest/globals";
import { foriLoop, scan } from "../trace/control.js";
import { np } from "../trace/np.js";
import type { Tensor } from "../trace/tensor.js";
import { seededRandom } from "../testing/random.js";
import { explain } from "./explain.js";
import { jvp } from "./forward.js";
import { grad } from "./grad.js";
import { jit } from "./jit.js";

/** A strip of triangles: half-edges as pairs of vertices, faces as a table of corners. */
const columns = 12;
const faceRows = Array.from({ length: columns - 1 }, (_, k) => [
  [2 * k, 2 * k + 2, 2 * k + 1],
  [2 * k + 1, 2 * k + 2, 2 * k + 3],
]).flat();
const edgeRows = faceRows.flatMap(([a, b, c]) => [[a, b] as const, [b, c] as const, [c, a] as const]);
const source = np.array(
  edgeRows.map(([a]) => a as number),
  "int32",
);
const target = np.array(
  edgeRows.map(([, b]) => b as number),
  "int32",
);
const faces = np.array(faceRows, "int32");
const random = seededRandom(5);
const start = np.array(
  Array.from({ length: 2 * columns }, (_, k) => [
    Math.floor(k / 2) + random.uniform(-0.1, 0.1),
    (k % 2) + random.uniform(-0.1, 0.1),
  ]),
);

/** Springs along half-edges and areas of faces, as a user would write them. */
function energy(x: Tensor, restLength: Tensor): Tensor {
  const d = np.take(x, source).sub(np.take(x, target));
  const strain = np
    .sqrt(d.square().sum({ axis: 1 }))
    .div(restLength)
    .sub(1);
  const corners = np.take(x, faces);
  const [p, q, r] = [0, 1, 2].map((k) => corners.slice(null, k));
  const [u, v] = [q!.sub(p!), r!.sub(p!)];
  const twice = u
    .slice(null, 0)
    .mul(v.slice(null, 1))
    .sub(u.slice(null, 1).mul(v.slice(null, 0)));
  const area = twice.mul(0.5).div(restLength.square().mul(Math.sqrt(3) / 4));
  return strain.square().mean().add(area.sub(1).square().mean());
}

const descend = (x: Tensor, restLength: Tensor): Tensor =>
  foriLoop(0, 30, (_, at) => at.sub(grad(energy)(at, restLength).mul(0.01)), x);
const length = (restLength: Tensor): Tensor => descend(start, restLength).square().sum();

/** The body of the first loop, after all passes. */
function loopBody(fn: (restLength: Tensor) => unknown): string {
  const graphs = explain(fn)(np.array(0.8)).stages.filter(({ text }) => text.startsWith("graph"));
  return /scan[^]*?return/.exec(graphs[graphs.length - 1]?.text ?? "")?.[0] ?? "";
}

const count = (text: string, op: string): number => text.split(` = ${op}`).length - 1;
const divisors = (text: string): string[] =>
  [...text.matchAll(/float64(\[[0-9,]*\]) = div /g)].map(([, shape]) => shape!);

describe("passes that change rounding, inside loops", () => {
  it("leave one root and one division for each half-edge of a mesh energy, none for each face", () => {
    const body = loopBody((restLength) => descend(start, restLength));
    expect(count(body, "sqrt")).toBe(1);
    expect(divisors(body)).toEqual([`[${edgeRows.length}]`]);
    expect(count(body, "scatterAdd")).toBe(2);
    expect(body).not.toContain('"clip"');
  });

  it("leave one root and one division for each half-edge forward and in reverse too", () => {
    for (const fn of [(l: Tensor) => jvp(length, [l], [np.array(1)]), grad(length)] as const) {
      const body = loopBody(fn);
      expect(count(body, "sqrt")).toBe(1);
      expect(divisors(body)).toEqual([`[${edgeRows.length}]`]);
    }
  });

  it("are left out by exactRounding, and change nothing but rounding", () => {
    const exact = jit((l: Tensor) => [length(l), grad(length)(l)] as const, { exactRounding: true });
    const usual = jit((l: Tensor) => [length(l), grad(length)(l)] as const);
    const [a, b] = [exact(np.array(0.8)), usual(np.array(0.8))].map((pair) => pair.map((t) => t.item()));
    a!.forEach((value, k) => expect(Math.abs(b![k]! - value)).toBeLessThan(1e-12 * Math.abs(value)));
    expect(b).not.toEqual(a);
  });

  it("give the same bits whether a function is compiled or run at once", () => {
    const factors = (x: Tensor, c: Tensor): readonly [Tensor, Tensor] => {
      const double = c.mul(3);
      return foriLoop(
        0,
        20,
        (_, [y, z]) =>
          [
            np.sin(y.mul(c).mul(z).div(double).mul(1.1)),
            np.cos(z.div(c).mul(double).mul(y.sum()).div(double).sub(y.mul(c))),
          ] as const,
        [x, x.mul(0.3)] as const,
      );
    };
    const x = np.linspace(0.3, 1.7, 7);
    const c = np.array(0.7);
    const bits = (pair: readonly Tensor[]): unknown => pair.map((t) => t.toArray());
    expect(bits(jit(factors)(x, c))).toEqual(bits(factors(x, c)));
    const first = jit((at: Tensor) => factors(at, np.array(0.7))[0])(x);
    expect(first.toArray()).toEqual(factors(x, c)[0].toArray());
    expect(jit(descend)(start, c).toArray()).toEqual(descend(start, c).toArray());
  });

  it("give the same bits however the states are kept", () => {
    const loss = (keep: "all" | "blocks") =>
      grad((l: Tensor) => {
        const step = (at: Tensor): [Tensor, null] => [at.sub(grad(energy)(at, l).mul(0.01)), null];
        return scan(step, start, { length: 30, keep })[0].square().sum();
      });
    expect(loss("blocks")(np.array(0.8)).item()).toBe(loss("all")(np.array(0.8)).item());
  });
});
