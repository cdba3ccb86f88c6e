import { describe, expect, it } from "@jest/globals";
import {
  bicgstab,
  cg,
  csr,
  gmres,
  ilu0Preconditioner,
  jacobiPreconditioner,
  jit,
  minres,
  np,
  solveStatusOf,
  sparseSolve,
  sparsePattern,
  type IterativeOptions,
  type IterativeResult,
  type LinearMap,
  type Tensor,
} from "../../index.js";
import type { Liftable, Tensors } from "../../trace/treeTypes.js";
import { backendNames } from "../../compile/backends.js";
import { ArgumentError, DTypeError, ShapeError, TreeError } from "../../util/errors.js";
import { laplacianPattern, scatteredPattern } from "../../testing/sparsePatterns.js";

type Solver = <V>(
  matvec: LinearMap<V>,
  b: V | Liftable<Tensors<V>>,
  options?: IterativeOptions<V>,
) => IterativeResult<V>;

const solvers: readonly (readonly [name: string, solver: Solver, symmetric: boolean])[] = [
  ["cg", cg, true],
  ["minres", minres, true],
  ["gmres", gmres, false],
  ["bicgstab", bicgstab, false],
];

const pattern = sparsePattern(laplacianPattern(6));
const n = 36;
const laplacian = csr(
  pattern,
  Float64Array.from(pattern.rows, (row, e) => (row === pattern.columns[e] ? 4 : -1)),
);
const b = np.sin(np.arange(n).mul(1.7));
const general = (() => {
  const own = sparsePattern(scatteredPattern(n, 3, 2));
  return csr(
    own,
    Float64Array.from(own.rows, (row, e) =>
      row === own.columns[e] ? 4 + Math.sin(row) : Math.cos(3 * row + own.columns[e]!),
    ),
  );
})();
const A = (v: Tensor): Tensor => laplacian.matvec(v);

function statusName({ status }: { readonly status: Tensor }): string {
  return solveStatusOf(status).name;
}

function largest(x: Tensor): number {
  return np.max(np.abs(x)).item();
}

