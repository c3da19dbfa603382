#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""An image bank: folders of pictures in one file, by name.

    image_bank.py photos/ more.zip -o bank.h5 --size 64x64
    image_bank.py --show bank.h5 cats/1.jpg      that one's array, and what is stored beside it

Each picture is an array under "image", its folder a number under "dirlabel". Without --size the
pictures keep theirs. Exit status: 0, or 3 when some couldn't be read (the reasons are in the file).
"""
import argparse
import sys

import sheaf


def show_progress(now):
    sys.stderr.write(f"\r{now.stage} {now.done}/{now.total} " if now.total else f"\r{now.stage} …")


def make(options):
    image = "image" + (f":size={options.size}" if options.size else "")
    if options.grey:
        image += ",color=grey" if options.size else ":color=grey"
    summary = sheaf.ingest(options.sources, options.output, features=[image, "dirlabel"],
                           progress=None if options.quiet else show_progress)
    if not options.quiet:
        sys.stderr.write("\r\033[K")
    print(summary)
    print(sheaf.info(options.output))
    return 3 if summary.failures else 0


def show(options):
    file, id = options.show
    with sheaf.open(file) as bank:
        if id not in bank:
            near = [known for known in bank.ids if known.endswith(id) or id in known][:5]
            hint = f"; did you mean {', '.join(near)}?" if near else ""
            sys.exit(f"{file} has no {id!r}{hint}")
        picture = bank["image"].get(id)
        names = bank["dirlabel"].attrs["classes"]
        print(f"{id}: {picture.shape} {picture.dtype}, mean {picture.mean():.1f}, "
              f"in {names[bank['dirlabel'].get(id)[0]]!r}")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", nargs="*", help="folders, files, archives, addresses")
    parser.add_argument("-o", "--output", default="bank.h5")
    parser.add_argument("--size", help="WIDTHxHEIGHT, for all")
    parser.add_argument("--grey", action="store_true")
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress")
    parser.add_argument("--show", nargs=2, metavar=("FILE", "ID"))
    options = parser.parse_args()
    if options.show:
        return show(options)
    if not options.sources:
        parser.error("which folder?")
    return make(options)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (sheaf.Error, KeyboardInterrupt) as error:
        sys.exit(f"image_bank: {error or 'interrupted; the same command goes on'}")
