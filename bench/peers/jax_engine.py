"""JAX (and diffrax, on W5) on the works of bench/engine.mjs; what each work is stands there.

Every work has the forms that a careful user would try: how a loop is written, how reverse mode keeps the states, and how
arrays are laid out. The fastest form stands in the row.
"""

import jax

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_enable_compilation_cache", False)

import jax.numpy as jnp
import numpy as np
from jax import lax

import jax_wave
from serve import serve


def march(step, state, steps, how):
    """Repeats `step(state)`; `how` is the kind of loop, or how reverse mode keeps the states."""
    body = lambda s, _: (step(s), None)
    if how == "fori_loop":
        return lax.fori_loop(0, steps, lambda _, s: step(s), state)
    if how in ("scan", "stored"):
        return lax.scan(body, state, None, length=steps)[0]
    if how == "checkpoint a step":
        return lax.scan(jax.checkpoint(body), state, None, length=steps)[0]
    if how.startswith("blocks of "):
        size = int(how.removeprefix("blocks of "))
        block = jax.checkpoint(lambda s, _: lax.scan(body, s, None, length=size))
        return lax.scan(block, state, None, length=steps // size)[0]
    raise ValueError(f"no variant {how!r}")


def split(variant):
    """The kind of loop, and what else the variant says."""
    how, _, layout = variant.partition(", ")
    return how, layout


def loss_and_gradient(value):
    return {"loss": value[0].tolist(), "gradient": np.asarray(value[1]).ravel().tolist()}


def only_loss(value):
    return {"loss": value.tolist()}


def mesh(work, variant, given):
    how, layout = split(variant)
    source, target = np.array(given["from"]), np.array(given["to"])
    corners = np.array(given["faces"]).T
    rate, steps = given["rate"], given["steps"]
    meshes = np.array(given["meshes"]).reshape(len(given["meshes"]), -1, 2)
    # "columns": x and y of a vertex in separate rows, [2, nVertices].
    columns = layout == "columns"
    if columns:
        meshes = meshes.transpose(0, 2, 1).copy()
    x0 = jax.device_put(meshes[0])
    rest = jax.device_put(np.float64(given["restLength"]))

    def lengths(x):
        d = x[:, source] - x[:, target] if columns else x[source] - x[target]
        return jnp.sqrt((d * d).sum(axis=0 if columns else 1))

    def areas(x):
        a, b, c = (x[:, corner] if columns else x[corner] for corner in corners)
        u, v = (b - a, c - a) if columns else ((b - a).T, (c - a).T)
        return (u[0] * v[1] - u[1] * v[0]) / 2

    def energy(x, l0):
        stretch = lengths(x) / l0 - 1
        growth = areas(x) / (np.sqrt(3) / 4 * l0**2) - 1
        return (stretch**2).mean() + (growth**2).mean()

    def descend(x, l0):
        return march(lambda now: now - rate * jax.grad(energy)(now, l0), x, steps, how)

    def loss(l0):
        return (lengths(descend(x0, l0)).mean() - given["meanLength"]) ** 2

    def coordinates(x):
        x = np.asarray(x)
        return {"x": (np.swapaxes(x, -1, -2) if columns else x).ravel().tolist()}

    if work == "W2 step":
        return descend, (x0, rest), coordinates
    if work == "W2 batch":
        return jax.vmap(descend, (0, None)), (jax.device_put(meshes), rest), coordinates
    if work == "W2 derivative forward":
        f = lambda l0: jax.jvp(loss, (l0,), (jnp.ones_like(l0),))
        return f, (rest,), lambda value: {"derivative": value[1].item()}
    return jax.grad(loss), (rest,), lambda value: {"derivative": value.item()}


def chain_loss(given, how):
    """The function rates -> loss."""
    y0, goal = jnp.array(given["start"], float), jnp.array(given["target"])
    h, steps = given["h"], given["steps"]

    def loss(rates):
        def slope(y):
            flow = rates * y
            return jnp.roll(flow, 1) - flow

        def step(y):
            a = slope(y)
            b = slope(y + h / 2 * a)
            c = slope(y + h / 2 * b)
            d = slope(y + h * c)
            return y + h / 6 * (a + 2 * b + 2 * c + d)

        return ((march(step, y0, steps, how) - goal) ** 2).sum()

    return loss


def chain(work, variant, given):
    loss = chain_loss(given, variant)
    args = (jax.device_put(np.array(given["rates"])),)
    if work == "W3 forward":
        return loss, args, only_loss
    if work == "W3 gradient reverse":
        return jax.value_and_grad(loss), args, loss_and_gradient
    return jax.jacfwd(loss), args, lambda value: {"gradient": value.tolist()}


def sets(work, variant, given):
    how, layout = split(variant)
    loss = chain_loss(given, how)
    rates = np.array(given["sets"]).reshape(-1, 4)
    axis = 1 if layout == "sets last" else 0
    args = (jax.device_put(rates.T.copy() if axis == 1 else rates),)
    if work == "W6 forward":
        return jax.vmap(loss, axis), args, only_loss
    f = jax.vmap(jax.value_and_grad(loss), axis, (0, axis))
    return f, args, lambda value: loss_and_gradient((value[0], value[1].T if axis == 1 else value[1]))


def plane(work, variant, given):
    how, layout = split(variant)
    cells, steps = given["cells"], given["steps"]

    def around(u):
        """The sum of the four neighbours."""
        if layout == "pad":
            p = jnp.pad(u, 1)
            return p[:-2, 1:-1] + p[2:, 1:-1] + p[1:-1, :-2] + p[1:-1, 2:]
        row, column = jnp.zeros((1, cells)), jnp.zeros((cells, 1))
        up, down = jnp.concatenate([row, u[:-1]]), jnp.concatenate([u[1:], row])
        left, right = jnp.concatenate([column, u[:, :-1]], 1), jnp.concatenate([u[:, 1:], column], 1)
        return up + down + left + right

    def loss(c):
        squares = jnp.linspace(-1.0, 1.0, cells) ** 2
        u0 = jnp.exp(-50 * (squares[:, None] + squares))
        courant_squared = 0.25 * c**2

        def step(state):
            before, now = state
            return now, 2 * now - before + courant_squared * (around(now) - 4 * now)

        return (march(step, (u0, u0), steps, how)[1] ** 2).sum()

    args = (jax.device_put(np.array(given["speed"]).reshape(cells, cells)),)
    return (loss, args, only_loss) if work == "W4 forward" else (jax.value_and_grad(loss), args, loss_and_gradient)


def repressilator(work, variant, given):
    import diffrax

    adjoint = {
        "recursive checkpoint": diffrax.RecursiveCheckpointAdjoint,
        "direct": diffrax.DirectAdjoint,
        "forward mode": diffrax.ForwardMode,
    }[variant]()
    term = diffrax.ODETerm(lambda t, x, by: by[0] / (1 + jnp.roll(x, 1) ** by[1]) - x)
    controller = diffrax.PIDController(rtol=given["tolerance"], atol=given["tolerance"])

    def loss(z):
        solution = diffrax.diffeqsolve(
            term,
            diffrax.Tsit5(),
            t0=0.0,
            t1=float(given["end"]),
            dt0=None,
            y0=z[:3],
            args=(z[3], z[4]),
            saveat=diffrax.SaveAt(t1=True),
            stepsize_controller=controller,
            max_steps=given["maxSteps"],
            adjoint=adjoint,
        )
        return (solution.ys[-1] ** 2).sum()

    args = (jax.device_put(np.array(given["start"] + given["params"], float)),)
    if variant == "forward mode":
        # The value comes along with each tangent at no cost.
        def both(z):
            values, gradient = jax.vmap(lambda t: jax.jvp(loss, (z,), (t,)))(jnp.eye(5))
            return values[0], gradient

        return both, args, loss_and_gradient
    return jax.value_and_grad(loss), args, loss_and_gradient


FAMILIES = {"W2": mesh, "W3": chain, "W4": plane, "W5": repressilator, "W6": sets}


def start(request):
    family = request["work"][:2]
    if family == "W1":
        return jax_wave.start(request)
    function, args, read = FAMILIES[family](request["work"], request["variant"], request["input"])
    compiled = jax.jit(function)
    return lambda: jax.block_until_ready(compiled(*args)), read


if __name__ == "__main__":
    serve(start)
