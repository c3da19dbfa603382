# SPDX-License-Identifier: MIT
"""Things of a user's own in a file, and what is left of them after packing: h5py_pack.py CASE FILE.

The file is that of h5py_damage.py.
"""
import sys

import h5py
import numpy as np

STRING = h5py.string_dtype("utf-8")
POINT = np.dtype([("a", "i4"), ("name", STRING)])


def foreign(path):
    with h5py.File(path, "r+") as file:
        notes = file.create_group("notes", track_order=True)
        for name in "zyx":
            notes[name] = np.arange(3)
        notes["table"] = np.arange(1000).reshape(100, 10)
        notes.create_dataset("packed", data=np.arange(1000), chunks=(100,), compression="gzip")
        notes["words"] = np.array(["one", "caf\u00e9"], object)
        points = notes.create_dataset("points", (2,), POINT)
        points[:] = [(1, "x"), (2, "y")]
        notes.create_dataset("lists", (2,), h5py.vlen_dtype("i4"))[:] = [[1, 2], [3]]
        notes["scalar"] = 5
        notes["nothing"] = h5py.Empty("f4")
        notes["type"] = np.dtype("f8")
        notes["typed"] = np.arange(2.0)
        notes["soft"] = h5py.SoftLink("/x/__arr__")
        notes["dangling"] = h5py.SoftLink("/none")
        notes["elsewhere"] = h5py.ExternalLink("other.h5", "/x")
        notes["again"] = notes["table"]
        notes["rows"] = file["x/__arr__"]
        notes["up"] = file["/"]
        file["Ids"] = file["__src__/id"]
        notes.attrs["list"] = ["a", "b"]
        notes.attrs["number"] = 1.5
        notes.attrs["empty"] = h5py.Empty("f4")
        notes.attrs["points"] = points[:1]
        notes["table"].attrs["unit"] = "V"
        file["x"].attrs["mine"] = np.arange(4)
        file["x/__arr__"].attrs["own"] = "text"
        file.attrs["who"] = "me"
        # References: the rows of z stay, those of x move where something is dropped.
        notes["objects"] = np.array([file["z"].ref, notes["table"].ref, None, file.ref], object) \
            .astype(h5py.ref_dtype)
        regions = notes.create_dataset("regions", (3,), h5py.regionref_dtype)
        regions[0] = file["z/__arr__"].regionref[1:4]
        regions[1] = notes["table"].regionref[2:5, 1]
        regions[2] = file["x/__arr__"].regionref[5:7]
        notes.attrs["object"] = notes["table"].ref
        notes.attrs["region"] = file["z/__arr__"].regionref[2:3]
        notes.attrs["nested"] = np.array([(7, file["z"].ref)],
                                         [("n", "i4"), ("to", h5py.ref_dtype)])
        # As dimension scales are: lists of references.
        lists = h5py.h5t.vlen_create(h5py.h5t.STD_REF_OBJ)
        h5py.h5a.create(notes.id, b"NAMES", lists, h5py.h5s.create_simple((1,)))


def check_foreign(path, rows_moved=False):
    with h5py.File(path, "r") as file:
        notes = file["notes"]
        assert list(notes)[:3] == ["z", "y", "x"], list(notes)
        assert (notes["table"][:] == np.arange(1000).reshape(100, 10)).all()
        assert notes["packed"].compression == "gzip"
        assert (notes["packed"][:] == np.arange(1000)).all()
        assert list(notes["words"].asstr()) == ["one", "caf\u00e9"]
        assert notes["points"][1]["name"] == b"y" and notes["points"][0]["a"] == 1
        assert notes["lists"][0].tolist() == [1, 2] and notes["lists"][1].tolist() == [3]
        assert notes["scalar"][()] == 5 and isinstance(notes["nothing"][()], h5py.Empty)
        assert isinstance(notes["type"], h5py.Datatype)
        assert notes.get("soft", getlink=True).path == "/x/__arr__"
        assert notes.get("dangling", getlink=True).path == "/none"
        link = notes.get("elsewhere", getlink=True)
        assert (link.filename, link.path) == ("other.h5", "/x")
        assert notes["again"] == notes["table"] and notes["rows"] == file["x/__arr__"]
        assert notes["up"] == file["/"] and file["Ids"] == file["__src__/id"]
        assert list(notes.attrs["list"]) == ["a", "b"] and notes.attrs["number"] == 1.5
        assert isinstance(notes.attrs["empty"], h5py.Empty)
        assert notes.attrs["points"][0]["name"] == b"x"
        assert notes["table"].attrs["unit"] == "V" and file.attrs["who"] == "me"
        assert file["x"].attrs["mine"].tolist() == [0, 1, 2, 3]
        assert file["x/__arr__"].attrs["own"] == "text"
        objects = notes["objects"][:]
        assert file[objects[0]] == file["z"] and file[objects[1]] == notes["table"]
        assert not objects[2] and file[objects[3]] == file["/"]
        regions = notes["regions"]
        assert (file["z/__arr__"][regions[0]] == file["z/__arr__"][1:4]).all()
        assert notes["table"][regions[1]].ravel().tolist() == [21, 31, 41]
        if rows_moved:
            assert not regions[2]
        else:
            assert (file["x/__arr__"][regions[2]] == file["x/__arr__"][5:7]).all()
        assert file[notes.attrs["object"]] == notes["table"]
        assert (file["z/__arr__"][notes.attrs["region"]] == file["z/__arr__"][2:3]).all()
        assert notes.attrs["nested"]["n"][0] == 7 and not notes.attrs["nested"]["to"][0]
        assert "NAMES" not in notes.attrs


