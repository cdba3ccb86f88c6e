"""What bytes does NumPy write? Writes the files that packages/data/src/npy and npz are tested against, and reads theirs.

    python3 -m venv VENV && VENV/bin/pip install -r bench/peers/npy_requirements.txt
    VENV/bin/python bench/peers/npy_golden.py packages/data/src/testdata/numpy.json
    VENV/bin/python bench/peers/npy_golden.py --check FILE.npz    prints what NumPy finds in an archive

Bytes are in base64. Elements are in row-major order; the words "NaN", "Infinity", "-Infinity" and "-0" stand for what JSON lacks.
"""

import base64
import io
import json
import math
import sys

import numpy as np


def word(value):
    value = value.item()
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return "-0" if value == 0 and math.copysign(1, value) < 0 else value


def npy(array, version=None):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version=version, allow_pickle=True)
    return base64.b64encode(file.getvalue()).decode()


def npz(save, **arrays):
    file = io.BytesIO()
    save(file, **arrays)
    return base64.b64encode(file.getvalue()).decode()


def golden():
    special = np.array([0.1, -0.0, np.nan, np.inf, -np.inf, 5e-324, 1.7976931348623157e308, 1 / 3])
    matrix = np.arange(12.0).reshape(3, 4) / 7
    arrays = {
        "float64": special,
        "float64Big": special.astype(">f8"),
        "float32": special[:5].astype("<f4"),
        "float32Big": special[:5].astype(">f4"),
        "float16": np.array([0.1, -0.0, 65504, 6e-8, np.nan, -np.inf], dtype=np.float16),
        "int32": np.array([-(2**31), -1, 0, 2**31 - 1], dtype=np.int32),
        "int32Big": np.array([-(2**31), 7], dtype=">i4"),
        "uint32": np.array([0, 2**32 - 1], dtype=np.uint32),
        "bool": np.array([[True, False], [False, True]]),
        "int8": np.array([-128, 127], dtype=np.int8),
        "uint8": np.array([0, 255], dtype=np.uint8),
        "int16Big": np.array([-32768, 32767], dtype=">i2"),
        "uint16": np.array([0, 65535], dtype=np.uint16),
        "int64": np.array([-(2**31), 5, 2**31 - 1], dtype=np.int64),
        "int64Big": np.array([-3, 5], dtype=">i8"),
        "uint64": np.array([0, 2**32 - 1], dtype=np.uint64),
        "matrix": matrix,
        "fortran": np.asfortranarray(matrix),
        "fortranCube": np.asfortranarray(np.arange(24, dtype=np.int32).reshape(2, 3, 4)),
        "scalar": np.array(2.5),
        "empty": np.zeros((0, 3)),
        "one": np.array([[[1.5]]]),
    }
    cases = {
        name: {
            "npy": npy(array),
            "descr": array.dtype.str,
            "fortran": bool(array.flags.fnc),
            "shape": array.shape,
            "elements": [word(value) for value in array.ravel(order="C")],
        }
        for name, array in arrays.items()
    }
    refused = {
        "int64Beyond": np.array([1, 2**53 + 1], dtype=np.int64),
        "int64Sparse": np.array([1, 2**53 + 2], dtype=np.int64),
        "uint64Beyond": np.array([[1], [2**64 - 1]], dtype=np.uint64),
        "complex": np.array([1j]),
        "text": np.array(["a"]),
        "bytes": np.array([b"a"]),
        "date": np.array(["2020-01-01"], dtype="datetime64[D]"),
        "object": np.array([{}], dtype=object),
        "structured": np.array([(1, 2.0)], dtype=[("a", "<i4"), ("b", "<f8")]),
    }
    tree = {"times": np.array([0.0, 0.5, 1.0]), "traces": matrix, "layer/mask": np.array([True, False])}
    return {
        "numpy": np.__version__,
        "arrays": cases,
        "versions": {"2.0": npy(matrix, (2, 0)), "3.0": npy(matrix, (3, 0))},
        "refused": {name: npy(array) for name, array in refused.items()},
        "npz": npz(np.savez, **tree),
        "npzCompressed": npz(np.savez_compressed, **tree),
        "npzPickle": npz(np.savez, good=matrix, bad=np.array([{}], dtype=object)),
    }


if __name__ == "__main__":
    if sys.argv[1] == "--check":
        with np.load(sys.argv[2]) as archive:
            for name in archive.files:
                print(name, archive[name].dtype.str, archive[name].shape, archive[name].tolist())
    else:
        with open(sys.argv[1], "w", encoding="utf-8") as file:
            json.dump(golden(), file, indent=1, allow_nan=False)
            file.write("\n")
