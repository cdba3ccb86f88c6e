"""Trajectories and evaluation counts of scipy, optax, optimistix and cma, for tests and for bench/peers/optimizersTable.mjs.

    python3 -m venv VENV && VENV/bin/pip install -r bench/peers/optimizers_requirements.txt
    VENV/bin/python bench/peers/optimizers.py packages/core/src/optim/solvers/testdata && npm run format

Writes trajectories.json (iterates on Rosenbrock, a bounded problem and a least-squares problem) and counts.json (evaluations
until the loss has come down to its least value, to 1e-8 of the way, on the standard problems).
"""

import importlib.metadata
import json
import math
import pathlib
import sys
import warnings

import equinox
import jax
import jax.numpy as jnp
import numpy as np
import optax
import optimistix
import scipy.optimize
from standard_problems import PROBLEMS

jax.config.update("jax_enable_x64", True)
warnings.simplefilter("ignore")

NEVER = 1e-300
LIMIT = 5000


def half_square(residual):
    return lambda x: 0.5 * jnp.sum(residual(x) ** 2)


class Counted:
    """A loss with its gradient; remembers the loss of each evaluation."""

    def __init__(self, residual):
        self.program = jax.jit(jax.value_and_grad(half_square(residual)))
        self.loss = jax.jit(half_square(residual))
        self.history = []

    def both(self, x):
        value, gradient = self.program(x)
        self.history.append(float(value))
        return float(value), np.asarray(gradient)

    def value(self, x):
        value = float(self.loss(x))
        self.history.append(value)
        return value


def scipy_run(residual, start, method, options, bounds=None, iterations=None):
    counted = Counted(residual)
    iterates = []
    kind = {"jac": True} if method != "Nelder-Mead" else {}
    if method == "Newton-CG":
        hessian_product = jax.jit(lambda x, v: jax.jvp(jax.grad(half_square(residual)), (x,), (v,))[1])
        kind["hessp"] = lambda x, v: np.asarray(hessian_product(x, v))
    limit = {} if iterations is None else {"maxiter": iterations}
    f = counted.both if method != "Nelder-Mead" else counted.value
    scipy.optimize.minimize(
        f,
        np.array(start, float),
        method=method,
        bounds=bounds,
        callback=lambda x: iterates.append(np.array(x, float).tolist()),
        options={**options, **limit},
        **kind,
    )
    return iterates, counted.history


SCIPY = {
    "bfgs": ("BFGS", {"gtol": NEVER, "maxiter": LIMIT}),
    "lbfgsb": ("L-BFGS-B", {"maxcor": 10, "gtol": 0, "ftol": 0, "maxfun": LIMIT, "maxiter": LIMIT}),
    "newtonCg": ("Newton-CG", {"xtol": NEVER, "maxiter": LIMIT}),
    "nelderMead": ("Nelder-Mead", {"xatol": 0, "fatol": 0, "maxfev": LIMIT, "maxiter": LIMIT}),
    "nelderMeadAdaptive": ("Nelder-Mead", {"xatol": 0, "fatol": 0, "maxfev": LIMIT, "maxiter": LIMIT, "adaptive": True}),
}


def optax_lbfgs(residual, start, iterations):
    """Iterates, and the number of evaluations and the loss after each."""
    loss = half_square(residual)
    solver = optax.lbfgs(memory_size=10)
    cached = optax.value_and_grad_from_state(loss)

    @jax.jit
    def step(x, state):
        value, gradient = cached(x, state=state)
        updates, state = solver.update(gradient, state, x, value=value, grad=gradient, value_fn=loss)
        return optax.apply_updates(x, updates), state

    x = jnp.array(start, float)
    state = solver.init(x)
    iterates, after = [], []
    evaluations = 1
    for _ in range(iterations):
        x, state = step(x, state)
        evaluations += int(optax.tree.get(state, "num_linesearch_steps"))
        iterates.append(np.asarray(x).tolist())
        after.append((evaluations, float(loss(x))))
        if not math.isfinite(after[-1][1]):
            break
    return iterates, after


def optimistix_run(residual, start, name, trials):
    """The point after each trial of a solver, and its loss."""
    solver = {
        "gaussNewton": optimistix.GaussNewton(rtol=NEVER, atol=NEVER),
        "levenbergMarquardt": optimistix.LevenbergMarquardt(rtol=NEVER, atol=NEVER),
    }[name]
    f = lambda x, _: (residual(x), None)
    x = jnp.array(start, float)
    shape = jax.eval_shape(lambda: f(x, None)[0])
    state = solver.init(f, x, None, {}, shape, None, frozenset())
    step = equinox.filter_jit(lambda x, state: solver.step(f, x, None, {}, state, frozenset())[:2])
    iterates, losses = [], []
    for _ in range(trials):
        x, state = step(x, state)
        iterates.append(np.asarray(x).tolist())
        losses.append(float(half_square(residual)(x)))
    return iterates, losses


