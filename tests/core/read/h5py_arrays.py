# SPDX-License-Identifier: MIT
"""Makes files with plain h5py for the fast reader: h5py_arrays.py CASE FILE."""
import sys

import h5py
import numpy as np
from h5py import h5d, h5p, h5s, h5t

ROWS = 103


def data(shape, dtype="i4"):
    return (np.arange(np.prod(shape, dtype=int)) // 3 % 251).astype(dtype).reshape(shape)


def low_level(file, name, array, fill=None, layout=None, chunk=None, alloc=None, edges=False):
    """What h5py's own create_dataset has no words for."""
    plist = h5p.create(h5p.DATASET_CREATE)
    if layout is not None:
        plist.set_layout(layout)
    if chunk:
        plist.set_chunk(chunk)
    if alloc is not None:
        plist.set_alloc_time(alloc)
    if fill is not None:
        plist.set_fill_value(np.array(fill, array.dtype))
    if edges:
        plist.set_deflate(4)
    space = h5s.create_simple(array.shape)
    dataset = h5d.create(file.id, name.encode(), h5t.py_create(array.dtype), space, plist)
    dataset.write(h5s.ALL, h5s.ALL, np.ascontiguousarray(array))


def filters(file):
    rows = data((ROWS, 5, 4))
    chunk = (10, 5, 4)
    file.create_dataset("filter/gzip", data=rows, chunks=chunk, compression="gzip")
    file.create_dataset("filter/shuffled", data=rows, chunks=chunk, compression=9, shuffle=True)
    file.create_dataset("filter/checked", data=rows, chunks=chunk, fletcher32=True)
    file.create_dataset("filter/lzf", data=rows, chunks=chunk, compression="lzf", shuffle=True,
                        fletcher32=True)
    file.create_dataset("filter/scaled", data=rows, chunks=chunk, scaleoffset=0)
    noise = np.random.default_rng(1).integers(0, 256, (ROWS, 300), dtype="u1")
    file.create_dataset("filter/noise", data=noise, chunks=(7, 300), compression="lzf")


def layouts(file):
    low_level(file, "compact", data((20, 3)), layout=h5d.COMPACT)
    file.create_dataset("contiguous", data=data((ROWS, 7)))
    file.create_dataset("unwritten", shape=(ROWS, 7), dtype="i4", fillvalue=-5)
    file.create_dataset("chunk/rows", data=data((ROWS, 7)), chunks=(10, 7), maxshape=(None, 7))
    file.create_dataset("chunk/columns", data=data((ROWS, 7)), chunks=(ROWS, 2))
    file.create_dataset("chunk/odd", data=data((ROWS, 7, 5)), chunks=(9, 2, 3))
    file.create_dataset("chunk/odd_gzip", data=data((ROWS, 7, 5)), chunks=(9, 2, 3),
                        compression="gzip")
    file.create_dataset("chunk/both", data=data((ROWS, 40)), chunks=(9, 8), maxshape=(None, None),
                        compression="gzip")
    file.create_dataset("chunk/wide", data=data((ROWS, 7)), chunks=(10, 16), maxshape=(None, None))
    file.create_dataset("chunk/single", data=data((ROWS, 7)), chunks=(ROWS, 7))
    file.create_dataset("chunk/single_gzip", data=data((ROWS, 7)), chunks=(ROWS, 7),
                        compression="gzip")
    file.create_dataset("chunk/large", data=data((1000,)), chunks=(2000,), maxshape=(None,))
    low_level(file, "chunk/early", data((ROWS, 7)), layout=h5d.CHUNKED, chunk=(10, 7),
              alloc=h5d.ALLOC_TIME_EARLY)
    file.create_dataset("empty", shape=(0, 7), dtype="f4", maxshape=(None, 7), chunks=(10, 7))
    file.create_dataset("no_items", shape=(5, 0), dtype="f4")
    holes = file.create_dataset("holes", shape=(ROWS, 3), dtype="f8", chunks=(10, 3),
                                fillvalue=1.5)
    holes[35:45] = 2
    holes = file.create_dataset("holes_gzip", shape=(ROWS, 5), dtype="i2", chunks=(10, 2),
                                fillvalue=513, compression="gzip")
    holes[35:45, 1:3] = 2
    file.create_dataset("one", data=data((1,)))
    file.create_dataset("scalar", data=5)


def dtypes(file):
    for kind in ("i1", "u2", "i8", "f2", "f4", "f8", "c8", "c16", "?"):
        file.create_dataset("dtype/" + kind, data=data((ROWS, 3), kind), chunks=(10, 3))
    file.create_dataset("dtype/big", data=data((ROWS, 3), ">i4"))
    file.create_dataset("dtype/big_gzip", data=data((ROWS, 3), ">f8"), chunks=(10, 3),
                        compression="gzip")
    colours = h5py.enum_dtype({"red": 1, "blue": 2}, basetype="u2")
    file.create_dataset("dtype/enum", data=data((ROWS,), "u2") % 2 + 1, dtype=colours)
    texts = [f"text {row} é" for row in range(ROWS)]
    file.create_dataset("text/variable", data=texts, dtype=h5py.string_dtype(), chunks=(10,))
    file.create_dataset("text/fixed", data=np.array([t.encode() for t in texts[:50]]))
    pair = np.zeros(4, np.dtype([("a", "i4"), ("b", "f8")]))
    file.create_dataset("other/compound", data=pair)


def shared_names(file):
    file["again"] = file["contiguous"]
    file["loop"] = file["/"]
    file["soft"] = h5py.SoftLink("/contiguous")
    file["gone"] = h5py.ExternalLink("nowhere.h5", "/x")


def sparse(file, extent):
    file.create_dataset("sparse", shape=(extent,), dtype="u1", chunks=(16,))[extent // 2] = 9


def everything(file, extent=1 << 40):
    filters(file)
    sparse(file, extent)
    layouts(file)
    dtypes(file)
    shared_names(file)


def earliest(path):
    with h5py.File(path, "w", libver="earliest") as file:
        everything(file)
        # So that the header goes on in another block.
        for number in range(30):
            file["contiguous"].attrs[f"attribute {number}"] = "x" * 50
            file["chunk/rows"].attrs[f"attribute {number}"] = "x" * 50


def v108(path):
    with h5py.File(path, "w", libver=("v108", "latest")) as file:
        everything(file)
        for number in range(7):
            file["chunk/rows"].attrs[f"attribute {number}"] = "x" * 50


def latest(path):
    with h5py.File(path, "w", libver="latest") as file:
        everything(file, 1 << 24)
        file.create_dataset("many", data=data((6000,)), chunks=(1,), maxshape=(None,))
        virtual = h5py.VirtualLayout(shape=(2, ROWS, 7), dtype="i4")
        for row in range(2):
            virtual[row] = h5py.VirtualSource(file["contiguous"])
        file.create_virtual_dataset("virtual", virtual)


def user_block(path):
    with h5py.File(path, "w", userblock_size=1024) as file:
        everything(file)


def texts(path):
    """Ids of all lengths, some in heap collections of their own, without spans."""
    string = h5py.string_dtype()
    with h5py.File(path, "w", libver=("v108", "latest")) as file:
        ids = ["", "a", "é" * 20, "x" * 100_000] + [f"{n}/{'y' * (n % 50)}" for n in range(5000)]
        file.create_dataset("__src__/id", data=ids, dtype=string, chunks=(1000,), maxshape=(None,))
        file.create_dataset("__src__/ds_keys", data=["x"], dtype=string)
        rows = file.create_dataset("x/__arr__", data=data((len(ids), 2)), maxshape=(None, 2),
                                   chunks=(100, 2))
        refs = [rows.regionref[n:n + 1] if n % 7 else None for n in range(len(ids))]
        file.create_dataset("x/__ref__", data=np.array(refs, object), dtype=h5py.regionref_dtype)


if __name__ == "__main__":
    globals()[sys.argv[1]](sys.argv[2])
