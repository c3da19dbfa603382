#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Shuffled batches of 64 small samples (32x32x3 bytes and a label), from stores and by loaders.

Each loader has the samples in its own format and runs in a process of its own, in turns with the
others. Counted are whole epochs, each in a new order, after one that was looked at: all samples,
each with its label. The time to the first batch is from opening the store; modules are loaded. The
best epoch tells, where it is far from the median, of a busy machine.
"""
import pathlib
import subprocess
import sys
import tempfile

import common
import peer_stores
import samples

# Contenders of bench/load.cpp, which is without Python: what its JSON calls them, with so many
# workers. It counts its own batches; they aren't looked at here.
PROGRAM = {"c++-memcpy": "images memory", "c++-sheaf": "images loader {}"}

# Those asked for one batch after the other in one process, and those with workers, which are
# processes in torch and threads in FFCV: the peer, and what it is.
ALONE = {"memory": "memory, images[ids]",
         "memory-take": "memory, numpy.take, one buffer",
         "mapping": "mapping, images[ids]",
         "mapping-take": "mapping, numpy.take, one buffer",
         "c++-memcpy": "memory, memcpy in C++",
         "c++-sheaf": "Sheaf in C++, no workers",
         "sheaf": "Sheaf, its loader, no workers",
         "sheaf-rows": "Sheaf, image[ids]",
         "lmdb": "LMDB",
         "ffcv": "FFCV, raw images, 1 worker",
         "h5py-labels": "h5py, rows; labels in memory",
         "h5py": "h5py, rows",
         "h5py-chunked": "h5py, rows of the Sheaf file",
         "h5py-sorted": "h5py, images[sorted ids]",
         "h5mapper": "h5mapper, serve by id"}
BESIDE = {"c++-sheaf": "Sheaf in C++, its loader",
          "sheaf": "Sheaf, its loader",
          "memory": "torch over memory",
          "memory-tensors": "torch over memory, as tensors",
          "sheaf-rows": "torch over Sheaf, image[ids]",
          "lmdb": "torch over LMDB",
          "h5py": "torch over h5py, rows",
          "h5mapper": "h5mapper, serve by id",
          "ffcv": "FFCV, raw images",
          "webdataset": "WebDataset",
          "streaming": "MosaicML Streaming"}
TREES = {"h5mapper": "", "ffcv": "", "webdataset": "src", "streaming": ""}


def arguments():
    parser = common.parser(__doc__)
    parser.add_argument("--images", type=pathlib.Path,
                        help="a folder of JPEGs of 32x32, repeated up to --count; default: noise")
    parser.add_argument("--count", type=int, default=10000, help="how many samples")
    parser.add_argument("--seconds", type=float, default=0.5, help="of epochs in each turn")
    parser.add_argument("--only", action="append", choices=sorted({*ALONE, *BESIDE}),
                        help="only these, and memory")
    parser.add_argument("--build", type=pathlib.Path, default=common.BUILD.parent,
                        help="where Sheaf and its Python module were built")
    parser.add_argument("--scratch", type=pathlib.Path, help="where the stores are written")
    parser.add_argument("--h5mapper", type=pathlib.Path, help="source tree; needs python3-torch, "
                        "-multiprocess, -tqdm and -ipython")
    parser.add_argument("--ffcv", type=pathlib.Path, help="source tree with its extension built in "
                        "place; needs python3-torch, -numba, -opencv and -pil")
    parser.add_argument("--webdataset", type=pathlib.Path,
                        help="source tree; needs python3-torch and -braceexpand")
    parser.add_argument("--streaming", type=pathlib.Path, help="source tree of MosaicML Streaming; "
                        "needs python3-torch, -catalogue, -filelock, -pil and -xxhash")
    return parser.parse_args()


def environment(args, scratch):
    trees = [getattr(args, name) / below for name, below in TREES.items() if getattr(args, name)]
    # MosaicML Streaming keeps its locks in TMPDIR.
    return common.with_modules(args.build, *trees, TMPDIR=str(scratch))


def write(args, scratch):
    """The samples as memory has them, from which all other stores are made; their digest."""
    images, labels = samples.decoded(args.images, args.count) if args.images \
        else samples.made(args.count)
    peer_stores.Memory.write(scratch, images, labels)
    return samples.digest_of_all(images, labels)


def program(args, scratch, *words):
    return [args.build / "bin" / "sheaf_bench_load", words[0], scratch / "program", *words[1:]]


def prepare_program(args, given, scratch):
    """Why bench/load.cpp can't run, or nothing: it reads the same file as the others."""
    made = program(args, scratch, "make", 1, 1)
    if not made[0].exists():
        return f"{made[0].name} isn't built"
    why = common.peer(given, "peer_loading", "h5py-chunked", scratch, 0).get("lacks")
    if why or made[2].exists():
        return why
    made[2].mkdir()
    subprocess.run(list(map(str, made)), check=True)
    (made[2] / "images.h5").unlink()
    (made[2] / "images.h5").symlink_to(scratch / peer_stores.H5pyChunked.file)
    return None


