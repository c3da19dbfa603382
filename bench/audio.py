#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Ingest of many short recordings against its floor and a script by hand, in one run.

  decode     the same decoding with nothing stored (bench/audio.cpp)
  ffmpeg     decoding as FFmpeg's examples do it, nothing stored (bench/audio_ffmpeg.cpp)
  sheaf      sheaf ingest -f audio: the whole process, and without its start
  h5py       two processes, one concatenated dataset and offsets (bench/peer_h5py_audio.py)
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
PYTHON = "/usr/bin/python3"  # Debian's, which has Debian's packages


def arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent / "build" / "release")
    parser.add_argument("--wavs", type=pathlib.Path,
                        help="a folder of short WAVs of one kind; default: 300 made with ffmpeg")
    parser.add_argument("--count", type=int, default=3000,
                        help="how many to ingest; the folder is copied as often as it takes")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--repeat", type=int, default=7, help="runs of each; the median counts")
    return parser.parse_args()


def ffmpeg(*options):
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *map(str, options)], check=True)


def make_wavs(folder):
    """300 of a third to half a second, 8 kHz, 16 bits: tones in noise."""
    folder.mkdir()
    for number in range(300):
        ffmpeg("-f", "lavfi", "-i", f"sine=f={200 + 5 * number}:r=8000:d={0.3 + number % 20 / 100}",
               "-f", "lavfi", "-i", f"anoisesrc=r=8000:d=1:a=0.05:seed={number}", "-filter_complex",
               "amix=duration=shortest", "-c:a", "pcm_s16le", folder / f"{number:03d}.wav")


def copies(files, target, count):
    target.mkdir()
    for number in range(count):
        source = files[number % len(files)]
        shutil.copyfile(source, target / f"{number // len(files):04d}_{source.name}")


def as_flacs(wavs, folder):
    folder.mkdir()
    made = [folder / (wav.stem + ".flac") for wav in wavs]
    for wav, flac in zip(wavs, made):
        ffmpeg("-i", wav, flac)
    return made


def timed(*command):
    """Wall seconds of a command, and the JSON that it printed."""
    begin = time.perf_counter()
    done = subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE,
                          text=True)
    return time.perf_counter() - begin, json.loads(done.stdout)


class Kind:
    """The runs of one kind of recordings: sources a second, the whole process and inside it."""

    def __init__(self, args, scratch, folder, ending):
        self.args, self.scratch, self.folder, self.ending = args, scratch, folder, ending
        self.runs = {"decode": self.decode, "ffmpeg": self.ffmpeg, "sheaf": self.sheaf}
        readers = ["wave", "soundfile"] if ending == ".wav" else ["soundfile"]
        for reader in readers:
            if not lacks("h5py, numpy" + (", soundfile" if reader == "soundfile" else "")):
                self.runs[f"h5py, {reader}"] = lambda reader=reader: self.h5py(reader)

    def decode(self):
        plugin = self.args.build / "lib" / "sheaf" / "plugins" / "sheaf_media.so"
        _, result = timed(self.args.build / "bin" / "sheaf_bench_audio", plugin, self.folder,
                          self.ending, self.args.workers)
        return result["sources"] / result["seconds"], None

    def ffmpeg(self):
        _, result = timed(self.args.build / "bin" / "sheaf_bench_audio_ffmpeg", self.folder,
                          self.ending, self.args.workers)
        return result["sources"] / result["seconds"], None

    def sheaf(self):
        (self.scratch / "bench.h5").unlink(missing_ok=True)  # freeing it isn't what is measured
        wall, result = timed(self.args.build / "bin" / "sheaf", "ingest", self.folder, "-o",
                             self.scratch / "bench.h5", "-f", "audio", "--workers",
                             self.args.workers, "--overwrite", "--json", "--quiet")
        if result["failed"] or result["skipped"]:
            sys.exit("bench: sheaf didn't store all sources")
        return result["stored"] / wall, result["stored"] / result["seconds"]

    def h5py(self, reader):
        (self.scratch / "peer.h5").unlink(missing_ok=True)
        wall, result = timed(PYTHON, HERE / "peer_h5py_audio.py", self.folder, self.ending,
                             self.scratch / "peer.h5", self.args.workers, reader)
        return result["sources"] / wall, result["sources"] / result["seconds"]

    def measure(self):
        """Medians, interleaved so that a slow spell hits all of them."""
        rates = {name: [] for name in self.runs}
        for _ in range(self.args.repeat):
            for name, run in self.runs.items():
                rates[name].append(run())
        return {name: [None if None in column else statistics.median(column)
                       for column in zip(*values)] for name, values in rates.items()}


def lacks(modules):
    done = subprocess.run([PYTHON, "-c", "import " + modules], stderr=subprocess.DEVNULL, check=False)
    return done.returncode != 0


def report(title, rates):
    floor, ffmpegs = rates.pop("decode")[0], rates.pop("ffmpeg")[0]
    ours = rates.pop("sheaf")
    print(title)
    print(f"  decode, nothing stored       {floor:9.0f} sources/s")
    print(f"  decode, as FFmpeg's examples {ffmpegs:9.0f} sources/s")
    for name, rate in zip(("sheaf ingest", "  without process start"), ours):
        print(f"  {name:<28} {rate:9.0f} sources/s   {rate / floor:.2f} of decode, "
              f"{rate / ffmpegs:.2f} of FFmpeg's")
    for name, (whole, inside) in rates.items():
        print(f"  {name:<28} {whole:9.0f} sources/s   sheaf is {ours[0] / whole:.2f} times as fast")
        print(f"    without process start      {inside:9.0f} sources/s   sheaf is "
              f"{ours[1] / inside:.2f} times as fast")
    if not rates:
        print("  h5py                           skipped: needs python3-h5py and python3-soundfile")


def main():
    args = arguments()
    with tempfile.TemporaryDirectory(prefix="sheaf-bench-") as name:
        scratch = pathlib.Path(name)
        if args.wavs is None:
            make_wavs(scratch / "made")
        wavs = sorted((args.wavs or scratch / "made").rglob("*.wav"))
        if not wavs:
            sys.exit(f"bench: {args.wavs}: holds no .wav")
        copies(wavs, scratch / "wavs", args.count)
        copies(as_flacs(wavs, scratch / "as_flac"), scratch / "flacs", args.count)
        for title, folder, ending in (("WAVs", "wavs", ".wav"), ("FLACs", "flacs", ".flac")):
            rates = Kind(args, scratch, scratch / folder, ending).measure()
            report(f"{args.count} {title}, {args.workers} workers, median of {args.repeat}", rates)


if __name__ == "__main__":
    main()
