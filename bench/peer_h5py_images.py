# SPDX-License-Identifier: MIT
"""peer_h5py_images.py FOLDER OUT.h5 WORKERS: the best that a script by hand makes of small JPEGs.

Processes decode with OpenCV into blocks of shared memory; this one writes the blocks, in order, to a
dataset that has its final size. No ids, no check that images are alike.
"""
import json
import multiprocessing
import os
import sys
import threading
import time
from multiprocessing.shared_memory import SharedMemory

import cv2
import h5py
import numpy

ROWS = 1024
SLOTS = 4  # blocks in flight: enough that nobody waits for the writer

paths, blocks = [], None


def jpegs_below(folder):
    found = []
    for place, _, names in os.walk(folder):
        found += [os.path.join(place, name) for name in names if name.endswith(".jpg")]
    return sorted(found)


def start(shared_paths, name, shape):
    global paths, blocks, memory  # the memory must outlive the array
    cv2.setNumThreads(1)
    paths = shared_paths
    memory = SharedMemory(name)
    blocks = numpy.ndarray(shape, numpy.uint8, memory.buf)


def decode(number):
    some = paths[number * ROWS:(number + 1) * ROWS]
    block = blocks[number % SLOTS]
    for row, path in enumerate(some):
        cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2RGB, block[row])
    return number, len(some)


def main():
    folder, output, workers = sys.argv[1:]
    begin = time.perf_counter()
    found = jpegs_below(folder)
    item = cv2.imread(found[0]).shape
    shape = (SLOTS, ROWS, *item)
    memory = SharedMemory(create=True, size=int(numpy.prod(shape)))
    local = numpy.ndarray(shape, numpy.uint8, memory.buf)
    free = threading.Semaphore(SLOTS)

    def numbers():  # asked for by a thread of the pool
        for number in range(-(-len(found) // ROWS)):
            free.acquire()
            yield number

    with multiprocessing.Pool(int(workers), start, (found, memory.name, shape)) as pool:
        with h5py.File(output, "w") as file:
            data = file.create_dataset("image", (len(found), *item), "u1")
            for number, rows in pool.imap(decode, numbers()):
                data[number * ROWS:number * ROWS + rows] = local[number % SLOTS, :rows]
                free.release()
    seconds = time.perf_counter() - begin
    del local
    memory.close()
    memory.unlink()
    print(json.dumps({"sources": len(found), "seconds": seconds}))


if __name__ == "__main__":
    main()
