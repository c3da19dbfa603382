#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""h5py writing raw float32 samples, chunk by chunk: peer_h5py.py FILE.f32 OUT.h5 CHUNK OPTIONS."""
import json
import os
import sys
import time

import h5py
import numpy as np


def main():
    source, target, chunk, options = sys.argv[1:]
    chunk, options = int(chunk), json.loads(options)
    if isinstance(options.get("compression_opts"), list):
        options["compression_opts"] = tuple(options["compression_opts"])
    samples = np.fromfile(source, "<f4")
    begin, cpu_begin = time.perf_counter(), time.process_time()
    with h5py.File(target, "w") as file:
        # The whole extent at once and whole chunks: the fastest way h5py has.
        dataset = file.create_dataset("audio", samples.shape, "<f4", chunks=(chunk,),
                                      maxshape=(None,), shuffle=True, **options)
        for start in range(0, len(samples), chunk):
            dataset[start:start + chunk] = samples[start:start + chunk]
    # Sheaf makes its file durable before it gives it its name: the same for both.
    with open(target, "rb") as file:
        os.fsync(file.fileno())
    seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu_begin
    print(json.dumps({"seconds": seconds, "cpu": cpu, "file_bytes": os.path.getsize(target)}))


if __name__ == "__main__":
    main()
