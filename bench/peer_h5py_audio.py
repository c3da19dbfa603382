# SPDX-License-Identifier: MIT
"""peer_h5py_audio.py FOLDER ENDING OUT.h5 WORKERS READER: what a script by hand makes of recordings.

Processes read blocks of files into memory they share; this one appends the blocks, in order, to one
dataset of samples, and stores where each file begins. No ids, no check of rates, nothing made
durable. READER is wave (the standard library's, 16-bit WAV) or soundfile.
"""
import json
import mmap
import multiprocessing
import os
import sys
import time
import wave

import h5py
import numpy

try:
    import soundfile
except ImportError:
    soundfile = None

FILES = 256  # a block
ROOM = 16  # bytes of float32 that a byte of a file may become

paths, starts, shared, reader = [], [], None, None


def below(folder, ending):
    found = []
    for place, _, names in os.walk(folder):
        found += [os.path.join(place, name) for name in names if name.endswith(ending)]
    return sorted(found)


def block_starts():
    """Where in the shared memory each block lies, and the end of all."""
    made = [0]
    for first in range(0, len(paths), FILES):
        made.append(made[-1] + ROOM * sum(os.stat(path).st_size
                                          for path in paths[first:first + FILES]))
    return made


def by_wave(path):
    with wave.open(path) as file:
        samples = numpy.frombuffer(file.readframes(file.getnframes()), "<i2")
        channels = file.getnchannels()
    rows = samples.astype(numpy.float32)
    rows *= numpy.float32(1 / 32768)
    return rows if channels == 1 else rows.reshape(-1, channels)


def by_soundfile(path):
    return soundfile.read(path, dtype="float32")[0]


def view(block, shape):
    return numpy.ndarray(shape, numpy.float32, shared, starts[block])


def read_block(block):
    arrays = [reader(path) for path in paths[block * FILES:(block + 1) * FILES]]
    shape = (sum(map(len, arrays)),) + arrays[0].shape[1:]
    numpy.concatenate(arrays, out=view(block, shape))
    return shape, [len(array) for array in arrays]


def store(file, blocks):
    audio, lengths, end = None, [], 0
    for block, (shape, counts) in enumerate(blocks):
        if audio is None:
            audio = file.create_dataset("audio", (0,) + shape[1:], "f4", chunks=(16384,) + shape[1:],
                                        maxshape=(None,) + shape[1:])
        audio.resize(end + shape[0], axis=0)
        audio[end:] = view(block, shape)
        end += shape[0]
        lengths += counts
    file["offsets"] = numpy.concatenate([[0], numpy.cumsum(lengths)])


def main():
    global paths, starts, shared, reader
    folder, ending, output, workers, which = sys.argv[1:]
    begin = time.perf_counter()
    paths = below(folder, ending)
    starts = block_starts()
    shared = mmap.mmap(-1, starts[-1])  # pages that nobody writes take no memory
    reader = by_wave if which == "wave" else by_soundfile
    with multiprocessing.get_context("fork").Pool(int(workers)) as pool:
        with h5py.File(output, "w", libver="latest") as file:
            store(file, pool.imap(read_block, range(len(starts) - 1)))
    print(json.dumps({"sources": len(paths), "seconds": time.perf_counter() - begin}))


main()
