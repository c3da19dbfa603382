#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A sound bank: folders of recordings in one file, one behind the other, by name.

    sound_bank.py recordings/ -o bank.h5 --rate 16000
    sound_bank.py --windows bank.h5 --length 4096      random windows, as training takes them

All samples lie under "audio", float32 in [-1, 1]; a recording's are its rows. A window never
reaches from one recording into the next. Exit status: 0, or 3 when some couldn't be read.
"""
import argparse
import sys

import numpy as np

import sheaf


def make(options):
    features = [f"audio:rate={options.rate},channels=mono"]
    summary = sheaf.ingest(options.sources, options.output, features=features)
    print(summary)
    with sheaf.open(options.output) as bank:
        audio = bank["audio"]
        spans = audio.spans
        seconds = (spans[:, 1] - spans[:, 0]) / options.rate
        print(f"{len(bank)} recordings, {seconds.sum():.1f} s at {options.rate} Hz:")
        for id, length in list(zip(bank.ids, seconds))[:10]:
            level = 20 * np.log10(np.sqrt(np.mean(audio.get(id) ** 2)) + 1e-9)
            print(f"  {length:8.2f} s  {level:6.1f} dB  {id}")
    return 3 if summary.failures else 0


def show_windows(options):
    window = sheaf.Slice(length=options.length, downsampling=options.length)
    loader = sheaf.Loader(options.windows, {"x": sheaf.Input("audio", window)}, batch_size=8,
                          shuffle=True, seed=options.seed, jitter=options.length // 2)
    print(f"{loader.items} windows of {options.length} samples in {len(loader)} batches, the first:")
    batch = next(iter(loader))
    for id, step, x in zip(batch.ids, batch.steps, batch["x"]):
        print(f"  {id}, window {step}: peak {np.abs(x).max():.3f}")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", nargs="*", help="folders, files, archives, addresses")
    parser.add_argument("-o", "--output", default="bank.h5")
    parser.add_argument("--rate", type=int, default=16000, help="Hz; others are resampled")
    parser.add_argument("--windows", metavar="FILE")
    parser.add_argument("--length", type=int, default=4096, help="samples a window")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.windows:
        return show_windows(options)
    if not options.sources:
        parser.error("which folder?")
    return make(options)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (sheaf.Error, KeyboardInterrupt) as error:
        sys.exit(f"sound_bank: {error or 'interrupted; the same command goes on'}")
