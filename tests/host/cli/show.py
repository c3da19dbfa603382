# SPDX-License-Identifier: MIT
"""show.py CASE FILE [ARG…]: files of all kinds, and what was shown or changed against h5py."""
import base64
import json
import math
import pickle
import sys

import h5py
import numpy as np

TEXT = h5py.string_dtype("utf-8")


class Thing:
    """Whose class lies in a file as a pickle."""


def make_zoo(path):
    """Everything that HDF5 has."""
    with h5py.File(path, "w", libver="latest", track_order=True) as file:
        file.attrs["operator"] = "Jo"
        file.attrs["gains"] = np.float32([0.5, 1])
        file.attrs["pair"] = np.array((1, 2.5), dtype=[("x", "i4"), ("y", "f8")])
        file.attrs["nothing"] = h5py.Empty("f4")
        run = file.create_group("run/7", track_order=True)
        run["gain"] = np.float32(0.5)
        run["gain"].attrs["unit"] = "dB"
        run["samples"] = np.arange(5000, dtype="f4").reshape(50, 100) / 2
        run["small"] = np.array([[1, 2], [3, 4]], dtype=">i2")
        run["text"] = "zwei\nZeilen \u65e5\u672c \x1b[31m \u009b31m"
        run["names"] = np.array(["a", "b\x07", "c"], dtype=object).astype(TEXT)
        run["flag"] = True
        run["flags"] = np.array([True, False])
        run["z"] = np.complex64(1 - 2j)
        run["not numbers"] = np.array([np.nan, np.inf, 1])
        run["big"] = np.uint64(2**64 - 1)
        run["half"] = np.float16(0.1)
        run.create_dataset("empty", data=h5py.Empty("f4"))
        run.create_dataset("no rows", (0, 3), "i4")
        kinds = file.create_group("kinds", track_order=True)
        kinds["table"] = np.zeros(3, dtype=[("x", "f8"), ("label", "S4"), ("box", "i4", (2,))])
        kinds["color"] = np.array([1, 0], dtype=h5py.enum_dtype({"RED": 0, "BLUE": 1}, "i1"))
        kinds["ragged"] = np.array([np.arange(2), np.arange(3)], dtype=h5py.vlen_dtype("i4"))
        kinds["pointer"] = file["run"].ref
        kinds.create_dataset("regions", (2,), h5py.regionref_dtype)
        kinds["type"] = np.dtype("f8")
        kinds["raw"] = np.void(b"\x00\x01raw")
        kinds["pickled"] = np.void(pickle.dumps({"a": 1}))
        kinds["pickled"].attrs["__h5_type__"] = "pickle"
        kinds["none"] = np.void(pickle.dumps(None))
        kinds["none"].attrs["__h5_type__"] = "pickle"
        kinds["fixed"] = np.array([b"abc", b"d"])
        log = file.create_group("log")
        log.attrs["__h5_type__"] = "list"
        log["0"], log["1"] = 1.5, "two"
        log.create_group("2").attrs["k"] = 1
        thing = file.create_group("thing")
        thing.attrs["__h5_type__"] = "object"
        thing.attrs["__h5_class__"] = np.void(pickle.dumps(dict))
        thing["value"] = 3
        links = file.create_group("links", track_order=True)
        links["soft"] = h5py.SoftLink("/run/7")
        links["dangling"] = h5py.SoftLink("/run/8")
        links["outside"] = h5py.ExternalLink("other.h5", "/x")
        links["lost"] = h5py.ExternalLink("lost.h5", "/x")
        links["again"] = file["run"]
        links["self"] = links
        links["root"] = file["/"]
        names = file.create_group("names")
        for name in ("\u00fc\u65e5\u672c", "new\nline", "tab\there", "\x1b[31mred", "at@home", "a b",
                     "\u202egnp"):
            names[name] = 1
        names.id.links.create_soft(b"\xff\xfe", b"/run")
    with h5py.File(path[:-len(path.rpartition("/")[2])] + "other.h5", "w") as other:
        other["x"] = np.arange(3)


def make_many(path, count="100000"):
    with h5py.File(path, "w", libver="latest") as file:
        group = file.create_group("d", track_order=True)
        for number in range(int(count)):
            group.create_group(f"key {number}")


def make_deep(path, depth="2000"):
    with h5py.File(path, "w", libver="latest") as file:
        group = file
        for _ in range(int(depth)):
            group = group.create_group("a")
        group["end"] = 1


