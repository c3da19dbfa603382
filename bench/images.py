#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Ingest of many small JPEGs against its floors and its peers, in one run.

  decode     the same decode with nothing stored (bench/decode.cpp, turbojpeg)
  bare       a bare C++ loop that decodes and writes chunks (bench/decode.cpp, bare)
  sheaf      sheaf ingest -f image: the whole process, and without its start
  h5py       the best script by hand: OpenCV in processes, blocks through shared memory
  h5mapper   h5mapper creating the same file (needs --h5mapper)
"""
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

import common


def arguments():
    parser = common.parser(__doc__)
    parser.add_argument("--images", type=pathlib.Path,
                        help="a folder of small JPEGs of one size; default: 2,000 made with ffmpeg")
    parser.add_argument("--count", type=int, default=20000,
                        help="how many JPEGs to ingest; the folder is copied as often as it takes")
    parser.add_argument("--h5mapper", type=pathlib.Path,
                        help="source tree of h5mapper; needs python3-h5py, -torch, -tqdm, -ipython, "
                             "-multiprocess and -opencv")
    parser.add_argument("--h5mapper-count", type=int, default=2000,
                        help="JPEGs for h5mapper, which takes its time")
    return parser.parse_args()


def make_images(folder):
    """2,000 JPEGs of 32x32 with photographic noise, in ten class folders."""
    for label in range(10):
        (folder / f"class{label}").mkdir(parents=True)
        subprocess.run(["ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i",
                        f"testsrc2=size=32x32:rate=25,hue=h={36 * label},noise=alls=40:allf=t",
                        "-frames:v", "200", "-q:v", "3", folder / f"class{label}" / "%04d.jpg"],
                       check=True)


def copies(images, target, count):
    """Copies `count` JPEGs: classes stay class folders, names are numbered."""
    paths = sorted(images.rglob("*.jpg"))
    if not paths:
        sys.exit(f"bench: {images}: holds no .jpg")
    for number in range(count):
        path = paths[number % len(paths)]
        place = target / path.parent.name
        place.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place / f"{number // len(paths):04d}_{path.name}")
    os.sync()  # else the first to make its file durable waits for these too


def h5py_script(folder, workers, output):
    common.without(output)
    wall, result = common.timed([common.PYTHON, common.HERE / "peer_h5py_images.py", folder, output,
                                 workers])
    return result["sources"] / wall, result["sources"] / result["seconds"]


def h5mapper(args, scratch):
    rates = []
    for _ in range(min(args.repeat, 3)):
        _, result = common.timed([common.PYTHON, common.HERE / "peer_h5mapper.py", args.h5mapper,
                                  scratch / "few", scratch / "peer.h5", args.workers])
        rates.append(result["sources"] / result["seconds"])
    return statistics.median(rates)


def report(args, figures, why_no_h5py):
    floor, bare = figures["decode"], figures["bare"]
    whole, inner = figures["sheaf"]
    print(f"{args.count} JPEGs, {args.workers} workers, median of {args.repeat}")
    common.line("decode (cv::imdecode), not stored", figures["opencv"])
    common.line("decode (libjpeg-turbo), not stored", floor)
    common.line("bare loop", bare, f"{bare / floor:5.2f} of decode")
    common.line("sheaf ingest", whole, f"{whole / floor:5.2f} of decode",
                f"{whole / bare:5.2f} of the bare loop")
    common.line("  without process start", inner, f"{inner / floor:5.2f} of decode",
                f"{inner / bare:5.2f} of the bare loop")
    if why_no_h5py:
        print(f"  h5py script   skipped: {why_no_h5py}")
        return
    script, script_inner = figures["h5py"]
    common.line("h5py script", script, f"sheaf is {whole / script:.1f} times as fast")
    common.line("  without process start", script_inner,
                f"sheaf is {inner / script_inner:.1f} times as fast")


def main():
    args = arguments()
    why_no_h5py = common.lacks("cv2", "h5py", "numpy")
    with tempfile.TemporaryDirectory(prefix="sheaf-bench-") as name:
        scratch = pathlib.Path(name)
        images = args.images
        if images is None:
            images = scratch / "images"
            make_images(images)
        many, workers = scratch / "many", args.workers
        copies(images, many, args.count)
        runs = {"opencv": lambda: common.decode("opencv", many, workers),
                "decode": lambda: common.decode("turbojpeg", many, workers),
                "bare": lambda: common.decode("bare", many, workers, scratch / "bare.h5"),
                "sheaf": lambda: common.ingest(many, workers, scratch / "bench.h5")}
        if not why_no_h5py:
            runs["h5py"] = lambda: h5py_script(many, workers, scratch / "h5py.h5")
        figures = common.interleaved(args.repeat, runs)
        report(args, figures, why_no_h5py)
        why = "name its source tree with --h5mapper"
        if args.h5mapper:
            why = common.lacks("cv2", "h5py", "torch", "tqdm", "IPython", "multiprocess")
        if why:
            print(f"  h5mapper      skipped: {why}")
            return
        copies(images, scratch / "few", args.h5mapper_count)
        peer = h5mapper(args, scratch)
        common.line("h5mapper", peer, f"sheaf is {figures['sheaf'][0] / peer:.0f} times as fast")


if __name__ == "__main__":
    main()
