"""diffrax on the works of bench/ode.mjs, its right-hand sides written by hand for arrays."""

import diffrax
import jax
import jax.numpy as jnp
import numpy as np

from serve import serve

jax.config.update("jax_enable_x64", True)


def calcium(t, y, p):
    """Wang et al. 2007, as BIOMD0000000145 has it; p are its 24 parameters in the order of the bench."""
    ga, aplc, ip3, er, cyt = y
    kp, kd, kr, n, kg, m, ks, kc1, kc2, w, ker, total, k0, k1, k2, k3, k4, k5, k6, k7, k8, k9, k10, k11 = p
    raplc = aplc / (kp + aplc)
    rpkc = ip3 / (kd + ip3) * cyt / (kr + cyt)
    gan, ip3m, erw = ga**n, ip3**m, er**w
    rg = gan / (kg**n + gan)
    rdg = ip3m / (kd**m + ip3m)
    rip3 = ip3**3 / (ks**3 + ip3**3)
    rer = erw / (ker**w + erw)
    release = k8 * rip3 * rer - k9 * cyt / (kc1 + cyt)
    return jnp.stack(
        [
            k0 + k1 * ga - k2 * raplc * ga - k3 * rpkc * ga,
            k4 * rg * rdg * (total - aplc) - k5 * aplc,
            k6 * aplc - k7 * ip3,
            -0.001 * release,
            0.01 * release - 0.05 * k10 * cyt / (kc2 + cyt) + 0.05 * k11,
        ]
    )


def robertson(t, y, p):
    a, b, c = y
    k1, k2, k3 = p
    return jnp.stack([-k1 * a + k3 * b * c, k1 * a - k3 * b * c - k2 * b * b, k2 * b * b])


def network(request):
    """A ring of conversions by mass action and of conversions by enzymes, as arrays."""
    forward, backward, catalysis, affinity = (jnp.array(request[k]) for k in ("forward", "backward", "catalysis", "affinity"))
    enzyme, target = jnp.array(request["enzyme"]), jnp.array(request["target"])

    def rhs(t, y, p):
        along = forward * y - backward * jnp.roll(y, -1)
        by_enzyme = catalysis * y[enzyme] * y / (affinity + y)
        flow = jnp.roll(along, 1) - along - by_enzyme
        return flow.at[target].add(by_enzyme)

    return rhs


SOLVERS = {"Tsit5": diffrax.Tsit5, "Dopri5": diffrax.Dopri5, "Kvaerno5": diffrax.Kvaerno5, "Kvaerno3": diffrax.Kvaerno3}


def start(request):
    work, given = request["work"], request["input"]
    parts = request["variant"].split(", ")
    solver = SOLVERS[parts[0]]()
    mode = parts[1] if len(parts) > 1 else "forward only"
    times = jnp.array(given["times"])
    y0 = jnp.array(given["y0"])
    place = given["place"]
    p0 = jnp.array(given["values"]) if "values" in given else jnp.zeros(0)
    rhs = robertson if work.startswith("stiff") else network(given["network"]) if "network" in given else calcium
    checkpoints = int(parts[2].split()[0]) if len(parts) > 2 else None
    reverse = diffrax.RecursiveCheckpointAdjoint(checkpoints=checkpoints)
    adjoint = diffrax.ForwardMode() if mode == "forward mode" else reverse
    span = float(given["times"][-1])
    scale = jnp.array(given["scale"]) if "scale" in given else 1.0

    def solve(y, p, saveat):
        return diffrax.diffeqsolve(
            diffrax.ODETerm(rhs),
            solver,
            0.0,
            span,
            dt0=None,
            y0=y,
            args=p,
            saveat=saveat,
            stepsize_controller=diffrax.PIDController(rtol=given["rivalRtol"], atol=given["rivalAtol"] * scale),
            adjoint=adjoint,
            max_steps=given["maxSteps"],
        ).ys

    if work.startswith("ensemble"):
        starts = jnp.array(given["starts"])
        ends = jax.jit(
            jax.vmap(lambda er: solve(y0.at[given["startPlace"]].set(er), p0, diffrax.SaveAt(t1=True))[0, place])
        )
        return lambda: jax.block_until_ready(ends(starts)), lambda value: {"ends": np.asarray(value).tolist()}

    curve = lambda p: solve(y0, p, diffrax.SaveAt(ts=times))[:, place]
    if "goal" not in given:
        run = jax.jit(curve)
        return lambda: jax.block_until_ready(run(p0)), lambda value: {"curve": np.asarray(value).tolist()}

    goal = jnp.array(given["goal"])
    loss = lambda p: jnp.sqrt(jnp.sum((curve(p) - goal) ** 2))
    if mode == "forward mode":

        def value_and_gradient(p):
            along = lambda direction: jax.jvp(loss, (p,), (direction,))
            values, slopes = jax.vmap(along)(jnp.eye(p.size))
            return values[0], slopes
    else:
        value_and_gradient = jax.value_and_grad(loss)
    read = lambda pair: {"value": float(pair[0]), "gradient": np.asarray(pair[1]).tolist()}
    if work == "file to first gradient":
        return lambda: jax.block_until_ready(jax.jit(value_and_gradient)(p0)), read
    run = jax.jit(value_and_gradient)
    return lambda: jax.block_until_ready(run(p0)), read


serve(start)
