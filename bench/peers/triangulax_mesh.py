"""triangulax 0.1.0 (JAX) on the works of bench/mesh.mjs that need half-edges; what each work is stands there.

The library's own functions do the work; what is written here is the energy and the loop around them.
"""

import jax

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_enable_compilation_cache", False)

import jax.numpy as jnp
import numpy as np
from jax import lax
from triangulax import geometry, topology
from triangulax.mesh import HeMesh

from serve import serve


def construction(given):
    faces = jnp.array(given["faces"])
    count = given["vertexCount"]
    make = lambda: HeMesh.from_triangles(count, faces)
    return make, lambda mesh: {"next": np.asarray(mesh.nxt).tolist()}


def tissue(given):
    positions = jax.device_put(np.array(given["vertices"], float))
    start = HeMesh.from_triangles(len(given["vertices"]), jnp.array(given["faces"]))
    rest_area, rest_perimeter = given["restArea"], given["restPerimeter"]
    step_size, steps, rest = given["stepSize"], given["steps"], given["restSteps"]

    def energy(x, mesh):
        double = jnp.where(mesh.is_bdry, 2.0, 1.0)
        areas = double * geometry.get_voronoi_areas(x, mesh)
        perimeters = double * geometry.get_voronoi_perimeters(x, mesh)
        triangles = geometry.get_oriented_triangle_areas(x, mesh)
        lowest = rest_area / 8
        small = jnp.where(triangles < lowest, (triangles - lowest) ** 2, 0.0)
        cells = (areas - rest_area) ** 2 + (perimeters - rest_perimeter) ** 2
        return cells.mean() + 10 * small.mean()

    def step(_, state):
        x, mesh, resting = state
        x = x - step_size * jax.grad(energy)(x, mesh)
        corners = geometry.get_voronoi_face_positions(x, mesh)
        lengths = geometry.get_oriented_dual_he_length(x, corners, mesh)
        mesh, flipped = topology.flip_by_score(mesh, jnp.where(resting > 0, jnp.inf, lengths), 0.0, 10)
        return x, mesh, jnp.where(flipped, rest, jnp.maximum(resting - 1, 0))

    def relax(x, mesh):
        resting = jnp.zeros(mesh.n_hes, int)
        x, mesh, _ = lax.fori_loop(0, steps, step, (x, mesh, resting))
        return energy(x, mesh)

    compiled = jax.jit(relax)
    return lambda: jax.block_until_ready(compiled(positions, start)), lambda value: {"energy": value.item()}


def start(request):
    make = construction if request["work"].startswith("construction") else tissue
    return make(request["input"])


serve(start)
