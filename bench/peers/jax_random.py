"""Golden random numbers of JAX for packages/core/src/random.

Writes packages/core/src/random/testdata/jax.json: keys, bits and uniforms to the bit, what is made of them in full precision.
Run with jax as in requirements.txt: `python bench/peers/jax_random.py`, then `npm run format`.
"""

import json
import pathlib

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import numpy as np
from jax import random

f32, f64 = jnp.float32, jnp.float64


def plain(x):
    """Nested lists; a float32 becomes the float64 of equal value."""
    return np.asarray(x).tolist()


def sampled(sample):
    return {"float64": plain(sample(f64)), "float32": plain(sample(f32))}


def words(bits64):
    """The high and the low word of each 64-bit integer."""
    bits64 = np.asarray(bits64)
    return plain(np.stack([bits64 >> np.uint64(32), bits64 & np.uint64(0xFFFFFFFF)], axis=-1))


seeds = [0, 1, 42, 4294967295, 2**40 + 7, -1, -(2**35)]
key = random.PRNGKey(42)
alphas = [0.05, 0.5, 1.0, 2.5, 30.0, 1000.0]
rates = [0.0, 0.3, 4.0, 9.9, 10.0, 37.5, 1e4]
logits = [[0.1, -1.0, 2.0, 0.5], [3.0, 3.0, -5.0, 1.0], [0.0, -jnp.inf, -0.5, -0.7]]


def gammas(seed, dtype):
    return random.gamma(random.PRNGKey(seed), jnp.array(alphas, dtype), (5, len(alphas)), dtype)


def permutation(seed, n):
    return plain(random.permutation(random.PRNGKey(seed), n))


golden = {
    "jax": jax.__version__,
    "key": [{"seed": seed, "key": plain(random.PRNGKey(seed))} for seed in seeds],
    "split": {
        "of42": plain(random.split(key)),
        "of0": plain(random.split(random.PRNGKey(0))),
        "five": plain(random.split(key, 5)),
    },
    "foldIn": [{"data": data, "key": plain(random.fold_in(key, data))} for data in [0, 1, 7, 2**31, 4294967295]],
    "bits32": plain(random.bits(key, (3, 5), "uint32")),
    "bits64": words(random.bits(key, (3, 3), "uint64")),
    "uniform": sampled(lambda dtype: random.uniform(key, (3, 7), dtype)),
    "uniformBetween": sampled(lambda dtype: random.uniform(key, (20,), dtype, -3.3, 7.7)),
    "normal": sampled(lambda dtype: random.normal(key, (2, 100), dtype)),
    "exponential": sampled(lambda dtype: random.exponential(key, (100,), dtype)),
    "gumbel": sampled(lambda dtype: random.gumbel(key, (50,), dtype)),
    "gamma": {"alpha": alphas, **sampled(lambda dtype: gammas(3, dtype))},
    "poisson": {
        "rate": rates,
        **sampled(lambda dtype: random.poisson(random.PRNGKey(5), jnp.array(rates, dtype), (6, len(rates)))),
    },
    "categorical": {
        "logits": [[None if np.isneginf(x) else x for x in row] for row in logits],
        "last": sampled(lambda dtype: random.categorical(key, jnp.array(logits, dtype))),
        "first": sampled(lambda dtype: random.categorical(key, jnp.array(logits, dtype), axis=0)),
        "many": sampled(lambda dtype: random.categorical(key, jnp.array(logits, dtype), shape=(8, 3))),
    },
    # Beyond 1625 elements JAX sorts twice.
    "permutation": [
        {"seed": seed, "n": n, "order": permutation(seed, n)} for seed, n in [(0, 1), (1, 10), (2, 100), (3, 1700)]
    ],
    "shuffledRows": plain(random.permutation(key, jnp.arange(12.0).reshape(4, 3))),
    "erfInv": [
        {"x": x, "y": float(jax.scipy.special.erfinv(x))}
        for x in [0.0, 1e-300, 0.1, -0.5, 0.9, 0.99, -0.9999999, 1 - 2**-40, 1 - 2**-53, 1.0]
    ],
    "lgamma": [
        {"x": x, "y": float(jax.scipy.special.gammaln(x))} for x in [1.0, 1.5, 2.0, 3.0, 7.0, 7.5, 8.0, 20.0, 1e3, 1e6, 1e9]
    ],
}

target = pathlib.Path(__file__).parents[2] / "packages/core/src/random/testdata/jax.json"
target.write_text(json.dumps(golden).replace("Infinity", "null") + "\n")
