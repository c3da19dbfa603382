# SPDX-License-Identifier: MIT
"""Checks and makes files of objects with plain h5py or ch5mpy: h5py_objects.py CASE FILE."""
import datetime
import importlib.metadata
import os
import pickle
import sys

import h5py
import numpy as np

STRING = h5py.string_dtype("utf-8")


class Custom:
    """Known to none but this script."""

    def __init__(self, l):
        self.l = l

    def __h5_write__(self, values):
        values["l"] = self.l

    @classmethod
    def __h5_read__(cls, values):
        return cls(list(values["l"]))


def array(group, name, value):
    """As ch5mpy stores arrays."""
    value = np.array(value)
    kind = str(value.dtype)
    text = np.issubdtype(value.dtype, np.str_)
    dataset = group.create_dataset(name, data=value.astype("O") if text else value,
                                   dtype=STRING if text else value.dtype, chunks=True,
                                   maxshape=(None,) * value.ndim)
    dataset.attrs["dtype"] = kind


def pickled(group, name, value):
    group[name] = np.void(pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL))
    group[name].attrs["__h5_type__"] = "pickle"


def make_theirs(path):
    with h5py.File(path, "w") as file:
        uns = file.create_group("uns", track_order=True)
        uns["a"] = np.int32(1)
        array(uns, "b", [1, 2, 3])
        inner = uns.create_group("c", track_order=True)
        inner["d"] = "test"
        array(inner, "e", [0, 0.5])
        array(uns, "names", ["abc", "d"])
        pickled(uns, "nothing", None)
        log = file.create_group("log")
        log.attrs["__h5_type__"] = "list"
        log["0"], log["1"] = 1.0, 2
        array(log, "2", [1, 2, 3])
        log["3"] = "4."
        pickled(log, "4", {"any": "object"})
        custom = file.create_group("object", track_order=True)
        array(custom, "l", [1, 2])
        custom.attrs["__h5_type__"] = "object"
        custom.attrs["__h5_class__"] = np.void(pickle.dumps(dict))
        file.attrs["value"] = 1
        file.attrs["parent"] = "__h5_NONE__"
        file.attrs["bytes"] = np.void(b"xy")


def check_grown(path):
    with h5py.File(path) as file:
        log = file["log"]
        assert sorted(log, key=int) == [str(n) for n in range(6)]
        assert log["0"].asstr()[()] == "first" and log["1"][()] == 1.0
        assert list(log["2"]) == [1, 2, 3] and log["3"].asstr()[()] == "4."
        assert pickle.loads(log["4"][()]) == {"any": "object"}
        assert log["5/new"][()] == 1
        assert file["uns/c/d"].asstr()[()] == "changed" and list(file["uns/c/e"]) == [0, 0.5]
        assert pickle.loads(file["uns/more"][()]) is None


def check_ours(path):
    with h5py.File(path) as file:
        uns = file["uns"]
        assert list(uns) == ["a", "b", "c", "names", "plain", "flag", "z", "nothing", "bytes", "empty"]
        assert uns["a"][()] == 1 and uns["a"].shape == ()
        assert list(uns["b"]) == [1, 2, 3] and uns["b"].dtype == np.int64
        assert uns["c/d"].asstr()[()] == "t\u00e9st"
        assert list(uns["names"].asstr()) == ["abc", "\u00e9\u00e9"]
        assert uns["names"].attrs["dtype"] == "<U3"
        assert uns["flag"][()] == np.True_ and uns["flag"].dtype == bool
        assert uns["z"][()] == 1 + 2j
        assert pickle.loads(uns["nothing"][()]) is None
        assert uns["nothing"].attrs["__h5_type__"] == "pickle"
        assert pickle.loads(uns["bytes"][()]) == b"x\0"
        log = file["log"]
        assert log.attrs["__h5_type__"] == "list"
        assert sorted(log, key=int) == [str(n) for n in range(6)], list(log)
        assert log["0"][()] == 1.0 and list(log["1"]) == [7, 8]
        assert log["2"].asstr()[()] == "2"
        assert log["4/k"][()] == 3 and log["5/1"][()] == 5
        assert file.attrs["value"] == 1 and file.attrs["text"] == "t\u00e9xt"
        assert file.attrs["none"] == "__h5_NONE__" and file.attrs["bytes"].tobytes() == b"b"


def check_standard(path):
    with h5py.File(path) as file:
        def holds(name, dtype, value):
            found = file[name][()]
            assert found.dtype == dtype and np.array_equal(found, value), (name, found)

        def texts(name):
            return file[name].asstr()[()]

        holds("points", "f4", [[1, 2, 3], [4, 5, 6]])
        holds("flags", "?", [True, False])
        holds("z", "c8", [1 + 2j])
        holds("bytes", "u1", [7])
        assert texts("texts").tolist() == [["a", "\u00e9"]]
        holds("rows/0", "i8", [1])
        holds("rows/1", "i8", [2, 3])
        assert file["rows"].attrs["__h5_type__"] == "list"
        when = datetime.datetime.fromisoformat(texts("when").replace("Z", "+00:00"))
        assert when.timestamp() == 1.25 and file["when"].shape == ()
        assert np.datetime64(file.attrs["when"][:-1]) == np.datetime64(1, "s")
        assert np.array(texts("days"), "M8[D]").astype(int).tolist() == [365]
        holds("exposure", "f8", [0.04])
        holds("hours", "i8", 7200)
        assert texts("paths/0") == "a/b"
        assert pickle.loads(file["paths/1"][()]) == b"\xff"
        holds("some/0", "i4", 7)
        assert pickle.loads(file["some/1"][()]) is None
        holds("by_name/a", "f8", 0.5)
        assert texts("by_path/keys").tolist() == ["a/b"]
        holds("by_path/values", "i4", [7])
        holds("variant/index", "i8", 1)
        assert texts("variant/value") == "two"
        holds("tuple/0", "i4", 1)
        assert texts("tuple/1") == "two"


