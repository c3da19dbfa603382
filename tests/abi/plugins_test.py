# SPDX-License-Identifier: MIT
"""plugins_test.py SHEAF FOLDER [--in-process] [--print]: what the plugins of a release load.

Ingests a few sources with every plugin of FOLDER, then adds to the file, and compares what h5py
finds in it with FOLDER/expected.txt. --print shows that instead. Exit status 77: skipped.
"""
import difflib
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile

try:
    import h5py
    import numpy
except ImportError:
    print("skipped: there is no h5py here (Debian: python3-h5py)")
    sys.exit(77)

SOURCES = {
    "a.values": b"", "a.shape": b"2 3", "b.shape": b"1 3", "c.shape": b"3 2", "d.shape": b"skip",
    "e.shape": b"empty", "a.base": bytes([1, 2, 3]), "B.BASE": bytes([4]), "c.base": b"",
    "a.talk": b"log", "b.talk": b"fail", "a.broken": b"", "bad.words": b"one bad two\n",
    "good.words": b"one two three\n", "nobody's": b"",
}
LATER = {"d.base": bytes([5]), "late.words": b"four\n", "late.shape": b"1 1"}
FEATURES = [
    "abi.values:whole=-2,wholes=[7,8],texts=[x],note=hello", "abi.needs:must=5", "abi.ragged",
    "abi.if_needed", "abi.known", "abi.stream", "abi.base", "abi.mean", "abi.once", "abi.tag",
    "abi.asked", "same", "abi.talk", "abi.broken", "abi.words:most=2,list=[3],mark=?",
    "abi.length",
]
READABLE = {"shuffle", "deflate", "gzip", "fletcher32", "lzf", "32000"}  # by h5py alone


def run(sheaf, work, arguments):
    """Runs sheaf away from the user's plugins and configuration; returns what it says."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(work), "LC_ALL": "C.UTF-8",
                   "SHEAF_PLUGIN_PATH": str(work / "plugins")}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"):
        if name in os.environ:
            environment[name] = os.environ[name]
    done = subprocess.run([sheaf, *arguments], cwd=work, env=environment, capture_output=True,
                          text=True)
    if done.returncode not in (0, 3):  # 3: some sources failed
        raise SystemExit(f"sheaf {arguments} ended with {done.returncode}: {done.stderr}")
    return done.stdout + done.stderr


def text_of(value):
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, numpy.ndarray):
        return "[" + " ".join(text_of(item) for item in value) + "]"
    return str(value)


def kind_of(dataset):
    return "str" if h5py.check_string_dtype(dataset.dtype) else dataset.dtype.str


def filters_of(dataset):
    plist = dataset.id.get_create_plist()
    found = []
    for i in range(plist.get_nfilters()):
        number, _, options, _ = plist.get_filter(i)
        name = {1: "deflate", 2: "shuffle", 3: "fletcher32"}.get(number, str(number))
        found.append((name, options[0] if number == 1 else None))
    return found


def show_array(group, lines):
    array = group["__arr__"]
    filters = filters_of(array)
    words = [group.name, kind_of(array), str(array.shape)]
    words += [name if level is None else f"{name}({level})" for name, level in filters]
    if array.chunks[0] < 100:  # asked for; larger ones are the host's own choice
        words.append(f"chunk {array.chunks}")
    if kind_of(array) != "str" and array.fillvalue != 0:
        words.append(f"fill {array.fillvalue}")
    lines.append(" ".join(words))
    if {name for name, _ in filters} <= READABLE:
        lines.append("  " + " ".join(text_of(row) for row in array[:]))
    spans = group["__span__"][:]
    lines.append("  " + " ".join(f"{i}:{a}-{b}" for i, (a, b) in enumerate(spans) if a >= 0))


def show(path):
    """The arrays, attributes and failures of a file, without what says who wrote it."""
    lines = []
    with h5py.File(path) as file:
        lines.append("sources " + text_of(file["__src__/id"][:]))

        def visit(_, item):
            if not isinstance(item, h5py.Group) or item.name.startswith(("/__src__", "/__fail__")):
                return
            for name, value in item.attrs.items():
                if not name.startswith("sheaf_"):
                    dtype = getattr(value, "dtype", numpy.dtype(object))
                    kind = "str" if dtype == object else dtype.str
                    lines.append(f"{item.name} @{name} {kind} {text_of(value)}")
            if "__arr__" in item:
                show_array(item, lines)

        file.visititems(visit)
        failures = file["__fail__"]
        for name, feature, status, message in zip(*(failures[key][:] for key in
                                                    ("id", "feature", "status", "message"))):
            line = f"failed {text_of(name)} {text_of(feature)} {text_of(status)}"
            # Of the others the words are the host's.
            own = text_of(status) in ("source", "plugin")
            lines.append(f"{line}: {text_of(message)}" if own else line)
    return [line.rstrip() for line in lines if line.strip()]


def spoken(text):
    """The plugins' own words, wherever the host puts them."""
    words = ["a word from abi.talk", "the scanner isn't connected; connect it"]
    return [f"said '{word}'" for word in words if word in text]


def ingest(sheaf, plugins, where, work):
    # Where others can't write, whatever this tree's folders allow.
    shutil.copytree(plugins, work / "plugins", copy_function=shutil.copyfile)
    for path in (work / "plugins", *(work / "plugins").iterdir()):
        path.chmod(0o755)
    (work / "in").mkdir()
    for name, content in SOURCES.items():
        (work / "in" / name).write_bytes(content)
    command = ["ingest", "in/", "-o", "out.h5", *where]
    for feature in FEATURES:
        command += ["-f", feature]
    said = run(sheaf, work, command)
    lines = ["== a new file", *show(work / "out.h5")]
    for name, content in LATER.items():
        (work / "in" / name).write_bytes(content)
    run(sheaf, work, command)
    lines += ["== added to", *show(work / "out.h5")]
    said += run(sheaf, work, ["plugins", "paths"])
    return lines + ["== said", *spoken(said)]


def main():
    sheaf, plugins, *options = sys.argv[1:]
    sheaf = str(pathlib.Path(sheaf).resolve())
    if platform.machine() != "x86_64":
        print("skipped: the plugins were recorded on x86-64")
        return 77
    where = [option for option in options if option == "--in-process"]
    with tempfile.TemporaryDirectory() as work:
        lines = ingest(sheaf, pathlib.Path(plugins), where, pathlib.Path(work))
    if "--print" in options:
        print("\n".join(lines))
        return 0
    expected = (pathlib.Path(plugins) / "expected.txt").read_text().splitlines()
    difference = list(difflib.unified_diff(expected, lines, "expected", "loaded", lineterm=""))
    print("\n".join(difference))
    return 1 if difference else 0


sys.exit(main())
