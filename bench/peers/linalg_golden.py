"""Golden values and derivatives of JAX for packages/core/src/linalg.

Writes packages/core/src/linalg/testdata/jax.json: for functions of matrices their outputs, the tangents of these in a seeded direction
(jvp), and the cotangents of the arguments for seeded cotangents (vjp), all in float64. Matrices of 12 rows are projected on seeded
weights, to keep the file small. Run with jax as in requirements.txt: `python bench/peers/linalg_golden.py`, then `npm run format`.
"""

import json
import pathlib

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import jax.scipy.linalg as jsp
import numpy as np


def numbers(shape, seed):
    """Numbers from -0.5 to 0.5 of the minimal standard generator (Park and Miller 1988); the test makes the same ones."""
    out = []
    for _ in range(int(np.prod(shape))):
        seed = seed * 16807 % 2147483647
        out.append(seed / 2147483647 - 0.5)
    return np.array(out).reshape(shape)


def general(*shape, seed=1):
    """Well-conditioned, if square."""
    a = numbers(shape, seed)
    return a + np.eye(*shape[-2:]) if shape[-1] == shape[-2] else a


def symmetric(*shape, seed=2):
    a = numbers(shape, seed)
    return (a + np.swapaxes(a, -1, -2)) / 2 + np.diag(np.arange(shape[-1]) * 0.75)


def definite(*shape, seed=3):
    return symmetric(*shape, seed=seed) + 2 * np.eye(shape[-1])


def graded(n, seed=4):
    """Of condition 1e6: singular values from 1 down to 1e-6 between random orthogonal matrices."""
    u = np.linalg.qr(numbers((n, n), seed))[0]
    v = np.linalg.qr(numbers((n, n), seed + 1))[0]
    return u @ np.diag(np.logspace(0, -6, n)) @ v


def graded_definite(n, seed=6):
    u = np.linalg.qr(numbers((n, n), seed))[0]
    a = u @ np.diag(np.logspace(0, -6, n)) @ u.T
    return (a + a.T) / 2


def signs(x):
    """By which the entry of largest absolute value of each column becomes positive."""
    largest = jnp.take_along_axis(x, jnp.argmax(jnp.abs(x), axis=-2, keepdims=True), axis=-2)
    return jnp.where(largest < 0, -1.0, 1.0)


def eigh(a):
    w, v = jnp.linalg.eigh(a)
    return w, v * signs(v)


def svd(a):
    u, s, vh = jnp.linalg.svd(a, full_matrices=False)
    return u * signs(u), s, vh * jnp.swapaxes(signs(u), -1, -2)


functions = {
    "solve": jnp.linalg.solve,
    "inv": jnp.linalg.inv,
    "det": jnp.linalg.det,
    "slogDet": lambda a: tuple(jnp.linalg.slogdet(a)),
    "lu": jax.numpy.vectorize(jsp.lu, signature="(n,n)->(n,n),(n,n),(n,n)"),
    "cholesky": jnp.linalg.cholesky,
    "qr": lambda a: tuple(jnp.linalg.qr(a)),
    "eigh": eigh,
    "svd": svd,
    "pinv": jnp.linalg.pinv,
    "lstsq": lambda a, b: jnp.linalg.lstsq(a, b)[0],
    "expm": jsp.expm,
    "triangularSolve": lambda a, b: jsp.solve_triangular(a, b, lower=True),
    "triangularSolve upper": lambda a, b: jsp.solve_triangular(a, b, lower=False),
    "triangularSolve transposed": lambda a, b: jsp.solve_triangular(a, b, lower=True, trans=1),
    "triangularSolve unit": lambda a, b: jsp.solve_triangular(a, b, lower=True, unit_diagonal=True),
    "matrixPower 5": lambda a: jnp.linalg.matrix_power(a, 5),
    "matrixPower -2": lambda a: jnp.linalg.matrix_power(a, -2),
    "norm": jnp.linalg.norm,
    "norm nuc": lambda a: jnp.linalg.norm(a, "nuc"),
    "norm 2": lambda a: jnp.linalg.norm(a, 2),
    "norm 1": lambda a: jnp.linalg.norm(a, 1),
    "norm Infinity": lambda a: jnp.linalg.norm(a, jnp.inf),
    "norm 3 of rows": lambda a: jnp.linalg.norm(a, 3, axis=1),
}

