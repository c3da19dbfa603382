#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Arrays on disk, warm cache: seconds and peak memory, against h5py by hand, NumPy, dask, ch5mpy.

  sum, mean_0, mean_1   of all elements, along each axis
  add                   a + b into a new dataset
  zscore                (a - mean(a)) / std(a) into a new dataset
  unique                of 1,000 values, each many times
  sort                  of all elements, into a new dataset
  quantile              three of all elements
  mask                  a[a > 0.5] into a new dataset
  join                  half of a and half of b, into a new dataset

`loop` is by hand: h5py, NumPy, blocks of 8 MiB. NumPy has its arrays in memory before and leaves
its result there; it is no peer, but the measure. dask's and ch5mpy's results that aren't small are
stored, too. dask's quantiles are approximate, and it has no sort.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import common

STEPS = {"sum": "sum(a)", "mean_0": "mean(a, axis=0)", "mean_1": "mean(a, axis=1)",
         "add": "a + b", "zscore": "(a - mean(a)) / std(a)", "unique": "unique(few)",
         "sort": "sort(a, axis=None)", "quantile": "quantile(a, [0.1, 0.5, 0.9])",
         "mask": "a[a > 0.5]", "join": "concatenate([a[:{half}], b[:{half}]])"}
LONGEST = 200  # seconds of a peer
STORED = ("add", "zscore", "sort", "mask", "join")


def arguments():
    parser = common.parser(__doc__, repeat=3)
    parser.add_argument("--rows", type=int, default=16384, help="of 16,384 float64 each: 2 GiB")
    parser.add_argument("--compression", help="gzip, lz4 or zstd; default: none")
    parser.add_argument("--limit", default="250M", help="max_memory (Sheaf, ch5mpy)")
    parser.add_argument("--steps", nargs="+", default=list(STEPS), choices=list(STEPS))
    parser.add_argument("--peers", nargs="*", default=["loop", "numpy", "dask", "ch5mpy"])
    parser.add_argument("--ch5mpy", type=pathlib.Path, help="its source tree; default: left out")
    parser.add_argument("--folder", type=pathlib.Path, help="for 8 GiB of temporary files")
    return parser.parse_args()


MAKE = """
import sys, h5py, numpy as np
path, rows, compression = sys.argv[1], int(sys.argv[2]), sys.argv[3]
how = {"": {}, "gzip": dict(compression="gzip", compression_opts=4, shuffle=True),
       "lz4": dict(compression=32004),
       # By blosc, the one way for which Debian's h5py has a filter.
       "zstd": dict(compression=32001, compression_opts=(0, 0, 0, 0, 3, 1, 5))}[compression]
random = np.random.default_rng(1)
with h5py.File(path, "w") as file:
    for name in ("a", "b", "few"):
        data = file.create_dataset(name, (rows, 16384), "f8", chunks=(64, 2048), **how)
        for at in range(0, rows, 64):
            if name == "few":
                block = random.integers(0, 1000, (64, 16384)) / 8
            else:  # what compresses was measured to a few digits
                block = random.standard_normal((64, 16384))
                block = np.round(block, 2) if compression else block
            data[at:at + 64] = block
"""


def ours(args, step, data, output):
    more = [output] if step in STORED else []
    done = subprocess.run([common.BUILD / "sheaf_bench_array", data, STEPS[step].format(half=args.rows // 2), args.limit,
                           str(args.workers), *more], stdout=subprocess.PIPE, text=True,
                          check=False)
    return json.loads(done.stdout) if not done.returncode else {"why": "failed"}


def peer(args, name, step, data, output):
    try:
        done = subprocess.run([common.PYTHON, common.HERE / "peer_array.py", name, step, data,
                               output], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              text=True, check=False, timeout=LONGEST,
                              env=dict(os.environ, SHEAF_CH5MPY=str(args.ch5mpy or "")))
    except subprocess.TimeoutExpired:
        return {"why": f"ended after {LONGEST} s"}
    if done.returncode:
        return {"why": f"exit status {done.returncode}"}
    return json.loads(done.stdout)


def median(results):
    figures = sorted((one for one in results if "seconds" in one), key=lambda one: one["seconds"])
    return figures[len(figures) // 2] if figures else results[0]


def cell(result, base):
    if "seconds" not in result:
        return f"{'-':>26s}"
    times = f" ({result['seconds'] / base:5.1f} x)" if base else ""
    return f"{result['seconds']:8.2f} s{times:10s}{result['peak']:5.0f} MiB"


def main():
    args = arguments()
    names = ["Sheaf", *(name for name in args.peers if name != "ch5mpy" or args.ch5mpy)]
    if "ch5mpy" in args.peers and not args.ch5mpy:
        print("ch5mpy: skipped, --ch5mpy names no source tree")
    print(f"  {args.rows * 16384 * 8 / 2**30:g} GiB, {args.compression or 'not compressed'}; median "
          f"of {args.repeat}, times Sheaf's, peak memory\n"
          f"  {'':10s}" + "".join(f"{name:>26s}" for name in names))
    with tempfile.TemporaryDirectory(prefix="sheaf-bench-", dir=args.folder) as folder:
        data, output = pathlib.Path(folder, "data.h5"), pathlib.Path(folder, "output.h5")
        subprocess.run([common.PYTHON, "-c", MAKE, data, str(args.rows), args.compression or ""],
                       check=True)
        os.sync()  # or its way to the disk is measured, too
        with open(data, "rb") as file:
            while file.read(1 << 24):  # warm
                pass
        for step in args.steps:
            results = {name: [] for name in names}
            for _ in range(args.repeat):
                for name in names:
                    run = ours(args, step, data, output) if name == "Sheaf" else \
                        peer(args, name, step, data, output)
                    results[name].append(run)
                    output.unlink(missing_ok=True)
            base = median(results["Sheaf"]).get("seconds")
            print(f"  {step:10s}" + "".join(cell(median(results[name]), base if name != "Sheaf"
                                                 else None) for name in names), flush=True)
            for name in names:
                if "why" in results[name][0]:
                    print(f"    {name}: {results[name][0]['why']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