def why_not(args, given, turn, scratch):
    """Why this can't be measured, or nothing; its store is written then."""
    peer, workers, _ = turn
    if peer in PROGRAM:
        return prepare_program(args, given, scratch)
    if peer in TREES and not getattr(args, peer):
        return f"name its source tree with --{peer}"
    return common.peer(given, "peer_loading", peer, scratch, workers).get("lacks")


def chosen(args, given, scratch):
    """The turns whose stores could be written; and the others, with why not."""
    turns, lacking = [], {}
    for workers, table in (0, ALONE), (args.workers, BESIDE):
        for peer, title in table.items():
            turn = (peer, workers, title)
            if args.only and peer not in ("memory", *args.only):
                continue
            why = why_not(args, given, turn, scratch)
            if why:
                lacking[turn] = why
            else:
                turns.append(turn)
    return turns, lacking


def check(turn, made, count, digest):
    """All of them must have handed out the same."""
    if made["count"] != count or made["digest"] != digest:
        sys.exit(f"bench: {turn[2]}: other samples than were stored ({made['count']} of {count})")
    if not made["shuffled"]:
        sys.exit(f"bench: {turn[2]}: the samples came in the order they were stored in")


def turn_of(given, turn, scratch, args, digest):
    peer, workers, _ = turn
    if peer in PROGRAM:
        _, all_made = common.timed(program(args, scratch, "run", 1, args.seconds))
        made = all_made[PROGRAM[peer].format(min(workers, 2))]
        return {"rate": made["samples"], "best": made["samples"], "first": made["first_ms"] / 1000}
    made = common.peer(given, "peer_loading", peer, scratch, workers, args.seconds)
    if "lacks" in made:
        sys.exit(f"bench: {turn[2]}: {made['lacks']}")
    check(turn, made, args.count, digest)
    return made


def line(turn, made, best, memory, sheaf):
    rate, first = made
    text = (f"  {turn[2]:<34}{rate:>10,.0f}/s {rate / memory:>9.4f} {best:>12,.0f}/s"
            f" {1000 * first:>8.1f} ms")
    print(text if sheaf in (None, rate) else f"{text}   Sheaf is {sheaf / rate:.3g} times as fast")


def report(args, figures, best, stood_in, lacking):
    print(f"{args.count} samples of 3,080 bytes, batches of {samples.BATCH}, warm, median of "
          f"{args.repeat}; all (but C++, unchecked) delivered the same samples\n"
          f"  {'':<34}{'samples':>12} {'of memory':>9} {'best epoch':>14}  first batch")
    memory = figures["memory", 0, ALONE["memory"]][0]
    for workers, title in (0, "one thread"), (args.workers, f"{args.workers} workers"):
        there = {turn: made for turn, made in figures.items() if turn[1] == workers}
        rates = {turn[0]: made[0] for turn, made in there.items()}
        sheaf = rates.get("sheaf", rates.get("c++-sheaf"))
        print(f" {title}")
        for turn, made in there.items():
            line(turn, made, best[turn], memory, sheaf)
    for peer, modules in sorted(stood_in.items()):
        print(f"  {peer}: imported stand-ins, unused here, for {', '.join(modules)}")
    for turn, why in lacking.items():
        print(f"  {turn[2]}: skipped: {why}")


def main():
    args = arguments()
    with tempfile.TemporaryDirectory(prefix="sheaf-bench-", dir=args.scratch) as name:
        scratch = pathlib.Path(name)
        given = environment(args, scratch)
        digest = write(args, scratch)
        turns, lacking = chosen(args, given, scratch)
        stood_in, best = {}, {}

        def take(turn):
            made = turn_of(given, turn, scratch, args, digest)
            if made.get("absent"):
                stood_in[turn[0]] = made["absent"]
            best[turn] = max(made["best"], best.get(turn, 0))
            return made["rate"], made["first"]

        figures = common.interleaved(args.repeat, {turn: lambda turn=turn: take(turn)
                                                   for turn in turns})
    report(args, figures, best, stood_in, lacking)


if __name__ == "__main__":
    main()
