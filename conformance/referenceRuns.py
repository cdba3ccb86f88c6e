"""Runs models with libRoadRunner, each in a process of its own: `referenceRuns.py OUT LIMIT SETTINGS FILE...`.

SETTINGS is JSON: rtol, atols (each tried until one succeeds), end, points. It writes OUT/ID.csv with the concentrations of all floating and boundary species, and
prints a line of JSON for each file.
"""

import json
import multiprocessing
import os
import sys

import roadrunner

roadrunner.Logger.setLevel(roadrunner.Logger.LOG_CRITICAL)


def simulate(file, target, settings, answers):
    """Runs one model, writes its table, and sends what became of it."""
    os.dup2(2, 1)  # CVODE's warnings go to standard output, where the answers are
    for atol in settings["atols"]:
        try:
            columns, rows = solve(file, atol, settings)
        except Exception as error:  # whatever it refuses
            answer = {"state": "failed", "reason": str(error).split("\n")[0]}
            continue
        with open(target, "w", encoding="utf8") as table:
            table.write(",".join(columns) + "\n")
            for row in rows:
                table.write(",".join(repr(float(value)) for value in row) + "\n")
        answer = {"state": "ran"}
        break
    answers.send(answer)


def solve(file, atol, settings):
    """Names and rows of the table of a model."""
    model = roadrunner.RoadRunner(file)
    model.integrator.relative_tolerance = settings["rtol"]
    model.integrator.absolute_tolerance = atol
    model.integrator.maximum_num_steps = 100_000
    species = list(model.model.getFloatingSpeciesIds()) + list(model.model.getBoundarySpeciesIds())
    selections = ["time"] + [f"[{each}]" for each in species]
    return ["time"] + species, model.simulate(0, settings["end"], settings["points"], selections)


def run_apart(file, out, limit, settings):
    """The same in a process of its own, which may crash or take too long."""
    name = os.path.splitext(os.path.basename(file))[0]
    target = os.path.join(out, name + ".csv")
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=simulate, args=(file, target, settings, sender))
    process.start()
    sender.close()
    try:
        # A process that ends without an answer closes its end of the pipe, and EOFError comes at once.
        answer = receiver.recv() if receiver.poll(limit) else failed(f"took longer than {limit:.0f} s")
    except EOFError:
        process.join()
        answer = failed(f"the process ended with status {process.exitcode}")
    process.kill()
    process.join()
    return {"id": name, **answer}


def failed(reason):
    return {"state": "failed", "reason": reason}


def main():
    out, limit, settings = sys.argv[1], float(sys.argv[2]), json.loads(sys.argv[3])
    for file in sys.argv[4:]:
        print(json.dumps(run_apart(file, out, limit, settings)), flush=True)


if __name__ == "__main__":
    main()
