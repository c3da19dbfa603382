# SPDX-License-Identifier: MIT
"""peer_array.py loop|dask|ch5mpy|numpy STEP FILE OUTPUT: what bench/array.py asks of Sheaf.

Prints seconds, without opening the file (NumPy: without reading it), peak memory in MiB, and a
number that stands for the result. `loop` is what one writes by hand with h5py and NumPy: blocks of
8 MiB that follow the chunks.
"""
import importlib.metadata
import json
import os
import resource
import sys
import time

import h5py
import numpy as np

name, step, path, output = sys.argv[1:5]
BLOCK = 8 << 20
QUANTILES = [0.1, 0.5, 0.9]
STORED = ("add", "zscore", "mask", "join")


def blocks(dataset):
    rows = max(1, BLOCK // (dataset[0].size * dataset.dtype.itemsize))
    return [slice(at, at + rows) for at in range(0, dataset.shape[0], rows)]


def compute(a, b, few):
    """The steps as NumPy's users write them, for NumPy, ch5mpy and dask's arrays."""
    return {"sum": lambda: np.sum(a), "mean_0": lambda: np.mean(a, axis=0),
            "mean_1": lambda: np.mean(a, axis=1), "add": lambda: a + b,
            "zscore": lambda: (a - np.mean(a)) / np.std(a), "unique": lambda: np.unique(few),
            "sort": lambda: np.sort(a, axis=None),
            "quantile": lambda: np.quantile(a, QUANTILES), "mask": lambda: a[a > 0.5],
            "join": lambda: np.concatenate([a[:len(a) // 2], b[:len(b) // 2]])}[step]()


def in_memory(file):
    a, b, few = (file[one][...] if one in needed else None for one in ("a", "b", "few"))
    return lambda: compute(a, b, few)


def with_dask(file):
    import dask
    import dask.array as da
    dask.config.set(scheduler="threads", num_workers=os.cpu_count())

    def run():
        a, b, few = (da.from_array(file[one], chunks="auto") for one in ("a", "b", "few"))
        if step == "sort":
            raise NotImplementedError("dask has no sort")
        if step == "quantile":
            found = da.percentile(a.ravel(), [100 * q for q in QUANTILES])  # approximate
        elif step == "mask":
            found = a[a > 0.5]
        else:
            found = compute(a, b, few)
        if step not in STORED:
            return found.compute()
        if step == "mask":
            found.compute_chunk_sizes()  # without, it has no length to be stored by
            found = found.rechunk(1 << 20)
        found.to_hdf5(output, "/result")
        return None
    return run


def with_ch5mpy(_):
    sys.path.insert(0, os.environ["SHEAF_CH5MPY"])
    known = importlib.metadata.version  # a source tree isn't installed
    importlib.metadata.version = lambda name: "0" if name == "ch5mpy" else known(name)
    import ch5mpy
    ch5mpy.set_options(max_memory="250M")
    own = ch5mpy.File(path, ch5mpy.H5Mode.READ)
    a, b, few = (ch5mpy.H5Array(own[one]) for one in ("a", "b", "few"))

    def run():
        found = compute(a, b, few)
        if step not in (*STORED, "sort"):
            return found
        with h5py.File(output, "w") as to:
            to["result"] = np.asarray(found)
        return None
    return run


class Loop:
    def __init__(self, file):
        self.a, self.b, self.few = file["a"], file["b"], file["few"]

    def __call__(self):
        return getattr(self, step)()

    def read(self):
        return (self.a[rows] for rows in blocks(self.a))

    def stored(self, values):
        with h5py.File(output, "w") as file:
            result = file.create_dataset("result", self.a.shape, self.a.dtype, chunks=self.a.chunks)
            for rows in blocks(self.a):
                result[rows] = values(rows)

    def appended(self, pieces, count):
        with h5py.File(output, "w") as file:
            result, at = file.create_dataset("result", (count,), self.a.dtype, chunks=(1 << 17,)), 0
            for piece in pieces:
                result[at:at + piece.size] = piece
                at += piece.size

    def sum(self):
        return sum(block.sum() for block in self.read())

    def mean_0(self):
        return sum(block.sum(axis=0) for block in self.read()) / self.a.shape[0]

    def mean_1(self):
        return np.concatenate([block.mean(axis=1) for block in self.read()])

    def add(self):
        self.stored(lambda rows: self.a[rows] + self.b[rows])

    def zscore(self):
        mean = self.sum() / self.a.size
        std = np.sqrt(sum(np.square(block - mean).sum() for block in self.read()) / self.a.size)
        self.stored(lambda rows: (self.a[rows] - mean) / std)

    def unique(self):
        found = np.empty(0)
        for rows in blocks(self.few):
            found = np.union1d(found, self.few[rows])
        return found

    def sort(self):
        """Dealt to a file of each range of values; then range by range."""
        edges = np.quantile(self.a[:256], np.linspace(0, 1, 33)[1:-1])
        files = [open(f"{output}.{part}", "w+b") for part in range(32)]
        for block in self.read():
            block = np.sort(block, axis=None)
            for part, file in zip(np.split(block, np.searchsorted(block, edges)), files):
                part.tofile(file)

        def ranges():
            for file in files:
                file.seek(0)
                yield np.sort(np.fromfile(file))
                os.unlink(file.name)
        self.appended(ranges(), self.a.size)

    def quantile(self):
        """Counted in bins; then sorted what lies in those of the ranks."""
        low = min(block.min() for block in self.read())
        high = max(block.max() for block in self.read())
        edges = np.linspace(low, high, 10001)
        counts = sum(np.histogram(block, edges)[0] for block in self.read())
        before = np.concatenate([[0], np.cumsum(counts)])
        found = []
        for q in QUANTILES:
            rank = q * (self.a.size - 1)
            first, last = (np.searchsorted(before, at, side="right") - 1
                           for at in (int(rank), int(rank) + 1))
            inside = np.sort(np.concatenate(
                [block[(block >= edges[first]) & (block <= edges[last + 1])]
                 for block in self.read()]))
            # The elements at an edge are counted in the bin that it begins.
            start = before[first] - np.searchsorted(inside, edges[first])
            found.append(np.interp(rank - start, np.arange(inside.size), inside))
        return np.array(found)

    def mask(self):
        count = sum(int(np.count_nonzero(block > 0.5)) for block in self.read())
        self.appended((block[block > 0.5] for block in self.read()), count)


    def join(self):
        half = self.a.shape[0] // 2
        with h5py.File(output, "w") as file:
            result = file.create_dataset("result", self.a.shape, self.a.dtype, chunks=self.a.chunks)
            for rows in blocks(self.a):
                if rows.start < half:
                    result[rows] = self.a[rows]
                    result[rows.start + half:rows.stop + half] = self.b[rows]


needed = {"add": ("a", "b"), "join": ("a", "b"), "unique": ("few",)}.get(step, ("a",))
make = {"loop": Loop, "numpy": in_memory, "dask": with_dask, "ch5mpy": with_ch5mpy}[name]
with h5py.File(path, "r") as source:
    run = make(source)
    begin = time.perf_counter()
    try:
        outcome = run()
    except Exception as error:  # what a peer can't do is its figure
        print(json.dumps({"why": str(error).split("\n")[0] or type(error).__name__}))
        sys.exit()
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    small = outcome is not None and np.size(outcome) <= 1 << 20
    print(json.dumps({"seconds": seconds, "peak": peak,
                      "value": float(np.sum(np.asarray(outcome))) if small else None}))
