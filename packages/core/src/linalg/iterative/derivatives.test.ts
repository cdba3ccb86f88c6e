import { describe, expect, it } from "@jest/globals";
import {
  bicgstab,
  cg,
  csr,
  gmres,
  grad,
  ilu0Preconditioner,
  jvp,
  minres,
  np,
  sparsePattern,
  vmap,
  type Tensor,
} from "../../index.js";
import { checkGrads } from "../../testing/checkGrads.js";

function largest(x: Tensor): number {
  return np.max(np.abs(x)).item();
}

describe.each([
  ["cg", cg, true],
  ["minres", minres, true],
  ["gmres", gmres, false],
  ["bicgstab", bicgstab, false],
] as const)("%s", (_, solver, symmetric) => {
  it("is differentiable through the equation, in both modes, to second order", () => {
    const small = sparsePattern({ shape: [4, 4], rows: [0, 0, 1, 1, 2, 2, 3], columns: [0, 1, 1, 2, 2, 3, 3] });
    const values = np.array([4, 1, 5, -1, 6, 0.5, 7]);
    const right = np.array([1, -2, 3, 0.5]);
    const solve = (v: Tensor, r: Tensor): Tensor => {
      const matrix = csr(small, v);
      const apply = (y: Tensor): Tensor =>
        symmetric ? matrix.matvec(y).add(matrix.transposeMatvec(y)) : matrix.matvec(y);
      return solver<Tensor>(apply, r, { rtol: 1e-14 }).x;
    };
    checkGrads((v: Tensor, r: Tensor) => solve(v, r).square().sum(), [values, right], { order: 2 });
    const w = np.array([1, 2, -1, 3]);
    const direction = [np.cos(np.arange(7)), np.sin(np.arange(4))] as const;
    const forward = jvp(solve, [values, right], [direction[0], direction[1]])[1].dot(w).item();
    const [ofValues, ofRight] = grad((v: Tensor, r: Tensor) => solve(v, r).dot(w), { argnums: [0, 1] })(values, right);
    const reverse = ofValues.dot(direction[0]).add(ofRight.dot(direction[1])).item();
    expect(Math.abs(forward - reverse)).toBeLessThan(1e-11);
    const many = vmap((r: Tensor) => solve(values, r))(np.stack([right, right.mul(2), right.flip()]));
    expect(largest(many.slice(0).sub(solve(values, right)))).toBeLessThan(1e-13);
  });
});

describe("derivatives of iterative solutions", () => {
  const pattern = sparsePattern({ shape: [3, 3], rows: [0, 0, 1, 1, 2], columns: [0, 1, 1, 2, 2] });
  const values = np.array([3, 1, 4, -1, 5]);

  it("do not depend on the start or the preconditioner", () => {
    const f = (v: Tensor, b: Tensor): Tensor => {
      const matrix = csr(pattern, v);
      const { x } = bicgstab((y: Tensor) => matrix.matvec(y), b, {
        rtol: 1e-14,
        x0: b.mul(0.1),
        preconditioner: ilu0Preconditioner(matrix),
      });
      return x.square().sum();
    };
    checkGrads(f, [values, np.array([1, 2, 3])], { order: 1 });
  });

  it("go through trees, and through what the matrix captures", () => {
    const f = (k: Tensor, b: { p: Tensor; q: Tensor }): Tensor => {
      const { x } = gmres(
        ({ p, q }: { p: Tensor; q: Tensor }) => ({ p: p.mul(k).add(q.sum()), q: q.mul(k.square()).add(p.sum()) }),
        b,
        { rtol: 1e-14 },
      );
      return x.p.square().sum().add(x.q.sum());
    };
    checkGrads(f, [np.array(3), { p: np.array([1, 2]), q: np.array([[1], [5]]) }], { order: 2 });
  });

  it("are none of iterations, residual and status", () => {
    const f = (b: Tensor): Tensor => cg((v: Tensor) => v.mul(3), b).residual.add(b.sum());
    expect(grad(f)(np.array([1, 2])).toArray()).toEqual([1, 1]);
  });
});
