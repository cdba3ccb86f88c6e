"""Twenty problems of More, Garbow and Hillstrom, ACM TOMS 7 (1981), as packages/core/src/testing/standardProblems.ts has them."""

import math

import jax.numpy as jnp


def rosenbrock(x):
    a, b = x
    return jnp.stack([10 * (b - a**2), 1 - a])


def freudenstein_roth(x):
    a, b = x
    return jnp.stack([-13 + a + ((5 - b) * b - 2) * b, -29 + a + ((b + 1) * b - 14) * b])


def powell_badly_scaled(x):
    a, b = x
    return jnp.stack([1e4 * (a * b) - 1, jnp.exp(-a) + jnp.exp(-b) - 1.0001])


def brown_badly_scaled(x):
    a, b = x
    return jnp.stack([a - 1e6, b - 2e-6, a * b - 2])


def beale(x):
    a, b = x
    return jnp.stack([y - a * (1 - b**k) for k, y in enumerate([1.5, 2.25, 2.625], 1)])


def jennrich_sampson(x):
    a, b = x
    i = jnp.arange(1.0, 11.0)
    return 2 + 2 * i - (jnp.exp(i * a) + jnp.exp(i * b))


def helical_valley(x):
    a, b, c = x
    turn = jnp.arctan2(b, a) / (2 * math.pi)
    return jnp.stack([10 * (c - 10 * turn), 10 * (jnp.sqrt(a**2 + b**2) - 1), c])


BARD = [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.1, 4.39]


def bard(x):
    a, b, c = x
    u = jnp.arange(1.0, 16.0)
    v = 16 - u
    return jnp.array(BARD) - (a + u / (v * b + jnp.minimum(u, v) * c))


GAUSSIAN = [0.0009, 0.0044, 0.0175, 0.054, 0.1295, 0.242, 0.3521]


def gaussian(x):
    a, b, c = x
    t = (8 - jnp.arange(1.0, 16.0)) / 2
    return a * jnp.exp(-b * (t - c) ** 2 / 2) - jnp.array([*GAUSSIAN, 0.3989, *GAUSSIAN[::-1]])


def box3d(x):
    a, b, c = x
    t = jnp.arange(1.0, 11.0) * 0.1
    return jnp.exp(-t * a) - jnp.exp(-t * b) - c * (jnp.exp(-t) - jnp.exp(-10 * t))


def powell_singular(x):
    a, b, c, d = x
    return jnp.stack([a + 10 * b, math.sqrt(5) * (c - d), (b - 2 * c) ** 2, math.sqrt(10) * (a - d) ** 2])


def wood(x):
    a, b, c, d = x
    return jnp.stack(
        [
            10 * (b - a**2),
            1 - a,
            math.sqrt(90) * (d - c**2),
            1 - c,
            math.sqrt(10) * (b + d - 2),
            (b - d) / math.sqrt(10),
        ]
    )


KOWALIK_Y = [0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246]
KOWALIK_U = [4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625]


def kowalik_osborne(x):
    a, b, c, d = x
    u = jnp.array(KOWALIK_U)
    return jnp.array(KOWALIK_Y) - a * (u**2 + u * b) / (u**2 + u * c + d)


def brown_dennis(x):
    a, b, c, d = x
    t = jnp.arange(1.0, 21.0) / 5
    return (a + t * b - jnp.exp(t)) ** 2 + (c + d * jnp.sin(t) - jnp.cos(t)) ** 2


def biggs_exp6(x):
    a, b, c, d, e, f = x
    t = jnp.arange(1.0, 14.0) * 0.1
    y = jnp.exp(-t) - 5 * jnp.exp(-10 * t) + 3 * jnp.exp(-4 * t)
    return c * jnp.exp(-t * a) - d * jnp.exp(-t * b) + f * jnp.exp(-t * e) - y


def extended_rosenbrock(x):
    a, b = x[0::2], x[1::2]
    return jnp.concatenate([10 * (b - a**2), 1 - a])


def extended_powell_singular(x):
    a, b, c, d = (x[i::4] for i in range(4))
    return jnp.concatenate([a + 10 * b, math.sqrt(5) * (c - d), (b - 2 * c) ** 2, math.sqrt(10) * (a - d) ** 2])


def penalty1(x):
    return jnp.concatenate([math.sqrt(1e-5) * (x - 1), (jnp.sum(x**2) - 0.25)[None]])


def variably_dimensioned(x):
    weighted = jnp.sum(jnp.arange(1.0, 11.0) * (x - 1))[None]
    return jnp.concatenate([x - 1, weighted, weighted**2])


def broyden_tridiagonal(x):
    before = jnp.concatenate([jnp.zeros(1), x[:-1]])
    after = jnp.concatenate([x[1:], jnp.zeros(1)])
    return (3 - 2 * x) * x - before - 2 * after + 1


# Name as in TypeScript, start, residuals.
PROBLEMS = [
    ("rosenbrock", [-1.2, 1], rosenbrock),
    ("freudensteinRoth", [0.5, -2], freudenstein_roth),
    ("powellBadlyScaled", [0, 1], powell_badly_scaled),
    ("brownBadlyScaled", [1, 1], brown_badly_scaled),
    ("beale", [1, 1], beale),
    ("jennrichSampson", [0.3, 0.4], jennrich_sampson),
    ("helicalValley", [-1, 0, 0], helical_valley),
    ("bard", [1, 1, 1], bard),
    ("gaussian", [0.4, 1, 0], gaussian),
    ("box3d", [0, 10, 20], box3d),
    ("powellSingular", [3, -1, 0, 1], powell_singular),
    ("wood", [-3, -1, -3, -1], wood),
    ("kowalikOsborne", [0.25, 0.39, 0.415, 0.39], kowalik_osborne),
    ("brownDennis", [25, 5, -5, -1], brown_dennis),
    ("biggsExp6", [1, 2, 1, 1, 1, 1], biggs_exp6),
    ("extendedRosenbrock", [-1.2, 1] * 5, extended_rosenbrock),
    ("extendedPowellSingular", [3, -1, 0, 1] * 3, extended_powell_singular),
    ("penalty1", list(range(1, 11)), penalty1),
    ("variablyDimensioned", [1 - i / 10 for i in range(1, 11)], variably_dimensioned),
    ("broydenTridiagonal", [-1] * 10, broyden_tridiagonal),
]