def check_moved(path):
    check_foreign(path, rows_moved=True)


def shuffle_rows(path):
    """The rows of x in the opposite order, with a hole behind each source's."""
    with h5py.File(path, "r+") as file:
        x = file["x"]
        old = x["__arr__"][:]
        x["__arr__"].resize(50, axis=0)
        x["__arr__"][:] = -1
        for source in range(10):
            start = 5 * (9 - source)
            x["__arr__"][start:start + 3] = old[3 * source:3 * source + 3]
            x["__span__"][source] = [start, start + 3]
            x["__ref__"][source] = x["__arr__"].regionref[start:start + 3]


def shuffle_texts(path):
    """The same for texts."""
    with h5py.File(path, "r+") as file:
        t = file["t"]
        t["__arr__"].resize(12, axis=0)
        t["__arr__"][:] = [f"text {row}" for row in range(12)]
        for source in range(10):
            t["__span__"][source] = [9 - source, 10 - source]
            t["__ref__"][source] = t["__arr__"].regionref[9 - source:10 - source]


def odd_arrays(path):
    """Arrays that only h5py makes: tiles, no chunks, an enum, big-endian, a compound, lists."""
    with h5py.File(path, "r+") as file:
        def add(name, data, dtype=None, **options):
            count = len(data)
            array = file.create_dataset(name + "/__arr__", (count + 2, *np.shape(data)[1:]), dtype,
                                        **options)
            array[1:count + 1] = data
            refs = file.create_dataset(name + "/__ref__", (10,), h5py.regionref_dtype,
                                       maxshape=(None,))
            spans = file.create_dataset(name + "/__span__", data=np.full((10, 2), -1),
                                        maxshape=(None, 2))
            for source in range(count):
                start = count - source
                refs[source] = array.regionref[start:start + 1]
                spans[source] = [start, start + 1]
            keys = file["__src__/ds_keys"]
            keys.resize(len(keys) + 1, axis=0)
            keys[-1] = name

        numbers = np.arange(240).reshape(10, 24)
        add("tiled", numbers, "i4", chunks=(2, 5), compression="gzip", maxshape=(None, 24))
        add("flat", numbers, "f8")
        add("big", numbers, ">i2", chunks=(3, 24), shuffle=True, compression="lzf", fillvalue=7)
        add("scaled", numbers, "i4", chunks=(3, 24), scaleoffset=0)
        add("enum", np.arange(10) % 2 + 3, h5py.enum_dtype({"LOW": 3, "HIGH": 4}, "u1"),
            chunks=(4,))
        points = np.array([(i, i / 2) for i in range(10)], [("a", "i4"), ("b", "f8")])
        add("points", points, points.dtype, chunks=(4,))
        lists = np.empty(10, object)
        lists[:] = [np.arange(i) for i in range(10)]
        add("lists", lists, h5py.vlen_dtype("i8"), chunks=(4,))


def check_odd(path):
    with h5py.File(path, "r") as file:
        numbers = np.arange(240).reshape(10, 24)[::-1]
        for name in "tiled", "flat", "big", "scaled":
            array = file[name + "/__arr__"]
            assert array.shape == (10, 24) and array.maxshape == (None, 24), name
            assert (array[:] == numbers).all(), name
        assert file["tiled/__arr__"].chunks == (2, 5)
        assert file["tiled/__arr__"].compression == "gzip"
        assert file["big/__arr__"].dtype == np.dtype(">i2") and file["big/__arr__"].shuffle
        assert file["big/__arr__"].compression == "lzf" and file["big/__arr__"].fillvalue == 7
        assert file["scaled/__arr__"].scaleoffset is not None
        enum = file["enum/__arr__"]
        assert h5py.check_enum_dtype(enum.dtype) == {"LOW": 3, "HIGH": 4}
        assert enum[:].tolist() == [4, 3] * 5
        assert file["points/__arr__"][:]["b"].tolist() == [i / 2 for i in range(9, -1, -1)]
        assert [len(cell) for cell in file["lists/__arr__"][:]] == list(range(9, -1, -1))
        for name in "tiled", "lists":
            for source in range(10):
                ref = file[name + "/__ref__"][source]
                rows = file[name + "/__arr__"][ref]
                start = file[name + "/__span__"][source][0]
                assert start == source and len(rows) == 1, name


if __name__ == "__main__":
    globals()[sys.argv[1]](sys.argv[2])
