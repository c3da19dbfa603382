# SPDX-License-Identifier: MIT
"""export.py CASE FILE [ARG…]: files to export, and what was exported against what h5py reads."""
import csv
import json
import pathlib
import sys

import h5py
import numpy as np

TEXT = h5py.string_dtype("utf-8")


def make(path, key, *ids):
    """A file as docs/format.md tells other tools to write it: source i has i % 3 + 1 rows."""
    counts = [i % 3 + 1 for i in range(len(ids))]
    with h5py.File(path, "w") as file:
        array = file.create_dataset(f"{key}/__arr__", (sum(counts), 2), "<i4", maxshape=(None, 2),
                                    data=np.arange(2 * sum(counts)).reshape(-1, 2))
        refs, start = [], 0
        for count in counts:
            refs.append(array.regionref[start:start + count])
            start += count
        file.create_dataset(f"{key}/__ref__", data=refs, dtype=h5py.regionref_dtype,
                            maxshape=(None,))
        file.create_dataset("__src__/id", data=list(ids), dtype=TEXT, maxshape=(None,))
        file.create_dataset("__src__/ds_keys", data=[key], dtype=TEXT, maxshape=(None,))


def foreign(path):
    """HDF5 that neither Sheaf nor h5mapper wrote."""
    with h5py.File(path, "w") as file:
        file["grid"] = np.arange(12, dtype="<f4").reshape(4, 3)
        file.create_dataset("deep/er/count", data=np.arange(100), chunks=(7,), compression=4)


def rows(group, source):
    reference = group["__ref__"][source]
    return group["__arr__"][reference] if reference else None


def of_source(file, key, source):
    """What one source has, in its own shape; None where it is absent."""
    group = file[key]
    if "__arr__" in group:
        found = rows(group, source)
        if found is None:
            return None
        return found.reshape((-1,) + group["__arr__"].shape[1:])
    flat = rows(group["arr"], source)
    return None if flat is None else flat.reshape(rows(group["shape_"], source))


def as_text(array):
    is_text = array.dtype == object
    return np.array([text.decode() for text in array.ravel()]).reshape(array.shape) if is_text else array


def ids_of(file):
    return list(file["__src__/id"].asstr()[:])


def npz(path, archive, *keys):
    """Every source of every array in the archive."""
    with h5py.File(path) as file, np.load(archive) as found:
        known = ids_of(file)
        for place, name in enumerate(found["__id__"]):
            source = known.index(name)
            for key in keys:
                expected = of_source(file, key, source)
                start, stop = found[f"{key}/__span__"][place]
                assert (expected is None) == (start == -1), (key, name)
                if expected is None:
                    continue
                if f"{key}/shape_" in found:
                    shape = found[f"{key}/shape_"][place]
                    got = found[f"{key}/arr"][start:stop].reshape(shape[shape >= 0])
                else:
                    got = found[key][start:stop]
                np.testing.assert_array_equal(got, as_text(expected), err_msg=f"{key} {name}")
                assert got.dtype == as_text(expected).dtype or got.dtype.kind == "U"
        print(len(found["__id__"]), *sorted(found.files))


def npy(path, array, key):
    with h5py.File(path) as file:
        parts = [of_source(file, key, i) for i in range(len(ids_of(file)))]
        np.testing.assert_array_equal(np.load(array),
                                      np.concatenate([p for p in parts if p is not None]))


def folder(path, root, *keys):
    """Every file in the folder, and that there are no others."""
    root = pathlib.Path(root)
    expected_files = {root / ".sheaf-export"}
    where = json.loads((root / ".sheaf-export").read_text())["arrays"]
    with h5py.File(path) as file:
        table = {}
        if "labels.csv" in where.values():
            expected_files.add(root / "labels.csv")
            with open(root / "labels.csv", newline="", encoding="utf-8") as lines:
                table = {line["id"]: line for line in csv.DictReader(lines)}
        for source, name in enumerate(ids_of(file)):
            for key in keys:
                expected = of_source(file, key, source)
                if where[key] == "labels.csv":
                    assert table[name][key] == ("" if expected is None else str(expected[0]))
                    classes = file[key].attrs.get("classes")
                    if classes is not None and expected is not None:
                        assert table[name][f"{key}_class"] == classes[expected[0]]
                elif expected is not None:
                    target = root / where[key].replace("{id}", name)
                    expected_files.add(target)
                    if target.suffix == ".txt":
                        assert target.read_text() == expected[0].decode()
                    else:
                        got = np.load(target)
                        np.testing.assert_array_equal(got, expected, err_msg=str(target))
                        assert got.dtype == expected.dtype and got.shape == expected.shape
    assert {p for p in root.rglob("*") if p.is_file()} == expected_files
    print(len(expected_files))


globals()[sys.argv[1]](*sys.argv[2:])
