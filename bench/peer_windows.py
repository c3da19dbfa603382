# SPDX-License-Identifier: MIT
"""peer_windows.py PEER FOLDER HOURS [SECONDS]: one reader of bench/windows.py, in a process of its
own. Without SECONDS it writes its store from audio.f32 in FOLDER.

Prints the windows a second of one thread, in batches of 64, the first of which are compared with
the raw samples.
"""
import importlib
import itertools
import json
import pathlib
import statistics
import sys
import time

import numpy

import peer_stores
import samples

HOUR = 3600 * samples.RATE


def starts(hours):
    """Where the windows of a batch begin, endlessly; none reaches into the next hour."""
    random = numpy.random.default_rng(3)
    while True:
        yield (random.integers(0, hours, samples.BATCH) * HOUR
               + random.integers(0, HOUR - samples.WINDOW + 1, samples.BATCH)).tolist()


class Rows:
    """Something that gives samples start to stop, which are copied into the batch."""

    def batches(self, hours):
        out = numpy.empty((samples.BATCH, samples.WINDOW), numpy.float32)
        for drawn in starts(hours):
            for place, start in enumerate(drawn):
                out[place] = self.rows[start:start + samples.WINDOW]
            yield drawn, out


class Raw(Rows):
    """A mapping of the samples as they are: what any store can at best come to."""
    modules, file = (), "audio.f32"

    def __init__(self, folder):
        self.rows = numpy.asarray(numpy.memmap(folder / Raw.file, numpy.float32, "r"))


class H5py(Rows):
    """A contiguous dataset."""
    modules, file, name = ("h5py",), "audio.h5", "audio"

    @staticmethod
    def write(folder, rows):
        import h5py
        with h5py.File(folder / H5py.file, "w") as file:
            file["audio"] = rows

    def __init__(self, folder):
        import h5py
        self.opened = h5py.File(folder / self.file)
        self.rows = self.opened[self.name]


class H5pyChunked(H5py):
    """A Sheaf file, whose sources are hours, in chunks of 64 KiB."""
    file, name = "sheaf.h5", "audio/__arr__"

    @staticmethod
    def write(folder, rows):
        spans = [[start, start + HOUR] for start in range(0, len(rows), HOUR)]
        peer_stores.write_sheaf(folder / H5pyChunked.file, [f"{at}" for at in range(len(spans))],
                                {"audio": (rows, 16384, numpy.array(spans))})


class Sheaf(Rows):
    """The Sheaf file by Sheaf's own Python module."""
    modules, file, write = ("sheaf",), H5pyChunked.file, H5pyChunked.write

    def __init__(self, folder):
        import sheaf
        self.opened = sheaf.open(folder / self.file)
        self.rows = self.opened["audio"]


class SheafLoader:
    """Sheaf's loader without workers: shuffled windows that begin at any sample."""
    modules, file, write = ("sheaf",), H5pyChunked.file, H5pyChunked.write

    def __init__(self, folder):
        import sheaf
        window = sheaf.Input("audio", sheaf.Slice(samples.WINDOW))
        self.loader = sheaf.Loader(folder / self.file, {"audio": window}, workers=0, shuffle=True,
                                   batch_size=samples.BATCH)

    def batches(self, _):
        for batch in self.loader:
            yield batch.sources * HOUR + batch.steps, batch["audio"]


PEERS = {"raw": Raw, "h5py": H5py, "h5py-chunked": H5pyChunked, "sheaf": Sheaf,
         "sheaf-loader": SheafLoader}


def measure(peer, folder, hours, seconds):
    raw, batches = Raw(folder).rows, PEERS[peer](folder).batches(hours)
    for drawn, batch in itertools.islice(batches, 16):
        for start, window in zip(drawn, batch):
            if not numpy.array_equal(window, raw[start:start + samples.WINDOW]):
                sys.exit(f"the window at {start} has other samples than were stored")
    made, end = [], time.perf_counter() + seconds
    while not made or time.perf_counter() < end:
        begin = time.perf_counter()
        next(batches)
        made.append(samples.BATCH / (time.perf_counter() - begin))
    return {"rate": statistics.median(made)}


def main():
    peer, folder, hours, *seconds = sys.argv[1:]
    folder, made = pathlib.Path(folder), PEERS[peer]
    for module in made.modules:
        importlib.import_module(module)
    if seconds:
        return measure(peer, folder, int(hours), float(seconds[0]))
    if not (folder / made.file).exists():
        made.write(folder, Raw(folder).rows)
    return {}


if __name__ == "__main__":
    try:
        print(json.dumps(main()))
    except ImportError as error:
        print(json.dumps({"lacks": str(error)}))
