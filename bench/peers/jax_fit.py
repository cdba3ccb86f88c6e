"""JAX and optax on the inversion of bench/fit.mjs: L-BFGS with its zoom line search, value and gradient taken over from it.

A step of the optimizer is one compiled program. The gradient keeps every fiftieth state (jax.checkpoint): against keeping all
and against one checkpoint a step it was twice as fast. The metric is a change of variables inside the loss, as a tridiagonal
solve or as a product with the dense inverse; which one needs fewer evaluations is a matter of rounding, so both run.
"""

import math

import jax

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_enable_compilation_cache", False)

import jax.numpy as jnp
import numpy as np
import optax
from jax import lax

from serve import serve


def final_field(cells, dt, steps):
    """The function speed -> final field, as in jax_wave.py."""
    dx = 1.0 / (cells - 1)

    def final(speed):
        x = jnp.linspace(0.0, 1.0, cells, dtype=speed.dtype)
        courant_squared = (speed * (dt / dx)) ** 2
        zero = jnp.zeros(1, speed.dtype)

        def step(state, _):
            before, now = state
            left = jnp.concatenate([zero, now[:-1]])
            right = jnp.concatenate([now[1:], zero])
            return (now, 2 * now - before + courant_squared * (left - 2 * now + right)), None

        state = (jnp.exp(-((5 * (x - 0.5)) ** 2)), jnp.exp(-((5 * (x - 0.5 - speed * dt)) ** 2)))
        block = jax.checkpoint(lambda s, _: lax.scan(step, s, None, length=50))
        return lax.scan(block, state, None, length=steps // 50)[0][1]

    return final


def sobolev(cells, length, dtype, variant):
    """The function z -> (I - l^2 D2)^-1 z with Neumann ends."""
    ratio = (length * (cells - 1)) ** 2
    diagonal = np.full(cells, 1 + 2 * ratio)
    diagonal[[0, -1]] = 1 + ratio
    beside = np.full(cells - 1, -ratio)
    if variant == "dense inverse":
        matrix = np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1)
        inverse = jnp.array(np.linalg.inv(matrix), dtype)
        return lambda z: inverse @ z
    if variant == "tridiagonal":
        lower = jnp.array(np.concatenate([[0], beside]), dtype)
        upper = jnp.array(np.concatenate([beside, [0]]), dtype)
        middle = jnp.array(diagonal, dtype)
        return lambda z: lax.linalg.tridiagonal_solve(lower, middle, upper, z[:, None])[:, 0]
    raise ValueError(f"no variant {variant!r}")


def start(request):
    given = request["input"]
    dtype = np.dtype(request["dtype"])
    speed, target, truth = (jax.device_put(np.array(given[name], dtype)) for name in ("speed", "target", "truth"))
    final = final_field(given["cells"], given["dt"], given["steps"])
    metric = sobolev(given["cells"], given["length"], dtype, request["variant"])
    solver = optax.lbfgs(memory_size=given["memory"])

    def loss(z):
        return 0.5 * jnp.sum((final(speed + metric(z)) - target) ** 2)

    value_and_gradient = optax.value_and_grad_from_state(loss)

    @jax.jit
    def step(z, state):
        value, gradient = value_and_gradient(z, state=state)
        updates, state = solver.update(gradient, state, z, value=value, grad=gradient, value_fn=loss)
        z = optax.apply_updates(z, updates)
        rmse = jnp.sqrt(jnp.mean((speed + metric(z) - truth) ** 2))
        return z, state, rmse, optax.tree.get(state, "num_linesearch_steps")

    def fit():
        z = jnp.zeros_like(speed)
        state = solver.init(z)
        # The first step evaluates the start; after that each trial of the line search is one evaluation.
        evaluations, best = 1, math.inf
        while best > given["goal"] and evaluations < given["limit"]:
            z, state, rmse, trials = step(z, state)
            rmse, trials = jax.device_get((rmse, trials))
            best = min(best, float(rmse))
            evaluations += int(trials)
            if trials == 0 or not math.isfinite(rmse):
                break
        return z, best, evaluations

    def read(value):
        z, best, evaluations = value
        return {"speed": (speed + metric(z)).tolist(), "rmse": best, "evaluations": evaluations}

    return fit, read


serve(start)
