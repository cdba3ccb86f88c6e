"""libRoadRunner on the works of bench/ode.mjs that ask for no derivative: CVODE, its own defaults but for the tolerances."""

import roadrunner

from serve import serve

roadrunner.Logger.setLevel(roadrunner.Logger.LOG_CRITICAL)


def start(request):
    work, given = request["work"], request["input"]
    output = given["output"]
    kept = {}

    def load():
        model = roadrunner.RoadRunner(given["text"])
        model.integrator.relative_tolerance = given["roadrunnerRtol"]
        model.integrator.absolute_tolerance = given["roadrunnerAtol"]
        model.integrator.maximum_num_steps = 1_000_000
        model.timeCourseSelections = [f"[{output}]"]
        return model

    def run():
        model = kept["model"]
        model.reset()
        if work.startswith("stiff"):
            return model.simulate(times=given["times"])
        return model.simulate(0, given["times"][-1], len(given["times"]))

    def call():
        if not kept:
            kept["model"] = load()
        if not work.startswith("ensemble"):
            return run()
        ends = []
        for value in given["starts"]:
            kept["model"].reset()
            kept["model"][f"[{given['startId']}]"] = value
            ends.append(float(kept["model"].simulate(0, given["times"][-1], 2)[-1, 0]))
        return ends

    def read(value):
        if work.startswith("ensemble"):
            return {"ends": list(value)}
        return {"curve": [float(row[0]) for row in value]}

    return call, read


serve(start)
