#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What worker processes cost against threads in the host (--in-process), in one run.

  small   sheaf ingest of many small JPEGs
  large   sheaf ingest of JPEGs of 12 megapixels
"""
import pathlib
import tempfile

import common
import images
import large


def arguments():
    parser = common.parser(__doc__, repeat=7)
    parser.add_argument("--images", type=pathlib.Path,
                        help="a folder of small JPEGs of one size; default: 2,000 made with ffmpeg")
    parser.add_argument("--count", type=int, default=20000, help="how many small JPEGs")
    parser.add_argument("--large", type=int, default=24, help="how many large ones")
    return parser.parse_args()


def compare(name, folder, args, scratch):
    output = scratch / "workers.h5"
    figures = common.interleaved(args.repeat, {
        "workers": lambda: common.ingest(folder, args.workers, output),
        "threads": lambda: common.ingest(folder, args.workers, output, "--in-process")})
    threads, workers = figures["threads"][0], figures["workers"][0]
    common.line(f"{name}, threads in the host", threads)
    common.line(f"{name}, worker processes", workers, f"{workers / threads:5.2f} of threads")


def main():
    args = arguments()
    with tempfile.TemporaryDirectory(prefix="sheaf-bench-") as name:
        scratch = pathlib.Path(name)
        few = args.images
        if few is None:
            few = scratch / "images"
            images.make_images(few)
        images.copies(few, scratch / "small", args.count)
        large.make_images(scratch / "large", args.large, "4000x3000")
        print(f"{args.workers} workers, median of {args.repeat}, whole processes")
        compare("small", scratch / "small", args, scratch)
        compare("large", scratch / "large", args, scratch)


if __name__ == "__main__":
    main()
