"""End values of stiff problems, for packages/core/src/sim/integrators/stiff.

Prints what scipy's implicit method Radau gives at two tolerances beside the values that the test set for initial value problem
solvers publishes (F. Mazzia, C. Magherini, University of Bari, release 2.4), and the Brusselator by DOP853, which is not in that
set in this form: with 20 points it is mild enough for an explicit method at the tightest tolerance.

    python bench/peers/stiff_references.py
"""

import sys

import numpy as np
from scipy.integrate import solve_ivp


def robertson(_t, y):
    a, b, c = y
    return [-0.04 * a + 1e4 * b * c, 0.04 * a - 1e4 * b * c - 3e7 * b * b, 3e7 * b * b]


def van_der_pol(_t, y):
    return [y[1], 1e3 * (1 - y[0] ** 2) * y[1] - y[0]]


def hires(_t, y):
    y1, y2, y3, y4, y5, y6, y7, y8 = y
    exchange = 280 * y6 * y8
    return [
        -1.71 * y1 + 0.43 * y2 + 8.32 * y3 + 0.0007,
        1.71 * y1 - 8.75 * y2,
        -10.03 * y3 + 0.43 * y4 + 0.035 * y5,
        8.32 * y2 + 1.71 * y3 - 1.12 * y4,
        -1.745 * y5 + 0.43 * y6 + 0.43 * y7,
        -exchange + 0.69 * y4 + 1.71 * y5 - 0.43 * y6 + 0.69 * y7,
        exchange - 1.81 * y7,
        -exchange + 1.81 * y7,
    ]


def oregonator(_t, y):
    y1, y2, y3 = y
    return [77.27 * (y2 + y1 * (1 - 8.375e-6 * y1 - y2)), (y3 - (1 + y1) * y2) / 77.27, 0.161 * (y1 - y3)]


def brusselator(points):
    """Hairer, Wanner, Solving ODEs II, eq. IV.1.6': u and v on `points` inner points, alpha = 1/50."""
    scale = (points + 1) ** 2 / 50

    def rhs(_t, y):
        u, v = y[:points], y[points:]
        spread = lambda w, edge: scale * (np.r_[edge, w[:-1]] - 2 * w + np.r_[w[1:], edge])
        return np.r_[1 + u * u * v - 4 * u + spread(u, 1.0), 3 * u - u * u * v + spread(v, 3.0)]

    x = np.arange(1, points + 1) / (points + 1)
    return rhs, np.r_[1 + np.sin(2 * np.pi * x), np.full(points, 3.0)]


PUBLISHED = {
    "robertson": [0.2083340149701255e-07, 0.8333360770334713e-13, 0.9999999791665050],
    "van der pol": [0.1706167732170469e1, -0.8928097010248125e-3],
    "hires": [
        0.7371312573325668e-3, 0.1442485726316185e-3, 0.5888729740967575e-4, 0.1175651343283149e-2,
        0.2386356198831331e-2, 0.6238968252742796e-2, 0.2849998395185769e-2, 0.2850001604814231e-2,
    ],
    "oregonator": [0.1000814870318523e1, 0.1228178521549917e4, 0.1320554942846706e3],
}

PROBLEMS = [
    ("robertson", robertson, [1, 0, 0], 1e11, 1e-22),
    ("van der pol", van_der_pol, [2, 0], 2000, 1e-16),
    ("hires", hires, [1, 0, 0, 0, 0, 0, 0, 0.0057], 321.8122, 1e-16),
    ("oregonator", oregonator, [1, 2, 3], 360, 1e-14),
]


def main():
    for name, rhs, start, end, atol in PROBLEMS:
        for rtol in (1e-10, 1e-12):
            y = solve_ivp(rhs, (0, end), start, method="Radau", rtol=rtol, atol=atol).y[:, -1]
            error = np.max(np.abs(y / PUBLISHED[name] - 1))
            print(f"{name} at rtol {rtol}: {[repr(float(v)) for v in y]}, off from published by {error:.1e}")
            sys.stdout.flush()
    rhs, start = brusselator(20)
    for rtol in (1e-12, 2.3e-14):
        y = solve_ivp(rhs, (0, 10), start, method="DOP853", rtol=rtol, atol=1e-15).y[:, -1]
        print(f"brusselator at rtol {rtol}: " + ", ".join(f"{v:.13g}" for v in y))


if __name__ == "__main__":
    main()
