#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The loader against copying the same bytes: shuffled batches of 64 images with labels, by id, held
against a gather from memory; windows of 16,000 samples of audio, against a mapping of a raw file.

All contenders take turns in one process (bench/load.cpp); files in the page cache.
"""
import pathlib
import tempfile

import common

PROGRAM = common.BUILD / "sheaf_bench_load"
LIMITS = {"images": "memory", "audio": "mapping"}


def arguments():
    made = common.parser(__doc__)
    made.add_argument("--count", type=int, default=10000, help="images of 3 KiB; 1400000 are 4 GiB")
    made.add_argument("--minutes", type=int, default=60, help="of each of two recordings")
    made.add_argument("--seconds", type=float, default=0.3, help="each time")
    made.add_argument("--folder", type=pathlib.Path, help="for the files; default: a temporary one")
    return made.parse_args()


def main():
    args = arguments()
    with tempfile.TemporaryDirectory(prefix="sheaf-bench-", dir=args.folder) as folder:
        common.subprocess.run([PROGRAM, "make", folder, str(args.count), str(args.minutes)],
                              check=True)
        _, figures = common.timed([PROGRAM, "run", folder, args.repeat, args.seconds])
    for what, limit in LIMITS.items():
        floor = figures[f"{what} {limit}"]["samples"]
        print(f"  {what}: copied from {limit} {floor:,.0f}/s")
        for workers in range(3):
            made = figures[f"{what} loader {workers}"]
            print(f"    {workers} workers {made['samples']:>12,.0f}/s {made['samples'] / floor:8.3f}"
                  f"   first batch {made['first_ms']:.2f} ms")


if __name__ == "__main__":
    main()
