#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writing compressed float32 audio: Sheaf's encoder threads against h5py, chunks and filters alike.

Each run is a process of its own; the two take turns, so that a slow spell hits both. Counted is from
creating the file until it is complete and on the disk. "cores" is how many of them a run had: fewer
than it has threads tells of a busy machine, where the ratio of MB a second of one core says more. Needs Debian's python3-h5py and python3-numpy;
python3-soundfile too with --audio.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
CHUNK = 16384  # samples: Sheaf's default of 64 KiB

# Compression: its level, and h5py's words for the same. Debian has no zstd filter for h5py.
CODECS = {"gzip": (4, {"compression": "gzip", "compression_opts": 4}),
          "lzf": (-1, {"compression": "lzf"}),
          "lz4": (-1, {"compression": 32004}),
          "blosc": (5, {"compression": 32001, "compression_opts": [0, 0, 0, 0, 5, 0, 1]}),
          "zstd": (3, None)}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent / "build" / "release")
    parser.add_argument("--audio", type=pathlib.Path, help="a folder of WAV files; default: made up")
    parser.add_argument("--mebibytes", type=int, default=256)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--repeat", type=int, default=5, help="runs of each; the median counts")
    parser.add_argument("--codec", action="append", choices=CODECS, help="only these; default: all")
    return parser.parse_args()


def synthetic(count):
    """Speech-like: bursts of voiced harmonics and noise with envelopes, pauses with a noise floor,
    in steps of 16 bits as a decoded recording has them."""
    random, rate = np.random.default_rng(1), 16000
    pieces, total = [], 0
    while total < count:
        length = int(rate * random.uniform(0.05, 0.4))
        time = np.arange(length) / rate
        envelope = np.sin(np.pi * np.arange(length) / length) ** 2 * random.uniform(0.02, 0.4)
        kind = random.integers(3)
        if kind == 0:  # voiced
            pitch = random.uniform(90, 250)
            sound = sum(np.sin(2 * np.pi * pitch * n * time) / n for n in range(1, 12)) / 2
            sound += random.normal(0, 0.02, length)
        elif kind == 1:  # unvoiced
            sound = random.normal(0, 0.3, length)
        else:  # a pause
            sound = random.normal(0, 0.005, length)
        pieces.append(np.round(np.clip(sound * envelope + random.normal(0, 2e-4, length), -1, 1)
                               * 32767).astype("<f4") / np.float32(32768))
        total += length
    return np.concatenate(pieces)[:count]


def recorded(folder, count):
    import soundfile
    pieces, total = [], 0
    for path in sorted(folder.rglob("*.wav")):
        if total >= count:
            break
        pieces.append(soundfile.read(path, dtype="float32", always_2d=True)[0][:, 0])
        total += len(pieces[-1])
    if not pieces:
        sys.exit(f"bench: {folder}: holds no .wav")
    return np.resize(np.concatenate(pieces), count)


def timed(command):
    done = subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def measure(codec, args, source, scratch):
    level, options = CODECS[codec]
    sheaf, peer = [], []
    for _ in range(args.repeat):
        sheaf.append(timed([args.build / "bin" / "sheaf_bench_encode", source, scratch / "ours.h5",
                            codec, level, args.threads]))
        if options is not None:
            peer.append(timed(["/usr/bin/python3", HERE / "peer_h5py.py", source,
                               scratch / "theirs.h5", CHUNK, json.dumps(options)]))
    return sheaf, peer


def summary(runs, raw):
    seconds = statistics.median(run["seconds"] for run in runs)
    cpu = statistics.median(run["cpu"] for run in runs)
    return {"rate": raw / seconds / 1e6, "of_a_core": raw / cpu / 1e6, "cores": cpu / seconds,
            "factor": raw / runs[0]["file_bytes"]}


def columns(result):
    return (f"{result['rate']:8.0f}{result['cores']:7.2f}{result['of_a_core']:10.0f}"
            f"{result['factor']:7.2f}")


def main():
    args = arguments()
    count = args.mebibytes * 2**20 // 4
    with tempfile.TemporaryDirectory(prefix="sheaf-bench-") as name:
        scratch = pathlib.Path(name)
        source = scratch / "samples.f32"
        (recorded(args.audio, count) if args.audio else synthetic(count)).tofile(source)
        raw = source.stat().st_size
        print(f"{raw / 2**20:.0f} MiB of float32, chunks of {CHUNK} samples, shuffle; Sheaf with "
              f"{args.threads} threads, h5py with one process; median of {args.repeat}")
        head = f"{'MB/s':>8}{'cores':>7}{'MB/s/core':>10}{'x':>7}"
        print(f"{'':9}{'Sheaf':>8}{'':24}  {'h5py':>8}{'':24}  Sheaf / h5py")
        print(f"{'':9}{head}  {head}{'MB/s':>8}{'MB/s/core':>11}")
        for codec in args.codec or CODECS:
            sheaf, peer = measure(codec, args, source, scratch)
            level = CODECS[codec][0]
            ours = summary(sheaf, raw)
            line = f"{codec + (f' {level}' if level >= 0 else ''):9}{columns(ours)}"
            if peer:
                theirs = summary(peer, raw)
                line += (f"  {columns(theirs)}{ours['rate'] / theirs['rate']:8.2f}"
                         f"{ours['of_a_core'] / theirs['of_a_core']:11.2f}")
            else:
                line += "  no filter in Debian"
            print(line, flush=True)


if __name__ == "__main__":
    main()