def make_old(path):
    with h5py.File(path, "w", libver="earliest") as file:
        for number in range(300):
            file[f"g/k{number:03}"] = number
        file["g"].attrs["about"] = "old"


def make_plain(path):
    with h5py.File(path, "w") as file:
        file["a/gain"] = np.float32(0.5)
        file["a/gain"].attrs["unit"] = "dB"
        file["a/chunked"] = np.arange(4)
        file["a"].attrs["note"] = "n"
        file["table"] = np.zeros(2, dtype=[("x", "f8")])
        file["table"].attrs["pair"] = np.array((1, 2.5), dtype=[("x", "i4"), ("y", "f8")])
        file["link"] = h5py.SoftLink("/a")
        file["lost"] = h5py.SoftLink("/nowhere")
        log = file.create_group("log")
        log.attrs["__h5_type__"] = "list"
        for number in range(12):
            log[str(number)] = number * 10


def make_attributes(path):
    """Of types that are no values, too."""
    with h5py.File(path, "a") as file:
        file["x"] = np.arange(3)
        attrs = file["x"].attrs
        attrs["pair"] = np.array((1, 2.5), dtype=[("x", "i4"), ("y", "f8")])
        attrs["reference"] = file["a"].ref
        attrs["region"] = file["x"].regionref[0:2]
        references = np.empty(1, dtype=object)
        references[0] = np.array([file["a"].ref, file["log"].ref], dtype=h5py.ref_dtype)
        attrs.create("list", references, dtype=h5py.vlen_dtype(h5py.ref_dtype))
        ragged = np.empty(2, dtype=object)
        ragged[0], ragged[1] = np.arange(2, dtype="i4"), np.arange(5, dtype="i4")
        attrs.create("ragged", ragged, dtype=h5py.vlen_dtype("i4"))
        attrs["enum"] = np.array([1, 0], dtype=h5py.enum_dtype({"RED": 0, "BLUE": 1}, "i1"))
        attrs["big endian"] = np.array([1, 2], dtype=">i2")
        attrs["fixed"] = np.bytes_(b"abc")
        attrs["empty"] = h5py.Empty("f4")
        attrs["bytes"] = np.void(b"\x00\x01raw")


def check_attributes(path, other):
    with h5py.File(path) as file, h5py.File(other) as copy:
        original = file["x"].attrs
        assert len(original) == 10 and set(original) == set(copy["x"].attrs), list(original)
        assert set(original) | {"note"} == set(file["a"].attrs), list(file["a"].attrs)
        for name in original:
            for attrs in (file["a"].attrs, copy["x"].attrs):
                kept, found = original.get_id(name), attrs.get_id(name)
                assert found.get_type() == kept.get_type() and found.shape == kept.shape, name
                if name not in ("reference", "region", "list", "ragged", "empty"):
                    assert np.array_equal(attrs[name], original[name]), name
            ragged = attrs["ragged"]
            assert [list(part) for part in ragged] == [[0, 1], [0, 1, 2, 3, 4]]
        for attrs in (file["x"].attrs, file["a"].attrs):
            assert file[attrs["reference"]] == file["a"]
            assert [file[each].name for each in attrs["list"][0]] == ["/a", "/log"]
            assert list(file["x"][attrs["region"]]) == [0, 1]
        attrs = copy["x"].attrs
        assert not attrs["reference"] and not attrs["region"]
        assert len(attrs["list"][0]) == 2 and not any(bool(each) for each in attrs["list"][0])


def add_link(path, name, target):
    with h5py.File(path, "a") as file:
        file[name] = h5py.SoftLink(target)


def check_deep(path, *names):
    with h5py.File(path) as file:
        for name in names:
            group, depth = file[name], 1
            while "a" in group:
                group, depth = group["a"], depth + 1
            assert depth == 10000 and group["end"][()] == 1, (name, depth)


def plain(value):
    """A value as --json has it."""
    if isinstance(value, h5py.Empty):
        return None
    if isinstance(value, (np.ndarray, list)):
        return [plain(item) for item in value]
    if isinstance(value, (bytes, str)):
        return value.decode() if isinstance(value, bytes) else value
    if isinstance(value, (complex, np.complexfloating)):
        return f"({value.real:g}{value.imag:+g}j)"
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else None
    return int(value)


def is_plain(dtype):
    return dtype.kind in "iufcbSO" and not h5py.check_ref_dtype(dtype) and (
        dtype.kind != "O" or h5py.check_string_dtype(dtype))