def ch5mpy():
    sys.path.insert(0, os.environ["SHEAF_CH5MPY"])
    known = importlib.metadata.version
    importlib.metadata.version = lambda name: "0" if name == "ch5mpy" else known(name)
    import ch5mpy as package

    return package


def ch5mpy_check_ours(path):
    ch = ch5mpy()
    with ch.File(path, ch.H5Mode.READ_WRITE) as file:
        uns = ch.H5Dict(file)["uns"]
        del file["uns/names"]  # it reads arrays of ASCII text only
        copy = uns.copy()
        assert copy["a"] == 1 and list(copy["b"]) == [1, 2, 3] and copy["c"]["d"] == "t\u00e9st"
        assert list(copy["plain"]) == ["abc", "d"], copy["plain"]
        assert copy["flag"] and copy["z"] == 1 + 2j and copy["nothing"] is None
        assert copy["bytes"] == b"x\0" and copy["empty"] == {}
        assert repr(uns).startswith("H5Dict{")
        log = ch.H5Dict(file)["log"]
        assert log[0] == 1.0 and list(log[1]) == [7, 8] and log[2] == "2" and log[3] is None
        assert log[4]["k"] == 3 and list(log[5]) == [4, 5] and log[-1][0] == 4
        assert file.attrs["value"] == 1 and file.attrs["none"] is None


def ch5mpy_make(path):
    ch = ch5mpy()
    with ch.File(path, ch.H5Mode.WRITE_TRUNCATE) as file:
        ch.write_object({"a": 1, "b": [1, 2, 3], "c": {"d": "test", "e": np.array([0, 0.5])},
                         "names": ["abc", "d"], "nothing": None}, file, "uns")
        del file["uns/a"]  # of Python's 64 bits
        file["uns/a"] = np.int32(1)
        ch.H5List.write([1.0, 2, [1, 2, 3], "4.", {"any"}], file, "log")
        ch.write_object(Custom([1, 2]), file, "object")
        file.attrs["value"] = 1
        file.attrs["parent"] = None
        file.attrs["bytes"] = b"xy"


def ch5mpy_check_grown(path):
    ch = ch5mpy()
    with ch.File(path, ch.H5Mode.READ_WRITE) as file:
        log = ch.H5Dict(file)["log"]
        assert len(log) == 6 and log[0] == "first" and log[1] == 1.0 and log[4] == {"any"}
        assert log[5]["new"] == 1
        log.append("theirs")
        assert log[-1] == "theirs"
        assert ch.H5Dict(file)["uns"]["c"]["d"] == "changed"
        assert ch.H5Dict(file)["uns"]["more"] is None
        assert ch.H5Dict(file)["object"].l == [1, 2]


def make_odd(path):
    with h5py.File(path[:-3] + "-other.h5", "w") as file:
        file["target/y"] = 2
    with h5py.File(path, "w") as file:
        pair = np.dtype([("a", "i4"), ("b", "f8")])
        file["compound"] = np.array([(1, 2.0), (3, 4.0)], pair)
        file["group/x"] = np.int32(1)
        file["group/self"] = file["group"]
        file["group"].attrs["odd"] = np.array((1, 2.0), pair)
        file["group"].attrs["empty"] = h5py.Empty("f4")
        file["reference"] = file["group"].ref
        file["region"] = file["compound"].regionref[0:1]
        file["type"] = np.dtype("i4")
        file.create_dataset("typed", data=5, dtype=file["type"])
        file["dangling"] = h5py.SoftLink("/nowhere")
        file["circle"] = h5py.SoftLink("/circle")
        file["soft"] = h5py.SoftLink("/group")
        file["elsewhere"] = h5py.ExternalLink("nowhere.h5", "/x")
        file["external"] = h5py.ExternalLink(os.path.basename(path)[:-3] + "-other.h5", "/target")
        file["empty"] = h5py.Empty("f8")
        file["enum"] = np.array([0, 2], h5py.enum_dtype({"A": 0, "B": 2}))
        file["fixed"] = np.array([b"ab", b"c"])
        file["opaque"] = np.void(b"\1\2")
        vlen = file.create_dataset("vlen", (2,), h5py.vlen_dtype("i4"))
        vlen[0] = [1, 2]


def check_odd(path):
    with h5py.File(path) as file:
        assert file["copy/compound"].dtype.names == ("a", "b")
        assert file["copy/compound"][1]["b"] == 4.0
        assert file["copy/group"].attrs["odd"]["a"] == 1
        assert file["compound"][()] == 1
        assert file["group/new"][()] == 3 and "dangling" not in file
        assert list(file["renamed"][0]) == [1, 2]


if __name__ == "__main__":
    globals()[sys.argv[1]](sys.argv[2])
