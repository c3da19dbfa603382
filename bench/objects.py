#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Dictionaries, lists, attributes and objects, many small steps, against ch5mpy, h5py and HDF5's C
calls.

  sets         values in dictionaries of dictionaries
  groups       one value in three new groups each
  reads        of what `sets` wrote
  appends      to one list
  erases       of a tenth of the list's entries, from its middle
  attributes   ten times as many, of one object, or of as many objects as there are `sets`
  saves, loads objects of a type of one's own: a number, a text, a small array
  large_dictionary   ten times as many entries in one go
  print        that dictionary, its file opened before

`raw` are HDF5's C calls that make the same layout in a program that knows all of it before: nothing
is looked up, replaced or undone there, and there is no journal. A step that a peer doesn't end in
half a minute, or at all, counts as if the rest of it took as long as what it did: ">".
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


def ours(mode, folder, args):
    return common.timed([common.BUILD / "sheaf_bench_objects", mode, folder, args.count])[1]


def whole(result):
    """Seconds of a step, and why they are only guessed."""
    if isinstance(result, dict):
        share = max(result["share"], 1e-9)
        return result["seconds"] / share, f"{result['why']}, {100 * share:.0f} % done"
    return result, ""


def line(step, names, results):
    text, notes, base = f"  {step:20s}", [], None
    for name in names:
        if name not in results:
            text += f"{'-':>22s}"
            continue
        figures = sorted(whole(figure) for figure in results[name])
        seconds, why = figures[len(figures) // 2]
        base = base or seconds  # Sheaf comes first
        text += f" {'>' if why else ' '}{seconds:9.3f} ({seconds / base:6.1f} x)"
        if why:
            notes.append(f"    {name}, {step}: {why}")
    return "\n".join([text, *notes])


def main():
    args = arguments()
    runs = {"Sheaf": lambda folder: ours("sheaf", folder, args),
            "raw": lambda folder: ours("raw", folder, args),
            "h5py": lambda folder: peer("h5py", folder, args)}
    if args.ch5mpy:
        runs["ch5mpy"] = lambda folder: peer("ch5mpy", folder, args)
    else:
        print("ch5mpy: skipped, --ch5mpy names no source tree")
    all_results = {}
    for _ in range(args.repeat):
        for name, run in runs.items():
            with tempfile.TemporaryDirectory(prefix="sheaf-bench-") as folder:
                for step, result in run(folder).items():
                    results = all_results.setdefault(step, {})
                    results.setdefault(name, []).append(result)
    print(f"{args.count} steps, seconds, median of {args.repeat}; how many times Sheaf's time\n"
          f"  {'':20s}{''.join(f'{name:>22s}' for name in runs)}")
    for step, results in all_results.items():
        print(line(step, list(runs), results))


if __name__ == "__main__":
    main()
