# SPDX-License-Identifier: MIT
"""Makes files with plain h5py, the way h5mapper does, for the Reader: h5py_make.py CASE FILE."""
import os
import sys

import h5py
import numpy as np

STRING = h5py.string_dtype("utf-8")


def append(file, path, array, **options):
    """Rows at the end of a dataset, created after the first ones; a reference to them."""
    if path not in file:
        options.setdefault("dtype", array.dtype)
        file.create_dataset(path, shape=(0, *array.shape[1:]), chunks=array.shape,
                            maxshape=(None, *array.shape[1:]), **options)
    dataset = file[path]
    start, stop = len(dataset), len(dataset) + len(array)
    dataset.resize(stop, axis=0)
    dataset[start:stop] = array
    return dataset.regionref[start:stop]


def add(file, source, data):
    """A source the way h5mapper adds one: ids, keys and references grow, spans don't."""
    known = set(file["__src__/ds_keys"].asstr()) if "ds_keys" in file["__src__"] else set()
    refs = {path: append(file, path + "/__arr__", array) for path, array in data.items()}
    append(file, "__src__/id", np.array([source], object), dtype=STRING)
    count = len(file["__src__/id"])
    for path in [*known, *(p for p in refs if p not in known)]:
        if path not in known:
            append(file, "__src__/ds_keys", np.array([path], object), dtype=STRING)
        missing = count - 1 - (len(file[path + "/__ref__"]) if path + "/__ref__" in file else 0)
        for ref in [None] * missing + [refs.get(path)]:
            cell = np.array([ref], object)
            append(file, path + "/__ref__", cell, dtype=h5py.regionref_dtype)


def mapper(path):
    with h5py.File(path, "w") as file:
        file.create_group("__src__")
        add(file, "a", {"image": np.arange(12, dtype="u1").reshape(2, 2, 3),
                        "net/arr": np.arange(6, dtype="f4"),
                        "net/shape_": np.array([2, 3])})
        add(file, "b", {"late": np.arange(4, dtype=">i2")})
        add(file, "c", {"image": np.full((1, 2, 3), 9, "u1"), "late": np.array([7], ">i2"),
                        "net/arr": np.array([5], "f4"), "net/shape_": np.array([], "i8")})
        # Keys without an array, as h5mapper leaves them for what it couldn't store.
        append(file, "__src__/ds_keys", np.array(["ghost", "image"], object), dtype=STRING)


def empty_mapper(path):
    with h5py.File(path, "w") as file:
        file.create_group("__src__")
        file.create_group("image")


def append_to_sheaf(path):
    with h5py.File(path, "r+") as file:
        add(file, "new", {"x": np.array([[70, 71]], "i4")})
        ref = append(file, "x/__arr__", np.array([[80, 81], [82, 83]], "i4"))
        file["x/__ref__"][1] = ref  # h5mapper's set() on a source that was absent
        add(file, "none", {})


def dtypes(path):
    with h5py.File(path, "w") as file:
        arrays = {
            "big": np.array([1, 2], ">f8"),
            "half": np.array([0.5, -2], "f2"),
            "complex": np.array([1 + 2j, 3j], ">c16"),
            "bool": np.array([True, False]),
            "compound": np.array([(1, 2.0), (3, 4.0)], [("a", "i4"), ("b", "f8")]),
            "opaque": np.array([b"ab", b"cd"], "V2"),
            "bytes": np.array([b"ab", b"c"], "S4"),
        }
        file.create_group("__src__")
        add(file, "a", arrays)
        file["big"].attrs["empty"] = h5py.Empty("f4")
        file["big"].attrs["compound"] = arrays["compound"][0]
        file["big"].attrs["bytes"] = np.bytes_(b"old")
        file["big"].attrs["array"] = np.array([1, 2], ">i2")
        file["big"].attrs["text"] = ["x", "y"]
        for name, dtype, data in (
                ("ascii", h5py.string_dtype("ascii"), [b"one", b"two"]),
                ("fixed", h5py.string_dtype("utf-8", 6), ["caf\u00e9".encode(), b"x"]),
                ("enum", h5py.enum_dtype({"LOW": 3, "HIGH": 5}, basetype="u1"), [3, 5]),
                ("vlen", h5py.vlen_dtype("i4"), [np.arange(2), np.arange(3)])):
            dataset = file.create_dataset(name + "/__arr__", (2,), dtype, maxshape=(None,))
            dataset[:] = data
            ref = np.array([dataset.regionref[0:2]], object)
            file.create_dataset(name + "/__ref__", (1,), h5py.regionref_dtype)[:] = ref
            append(file, "__src__/ds_keys", np.array([name], object), dtype=STRING)


def filters(path):
    with h5py.File(path, "w") as file:
        file.create_group("__src__")
        array = np.arange(4000, dtype="i4").reshape(1000, 4) // 64
        add(file, "a", {"plain": array})
        for name, options in {"gzip": {"compression": "gzip", "shuffle": True},
                              "lzf": {"compression": "lzf"},
                              "checked": {"fletcher32": True}}.items():
            dataset = file.create_dataset(name + "/__arr__", data=array, chunks=(100, 4),
                                          maxshape=(None, 4), **options)
            ref = np.array([dataset.regionref[0:1000]], object)
            file.create_dataset(name + "/__ref__", (1,), h5py.regionref_dtype)[:] = ref
            append(file, "__src__/ds_keys", np.array([name], object), dtype=STRING)


def left_open(path):
    """A file in HDF5's newer format whose writer was killed."""
    file = h5py.File(path, "w", libver="latest")
    file["data"] = np.arange(3)
    file.flush()
    os._exit(0)


def other(path):
    with h5py.File(path, "w") as file:
        file["data"] = np.arange(3)


def odd(path):
    """What breaks the format, one way each: PATH is a folder."""
    def make(name):
        file = h5py.File(f"{path}/{name}.h5", "w")
        file.create_group("__src__")
        add(file, "a", {"x": np.arange(6, dtype="i4").reshape(3, 2)})
        return file

    with make("span_range") as file:
        file["x/__span__"] = np.array([[1, 9]])
    with make("span_order") as file:
        file["x/__span__"] = np.array([[4, 3]])
    with make("span_shape") as file:
        file["x/__span__"] = np.array([1, 2, 3])
    with make("span_strings") as file:
        file["x/__span__"] = np.array([["a", "b"]], "S1")
    with make("ref_type") as file:
        del file["x/__ref__"]
        file["x/__ref__"] = np.array([7])
    with make("ref_columns") as file:
        file["x/__ref__"][0] = file["x/__arr__"].regionref[:, 0]
    with make("ids_numbers") as file:
        del file["__src__/id"]
        file["__src__/id"] = np.array([7])
    with make("scalar") as file:
        del file["x/__arr__"]
        file["x/__arr__"] = 5
    with make("huge_ids") as file:
        file["__src__/id"].resize(1 << 60, axis=0)
    with make("huge_rows") as file:
        file["x/__arr__"].resize(1 << 60, axis=0)
        file["x/__ref__"][0] = file["x/__arr__"].regionref[0:1 << 60]
    with make("newer") as file:
        file.attrs["sheaf_format"] = "2.0"
    with make("ragged") as file:
        add(file, "b", {"r/arr": np.arange(4.0), "r/shape_": np.array([3, 3])})
    with make("negative") as file:
        add(file, "b", {"r/arr": np.arange(4.0), "r/shape_": np.array([-2, -2])})


if __name__ == "__main__":
    globals()[sys.argv[1]](sys.argv[2])
