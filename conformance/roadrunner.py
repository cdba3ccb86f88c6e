"""Runs models with libRoadRunner, each in a process of its own: `roadrunner.py OUT LIMIT RTOL END POINTS FILE...`.

It writes OUT/ID.csv with the concentrations of all floating and boundary species, and prints a line of JSON for each file.
"""

import json
import multiprocessing
import os
import sys


def simulate(file, out, rtol, end, points, answers):
    import roadrunner

    roadrunner.Logger.setLevel(roadrunner.Logger.LOG_CRITICAL)
    name = os.path.splitext(os.path.basename(file))[0]
    try:
        model = roadrunner.RoadRunner(file)
        model.integrator.relative_tolerance = rtol
        model.integrator.absolute_tolerance = rtol * 1e-4
        model.integrator.maximum_num_steps = 1_000_000
        species = list(model.model.getFloatingSpeciesIds()) + list(model.model.getBoundarySpeciesIds())
        rows = model.simulate(0, end, points, ["time"] + [f"[{each}]" for each in species])
        with open(os.path.join(out, name + ".csv"), "w", encoding="utf8") as target:
            target.write(",".join(["time"] + species) + "\n")
            for row in rows:
                target.write(",".join(repr(float(value)) for value in row) + "\n")
        answers.put({"id": name, "state": "ran"})
    except Exception as error:  # whatever it refuses
        answers.put({"id": name, "state": "failed", "reason": str(error).split("\n")[0]})


def main():
    out, limit, rtol, end, points = sys.argv[1], *map(float, sys.argv[2:5]), int(sys.argv[5])
    for file in sys.argv[6:]:
        name = os.path.splitext(os.path.basename(file))[0]
        answers = multiprocessing.Queue()
        process = multiprocessing.Process(target=simulate, args=(file, out, rtol, end, points, answers))
        process.start()
        try:
            answer = answers.get(timeout=limit)
        except Exception:
            answer = {"id": name, "state": "failed", "reason": f"no answer within {limit:.0f} s, or it crashed"}
        process.kill()
        process.join()
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
