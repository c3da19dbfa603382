#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Ingest of JPEGs of 12 megapixels against decoding them, in one run.

  decode     the same decode with nothing stored (bench/decode.cpp, turbojpeg)
  bare       a bare C++ loop that decodes and writes chunks (bench/decode.cpp, bare)
  sheaf      sheaf ingest -f image: the whole process, and without its start
"""
import os
import pathlib
import subprocess
import tempfile

import common


def arguments():
    parser = common.parser(__doc__)
    parser.add_argument("--count", type=int, default=24, help="how many JPEGs; made with ffmpeg")
    parser.add_argument("--size", default="4000x3000")
    return parser.parse_args()


def make_images(folder, count, size):
    """Slow gradients with the noise of a sensor, at about the quality 90 of a camera."""
    folder.mkdir()
    subprocess.run(["ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i",
                    f"gradients=size={size}:rate=1:nb_colors=8:seed=1:speed=0.5,"
                    "format=yuvj420p,noise=c0s=28:c0f=t",
                    "-frames:v", str(count), "-q:v", "3", folder / "%04d.jpg"], check=True)
    os.sync()


def main():
    args = arguments()
    with tempfile.TemporaryDirectory(prefix="sheaf-bench-") as name:
        scratch = pathlib.Path(name)
        folder, workers = scratch / "images", args.workers
        make_images(folder, args.count, args.size)
        size = sum(path.stat().st_size for path in folder.iterdir()) / args.count / 1e6
        figures = common.interleaved(args.repeat, {
            "opencv": lambda: common.decode("opencv", folder, workers),
            "decode": lambda: common.decode("turbojpeg", folder, workers),
            "bare": lambda: common.decode("bare", folder, workers, scratch / "bare.h5"),
            "sheaf": lambda: common.ingest(folder, workers, scratch / "bench.h5")})
    floor, bare = figures["decode"], figures["bare"]
    whole, inner = figures["sheaf"]
    print(f"{args.count} JPEGs of {args.size}, {size:.1f} MB each, {workers} workers, "
          f"median of {args.repeat}")
    common.line("decode (cv::imdecode), not stored", figures["opencv"])
    common.line("decode (libjpeg-turbo), not stored", floor)
    common.line("bare loop", bare, f"{bare / floor:5.2f} of decode")
    common.line("sheaf ingest", whole, f"{whole / floor:5.2f} of decode",
                f"{whole / bare:5.2f} of the bare loop")
    common.line("  without process start", inner, f"{inner / floor:5.2f} of decode",
                f"{inner / bare:5.2f} of the bare loop")


if __name__ == "__main__":
    main()
