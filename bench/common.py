# SPDX-License-Identifier: MIT
"""What the benchmarks share: options, timing, medians, lines of a table."""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parent / "build" / "release" / "bin"
PYTHON = "/usr/bin/python3"  # Debian's, which has Debian's packages


def parser(description, repeat=5):
    made = argparse.ArgumentParser(description=description, allow_abbrev=False,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--workers", type=int, default=os.cpu_count())
    made.add_argument("--repeat", type=int, default=repeat, help="runs of each; the median counts")
    return made


def timed(command):
    """Wall seconds of a command, and the JSON that it printed."""
    begin = time.perf_counter()
    done = subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE,
                          text=True)
    return time.perf_counter() - begin, json.loads(done.stdout)


def without(*files):
    """Removes what an earlier run wrote. Where the file system tells the disk which blocks are free
    (`discard`), that takes longer than all syncs, and it isn't what is measured."""
    for file in files:
        pathlib.Path(file).unlink(missing_ok=True)


def decode(mode, folder, workers, *file):
    """Sources a second of bench/decode.cpp."""
    without(*file)
    _, result = timed([BUILD / "sheaf_bench_decode", mode, folder, workers, *file])
    return result["sources"] / result["seconds"]


def ingest(folder, workers, output, *more):
    """Sources a second of `sheaf ingest`: the whole process, and without its start."""
    without(output)
    wall, result = timed([BUILD / "sheaf", "ingest", folder, "-o", output, "-f", "image",
                          "--workers", workers, "--overwrite", "--json", "--quiet", *more])
    if result["failed"] or result["skipped"]:
        sys.exit("bench: sheaf didn't store all sources")
    return result["stored"] / wall, result["stored"] / result["seconds"]


def lacks(*modules):
    """Why a script of these modules can't run, or an empty text."""
    done = subprocess.run([PYTHON, "-c", "import " + ", ".join(modules)], stderr=subprocess.PIPE,
                          text=True, check=False)
    return done.stderr.strip().splitlines()[-1] if done.returncode else ""


def with_modules(build, *trees, **more):
    """The environment in which peers find Sheaf's Python module and their own source trees."""
    made = dict(os.environ, **more)
    found = [*trees, build.resolve() / "python", made.get("PYTHONPATH")]
    made["PYTHONPATH"] = os.pathsep.join(str(path) for path in found if path)
    return made


def peer(environment, script, *words):
    """What a script beside this one printed, or what it lacks."""
    done = subprocess.run([PYTHON, HERE / f"{script}.py", *map(str, words)], env=environment,
                          capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        return {"lacks": last}
    return json.loads(done.stdout.splitlines()[-1])


def interleaved(repeat, runs):
    """Median of each run's figures: `runs` are functions that return one or a tuple of them. A slow
    spell hits all of them alike."""
    figures = {name: [] for name in runs}
    for _ in range(repeat):
        for name, run in runs.items():
            figures[name].append(run())
    return {name: statistics.median(values) if not isinstance(values[0], tuple)
            else tuple(statistics.median(column) for column in zip(*values))
            for name, values in figures.items()}


def line(name, rate, *notes):
    number = f"{rate:.0f}" if rate >= 100 else f"{rate:.2f}"
    print("  " + "   ".join([f"{name:<36}{number:>8} sources/s", *notes]))
