"""Golden solutions of sparse systems for packages/core/src/linalg/sparse.

Writes packages/core/src/linalg/sparse/testdata/scipy.json: matrices by rows, right-hand sides, solutions by scipy's SuperLU with
refinement in extended precision, and the derivatives that follow from the equation: for L = w . x the gradients by values and by b,
and for a direction (dvalues, db) the tangent dx.
Run with scipy as in requirements.txt: `python bench/peers/sparse_golden.py`, then `npm run format`.
"""

import json
import pathlib

import numpy as np
import scipy.sparse as sp
import scipy.sparse.linalg as spl

rng = np.random.default_rng(20260101)


def refined(a, b):
    """The solution, its residual computed in extended precision until it no longer changes."""
    lu = spl.splu(a.tocsc())
    dense = a.toarray().astype(np.longdouble)
    x = lu.solve(b).astype(np.longdouble)
    for _ in range(10):
        x = x + lu.solve((b.astype(np.longdouble) - dense @ x).astype(np.float64))
    return x.astype(np.float64)


def case(name, a):
    a = sp.csr_matrix(a)
    a.sum_duplicates()
    a.sort_indices()
    n = a.shape[0]
    rows = np.repeat(np.arange(n), np.diff(a.indptr))
    b, w, db = rng.standard_normal((3, n))
    dvalues = rng.standard_normal(a.nnz)
    x = refined(a, b)
    adjoint = refined(a.T.tocsr(), w)
    da = sp.csr_matrix((dvalues, a.indices, a.indptr), shape=a.shape)
    return {
        "name": name,
        "shape": list(a.shape),
        "rowPointers": a.indptr.tolist(),
        "columns": a.indices.tolist(),
        "values": a.data.tolist(),
        "b": b.tolist(),
        "w": w.tolist(),
        "dvalues": dvalues.tolist(),
        "db": db.tolist(),
        "condition": float(np.linalg.cond(a.toarray())),
        "x": x.tolist(),
        "gradientOfB": adjoint.tolist(),
        "gradientOfValues": (-adjoint[rows] * x[a.indices]).tolist(),
        "tangent": refined(a, db - da @ x).tolist(),
    }


def laplacian(side):
    one = sp.diags([-1, 2, -1], [-1, 0, 1], shape=(side, side))
    return sp.kronsum(one, one)


def scattered(n, density):
    a = sp.random(n, n, density=density, random_state=rng, data_rvs=lambda size: rng.uniform(-1, 1, size))
    return a + sp.diags(rng.uniform(2, 3, n))


def newton(n):
    """I - h J of a stiff network: rates over eight orders of magnitude."""
    source, target = rng.integers(0, n, (2, 2 * n))
    rates = 10.0 ** rng.uniform(-4, 4, 2 * n)
    keep = source != target
    source, target, rates = source[keep], target[keep], rates[keep]
    j = sp.coo_matrix((rates, (target, source)), shape=(n, n)) - sp.coo_matrix((rates, (source, source)), shape=(n, n))
    return sp.identity(n) - 0.01 * j


# a cycle with a full row: no diagonal entry but one
permuted = np.diag(rng.uniform(1, 2, 9), 1) + np.diag([1.5], -9)
permuted[4, :] += 0.25

cases = [
    case("one number", [[3.0]]),
    case("laplacian 8 x 8", laplacian(8)),
    case("scattered 30", scattered(30, 0.1)),
    case("scattered 60", scattered(60, 0.04)),
    case("newton matrix of 40 species", newton(40)),
    case("zeros on the diagonal", permuted),
]

target = pathlib.Path(__file__).parents[2] / "packages/core/src/linalg/sparse/testdata/scipy.json"
target.parent.mkdir(parents=True, exist_ok=True)
target.write_text(json.dumps({"scipy": __import__("scipy").__version__, "cases": cases}, indent=1) + "\n")