def expected(group, above):
    result = {}
    for name in group:
        if isinstance(name, bytes):  # which h5py can't open
            continue
        link = group.get(name, getlink=True)
        if isinstance(link, h5py.SoftLink):
            result[name] = {"@link": link.path}
        elif isinstance(link, h5py.ExternalLink):
            result[name] = {"@link": f"{link.filename}:{link.path}"}
        elif isinstance(group[name], h5py.Group):
            child = group[name]
            if child in above:
                result[name] = {"@same": above[child]}
                continue
            above[child] = child.name
            result[name] = expected(child, above)
        elif isinstance(group[name], h5py.Dataset) and is_plain(group[name].dtype):
            result[name] = plain(group[name][()])
        elif group[name].attrs.get("__h5_type__") == "pickle" and pickle.loads(group[name][()]) is None:
            result[name] = None
    if group.attrs.get("__h5_type__") == "list":
        return [result[str(number)] for number in range(len(result))]
    return result


def same(found, wanted, where=""):
    if isinstance(wanted, dict):
        for name, value in wanted.items():
            assert name in found, (where, name, list(found))
            same(found[name], value, f"{where}/{name}")
        for name in set(found) - set(wanted):
            assert isinstance(found[name], dict) and list(found[name])[0].startswith("@"), (where, name)
    else:
        assert found == wanted, (where, found, wanted)


def check_json(path, shown):
    """All values that sheaf printed, and no other ones."""
    with open(shown, encoding="utf-8") as text:
        found = json.load(text)
    with h5py.File(path) as file:
        same(found, expected(file["/"], {file["/"]: "/"}))
    kinds = found.get("kinds")
    if kinds:
        assert base64.b64decode(kinds["raw"]["@bytes"]) == b"\x00\x01raw"
        assert pickle.loads(base64.b64decode(kinds["pickled"]["@pickle"])) == {"a": 1}
        assert kinds["none"] is None
        assert kinds["table"] == {"@unreadable": "compound {x: float64, label: str, box: array (2,) of int32}"}


def check_described(path, shown):
    with open(shown, encoding="utf-8") as text:
        found = json.load(text)
    with h5py.File(path) as file:
        assert found["attrs"]["operator"] == "Jo" and found["attrs"]["gains"] == [0.5, 1]
        run = found["value"]["run"]["value"]["7"]["value"]
        assert list(run) == list(file["run/7"])
        for name, dataset in file["run/7"].items():
            node = run[name]
            assert list(node.get("shape", [])) == list(dataset.shape or ()), name
            if dataset.shape is not None and dataset.dtype.kind in "iufb":
                assert node["dtype"] == dataset.dtype.name, name
                assert node["value"] == plain(dataset[()]), name
        assert run["gain"]["attrs"] == {"unit": "dB"}


def check_edited(path):
    with h5py.File(path) as file:
        gain = file["a/gain"]
        assert gain[()] == np.float32(0.75) and gain.dtype == np.float32
        assert gain.attrs["unit"] == "dB"
        assert list(file["a/samples"]) == [1, 2, 3] and file["a/samples"].dtype == np.float32
        assert file["a"].attrs["note"] == "m" and file["a"].attrs["count"] == 3
        assert file["new/deep/text"].asstr()[()] == "hello"
        assert list(file["names"].asstr()) == ["x", "y"]
        mixed = file["mixed"]
        assert mixed.attrs["__h5_type__"] == "list" and mixed["1"].asstr()[()] == "two"
        assert pickle.loads(mixed["2"][()]) is None
        assert file["flags"].dtype == bool and file["grid"].shape == (2, 2)


def check_moved(path, other):
    with h5py.File(path) as file, h5py.File(other) as copy:
        log = [file["log"][str(number)][()] for number in range(len(file["log"]))]
        assert log == [20, 30, 40, 50, 60, 70, 80, 90, 100, 0, 5], log
        assert "a" not in file and file["b/gain"].attrs["unit"] == "dB"
        assert file["b"].attrs["remark"] == "n" and "note" not in file["b"].attrs
        assert file.get("moved/link", getlink=True).path == "/a"
        table = copy["into/table"]
        assert table.dtype == file["table"].dtype and table.attrs["pair"]["y"] == 2.5
        assert copy["gain"].dtype == np.float32 and copy["gain"].attrs["unit"] == "dB"


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