inputs = {
    **{f"general{n}": general(n, n) for n in (1, 2, 3, 5, 12)},
    **{f"symmetric{n}": symmetric(n, n) for n in (1, 2, 3, 5, 12)},
    **{f"definite{n}": definite(n, n) for n in (1, 2, 3, 5, 12)},
    "graded5": graded(5),
    "gradedDefinite5": graded_definite(5),
    "batch": general(2, 2, 3, 3),
    "batchSymmetric": symmetric(2, 2, 3, 3),
    "batchDefinite": definite(2, 2, 3, 3),
    "batchColumns": numbers((2, 3, 2), 8),
    "tall": general(5, 3),
    "wide": general(3, 5),
    "long": general(12, 4),
    **{f"vector{n}": numbers((n,), 9) for n in (1, 2, 3, 5, 12)},
    **{f"columns{n}": numbers((n, 2), 10) for n in (1, 2, 3, 5, 12)},
    "large5": general(5, 5) * 20,
}

squares = [f"general{n}" for n in (1, 2, 3, 5, 12)] + ["graded5", "batch"]
calls = [
    *[("solve", [f"general{n}", f"vector{n}"]) for n in (1, 2, 3, 5, 12)],
    *[("solve", [f"general{n}", f"columns{n}"]) for n in (2, 3, 5, 12)],
    ("solve", ["graded5", "vector5"]),
    ("solve", ["batch", "batchColumns"]),
    *[(name, [a]) for name in ("inv", "det", "slogDet", "lu", "qr", "svd", "pinv", "expm") for a in squares],
    *[("cholesky", [f"definite{n}"]) for n in (1, 2, 3, 5, 12)],
    ("cholesky", ["gradedDefinite5"]),
    ("cholesky", ["batchDefinite"]),
    *[("eigh", [f"symmetric{n}"]) for n in (1, 2, 3, 5, 12)],
    ("eigh", ["gradedDefinite5"]),
    ("eigh", ["batchSymmetric"]),
    *[(name, [a]) for name in ("qr", "svd", "pinv") for a in ("tall", "wide", "long")],
    ("expm", ["large5"]),
    ("lstsq", ["tall", "vector5"]),
    ("lstsq", ["wide", "columns3"]),
    ("lstsq", ["long", "columns12"]),
    ("lstsq", ["graded5", "vector5"]),
    *[("triangularSolve", [f"general{n}", f"columns{n}"]) for n in (1, 2, 3, 5, 12)],
    *[(f"triangularSolve {kind}", ["general5", "vector5"]) for kind in ("upper", "transposed", "unit")],
    *[(f"triangularSolve {kind}", ["general12", "columns12"]) for kind in ("upper", "transposed", "unit")],
    *[(f"matrixPower {k}", ["general3"]) for k in (5, -2)],
    *[(f"norm {kind}", ["tall"]) for kind in ("nuc", "2", "1", "Infinity", "3 of rows")],
    ("norm", ["batch"]),
]


def listed(x):
    """17 digits for inputs: they are what they are."""
    return {"shape": list(np.shape(x)), "data": [float(f"{each:.17g}") for each in np.ravel(np.asarray(x, float))]}


def result(x, index):
    """15 digits; or, of much, the projection on weights."""
    x = np.asarray(x, float)
    values = np.ravel(x)
    if values.size > 30:
        return {"shape": list(x.shape), "projection": float(f"{values @ np.ravel(numbers(x.shape, 301 + index)):.15g}")}
    return {"shape": list(x.shape), "data": [float(f"{each:.15g}") for each in values]}


def case(name, names):
    args = [jnp.asarray(inputs[each]) for each in names]
    single = lambda *a: (lambda out: out if isinstance(out, tuple) else (out,))(functions[name](*a))
    tangents = [jnp.asarray(numbers(a.shape, 101 + k)) for k, a in enumerate(args)]
    outputs, moved = jax.jvp(single, args, tangents)
    pulled = jax.vjp(single, *args)[1](tuple(jnp.asarray(numbers(o.shape, 201 + k)) for k, o in enumerate(outputs)))
    return {
        "function": name,
        "args": names,
        "condition": float(f"{max(np.max(np.linalg.cond(np.atleast_2d(inputs[names[0]]))), 1):.3g}"),
        "outputs": [result(o, k) for k, o in enumerate(outputs)],
        "tangents": [result(o, k) for k, o in enumerate(moved)],
        "cotangents": [result(o, k) for k, o in enumerate(pulled)],
    }


if __name__ == "__main__":
    path = pathlib.Path(__file__).parents[2] / "packages/core/src/linalg/testdata/jax.json"
    path.parent.mkdir(exist_ok=True)
    used = {each for _, names in calls for each in names}
    golden = {
        "jax": jax.__version__,
        "inputs": {name: listed(x) for name, x in inputs.items() if name in used},
        "cases": [case(*call) for call in calls],
    }
    path.write_text(json.dumps(golden))
    print(path, path.stat().st_size)
