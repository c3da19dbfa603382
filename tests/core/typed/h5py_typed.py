# SPDX-License-Identifier: MIT
"""Checks and makes typed files with plain h5py: h5py_typed.py CASE FILE."""
import sys

import h5py
import numpy as np

STRING = h5py.string_dtype("utf-8")


def append(file, path, array, **options):
    """Rows at the end of a dataset, as h5mapper appends them; a reference to them."""
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
    """A source the way h5mapper adds one: ids, keys and references grow, nothing else does."""
    known = list(file["__src__/ds_keys"].asstr()) if "__src__/ds_keys" in file else []
    refs = {path: append(file, path + "/__arr__", array) for path, array in data.items()}
    append(file, "__src__/id", np.array([source], object), dtype=STRING)
    count = len(file["__src__/id"])
    for path in [*known, *(p for p in refs if p not in known)]:
        if path not in known:
            append(file, "__src__/ds_keys", np.array([path], object), dtype=STRING)
        missing = count - 1 - (len(file[path + "/__ref__"]) if path + "/__ref__" in file else 0)
        for ref in [None] * missing + [refs.get(path)]:
            append(file, path + "/__ref__", np.array([ref], object), dtype=h5py.regionref_dtype)


def mapper(path):
    with h5py.File(path, "w") as file:
        add(file, "a", {"data/image": np.arange(6, dtype="u1").reshape(1, 2, 3),
                        "data/label": np.array([1], "i8")})
        add(file, "b", {"data/label": np.array([2, 3], "i8"),
                        "data/sound/arr": np.arange(6, dtype="f4"),
                        "data/sound/shape_": np.array([3, 2], "i8")})


def empty_mapper(path):
    with h5py.File(path, "w") as file:
        file.create_group("__src__")


def twice(path):
    with h5py.File(path, "w") as file:
        add(file, "a", {"data/label": np.array([1], "i8")})
        add(file, "a", {"data/label": np.array([2], "i8")})


def arbitrary(path):
    with h5py.File(path, "w") as file:
        file["some/numbers"] = np.arange(12, dtype="f4").reshape(4, 3)


def append_as_mapper(path):
    with h5py.File(path, "r+") as file:
        add(file, "later", {"data/label": np.array([70, 71], "i8")})


def rows(file, key, source):
    number = list(file["__src__/id"].asstr()).index(source)
    ref = file[key + "/__ref__"][number]
    return file[key + "/__arr__"][ref] if ref else None


def check_grown(path):
    """What a Sheaf writer left of mapper(): everything h5mapper goes by."""
    with h5py.File(path) as file:
        ids = list(file["__src__/id"].asstr())
        assert ids == ["a", "b", "c"], ids
        keys = set(file["__src__/ds_keys"].asstr())
        assert keys == {"data/image", "data/label", "data/sound/arr", "data/sound/shape_",
                        "logs/loss"}, keys
        for key in keys:
            assert len(file[key + "/__ref__"]) == 3, key
            assert file[key + "/__span__"].shape == (3, 2), key
        assert rows(file, "data/label", "a").tolist() == [9]
        assert rows(file, "data/label", "b").tolist() == [2, 3]
        assert rows(file, "data/label", "c").tolist() == [5, 6]
        assert rows(file, "data/image", "b") is None
        assert rows(file, "data/sound/arr", "b").tolist() == [0, 1, 2, 3, 4, 5]
        assert rows(file, "data/sound/shape_", "c").tolist() == [1, 4]
        assert rows(file, "logs/loss", "a").tolist() == [0.5]
        assert file.attrs["sheaf_format"] == "1.0"


def check_typed(path):
    """What `fill`, logs and checkpoints of the tests come to."""
    with h5py.File(path) as file:
        assert list(file["__src__/id"].asstr()) == ["0", "1", "2", "train", "epoch-1"]
        for i in range(3):
            image = (i + np.arange((i + 1) * 6)).astype("u1").reshape(-1, 2, 3)
            assert (rows(file, "data/image", str(i)) == image).all()
        assert rows(file, "data/label", "2").tolist() == [7, 2, 8]
        assert rows(file, "data/sound/shape_", "2").tolist() == [3, 2]
        assert [text.decode() for text in rows(file, "logs/note", "train")] == ["a", "é"]
        assert rows(file, "checkpoints/fc1.weight", "epoch-1").shape == (4, 3)
        assert file["checkpoints/steps"].attrs["scalar"] == 1
        assert file.attrs["sheaf_complete"] == 1
        def no_attributes(name, item):
            assert isinstance(item, h5py.Group) or not item.attrs, name
        file.visititems(no_attributes)


globals()[sys.argv[1]](sys.argv[2])
