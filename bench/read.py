#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The fast reader, against what the same bytes cost without it; warm, in turns.

  images   shuffled batches of 64 images of 3 KiB with labels / memcpy of the same rows
  codecs   a scan of deflate, lz4 and zstd chunks / the codec alone on as many threads
  audio    windows of 16,000 samples of rows of an hour / the same from a raw file's mapping
  chunks   the chunk index
  sources  from opening a file to the first get by id
"""
import pathlib
import subprocess
import tempfile

import common


def arguments():
    parser = common.parser(__doc__)
    parser.add_argument("--section", action="append", help="one of those above; default: all")
    parser.add_argument("--images", type=int, action="append",
                        help="how many; default: 10,000, and 1,400,000 (4 GB)")
    parser.add_argument("--sources", type=int, action="append",
                        help="how many; default: 1,000,000, and 10,000,000")
    parser.add_argument("--folder", type=pathlib.Path, help="for the files; about 5 GB")
    return parser.parse_args()


def main():
    args = arguments()
    counts = {"images": args.images or [10_000, 1_400_000], "codecs": [128], "audio": [4],
              "chunks": [200_000], "sources": args.sources or [1_000_000, 10_000_000]}
    for section in args.section or counts:
        for count in counts[section]:
            with tempfile.TemporaryDirectory(prefix="sheaf-bench-", dir=args.folder) as folder:
                subprocess.run([common.BUILD / "sheaf_bench_read", folder, section, str(count)],
                               check=True)


if __name__ == "__main__":
    main()
