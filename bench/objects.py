#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Dictionaries, lists and attributes, many small steps, against h5py and ch5mpy.

  sets         values in dictionaries of dictionaries      appends   to one list
  groups       one value in three new groups each          erases    of 100 in the middle of the list
  attributes   ten times as many, of one object or of many
  print        a dictionary of ten times as many keys
"""
import json
import os
import pathlib
import subprocess
import tempfile

import common


def arguments():
    parser = common.parser(__doc__, repeat=3)
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--ch5mpy", type=pathlib.Path, help="its source tree; default: left out")
    return parser.parse_args()


def peer(name, folder, args):
    environment = dict(os.environ, SHEAF_CH5MPY=str(args.ch5mpy or ""))
    done = subprocess.run([common.PYTHON, common.HERE / "peer_objects.py", name, folder,
                           str(args.count)], check=True, stdout=subprocess.PIPE, text=True,
                          env=environment)
    return json.loads(done.stdout)


def main():
    args = arguments()
    runs = {"Sheaf": lambda folder: common.timed([common.BUILD / "sheaf_bench_objects", folder,
                                                  args.count])[1],
            "h5py": lambda folder: peer("h5py", folder, args)}
    if args.ch5mpy:
        runs["ch5mpy"] = lambda folder: peer("ch5mpy", folder, args)
    else:
        print("ch5mpy: skipped, --ch5mpy names no source tree")
    best = {}
    for _ in range(args.repeat):
        for name, run in runs.items():
            with tempfile.TemporaryDirectory(prefix="sheaf-bench-") as folder:
                for step, seconds in run(folder).items():
                    best.setdefault(step, {}).setdefault(name, []).append(seconds)
    print(f"{args.count} steps, seconds, median of {args.repeat}")
    for step, figures in best.items():
        medians = {name: sorted(all)[len(all) // 2] for name, all in figures.items()}
        ours = medians["Sheaf"]
        others = "".join(f"   {name} {seconds:8.3f} ({seconds / ours:5.1f} x)"
                         for name, seconds in medians.items() if name != "Sheaf")
        print(f"  {step:20s} Sheaf {ours:8.3f}{others}")


if __name__ == "__main__":
    main()
