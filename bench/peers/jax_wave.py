"""JAX on work W1: the leapfrog wave of bench/wave.mjs, forward and value and gradient.

Shifts are concatenations with a zero: of `roll` with a mask, `pad` with slices and `concatenate`, the last was the fastest
on the CPU, so it is the strongest form of this rival.
"""

import jax

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_enable_compilation_cache", False)

import jax.numpy as jnp
import numpy as np
from jax import lax

from serve import serve


def simulation(cells, dt, steps, variant):
    """The function speed -> final field; `variant` says how reverse mode keeps the states."""
    dx = 1.0 / (cells - 1)

    def step(state, _):
        before, now = state
        zero = jnp.zeros(1, now.dtype)
        left = jnp.concatenate([zero, now[:-1]])
        right = jnp.concatenate([now[1:], zero])
        after = 2 * now - before + courant_squared * (left - 2 * now + right)
        return (now, after), None

    def final(speed):
        nonlocal courant_squared
        x = jnp.linspace(0.0, 1.0, cells, dtype=speed.dtype)
        courant_squared = (speed * (dt / dx)) ** 2
        state = (jnp.exp(-((5 * (x - 0.5)) ** 2)), jnp.exp(-((5 * (x - 0.5 - speed * dt)) ** 2)))
        return march(state)[1]

    courant_squared = None

    def march(state):
        if variant == "fori_loop":
            return lax.fori_loop(0, steps, lambda _, s: step(s, None)[0], state)
        if variant in ("scan", "stored"):
            return lax.scan(step, state, None, length=steps)[0]
        if variant == "unroll 2":
            return lax.scan(step, state, None, length=steps, unroll=2)[0]
        if variant == "checkpoint a step":
            return lax.scan(jax.checkpoint(step), state, None, length=steps)[0]
        if variant in ("blocks of 50", "blocks of 50, unroll 2"):
            unroll = 2 if variant.endswith("unroll 2") else 1
            block = jax.checkpoint(lambda s, _: lax.scan(step, s, None, length=50, unroll=unroll))
            return lax.scan(block, state, None, length=steps // 50)[0]
        raise ValueError(f"no variant {variant!r}")

    return final


def start(request):
    given = request["input"]
    dtype = np.dtype(request["dtype"])
    speed = jax.device_put(np.array(given["speed"], dtype))
    target = jax.device_put(np.array(given["target"], dtype))
    final = simulation(given["cells"], given["dt"], given["steps"], request["variant"])
    if request["work"] == "W1 forward":
        forward = jax.jit(final)
        return lambda: forward(speed).block_until_ready(), lambda field: {"field": field.tolist()}

    loss_and_gradient = jax.jit(jax.value_and_grad(lambda c: jnp.linalg.norm(final(c) - target)))
    return (
        lambda: jax.block_until_ready(loss_and_gradient(speed)),
        lambda value: {"loss": value[0].item(), "gradient": value[1].tolist()},
    )


if __name__ == "__main__":
    serve(start)
