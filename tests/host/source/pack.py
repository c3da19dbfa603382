#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes an archive: pack.py OUT NAME CONTENT [NAME CONTENT …]

The kind follows from OUT's ending. Names are bytes; one that begins with "symlink:", "hardlink:",
"fifo:" or "dir:" makes such an entry, whose CONTENT is what it links to. "many:" adds as many tiny
members as CONTENT says. An entry "lock:" at the end of a zip marks all members as encrypted.
"""
import io
import os
import sys
import tarfile
import zipfile

LINKS = {"symlink": tarfile.SYMTYPE, "hardlink": tarfile.LNKTYPE, "fifo": tarfile.FIFOTYPE,
         "dir": tarfile.DIRTYPE}


def expand(arguments):
    """(name, content) for each; names may hold any bytes, as surrogates."""
    for name, content in zip(arguments[::2], arguments[1::2]):
        if name == "many:":
            for number in range(int(content)):
                yield f"{number // 100:03}/{number:05}.values", str(number)
        else:
            yield name, content


def add_to_tar(archive, name, content):
    kind, _, rest = name.partition(":")
    if kind in LINKS:
        info = tarfile.TarInfo(rest)
        info.type = LINKS[kind]
        info.linkname = content
        archive.addfile(info)
        return
    data = os.fsencode(content)
    info = tarfile.TarInfo(name)
    info.size = len(data)
    info.mtime = 1700000000
    archive.addfile(info, io.BytesIO(data))


def lock(path):
    """Sets bit 0 of the flags in every header, which is what says that a member is encrypted."""
    data = bytearray(open(path, "rb").read())
    for magic, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(magic)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(magic, at + 4)
    open(path, "wb").write(data)


def main(out, *arguments):
    locked = arguments[-2:-1] == ("lock:",)
    entries = list(expand(arguments[:-2] if locked else arguments))
    if out.endswith(".zip"):
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in entries:
                archive.writestr(name, os.fsencode(content))
        if locked:
            lock(out)
        return
    modes = {"gz": "w:gz", "tgz": "w:gz", "xz": "w:xz", "bz2": "w:bz2"}
    form = tarfile.GNU_FORMAT if "gnu" in os.path.basename(out) else tarfile.PAX_FORMAT
    with tarfile.open(out, modes.get(out.rsplit(".", 1)[1], "w"), format=form) as archive:
        for name, content in entries:
            add_to_tar(archive, name, content)


main(*sys.argv[1:])
