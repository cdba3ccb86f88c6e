"""sbmltoodejax on the works of bench/ode.mjs, from the file, as its tutorial does it: float32, rules held over each 0.1 s."""

import importlib.util
import os
import tempfile

import jax
import jax.numpy as jnp
import numpy as np
from sbmltoodejax.modulegeneration import GenerateModel
from sbmltoodejax.parse import ParseSBMLFile

from serve import serve


def load(text):
    folder = tempfile.mkdtemp(prefix="simgrad-bench-")
    source, generated = os.path.join(folder, "model.xml"), os.path.join(folder, "model.py")
    with open(source, "w", encoding="utf8") as file:
        file.write(text)
    GenerateModel(ParseSBMLFile(source), generated, deltaT=0.1)
    spec = importlib.util.spec_from_file_location("generated_model", generated)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def start(request):
    work, given = request["work"], request["input"]
    steps = len(given["times"]) - 1
    kept = {}

    def make():
        module = load(given["text"])
        model = module.ModelRollout()
        place = module.y_indexes[given["output"]]

        def curve(c):
            ys, _, _ = model(steps, module.y0, module.w0, c)
            return jnp.concatenate([module.y0[place : place + 1], ys[place]])

        order = [module.c_indexes[name] for name in given["ids"]]
        if "goal" not in given:
            return jax.jit(curve), module.c, order
        goal = jnp.array(given["goal"])
        loss = lambda c: jnp.sqrt(jnp.sum((curve(c) - goal) ** 2))
        return jax.jit(jax.value_and_grad(loss)), module.c, order

    def call():
        if work == "file to first gradient" or not kept:
            kept["run"], kept["c"], kept["order"] = make()
        return jax.block_until_ready(kept["run"](kept["c"]))

    def read(value):
        if "goal" not in given:
            return {"curve": np.asarray(value, dtype=float).tolist()}
        return {"value": float(value[0]), "gradient": [float(value[1][i]) for i in kept["order"]]}

    return call, read


serve(start)
