"""Writes distribution-numerics.json: gamma, beta and Dirichlet distributions with small and very large parameters.

    python3 -m venv venv && venv/bin/pip install mpmath numpy
    venv/bin/python make_distribution_numerics.py && npx biome format --write distribution-numerics.json

Everything comes from the textbook formulas in 60-digit arithmetic. Parameters and points are rounded to float32 first, so that both
sides compute from the same numbers.
"""

import json
from pathlib import Path

import mpmath as mp
import numpy as np

mp.mp.dps = 60
f32 = lambda v: float(np.float32(v))
exact = lambda values: [mp.mpf(f32(v)) for v in values]


def log_beta(a):
    return sum(mp.loggamma(v) for v in a) - mp.loggamma(sum(a))


def dirichlet_log_prob(a, x):
    return sum((v - 1) * mp.log(p) for v, p in zip(a, x)) - log_beta(a)


def dirichlet_entropy(a):
    total = sum(a)
    return log_beta(a) + (total - len(a)) * mp.psi(0, total) - sum((v - 1) * mp.psi(0, v) for v in a)


def dirichlet_kl(q, p):
    total = sum(q)
    return log_beta(p) - log_beta(q) + sum((u - v) * (mp.psi(0, u) - mp.psi(0, total)) for u, v in zip(q, p))


def gamma_log_prob(a, b, x):
    return a * mp.log(b) - mp.loggamma(a) + (a - 1) * mp.log(x) - b * x


def gamma_entropy(a, b):
    return a - mp.log(b) + mp.loggamma(a) + (1 - a) * mp.psi(0, a)


def gamma_kl(aq, bq, ap, bp):
    return ((aq - ap) * mp.psi(0, aq) - mp.loggamma(aq) + mp.loggamma(ap) + ap * mp.log(bq / bp) + aq * (bp - bq) / bq)


def gamma_row(a, b, others):
    a, b = exact([a, b])
    mean, sd = a / b, mp.sqrt(a) / b
    points = [f32(v) for v in (mean, mean + 2 * sd, max(mean - 1.5 * sd, mean / 100), 2 * mean)]
    return {
        "parameters": [float(a), float(b)],
        "x": points,
        "logProb": [float(gamma_log_prob(a, b, mp.mpf(x))) for x in points],
        "entropy": float(gamma_entropy(a, b)),
        "others": [[f32(v) for v in other] for other in others],
        "kl": [float(gamma_kl(a, b, *exact(other))) for other in others],
    }


def beta_row(a, b, others):
    a, b = exact([a, b])
    mean = a / (a + b)
    sd = mp.sqrt(a * b / ((a + b) ** 2 * (a + b + 1)))
    points = [f32(v) for v in (mean, min(mean + 2 * sd, (1 + mean) / 2), max(mean - 1.5 * sd, mean / 100), 0.5)]
    return {
        "parameters": [float(a), float(b)],
        "x": points,
        "logProb": [float(dirichlet_log_prob([a, b], [mp.mpf(x), 1 - mp.mpf(x)])) for x in points],
        "entropy": float(dirichlet_entropy([a, b])),
        "others": [[f32(v) for v in other] for other in others],
        "kl": [float(dirichlet_kl([a, b], exact(other))) for other in others],
    }


def dirichlet_row(a, others):
    a = exact(a)
    total = sum(a)
    grid = 2**20  # rows of multiples of 2^-20 sum to 1 exactly, in float32 too
    points = []
    for shift in (0, 1, -0.5):
        x = [mp.nint(grid * v / total) for v in a]
        move = mp.nint(shift * grid * mp.sqrt(a[0] * (total - a[0]) / (total**2 * (total + 1))))
        x[0] += move
        x[-1] = grid - sum(x[:-1])
        assert all(v > 0 for v in x), (a, x)
        points.append([float(v / grid) for v in x])
    return {
        "parameters": [float(v) for v in a],
        "x": points,
        "logProb": [float(dirichlet_log_prob(a, [mp.mpf(v) for v in x])) for x in points],
        "entropy": float(dirichlet_entropy(a)),
        "others": [[f32(v) for v in other] for other in others],
        "kl": [float(dirichlet_kl(a, exact(other))) for other in others],
    }


rows = {
    "gamma": [
        gamma_row(0.01, 2, [(0.02, 2), (3, 1), (1e4, 5)]),
        gamma_row(2.5, 1e-3, [(2.5, 2e-3), (2, 1e-3)]),
        gamma_row(50, 0.1, [(55, 0.1), (1000, 2)]),
        gamma_row(1e4, 1, [(1.01e4, 1), (1e4, 1.02), (2e4, 2)]),
        gamma_row(1e6, 300, [(1.001e6, 300), (1e6, 301), (5e5, 150)]),
    ],
    "beta": [
        beta_row(0.01, 0.02, [(0.02, 0.02), (3, 1), (1e3, 1e3)]),
        beta_row(3, 2, [(3.5, 2), (300, 200)]),
        beta_row(50, 1000, [(55, 1000), (5, 100), (1000, 50)]),
        beta_row(1e4, 1e6, [(1.01e4, 1e6), (2e4, 2e6), (1e3, 1e5), (1, 1)]),
        beta_row(1e6, 1e6, [(1.001e6, 1e6), (1e6, 1.001e6), (5e5, 5e5)]),
        beta_row(1e5, 0.5, [(1.1e5, 0.5), (1e5, 0.6)]),
    ],
    "dirichlet": [
        dirichlet_row([0.5, 1, 2], [(1, 1, 1), (5, 10, 20)]),
        dirichlet_row([50, 200, 1000], [(55, 200, 1000), (5, 20, 100)]),
        dirichlet_row([1e4, 1e5, 1e6], [(1.01e4, 1e5, 1e6), (2e4, 2e5, 2e6), (1, 1, 1)]),
        dirichlet_row([3e5, 3e5, 4e5], [(3.01e5, 3e5, 4e5), (3e4, 3e4, 4e4)]),
    ],
}
Path(__file__).with_name("distribution-numerics.json").write_text(json.dumps(rows, indent=1))
