#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""plugins.py LANGUAGE SHEAF FOLDER: builds the example plugin of a language, ingests its samples in
workers, and compares what h5py finds with what is written here. Exit status 77: skipped."""
import os
import pathlib
import shutil
import subprocess
import sys

TREE = pathlib.Path(__file__).resolve().parents[2] / "examples" / "plugins"
SKIPPED = 77

try:
    import h5py
    import numpy as np
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(SKIPPED)


def rows(file, path, name):
    """The rows of a source, as a user of plain h5py gets them."""
    source = list(file["__src__/id"].asstr()).index(name)
    start, stop = file[f"{path}/__span__"][source]
    data = file[f"{path}/__arr__"]
    return (data.asstr() if h5py.check_string_dtype(data.dtype) else data)[start:stop]


def readings(file):
    nan = float("nan")
    found = rows(file, "readings", "bench.readings")
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, [[0.5, 1.25], [0.75, nan], [2, 300]])
    assert file["readings"].attrs["scale"] == 1


def fasta(file):
    assert list(rows(file, "fasta/name", "some.fasta")) == ["first", "zwölf", "third"]
    assert list(rows(file, "fasta/sequence", "some.fasta")) == ["ACGTACG", "", "TTTT"]


def elevation(file):
    for name, heights in {"hill.elevation": [[12.5, 13, 13.5], [11, 11.5, 12]],
                          "shore.elevation": [[-3.5]]}.items():
        shape = rows(file, "elevation/shape_", name)
        flat = rows(file, "elevation/arr", name)
        assert flat.dtype == np.float32
        np.testing.assert_array_equal(flat.reshape(shape), [heights])


def quotes(file):
    assert list(rows(file, "quotes/who", "some.quotes")) == ["Ada", "Grace"]
    assert list(rows(file, "quotes/what", "some.quotes")) == [
        "That brain of mine", "A ship in port: is safe"]


# Feature, what it stores, and what it says of its broken sample.
CASES = {
    "c": ("readings", readings, "line 1 has something that is no number"),
    "rust": ("fasta", fasta, "line 1 stands before the first '>'"),
    "fortran": ("elevation", elevation, "ends before its last height"),
    "go": ("quotes", quotes, "line 1 has no colon"),
}


def main():
    language, sheaf, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    feature, check, complaint = CASES[language]
    shutil.rmtree(folder / "home", ignore_errors=True)
    (folder / "home").mkdir(parents=True)
    built = subprocess.run([TREE / "build", language, folder], check=False)
    if built.returncode:
        return built.returncode
    environment = dict(os.environ, SHEAF_PLUGIN_PATH=str(folder), HOME=str(folder / "home"),
                       XDG_DATA_HOME="", XDG_CONFIG_HOME="", XDG_CACHE_HOME="")
    output = folder / "out.h5"
    done = subprocess.run([sheaf, "ingest", f"{TREE / language / 'samples'}/", "-o", output,
                           "--overwrite", "--workers", "2", "-f", feature],
                          env=environment, stdout=subprocess.PIPE, text=True, check=False)
    print(done.stdout)
    assert done.returncode == 3, done.returncode  # one sample is broken
    with h5py.File(output) as file:
        check(file)
        assert complaint in file["__fail__/message"].asstr()[0]
        assert len(file["__fail__/message"]) == 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
