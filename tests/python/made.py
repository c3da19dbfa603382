# SPDX-License-Identifier: MIT
"""Files for the tests, written with h5py after docs/format.md: nothing here knows the module."""
import os
import shutil
import tempfile
import unittest

import h5py
import numpy as np

TEXT = h5py.string_dtype("utf-8")


class Folder(unittest.TestCase):
    """A test with a temporary folder of its own: self.folder."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="sheaf-python-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)


def new_file(path, ids):
    """A file of format 1 with sources and no features yet; add them with add_field."""
    with h5py.File(path, "w", libver=("v108", "latest")) as f:
        f.attrs["sheaf_format"] = "1.0"
        f.attrs["sheaf_complete"] = np.int64(1)
        f.create_dataset("__src__/id", data=np.array(ids, dtype=object), dtype=TEXT,
                         maxshape=(None,), chunks=(1024,))
        f.create_dataset("__src__/ds_keys", (0,), dtype=TEXT, maxshape=(None,), chunks=(1024,))
    return path


def add_group(f, path, rows, spans, chunk_rows=None, **storage):
    group = f.require_group(path)
    rows = np.asarray(rows)
    dtype = TEXT if rows.dtype == object else rows.dtype
    chunks = (chunk_rows or max(1, min(64, len(rows))), *(max(1, n) for n in rows.shape[1:]))
    array = group.create_dataset("__arr__", data=rows, dtype=dtype, chunks=chunks,
                                 maxshape=(None, *rows.shape[1:]), **storage)
    spans = np.asarray(spans, dtype=np.int64).reshape(-1, 2)
    group.create_dataset("__span__", data=spans, maxshape=(None, 2), chunks=(1024, 2))
    refs = group.create_dataset("__ref__", (len(spans),), dtype=h5py.regionref_dtype,
                                maxshape=(None,), chunks=(1024,))
    for number, (start, stop) in enumerate(spans):
        if stop > start:
            refs[number] = array.regionref[start:stop]
    keys = f["__src__/ds_keys"]
    keys.resize((len(keys) + 1,))
    keys[-1] = path


def add_field(path, name, cells, attrs=(), ragged=False, **storage):
    """cells: one array a source, rows first; None where it is absent."""
    with h5py.File(path, "r+") as f:
        present = [np.asarray(cell) for cell in cells if cell is not None]
        if ragged:
            add_group(f, name + "/arr", np.concatenate([cell.ravel() for cell in present]),
                      spans_of([None if c is None else np.asarray(c).ravel() for c in cells]),
                      **storage)
            shapes = [None if c is None else np.array(np.shape(c), dtype=np.int64) for c in cells]
            add_group(f, name + "/shape_", np.concatenate([s for s in shapes if s is not None]),
                      spans_of(shapes))
            f[name].attrs["sheaf_ragged"] = np.int64(1)
        else:
            add_group(f, name, np.concatenate(present), spans_of(cells), **storage)
        for key, value in dict(attrs).items():
            f[name].attrs[key] = value


def spans_of(cells):
    at, spans = 0, []
    for cell in cells:
        rows = None if cell is None else len(cell)
        spans.append((-1, -1) if rows is None else (at, at + rows))
        at += rows or 0
    return spans


def same(found, expected):
    """Equal in dtype, shape and every bit."""
    found, expected = np.asarray(found), np.asarray(expected)
    if found.dtype != expected.dtype or found.shape != expected.shape:
        raise AssertionError(f"{found.dtype}{found.shape} for {expected.dtype}{expected.shape}")
    if found.dtype == object:
        np.testing.assert_array_equal(found, expected)
    elif found.tobytes() != expected.tobytes():
        raise AssertionError(f"{found} is not {expected}")
