# SPDX-License-Identifier: MIT
"""Looks at files of the Writer's with plain h5py: h5py_check.py CASE FILE."""
import sys

import h5py
import numpy as np


def rows(file, path, source):
    """The rows of a source as a user of plain h5py gets them; None where it is absent."""
    ref = file[f"{path}/__ref__"][source]
    return file[f"{path}/__arr__"][ref] if ref else None


def every_object(file):
    objects = []
    file.visititems(lambda name, obj: objects.append(obj))
    return objects


def layout(file):
    assert dict(file.attrs) == {
        "sheaf_format": "1.0", "sheaf_version": file.attrs["sheaf_version"], "sheaf_complete": 1}
    assert isinstance(file.attrs["sheaf_version"], str)
    utf8 = h5py.h5t.py_create(h5py.string_dtype("utf-8"), logical=True)
    for name in "id", "ds_keys":
        dataset = file["__src__"][name]
        assert dataset.id.get_type() == utf8 and dataset.maxshape == (None,), name
    assert list(file["__src__/id"].asstr()) == ["a", "caf\u00e9", "c"]
    assert list(file["__src__/ds_keys"].asstr()) == [
        "data/image", "ragged/arr", "ragged/shape_", "scan/depth", "scan/text"]
    assert file["__src__/size"][:].tolist() == [10, -1, 30]
    assert file["__src__/mtime"][:].tolist() == [2**60, -1, 0]
    assert file["__src__/mtime"].dtype == np.int64
    for obj in every_object(file):
        if isinstance(obj, h5py.Dataset):
            assert not obj.attrs, obj.name  # h5mapper breaks on them
            assert obj.maxshape[0] is None, obj.name
    assert dict(file["data/image"].attrs) == {"channels": "RGB", "flag": True, "mean": 0.5}
    assert file["ragged"].attrs["sheaf_ragged"] == 1

    image = file["data/image"]
    assert image["__arr__"].dtype == np.uint8 and image["__arr__"].shape == (5, 2, 3)
    assert image["__arr__"].maxshape == (None, 2, 3)
    assert image["__ref__"].dtype == h5py.regionref_dtype
    assert image["__span__"].dtype == np.int64
    assert image["__span__"][:].tolist() == [[0, 3], [-1, -1], [3, 5]]
    assert (rows(file, "data/image", 0) == np.arange(18).reshape(3, 2, 3)).all()
    assert rows(file, "data/image", 1) is None
    assert (rows(file, "data/image", 2) == np.arange(100, 112).reshape(2, 2, 3)).all()

    assert rows(file, "ragged/shape_", 0).tolist() == [2, 4]
    assert rows(file, "ragged/shape_", 1).tolist() == [1, 1]
    flat = rows(file, "ragged/arr", 0)
    assert flat.dtype == np.float32 and flat.tolist() == list(range(8))
    assert rows(file, "ragged/arr", 2) is None

    assert rows(file, "scan/depth", 0).shape[0] == 0  # there, with zero rows
    assert file["scan/text/__arr__"].asstr()[file["scan/text/__ref__"][0]].tolist() == [
        "", "\u65e5\u672c"]
    assert file["scan/depth/__arr__"].shape == (0, 0, 7)


def container(file):
    """Superblock 2, chunks aligned to pages, no timestamps: what the format promises."""
    assert file.id.get_create_plist().get_version()[0] == 2
    chunk = file["x/__arr__"].id.get_chunk_info(1)
    assert chunk.size == 20 * 3072 and chunk.byte_offset % 4096 == 0
    for obj in [file["/"], *every_object(file)]:
        assert h5py.h5g.get_objinfo(obj.id, b".").mtime == 0, obj.name


def dtypes(file):
    expected = {
        name: np.dtype(name) for name in (
            "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16",
            "float32", "float64", "complex64", "complex128", "bool")}
    for name, dtype in expected.items():
        array = file[name + "/__arr__"]
        assert array.dtype == dtype, (name, array.dtype)
        values = [0, 1, 1] if name == "bool" else [0, 1, 2]
        assert array[:].tolist() == np.array(values, dtype).tolist(), name
        assert array.id.get_type() == h5py.h5t.py_create(dtype, logical=True), name


def filters(file):
    def pipeline(path):
        plist = file[path + "/__arr__"].id.get_create_plist()
        return [plist.get_filter(i)[0] for i in range(plist.get_nfilters())]

    assert pipeline("plain") == []
    assert pipeline("all") == [h5py.h5z.FILTER_SHUFFLE, h5py.h5z.FILTER_DEFLATE,
                               h5py.h5z.FILTER_FLETCHER32]
    assert file["all/__arr__"].compression_opts == 9
    assert file["stored/__arr__"].dtype == np.float32
    assert file["filled/__arr__"].fillvalue == 7
    assert file["filled/__arr__"].chunks == (50, 4)
    for path in "plain", "all", "stored", "filled", "lzf":
        assert (file[path + "/__arr__"][:] == np.arange(480).reshape(120, 4)).all(), path
    assert pipeline("lzf") == [32000]
    # What is left of the last chunk holds the fill value.
    file["filled/__arr__"].resize(123, axis=0)
    assert (file["filled/__arr__"][120:] == 7).all()
    file["plain/__arr__"].resize(123, axis=0)
    assert (file["plain/__arr__"][120:] == 0).all()


if __name__ == "__main__":
    with h5py.File(sys.argv[2], "r+" if sys.argv[1] == "filters" else "r") as opened:
        globals()[sys.argv[1]](opened)
