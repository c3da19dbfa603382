#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What it costs that nothing is lost.

  ingest   sheaf ingest of many small JPEGs with a commit every 5,000, against one at the end
  commit   1,000 rows of 3 KiB and a commit, against writing as many bytes and an fdatasync
"""
import pathlib
import tempfile

import common
import images


def arguments():
    parser = common.parser(__doc__, repeat=9)
    parser.add_argument("--images", type=pathlib.Path,
                        help="a folder of small JPEGs of one size; default: 2,000 made with ffmpeg")
    parser.add_argument("--count", type=int, default=20000, help="how many small JPEGs")
    parser.add_argument("--rounds", type=int, default=50, help="commits of 1,000 rows")
    return parser.parse_args()


def main():
    args = arguments()
    with tempfile.TemporaryDirectory(prefix="sheaf-bench-") as name:
        scratch = pathlib.Path(name)
        few = args.images
        if few is None:
            few = scratch / "images"
            images.make_images(few)
        images.copies(few, scratch / "small", args.count)
        output = scratch / "commits.h5"
        print(f"{args.workers} workers, median of {args.repeat}, whole processes")
        figures = common.interleaved(args.repeat, {
            "one": lambda: common.ingest(scratch / "small", args.workers, output),
            "many": lambda: common.ingest(scratch / "small", args.workers, output,
                                          "--commit-every", 5000)})
        one, many = figures["one"][0], figures["many"][0]
        common.line("one commit at the end", one)
        common.line("a commit every 5,000 sources", many, f"{many / one:5.2f} of that")
        _, result = common.timed([common.BUILD / "sheaf_bench_commit", scratch, args.rounds])
        whole = result["append"] + result["commit"]
        print(f"  1,000 rows of 3 KiB: appended in {1e3 * result['append']:.1f} ms, committed in "
              f"{1e3 * result['commit']:.1f} ms; the same bytes written and synced in "
              f"{1e3 * result['sync']:.1f} ms: {whole / result['sync']:.2f} times as long")


if __name__ == "__main__":
    main()
