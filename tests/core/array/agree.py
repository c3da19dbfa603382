# SPDX-License-Identifier: MIT
"""Asks Sheaf and NumPy for the same expressions, and compares.

    agree = Agree()
    agree.array("a", np.arange(12.0).reshape(3, 4), chunks=(2, 3))
    agree.check("mean(a, axis=0)", rtol=1e-12)
    agree.refuses("a + 'x'", "no dtype")
    agree.done()

Each expression is Python as NumPy's users write it, without `np.`; Sheaf evaluates it twice: with so
little memory that each operation needs many blocks; and, by turns, with much of it or on one thread.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import warnings

import h5py
import numpy as np

NAMES = {name: getattr(np, name) for name in dir(np) if not name.startswith("_")}
MUCH = {"max_memory": 1 << 28, "threads": 2}
LITTLE = {"max_memory": 2048, "threads": 2}
ALONE = {"max_memory": 1 << 16, "threads": 1}


class Agree:
    def __init__(self):
        self.arrays = {}
        self.chunks = {}
        self.lengths = {}
        self.cases = []
        self.known = {}  # what NumPy has, for all ways
        self.turn = False

    def array(self, name, values, chunks=None, length=None):
        """`length`: of texts, in bytes; none: each its own."""
        self.arrays[name] = np.asarray(values)
        self.chunks[name] = chunks
        self.lengths[name] = length

    def ways(self):
        self.turn = not self.turn
        return [LITTLE, MUCH if self.turn else ALONE]

    def check(self, expr, rtol=0.0, atol=0.0, expected=None, dtype=True, ways=None):
        """`expected`: where NumPy writes it differently, its text or its value; or a function that
        says what is wrong with ours, or None."""
        for way in ways or self.ways():
            self.cases.append(("value", expr, dict(way, expr=expr),
                               {"rtol": rtol, "atol": atol, "expected": expected, "dtype": dtype}))

    def writes(self, target, value):
        """`a[…] = value`, into a copy of the array that `target` names first."""
        name = next(word for word in re.findall(r"\w+", target) if word in self.arrays)
        for way in self.ways():
            self.cases.append(("write", f"{target} = {value}",
                               dict(way, expr=value, target=target, array=name),
                               {"rtol": 0, "atol": 0, "dtype": True}))

    def refuses(self, expr, *words):
        self.cases.append(("error", expr, dict(MUCH, expr=expr), {"words": words}))

    def done(self):
        with tempfile.TemporaryDirectory(prefix="sheaf-array-") as folder:
            results = self.run(pathlib.Path(folder))
            failures = [text for number, case in enumerate(self.cases)
                        if (text := self.compare(results, str(number), case))]
        for text in failures[:40]:
            print(text)
        print(f"{len(self.cases) - len(failures)} of {len(self.cases)} cases agree")
        sys.exit(1 if failures or not self.cases else 0)

    def run(self, folder):
        with h5py.File(folder / "inputs.h5", "w", track_order=True) as file:
            for name, values in self.arrays.items():
                dtype = None
                if values.dtype.kind == "U":
                    dtype = h5py.string_dtype(length=self.lengths[name])
                    values = np.vectorize(str.encode, otypes=[object])(values).astype(dtype)
                file.create_dataset(name, data=values, dtype=dtype, chunks=self.chunks[name])
        (folder / "cases.json").write_text(json.dumps([case[2] for case in self.cases]))
        subprocess.run([os.environ["SHEAF_ARRAY_CASES"], folder / "inputs.h5",
                        folder / "cases.json", folder / "results.h5"], check=True, timeout=280)
        with h5py.File(folder / "results.h5") as file:
            return {name: read(item) for name, item in file.items()}

    def expect(self, expr, expected):
        if expected is not None and not isinstance(expected, str):
            return expected
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return eval(expected or expr, dict(NAMES, np=np, **self.arrays))

    def written(self, way):
        copy = self.arrays[way["array"]].copy()
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            # What overlaps is read before it is written; NumPy leaves that open for lists and masks.
            exec(f"{way['target']} = array({way['expr']})",
                 dict(NAMES, np=np, **dict(self.arrays, **{way["array"]: copy})))
        return copy

    def compare(self, results, number, case):
        kind, expr, way, how = case
        error = results.get(number + "_error")
        if kind == "error":
            if error is None:
                return f"{expr}: gives {results[number]!r}, should be refused"
            missing = [word for word in how["words"] if word not in error]
            return f"{expr}: {error!r} lacks {missing}" if missing else None
        label = f"{expr} (max_memory {way['max_memory']}, {way['threads']} threads)"
        if error is not None:
            return f"{label}: {error}"
        key = (expr, id(how.get("expected")))
        if key not in self.known:
            self.known[key] = (self.written(way) if kind == "write" else
                               self.expect(expr, how["expected"]))
        expected = self.known[key]
        difference = differ(results[number], expected, how)
        return f"{label}: {difference}" if difference else None


def read(item):
    if isinstance(item, h5py.Group):
        return tuple(read(item[str(at)]) for at in range(item.attrs["count"]))
    if h5py.check_string_dtype(item.dtype):
        values = item.asstr()[()]
        return np.asarray(values, dtype=str) if item.shape else values
    return item[()]


def differ(ours, theirs, how):
    if callable(theirs):
        return theirs(ours)
    if isinstance(theirs, (tuple, list)):
        if len(ours) != len(theirs):
            return f"{len(ours)} parts, NumPy has {len(theirs)}"
        for at, (one, other) in enumerate(zip(ours, theirs)):
            if text := differ(one, other, how):
                return f"part {at}: {text}"
        return None
    if isinstance(theirs, str) or theirs is None:
        return None if ours == theirs else f"{ours!r}, NumPy has {theirs!r}"
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    if ours.shape != theirs.shape:
        return f"shape {ours.shape}, NumPy has {theirs.shape}"
    if theirs.dtype.kind in "US" or ours.dtype.kind in "US":
        same = np.array_equal(ours.astype(str), theirs.astype(str))
        return None if same else f"{ours!r}, NumPy has {theirs!r}"
    if how["dtype"] and ours.dtype != theirs.dtype:
        return f"dtype {ours.dtype}, NumPy has {theirs.dtype}"
    if np.allclose(ours, theirs, rtol=how["rtol"], atol=how["atol"], equal_nan=True):
        return None
    return f"{ours!r}, NumPy has {theirs!r}"
