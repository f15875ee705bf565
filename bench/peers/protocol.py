"""What a peer has in common with the next: one case per "open" line, one timed epoch per "epoch" line."""

import json
import sys
import time

import numpy as np


def load(folder, name, features):
    """The examples as float32 and labels as int64, both in memory before anything is timed."""
    x = np.fromfile(f"{folder}/{name}.f32", dtype=np.float32).reshape(-1, features)
    y = np.fromfile(f"{folder}/{name}.i32", dtype=np.int32).astype(np.int64)
    return x, y


def serve(version, blas, open_case):
    """open_case(case, x, y) returns a function that trains for one epoch; blas multiplies its matrices."""
    folder = sys.argv[1]
    print(json.dumps({"version": version, "blas": blas}), flush=True)
    epoch = None
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "open":
            epoch = open_case(request, *load(folder, request["data"], request["features"]))
            print(json.dumps({}), flush=True)
        else:
            start = time.perf_counter()
            loss = epoch()
            milliseconds = 1000 * (time.perf_counter() - start)
            print(json.dumps({"milliseconds": milliseconds, "loss": float(loss)}), flush=True)