describe.each(solvers)("%s", (_, solver, symmetric) => {
  it("solves, and says how", () => {
    const matrix = symmetric ? laplacian : general;
    const result = solver((v: Tensor) => matrix.matvec(v), b);
    expect(statusName(result)).toBe("converged");
    expect(result.iterations.item()).toBeGreaterThan(3);
    expect(result.iterations.item()).toBeLessThan(40);
    const norm = np.sqrt(b.square().sum()).item();
    expect(result.residual.item()).toBeLessThan(1e-10 * norm);
    expect(largest(result.x.sub(sparseSolve(matrix, b)))).toBeLessThan(1e-9);
    expect(solveStatusOf(result.status).remedy).toBe("");
  });

  it("gives the same bits compiled or not, on every backend", () => {
    const eager = solver(A, b);
    for (const backend of backendNames) {
      const compiled = jit((right: Tensor) => solver(A, right), { backend })(b);
      expect(compiled.x.toArray()).toEqual(eager.x.toArray());
      expect(compiled.iterations.item()).toBe(eager.iterations.item());
    }
  });

  it("knows trivial cases without NaN", () => {
    const zero = solver(A, np.zeros([n]));
    expect([statusName(zero), zero.iterations.item(), largest(zero.x)]).toEqual(["converged", 0, 0]);
    const elsewhere = solver(A, np.zeros([n]), { x0: b });
    expect([statusName(elsewhere), largest(elsewhere.x)]).toEqual(["converged", 0]);
    const known = solver(A, A(b), { x0: b });
    expect([statusName(known), known.iterations.item(), known.x.toArray()]).toEqual(["converged", 0, b.toArray()]);
    const identity = solver((v: Tensor) => v, b);
    expect([statusName(identity), identity.iterations.item()]).toEqual(["converged", 1]);
    expect(largest(identity.x.sub(b))).toBeLessThan(1e-14);
    expect(solver((v: Tensor) => v.mul(3), np.array([6])).x.toArray()).toEqual([2]);
    expect(statusName(solver((v: Tensor) => v.mul([1, 0, 2]), np.array([1, 0, 2])))).toBe("converged");
    expect(solver((v: Tensor) => v, b.slice([0, 0])).x.shape).toEqual([0]);
  });

  it("ends with a finite x and a status where it fails", () => {
    const ends = [
      solver((v: Tensor) => v.mul(0), b),
      solver((v: Tensor) => v.mul(NaN), b),
      solver(A, b.mul(NaN)),
      solver(A, b.mul(Infinity)),
      solver(A, b, { maxIterations: 3 }),
      solver(A, b, { maxIterations: 0 }),
      solver(A, b, { preconditioner: (v: Tensor) => v.mul(NaN) }),
      solver((v: Tensor) => v.mul([1, 0, 2]), np.array([1, 1, 2])),
      solver(A, b, { rtol: 1e-30, maxIterations: 400 }),
    ];
    for (const end of ends) {
      expect(largest(end.x)).toBeLessThan(Infinity);
      expect(end.residual.item()).not.toBeNaN();
      expect(statusName(end)).not.toBe("converged");
    }
    expect(ends.slice(1, 4).map(statusName)).toEqual(["nonFinite", "nonFinite", "nonFinite"]);
    expect(ends.slice(4, 6).map(statusName)).toEqual(["maxIterations", "maxIterations"]);
    expect(largest(solver(A, b, { x0: b.mul(NaN) }).x)).toBeLessThan(10);
  });

  it("takes a start, tolerances and trees", () => {
    const near = solver(A, b, { x0: sparseSolve(laplacian, b).add(1e-6) });
    expect(near.iterations.item()).toBeLessThan(solver(A, b).iterations.item());
    expect(statusName(near)).toBe("converged");
    const rough = solver(A, b, { rtol: 0, atol: 0.1 });
    expect(rough.residual.item()).toBeLessThanOrEqual(0.1);
    expect(rough.residual.item()).toBeGreaterThan(1e-4);
    const tree = solver(({ p, q }: { p: Tensor; q: Tensor }) => ({ p: p.mul(3).add(q.sum()), q: q.mul(4).add(p) }), {
      p: np.array(5),
      q: np.array([[5], [5]]),
    });
    expect(largest(tree.x.p.sub(1))).toBeLessThan(1e-9);
    expect(tree.x.q.shape).toEqual([2, 1]);
    expect(largest(tree.x.q.sub(1))).toBeLessThan(1e-9);
  });

  it("takes fewer steps with a preconditioner", () => {
    const scales = np.linspace(1, 30, n);
    const matrix = csr(
      pattern,
      laplacian.values
        .mul(np.take(scales, Int32Array.from(pattern.rows)))
        .mul(np.take(scales, Int32Array.from(pattern.columns))),
    );
    const apply = (v: Tensor): Tensor => matrix.matvec(v);
    const none = solver(apply, b, { maxIterations: 1000 });
    const jacobi = solver(apply, b, { preconditioner: jacobiPreconditioner(matrix) });
    expect(statusName(jacobi)).toBe("converged");
    expect(jacobi.iterations.item()).toBeLessThan(none.iterations.item());
    expect(largest(jacobi.x.sub(sparseSolve(matrix, b)))).toBeLessThan(1e-8);
    const ilu = solver(apply, b, { preconditioner: ilu0Preconditioner(matrix) });
    expect(statusName(ilu)).toBe("converged");
    expect(ilu.iterations.item()).toBeLessThan(jacobi.iterations.item());
  });

  it("keeps float32", () => {
    const { x, residual } = solver((v: Tensor) => v.mul(2), b.astype("float32"));
    expect([x.dtype, residual.dtype]).toEqual(["float32", "float32"]);
    expect(largest(x.astype("float64").mul(2).sub(b))).toBeLessThan(1e-5);
  });

  it("refuses what does not fit", () => {
    expect(() => solver((v: Tensor) => v.slice([0, 2]), b)).toThrow(ShapeError);
    expect(() => solver((v: Tensor) => v.astype("float32"), b)).toThrow(DTypeError);
    expect(() => solver(A, np.arange(n).astype("int32"))).toThrow(DTypeError);
    expect(() => solver(A, b, { x0: np.ones([3]) })).toThrow(ShapeError);
    expect(() => solver(A, b, { x0: [b] as unknown as Tensor })).toThrow(TreeError);
    expect(() => solver(A, b, { preconditioner: (v: Tensor) => v.sum() })).toThrow(ShapeError);
    expect(() => solver(A, b, { rtol: -1 })).toThrow(ArgumentError);
    expect(() => solver(A, b, { maxIterations: 1.5 })).toThrow(ArgumentError);
  });
});

