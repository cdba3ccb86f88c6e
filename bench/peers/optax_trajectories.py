"""Which iterates does optax make? Writes the trajectories that packages/core/src/optim is tested against.

    python3 -m venv VENV && VENV/bin/pip install -r bench/peers/optax_requirements.txt
    VENV/bin/python bench/peers/optax_trajectories.py packages/core/src/optim/testdata/optax.json

All in float64 on the CPU. Numbers are written so that they read back to the same bits.
"""

import importlib.metadata
import json
import sys

import jax

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")

import jax.numpy as jnp  # noqa: E402
import optax  # noqa: E402

STEPS = 60


def in_float64(schedule):
    """optax counts in int32, and a schedule of an int32 is a float32; of a float64 it is a float64."""
    return lambda count: schedule(jnp.asarray(count, dtype=jnp.float64))


STORED = (1, 2, 3, 5, 10, 20, 40, 60)


def rosenbrock(x):
    return jnp.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def quadratic(x):
    """Condition number 100, minimum at [1, -1, 0.5, 2]."""
    d = x - jnp.array([1.0, -1.0, 0.5, 2.0])
    return 0.5 * jnp.sum(jnp.array([1.0, 4.0, 20.0, 100.0]) * d**2) + 0.5 * d[0] * d[1]


TIMES = jnp.arange(8) / 4.0
DATA = 2.5 * jnp.exp(-1.3 * TIMES) + 0.05 * jnp.array([1.0, -1.0, 1.0, 1.0, -1.0, -1.0, 1.0, -1.0])


def least_squares(x):
    """a exp(-b t) against data with a fixed disturbance."""
    return 0.5 * jnp.sum((x[0] * jnp.exp(-x[1] * TIMES) - DATA) ** 2)


PROBLEMS = {
    "rosenbrock": (rosenbrock, [-1.2, 1.0, -0.5]),
    "quadratic": (quadratic, [0.0, 0.0, 0.0, 0.0]),
    "leastSquares": (least_squares, [1.0, 0.5]),
}

# The names and options are those of simgrad; the test makes its own transformation of them.
OPTIMIZERS = {
    "sgd": lambda: optax.sgd(1e-3),
    "sgdMomentum": lambda: optax.sgd(5e-4, momentum=0.9),
    "sgdNesterov": lambda: optax.sgd(5e-4, momentum=0.9, nesterov=True),
    "adam": lambda: optax.adam(0.05),
    "adamOptions": lambda: optax.adam(0.02, b1=0.8, b2=0.95, eps=1e-6),
    "adamw": lambda: optax.adamw(0.05, weight_decay=0.01),
    "adamwMasked": lambda: optax.adamw(0.05, weight_decay=0.1, mask=False),
    "amsgrad": lambda: optax.amsgrad(0.05),
    "rmsprop": lambda: optax.rmsprop(0.01),
    "rmspropCentered": lambda: optax.rmsprop(0.01, decay=0.95, centered=True, momentum=0.5),
    "rmspropNesterov": lambda: optax.rmsprop(0.005, momentum=0.8, nesterov=True),
    "adagrad": lambda: optax.adagrad(0.3),
    "lion": lambda: optax.lion(0.01),
    "clip": lambda: optax.chain(optax.clip(0.7), optax.sgd(0.02)),
    "clipByGlobalNorm": lambda: optax.chain(optax.clip_by_global_norm(1.5), optax.sgd(0.02)),
    "addDecayedWeights": lambda: optax.chain(optax.add_decayed_weights(0.05), optax.sgd(1e-3)),
    "adamLinear": lambda: optax.adam(in_float64(optax.linear_schedule(0.1, 0.001, 40, 5))),
    "adamCosine": lambda: optax.adam(in_float64(optax.cosine_decay_schedule(0.1, 50, alpha=0.1))),
    "adamExponential": lambda: optax.adam(in_float64(optax.exponential_decay(0.1, 10, 0.5))),
    "adamWarmup": lambda: optax.adam(in_float64(optax.warmup_cosine_decay_schedule(0.0, 0.1, 10, 50))),
    "adamPiecewise": lambda: optax.adam(in_float64(optax.piecewise_constant_schedule(0.1, {10: 0.5, 30: 0.1}))),
    "scaleBySchedule": lambda: optax.chain(
        optax.scale_by_schedule(in_float64(optax.exponential_decay(1.0, 7, 0.3, staircase=True, end_value=0.02))),
        optax.scale(-1e-3),
    ),
}

SCHEDULES = {
    "constant": lambda: optax.constant_schedule(0.3),
    "linear": lambda: optax.linear_schedule(0.1, 0.001, 40, 5),
    "cosine": lambda: optax.cosine_decay_schedule(0.1, 50, alpha=0.1, exponent=1.5),
    "exponential": lambda: optax.exponential_decay(0.1, 10, 0.5, transition_begin=4),
    "exponentialStaircase": lambda: optax.exponential_decay(0.1, 10, 0.5, staircase=True, end_value=0.02),
    "exponentialGrowth": lambda: optax.exponential_decay(0.1, 10, 1.5, end_value=0.4),
    "piecewise": lambda: optax.piecewise_constant_schedule(0.1, {10: 0.5, 30: 0.1}),
    "warmup": lambda: optax.warmup_cosine_decay_schedule(0.01, 0.1, 10, 50, end_value=0.02),
    "join": lambda: optax.join_schedules(
        [optax.constant_schedule(0.1), optax.linear_schedule(0.1, 0.0, 10), optax.constant_schedule(0.05)], [7, 21]
    ),
}
COUNTS = (0, 1, 4, 5, 7, 9, 10, 11, 20, 21, 29, 30, 31, 45, 50, 51, 100)


def trajectory(problem, start, optimizer):
    gradient = jax.grad(problem)

    @jax.jit
    def step(x, state):
        updates, state = optimizer.update(gradient(x), state, x)
        return optax.apply_updates(x, updates), state

    x = jnp.array(start)
    state = optimizer.init(x)
    iterates = []
    for count in range(1, STEPS + 1):
        x, state = step(x, state)
        if count in STORED:
            iterates.append([float(entry) for entry in x])
    return iterates


def main(path):
    result = {
        "question": "the iterates of optax in float64; see bench/peers/optax_trajectories.py",
        "versions": {name: importlib.metadata.version(name) for name in ("optax", "jax", "jaxlib", "numpy")},
        "stored": list(STORED),
        "starts": {name: start for name, (_, start) in PROBLEMS.items()},
        "leastSquares": {"times": TIMES.tolist(), "data": DATA.tolist()},
        "trajectories": {
            name: {problem: trajectory(f, start, make()) for problem, (f, start) in PROBLEMS.items()}
            for name, make in OPTIMIZERS.items()
        },
        "counts": list(COUNTS),
        "schedules": {
            name: [float(in_float64(make())(count)) for count in COUNTS]
            for name, make in SCHEDULES.items()
        },
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(result, file, indent=None, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
