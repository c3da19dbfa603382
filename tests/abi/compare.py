# SPDX-License-Identifier: MIT
"""What keeps a copy of the headers from being the recorded ABI, grown at its tails at most.

libabigail's abidiff finds what changed. Its suppressions can't say "only growth at the tail": one
that allows a field at the end hides every other change of that struct as well, so its report of
changed structs is read here instead, and what isn't known to be harmless is a complaint.
"""
import pathlib
import re
import subprocess
import xml.etree.ElementTree as xml

HERE = pathlib.Path(__file__).parent
HEADLINE = re.compile(r"'struct (\w+)' changed:")
SIZE = re.compile(r"type size changed from (\d+) to (\d+) \(in bits\)")
INSERTIONS = re.compile(r"\d+ data member insertions?:")
INSERTED = re.compile(r"'.*', at offset (\d+) \(in bits\)")
SUMMARY = re.compile(r"(Leaf changes|Changed leaf types) summary: .*|"
                     r"Removed/Changed/Added (functions|variables) summary: "
                     r"0 Removed, 0 Changed, 0 Added \w+")


def growing(recorded):
    """The structs that may grow: they begin with struct_size."""
    names = set()
    for struct in xml.parse(recorded).iter("class-decl"):
        first = struct.find("data-member/var-decl")
        if first is not None and first.get("name") == "struct_size":
            names.add(struct.get("name"))
    return names


def build(headers, library):
    """Compiles every struct of the headers in a folder, with debug information."""
    # From there, so that no path of this machine gets into a record.
    subprocess.run(["gcc", "-std=c11", "-g", "-gdwarf-4", "-fPIC", "-shared", f"-I{headers}",
                    "every_struct.c", "-o", library], cwd=HERE, check=True)


def complaints(recorded, library):
    report = subprocess.run(["abidiff", "--leaf-changes-only", "--harmless", "--no-show-locs",
                             recorded, library], capture_output=True, text=True)
    if report.returncode & 3:
        return ["abidiff failed: " + report.stdout + report.stderr]
    may_grow = growing(recorded)
    found, struct, size = [], None, None
    for line in report.stdout.splitlines():
        text = line.strip()
        if not text or SUMMARY.fullmatch(text):
            continue
        if headline := HEADLINE.fullmatch(text):
            struct, size = headline[1], None
            if struct not in may_grow:
                found.append(f"{struct} never grows or changes")
            continue
        if sizes := SIZE.fullmatch(text):
            size = int(sizes[1])
            grown = int(sizes[2]) > size
        else:
            inserted = INSERTED.fullmatch(text)
            at_tail = inserted and size is not None and int(inserted[1]) >= size
            grown = at_tail or INSERTIONS.fullmatch(text)
        if not grown or struct is None:
            found.append(f"{struct}: {text}")
    return found