describe("the methods", () => {
  const indefinite = (v: Tensor): Tensor => A(v).sub(v.mul(2.9));

  it("cg and preconditioners say that a matrix is not positive definite", () => {
    expect(statusName(cg(indefinite, b))).toBe("indefinite");
    expect(statusName(cg(A, b, { preconditioner: (v: Tensor) => v.neg() }))).toBe("indefinite");
    expect(statusName(minres(A, b, { preconditioner: (v: Tensor) => v.neg() }))).toBe("indefinite");
  });

  it("minres and gmres solve with an indefinite matrix", () => {
    for (const result of [minres(indefinite, b), gmres(indefinite, b, { restart: n })]) {
      expect(statusName(result)).toBe("converged");
      expect(largest(indefinite(result.x).sub(b))).toBeLessThan(1e-8);
    }
  });

  it("bicgstab breaks down on a rotation, gmres solves it when it may keep as many vectors as there are unknowns", () => {
    const rotation = (v: Tensor): Tensor => np.stack([v.slice(1), v.slice(0).neg()]);
    const right = np.array([1, 0]);
    expect(statusName(bicgstab(rotation, right))).toBe("breakdown");
    expect(statusName(gmres(rotation, right, { restart: 1 }))).toBe("stagnated");
    expect(gmres(rotation, right).x.toArray()).toEqual([0, 1]);
  });

  it("gmres needs as many steps as it has unknowns at most, and can start again", () => {
    const whole = gmres((v: Tensor) => general.matvec(v), b, { restart: n });
    const restarted = gmres((v: Tensor) => general.matvec(v), b, { restart: 4 });
    expect(whole.iterations.item()).toBeLessThanOrEqual(n);
    expect(statusName(restarted)).toBe("converged");
    expect(() => gmres(A, b, { restart: 0 })).toThrow(ArgumentError);
  });

  it("the incomplete factorization is complete where there is no fill, and needs a diagonal", () => {
    const chain = sparsePattern({
      shape: [5, 5],
      rows: [0, 1, 2, 3, 4, 1, 2, 3, 4, 0, 1, 2, 3],
      columns: [0, 1, 2, 3, 4, 0, 1, 2, 3, 1, 2, 3, 4],
    });
    const matrix = csr(
      chain,
      Float64Array.from(chain.rows, (row, e) => (row === chain.columns[e] ? 3 : -1)),
    );
    const right = np.array([1, 2, 3, 4, 5]);
    const { iterations } = gmres((v: Tensor) => matrix.matvec(v), right, {
      preconditioner: ilu0Preconditioner(matrix),
    });
    expect(iterations.item()).toBe(1);
    const without = csr(sparsePattern({ shape: [2, 2], rows: [0, 1], columns: [1, 0] }), [1, 1]);
    expect(() => ilu0Preconditioner(without)).toThrow(/without an entry in row and column 0/);
  });
});
