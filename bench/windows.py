#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Random windows of 16,000 samples from hours of float32 audio at 16 kHz, one thread, warm cache.

Each reader runs in a process of its own, in turns with the others, and makes batches of 64: from a
mapping of the raw samples (the limit), by h5py from a contiguous dataset and from the Sheaf file's
chunks, and by Sheaf: a slice for each window, and its loader, which draws them itself.
"""
import pathlib
import sys
import tempfile

import numpy

import common
from peer_windows import HOUR

READERS = {"raw": "numpy, mapping of the raw samples",
           "sheaf": "Sheaf, audio[start:stop]",
           "sheaf-loader": "Sheaf, its loader without workers",
           "h5py": "h5py, contiguous",
           "h5py-chunked": "h5py, the Sheaf file's chunks"}


def arguments():
    parser = common.parser(__doc__)
    parser.add_argument("--hours", type=int, default=2, help="230 MB each, and three stores")
    parser.add_argument("--seconds", type=float, default=0.5, help="in each turn of each")
    parser.add_argument("--build", type=pathlib.Path, default=common.BUILD.parent,
                        help="where Sheaf's Python module was built")
    parser.add_argument("--scratch", type=pathlib.Path, help="where the stores are written")
    return parser.parse_args()


def write(folder, hours):
    random = numpy.random.default_rng(1)
    with open(folder / "audio.f32", "wb") as file:
        for _ in range(hours):
            random.random(HOUR, numpy.float32).tofile(file)


def report(args, figures, lacking):
    print(f"windows of 16,000 from {args.hours} hours, median of {args.repeat}")
    for reader, title in READERS.items():
        if reader in lacking:
            print(f"  {title:<36} skipped: {lacking[reader]}")
        else:
            rate = figures[reader]
            print(f"  {title:<36}{rate:>9,.0f}/s {rate * 64e-6:>7.2f} GB/s"
                  f"   {figures['raw'] / rate:.2f} times the raw mapping's time")


def main():
    args = arguments()
    environment = common.with_modules(args.build)
    with tempfile.TemporaryDirectory(prefix="sheaf-bench-", dir=args.scratch) as name:
        write(pathlib.Path(name), args.hours)
        lacking = {}
        for reader in READERS:
            made = common.peer(environment, "peer_windows", reader, name, args.hours)
            if "lacks" in made:
                lacking[reader] = made["lacks"]

        def take(reader):
            made = common.peer(environment, "peer_windows", reader, name, args.hours, args.seconds)
            if "lacks" in made:
                sys.exit(f"bench: {reader}: {made['lacks']}")
            return made["rate"]

        figures = common.interleaved(args.repeat, {reader: lambda reader=reader: take(reader)
                                                   for reader in READERS if reader not in lacking})
    report(args, figures, lacking)


if __name__ == "__main__":
    main()