def minpack_run(residual, start):
    history = []
    program = jax.jit(residual)
    jacobian = jax.jit(jax.jacfwd(residual))

    def f(x):
        r = np.asarray(program(x))
        history.append(0.5 * float(r @ r))
        return r

    n = len(start)
    if len(np.asarray(residual(jnp.array(start, float)))) < n:
        return history
    scipy.optimize.leastsq(
        f, np.array(start, float), Dfun=lambda x: np.asarray(jacobian(x)), ftol=1e-15, xtol=1e-15, gtol=0, maxfev=LIMIT
    )
    return history


def cma_run(residual, start, seed):
    import cma

    counted = Counted(residual)
    options = {"seed": seed, "verbose": -9, "maxfevals": LIMIT, "tolfun": 0, "tolx": 0, "tolfunhist": 0}
    cma.fmin(counted.value, np.array(start, float), 0.5, options)
    return counted.history


BOUNDED = {"start": [-1.2, 1.0, -1.2, 1.0, -1.2, 1.0], "lower": [-1.5, -0.5, -1.5, -0.5, -1.5, -0.5], "upper": [0.8, 2, 0.5, 2, 1.5, 0.6]}
CURVE_T = np.linspace(0, 3, 12)
CURVE_Y = 2.5 * np.exp(-1.3 * CURVE_T) + 0.5 + 0.05 * np.cos(9 * CURVE_T)


def decay(x):
    """The least-squares problem: an exponential with an offset against twelve values."""
    return x[0] * jnp.exp(-x[1] * jnp.array(CURVE_T)) + x[2] - jnp.array(CURVE_Y)


def chained_rosenbrock(x):
    """The bounded problem: Rosenbrock's function over neighbours."""
    return jnp.concatenate([10 * (x[1:] - x[:-1] ** 2), 1 - x[:-1]])


def trajectories():
    rosenbrock = PROBLEMS[0][2]
    start = [-1.2, 1.0]
    curve_start = [1.0, 0.5, 0.0]
    bounds = list(zip(BOUNDED["lower"], BOUNDED["upper"]))
    result = {"bounded": BOUNDED, "decay": {"t": CURVE_T.tolist(), "y": CURVE_Y.tolist(), "start": curve_start}, "runs": []}

    def add(solver, problem, rival, iterates, evaluations):
        result["runs"].append(
            {"solver": solver, "problem": problem, "rival": rival, "evaluations": evaluations, "iterates": iterates}
        )

    for name, (method, options) in SCIPY.items():
        count = 60 if method == "Nelder-Mead" else 25
        for problem, residual, at, limits in [
            ("rosenbrock", rosenbrock, start, None),
            ("decay", decay, curve_start, None),
            ("bounded", chained_rosenbrock, BOUNDED["start"], bounds),
        ]:
            if limits is not None and name not in ("lbfgsb", "nelderMead"):
                continue
            iterates, history = scipy_run(residual, at, method, options, limits, count)
            add(name, problem, f"scipy {method}", iterates, len(history))
    for problem, residual, at in [("rosenbrock", rosenbrock, start), ("decay", decay, curve_start)]:
        iterates, after = optax_lbfgs(residual, at, 25)
        add("lbfgs", problem, "optax lbfgs", iterates, after[-1][0])
        # The first trial of optimistix is the start itself.
        for name in ("gaussNewton", "levenbergMarquardt"):
            iterates, losses = optimistix_run(residual, at, name, 21)
            add(name, problem, f"optimistix {name}", iterates[1:], len(losses))
    return result


def first_below(history, target):
    for i, (evaluations, loss) in enumerate(history):
        if loss <= target:
            return evaluations
    return None


def enumerated(losses):
    return list(enumerate(losses, 1))


def counts():
    rows = []
    for name, start, residual in PROBLEMS:
        histories = {}
        for solver, (method, options) in SCIPY.items():
            if solver == "nelderMeadAdaptive":
                continue
            histories[f"scipy {method}"] = enumerated(scipy_run(residual, start, method, options)[1])
        histories["optax lbfgs"] = optax_lbfgs(residual, start, 1000)[1]
        histories["optimistix levenbergMarquardt"] = enumerated(optimistix_run(residual, start, "levenbergMarquardt", 500)[1])
        histories["minpack lm"] = enumerated(minpack_run(residual, start))
        for seed in range(1, 6):
            histories[f"cma seed {seed}"] = enumerated(cma_run(residual, start, seed))
        first = float(half_square(residual)(jnp.array(start, float)))
        # Each counts to the least value of its own basin: some problems have several minima.
        row = {"problem": name, "first": first, "rivals": {}}
        for rival, history in histories.items():
            finite = [loss for _, loss in history if math.isfinite(loss)]
            least = min(finite, default=first)
            target = least + 1e-8 * (first - least)
            row["rivals"][rival] = {"least": least, "evaluations": first_below(history, target)}
        print(name, {k: (v["evaluations"], f"{v['least']:.3g}") for k, v in row["rivals"].items()}, file=sys.stderr)
        rows.append(row)
    return rows


def main(folder):
    packages = ["numpy", "scipy", "jax", "optax", "optimistix", "cma"]
    versions = {name: importlib.metadata.version(name) for name in packages}
    path = pathlib.Path(folder)
    for name, make in [("trajectories", trajectories), ("counts", counts)]:
        content = {"madeBy": "bench/peers/optimizers.py", "versions": versions, name: make()}
        (path / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n")


main(sys.argv[1])
