"""JAX on the works of bench/mesh.mjs: the mesh of jax_engine.py, with the names of this bench."""

import jax

import jax_engine
from serve import serve

NAMES = {
    "descent": "W2 step",
    "descent of a batch": "W2 batch",
    "derivative forward": "W2 derivative forward",
    "derivative reverse": "W2 derivative reverse",
    "descent of 100,000 vertices": "W2 step",
}


def start(request):
    function, args, read = jax_engine.mesh(NAMES[request["work"]], request["variant"], request["input"])
    compiled = jax.jit(function)
    return lambda: jax.block_until_ready(compiled(*args)), read


serve(start)
