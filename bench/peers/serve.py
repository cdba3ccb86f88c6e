"""Worker side of the bench protocol for Python contenders: JSON lines on standard input and output.

Requests: {"do": "start", work, dtype, variant, input}, {"do": "first"}, {"do": "hot", "calls": k}, {"do": "result"}.
Every request gets one line in answer. `start` of a contender returns a pair (call, read): `call()` does the whole work and
waits for its result; `read(value)` turns that into plain lists and numbers.
"""

import gc
import json
import sys
import time


def serve(start):
    """Answer requests until standard input ends."""
    call = read = value = None
    for line in sys.stdin:
        request = json.loads(line)
        answer = {}
        try:
            if request["do"] == "start":
                call, read = start(request)
                gc.collect()
            elif request["do"] == "first":
                value, answer["ms"] = timed(call, 1)
            elif request["do"] == "hot":
                call()
                value, answer["ms"] = timed(call, request["calls"])
            elif request["do"] == "result":
                answer["result"] = read(value)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


def timed(call, calls):
    """Mean milliseconds of `calls` calls in a row, and the value of the last."""
    begin = time.perf_counter()
    for _ in range(calls):
        value = call()
    return value, (time.perf_counter() - begin) * 1e3 / calls
