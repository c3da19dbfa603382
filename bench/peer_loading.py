#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""peer_loading.py PEER FOLDER WORKERS [SECONDS]: one loader of bench/loading.py, in a process of
its own. Without SECONDS it writes the samples that FOLDER has as .npy into its own format.

The first epoch is looked at: all samples, each with its label, in an order that isn't the stored
one, contiguous batches. The epochs after it are timed, each with an order of its own.
"""
import importlib
import itertools
import json
import pathlib
import statistics
import sys
import time

import numpy

import absent
import peer_loaders
import peer_stores
import peer_torch
import samples

STORES = {"memory": peer_stores.Memory, "memory-take": peer_stores.Taken,
          "mapping": peer_stores.Mapping, "mapping-take": peer_stores.MappingTaken,
          "lmdb": peer_stores.Lmdb, "h5py": peer_stores.H5py, "h5py-labels": peer_stores.H5pyLabels,
          "h5py-chunked": peer_stores.H5pyChunked, "h5py-sorted": peer_stores.H5pySorted,
          "sheaf-rows": peer_stores.Sheaf}
LOADERS = {"sheaf": peer_loaders.Sheaf, "h5mapper": peer_loaders.H5mapper,
           "ffcv": peer_loaders.Ffcv, "memory-tensors": peer_torch.TorchTensors,
           "webdataset": peer_loaders.Webdataset, "streaming": peer_loaders.Streaming}


def load_modules(peer, workers):
    """Before the clock runs: only what a loader does itself counts."""
    names = LOADERS[peer].modules if peer in LOADERS else STORES[peer].modules
    for name in (*names, *(peer_torch.Torch.modules if workers and peer in STORES else ())):
        importlib.import_module(name)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)  # else its threads take cores from the workers


def write(peer, folder, workers):
    load_modules(peer, workers)  # what lacks is told before anything is measured
    made = STORES.get(peer) or LOADERS[peer]
    if not (folder / made.file).exists():
        made.write(folder, *(numpy.load(folder / f"{name}.npy", mmap_mode="r")
                             for name in ("images", "labels")))


def open_peer(peer, folder, workers):
    if peer in LOADERS:
        return LOADERS[peer](folder, workers)
    return (peer_torch.Torch(STORES[peer], folder, workers) if workers
            else peer_torch.Plain(STORES[peer], folder))


def look_at(first, others):
    """How many samples came, their digest, and their labels in the order they came in."""
    digest, labels = 0, []
    for images, of_images in itertools.chain([first], others):
        if images.shape != (len(of_images), *samples.SHAPE) or not images.flags.c_contiguous:
            sys.exit(f"not a batch: {images.shape}, strides {images.strides}")
        digest += samples.digest(images, of_images)
        labels.append(of_images.copy())
    return digest % 2**64, numpy.concatenate(labels)


def rates(epochs, seconds):
    """Samples a second of each epoch until the seconds are over."""
    made, end = [], time.perf_counter() + seconds
    while not made or time.perf_counter() < end:
        begin, count = time.perf_counter(), 0
        for _, labels in epochs():
            count += len(labels)
        made.append(count / (time.perf_counter() - begin))
    return made


def measure(peer, folder, workers, seconds):
    load_modules(peer, workers)
    begin = time.perf_counter()
    epochs = open_peer(peer, folder, workers)
    epoch = iter(epochs())
    first_batch = next(epoch)
    first = time.perf_counter() - begin
    digest, labels = look_at(first_batch, epoch)
    stored = numpy.load(folder / "labels.npy")
    made = rates(epochs, seconds)
    return {"rate": statistics.median(made), "best": max(made), "first": first,
            "count": len(labels), "digest": digest,
            "shuffled": not numpy.array_equal(labels, stored[:len(labels)]),
            "absent": sorted(absent.asked)}


def main():
    peer, folder, workers, *seconds = sys.argv[1:]
    if seconds:
        return measure(peer, pathlib.Path(folder), int(workers), float(seconds[0]))
    write(peer, pathlib.Path(folder), int(workers))
    return {}


if __name__ == "__main__":
    try:
        print(json.dumps(main()))
    except ImportError as error:
        print(json.dumps({"lacks": str(error)}))
