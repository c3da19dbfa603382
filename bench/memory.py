#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Peak memory of an ingest of few and of many sources, in one run.

  host    resident memory of sheaf
  all     sheaf and its workers, shared pages counted once
"""
import pathlib
import subprocess
import sys
import tempfile
import time

import common
import images

STEP = 0.005  # seconds between two looks


def arguments():
    parser = common.parser(__doc__, repeat=3)
    parser.add_argument("--images", type=pathlib.Path,
                        help="a folder of small JPEGs of one size; default: 2,000 made with ffmpeg")
    parser.add_argument("--few", type=int, default=10000)
    parser.add_argument("--many", type=int, default=100000)
    return parser.parse_args()


def field(pid, file, name):
    """A size in MiB from a file of /proc, 0 for a process that is gone."""
    try:
        for row in pathlib.Path(f"/proc/{pid}/{file}").read_text().splitlines():
            if row.startswith(name + ":"):
                return int(row.split()[1]) / 1024
    except OSError:
        pass
    return 0.0


def workers_of(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []


def peak(folder, args, output):
    process = subprocess.Popen(
        [common.BUILD / "sheaf", "ingest", folder, "-o", output, "-f", "image", "--workers",
         str(args.workers), "--overwrite", "--quiet"], stdout=subprocess.DEVNULL)
    host = everything = 0.0
    while process.poll() is None:
        host = max(host, field(process.pid, "status", "VmRSS"))
        everything = max(everything, sum(field(pid, "smaps_rollup", "Pss")
                                         for pid in [process.pid, *workers_of(process.pid)]))
        time.sleep(STEP)
    if process.returncode:
        sys.exit("bench: sheaf failed")
    return host, everything


def main():
    args = arguments()
    with tempfile.TemporaryDirectory(prefix="sheaf-bench-") as name:
        scratch = pathlib.Path(name)
        source = args.images
        if source is None:
            source = scratch / "images"
            images.make_images(source)
        figures = {}
        for count in (args.few, args.many):
            images.copies(source, scratch / str(count), count)
            figures[count] = tuple(
                max(column) for column in zip(*(peak(scratch / str(count), args, scratch / "m.h5")
                                                for _ in range(args.repeat))))
        print(f"{args.workers} workers, highest of {args.repeat}")
        for count, (host, everything) in figures.items():
            print(f"  {count:>8} sources   host {host:6.1f} MiB   all {everything:6.1f} MiB")
        few, many = figures[args.few], figures[args.many]
        print(f"  many / few         host {many[0] / few[0]:6.2f}       all "
              f"{many[1] / few[1]:6.2f}")


if __name__ == "__main__":
    main()
