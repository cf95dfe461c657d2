"""A process for one peer of the benchmark: one JSON command per line on stdin, one JSON answer per line on stdout."""

import json
import os
import resource
import sys
import time

import numpy as np

# The libraries must not print to stdout, which is for the answers. So their output goes to stderr.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

threads = int(os.environ["ELBO_LAB_BENCH_THREADS"])


def read_tensors(file):
    """Reads a safetensors file: arrays by name."""
    with open(file, "rb") as stream:
        header = json.loads(stream.read(int.from_bytes(stream.read(8), "little")))
        data = stream.read()
    kinds = {"F32": np.float32, "I32": np.int32}
    return {
        name: np.frombuffer(data[slice(*entry["data_offsets"])], kinds[entry["dtype"]]).reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__"
    }


def mlp_networks(relu, weights):
    """The encoder and the decoder, with as many layers each, as functions of arrays of any library."""
    half = len(weights) // 2
    return dense(relu, weights[:half]), dense(relu, weights[half:])


def dense(relu, weights):
    *hidden, (last, bias) = zip(weights[::2], weights[1::2], strict=True)

    def apply(x):
        for w, b in hidden:
            x = relu(x @ w + b)
        return x @ last + bias

    return apply


class Inputs:
    """The inputs of every row: the case, the images, the indices of each batch, the initial weights and fixed noise."""

    def __init__(self, case, files):
        self.case = case
        data = read_tensors(files["data"])
        pixels = data["images"]
        first = (pixels.shape[1] - case["data"]) // 2
        self.images = pixels[:, first : first + case["data"]]
        size = case["batch"]
        self.batches = [data["order"][i : i + size] for i in range(0, len(data["order"]) - size + 1, size)]
        weights = read_tensors(files["weights"])
        self.weights = [weights[f"weight_{i}"] for i in range(len(weights))]
        # [k, batch, latent]
        self.noise = read_tensors(files["noise"])["noise"]


class Worker:
    """Answers commands for the row that is loaded."""

    def __init__(self, make, versions, machine):
        self.make, self.versions, self.machine = make, versions, machine
        self.row = None
        self.taken = 0

    def load(self, mode, case, files, checks):
        inputs = Inputs(case, files)
        start = time.perf_counter()
        self.row = self.make(mode, inputs)
        losses = [float(self.row.fixed_step(i)) for i in range(checks)]
        self.row.reset()
        self.taken = 0
        return {"checks": losses, "seconds": time.perf_counter() - start, "versions": self.versions}

    def first(self):
        """Takes the first step, which compiles. If a call takes several steps, the row is reset afterward."""
        start = time.perf_counter()
        np.ravel(self.row.step(self.taken))[-1].item()
        seconds = time.perf_counter() - start
        if getattr(self.row, "per_call", 1) > 1:
            self.row.reset()
        else:
            self.taken += 1
        return {"seconds": seconds}

    def run(self, steps):
        """Takes steps. If a row takes several steps per call (`per_call`), the number is rounded up to whole calls."""
        per_call = getattr(self.row, "per_call", 1)
        calls = -(-steps // per_call)
        losses = []
        start = time.perf_counter()
        for _ in range(calls):
            losses.append(self.row.step(self.taken))
            self.taken += per_call
        last = float(np.ravel(losses[-1])[-1])
        seconds = time.perf_counter() - start
        # Leave out the extra steps of the last call.
        values = np.concatenate([np.ravel(np.asarray(each)) for each in losses])[:steps]
        tail = values[-max(1, steps // 4) :]
        return {"ms": 1000 * seconds / (calls * per_call), "last": last, "loss": float(np.mean(tail))}

    def memory(self):
        """The peak of the resident set, in bytes."""
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return {"peak": peak * (1 if sys.platform == "darwin" else 1024)}

    def matmul(self, m, k, n, seconds):
        """The best time of one [m, k] · [k, n] product, in milliseconds."""
        return {"ms": best_time(self.machine["matmul"](m, k, n), seconds)}

    def triad(self, floats, seconds):
        """The best rate of c = a + 3 b for three arrays with `floats` elements in total, in bytes per second."""
        each = floats // 3
        return {"rate": 3 * each * 4 / (best_time(self.machine["triad"](each), seconds) / 1000)}


def best_time(call, seconds):
    call()
    end = time.perf_counter() + seconds
    best = float("inf")
    while time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(5):
            call()
        best = min(best, (time.perf_counter() - start) / 5)
    return 1000 * best


def serve(make, versions, machine=None):
    """Answers commands until stdin ends. `make(mode, inputs)` returns an object with fixed_step(i), step(i), reset()."""
    worker = Worker(make, versions, machine)
    for line in sys.stdin:
        command = json.loads(line)
        name = command.pop("command")
        try:
            answer = getattr(worker, name)(**command)
        except Exception as error:  # Report any error, so the other peers can continue.
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)
