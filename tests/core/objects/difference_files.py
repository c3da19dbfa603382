# SPDX-License-Identifier: MIT
"""Pairs of files to compare, by h5py: difference_files.py CASE FOLDER."""
import sys

import h5py
import numpy as np

TEXT = h5py.string_dtype("utf-8")


def pair(folder):
    return h5py.File(f"{folder}/a.h5", "w"), h5py.File(f"{folder}/b.h5", "w")


def stored_alike(folder):
    """The same values, stored in as many ways as there are."""
    a, b = pair(folder)
    grid = np.arange(60 * 70, dtype="f8").reshape(60, 70)
    a["chunks"] = grid
    b.create_dataset("chunks", data=grid, chunks=(7, 11), compression=4, shuffle=True)
    a.create_dataset("grids", data=grid, chunks=(13, 9), maxshape=(None, None), compression=1)
    b.create_dataset("grids", data=grid, chunks=(5, 64), fletcher32=True)
    a.create_dataset("hole", (1000, 1000), "f4", chunks=(100, 100), fillvalue=2)
    b.create_dataset("hole", (1000, 1000), "f4", chunks=(10, 1000), fillvalue=2, compression=1)
    for dtype in ("i2", "u4", "i8", "u8", "f2", "f4", "f8", "c8", "c16"):
        a[dtype] = np.arange(30).astype("<" + dtype)
        b[dtype] = np.arange(30).astype(">" + dtype)
    names = ["ab", "c", "d\u00e9"]
    a["text"] = np.array([name.encode() for name in names])
    b["text"] = np.array(names, TEXT)
    a["one"], b["one"] = np.bytes_(b"text"), "text"
    a.attrs["text"], b.attrs["text"] = np.bytes_(b"text"), "text"
    a["enum"] = np.array([0, 2], h5py.enum_dtype({"A": 0, "B": 2}, "<i2"))
    b["enum"] = np.array([0, 2], h5py.enum_dtype({"B": 2, "A": 0}, ">i2"))
    fields = [("x", "i4"), ("y", "f8", (2,)), ("s", "S5")]
    values = [(1, (2.0, -0.0), b"abc"), (3, (np.nan, 5.0), b"")]
    a["compound"] = np.array(values, np.dtype(fields))
    b["compound"] = np.array(values, np.dtype([("x", ">i4"), ("y", ">f8", (2,)), ("s", "S9")]))
    inner = np.dtype([("n", "u1"), ("t", TEXT)])
    for file in (a, b):
        file["mixed"] = np.array([(1, "one"), (2, "two")], inner)
        vlen = file.create_dataset("vlen", (2,), h5py.vlen_dtype(np.dtype("<i4" if file is a else ">i4")))
        vlen[0], vlen[1] = [1, 2, 3], []
        file["void"] = np.void(b"\1\2")
        file["type"] = np.dtype("<i4" if file is a else ">i4")
        file["bool"] = np.array([True, False])
        file["odd"] = h5py.Empty("f4")
        file.attrs["empty"] = h5py.Empty("f4")
        file["dangling"] = h5py.SoftLink("/nowhere")
        file["self"] = file["/"]
        scale = file.create_dataset("scale", data=np.arange(60.0))
        scale.make_scale("rows")
        file["chunks"].dims[0].attach_scale(scale)
    for file in (a, b):
        file["reference"] = file["chunks"].ref
        file["references"] = np.array([file["grids"].ref, h5py.Reference()], h5py.ref_dtype)
        file["region"] = file["chunks"].regionref[2:5, 3:4]
        for side in ("left", "right"):
            file[f"{side}/z"] = 1
            file[f"{side}/reference"] = file[f"{side}/z"].ref
        file["points"] = file["chunks"].regionref[[1, 5, 7], 2]
    a["link"], b["link"] = a["one"], h5py.SoftLink("/one")


def unlike(folder):
    """One difference in each entry."""
    a, b = pair(folder)
    fields = np.dtype([("x", "i4"), ("y", "f8")])
    a["compound"] = np.array([(1, 2.0), (3, 4.0)], fields)
    b["compound"] = np.array([(1, 2.0), (3, 4.5)], fields)
    a["field"] = np.array([(1, 2.0)], fields)
    b["field"] = np.array([(1, 2.0)], np.dtype([("x", "i4"), ("z", "f8")]))
    for file, last in ((a, [3]), (b, [3, 4])):
        vlen = file.create_dataset("vlen", (2,), h5py.vlen_dtype("i4"))
        vlen[0], vlen[1] = [1, 2], last
        file["opaque"] = np.array([b"ab", b"cd" if file is a else b"ce"], "V2")
        file["target/one"], file["target/two"] = 1, 2
        file["target/grid"] = np.zeros((4, 4))
        file["reference"] = file["target/one" if file is a else "target/two"].ref
        file["region"] = file["target/grid"].regionref[0:2 if file is a else 3]
    a["null"] = a["target/one"].ref
    b.create_dataset("null", (), h5py.ref_dtype)
    a["enum"] = np.array([0, 2], h5py.enum_dtype({"A": 0, "B": 2}))
    b["enum"] = np.array([0, 2], h5py.enum_dtype({"A": 0, "C": 2}))
    a["sign"], b["sign"] = np.int32(1), np.uint32(1)
    a["long"], b["long"] = np.int64(2**62), np.int64(2**62 + 1)
    a["natural"], b["natural"] = np.uint64(2**64 - 1), np.uint64(2**64 - 2)
    a["text"], b["text"] = "one", "one "
    a["rank"], b["rank"] = np.zeros(4), np.zeros((2, 2))
    a["none"], b["none"] = h5py.Empty("f8"), 0.0
    a["type"], b["type"] = np.dtype("i4"), np.dtype("i8")
    a["group/x"], b["group"] = 1, 1
    a["link"], b["link"] = h5py.SoftLink("/nowhere"), h5py.SoftLink("/text")
    a["elsewhere"], b["elsewhere"] = h5py.SoftLink("/x"), h5py.SoftLink("/y")


def close(folder):
    """Random numbers, and how many of them NumPy says are close."""
    random = np.random.default_rng(7)
    a, b = pair(folder)
    for dtype in ("f8", "f4", "c16", "i4", "u1", "i8", "f2"):
        x = random.integers(0, 100, 3000).astype(dtype)
        y = x.copy()
        at = random.random(x.size) < 0.5
        if dtype[0] in "fc":
            x += np.asarray(random.random(x.size), dtype)
            y = (x * (1 + at * random.choice([1e-9, 1e-3, 0.1], x.size))).astype(dtype)
            # NumPy's isclose makes NaN of complex infinities.
            few = [0.0, -0.0, np.nan] + ([np.inf, -np.inf] if dtype[0] == "f" else [])
            odd = random.choice(few, (2, x.size))
            is_odd = random.random((2, x.size)) < 0.1
            x, y = (np.where(here, new, old).astype(dtype) for here, new, old in zip(is_odd, odd, (x, y)))
        else:
            y = np.where(at, x + random.integers(0, 3, x.size).astype(dtype), x).astype(dtype)
        a[dtype] = x
        b.create_dataset(dtype, data=y, chunks=(97,), compression=1)
        wide = "c16" if dtype[0] == "c" else "f8"
        for name, rtol, atol, equal_nan in (("exact", 0, 0, True), ("nan", 0, 0, False),
                                            ("rtol", 1e-4, 0, True), ("both", 1e-6, 1.5, True)):
            same = np.isclose(x.astype(wide), y.astype(wide), rtol, atol, equal_nan)
            a[dtype].attrs[name] = b[dtype].attrs[name] = int(np.sum(~same))


def random_arrays(folder):
    """Pairs of which h5diff says whether they differ: 0.a.h5, 0.b.h5, …"""
    for seed in range(12):
        random = np.random.default_rng(seed)
        shape = tuple(random.integers(1, 30, random.integers(1, 4)))
        data = random.integers(0, 50, shape).astype(random.choice(["f8", "i2", "u8", "f4"]))
        for side in "ab":
            chunks = tuple(int(random.integers(1, extent + 1)) for extent in shape)
            with h5py.File(f"{folder}/{seed}.{side}.h5", "w") as file:
                file.create_dataset("x", data=data, chunks=chunks, compression=1)
                file["group/y"] = data[..., 0]
            if random.random() < 0.6:
                data.flat[random.integers(data.size)] += 1


def broken(folder):
    """The same values, but for a chunk of b.h5 that can't be decoded."""
    data = np.random.default_rng(0).random((40, 10))
    for side, level in (("a", 1), ("b", 9)):
        with h5py.File(f"{folder}/{side}.h5", "w") as file:
            file.create_dataset("before", data=1)
            grid = file.create_dataset("grid", data=data, chunks=(4, 10), compression=level)
            file["more"] = 1 if side == "a" else 2
            place = grid.id.get_chunk_info(5)
    with open(f"{folder}/b.h5", "r+b") as raw:
        raw.seek(place.byte_offset)
        raw.write(b"\xff" * place.size)


def looped(folder):
    for side in "ab":
        with h5py.File(f"{folder}/{side}.h5", "w") as file:
            file["ring/x"] = 1 if side == "a" else 2
            file["ring/up"] = file["/"]
            file["ring/again"] = h5py.SoftLink("/ring")
            file["second"] = file["ring/x"]
            file["twice/z"] = file["ring"] if side == "a" else 0


def rings(folder):
    """Circles of groups that meet again after 307 * 311 steps only."""
    for side, length in (("a", 307), ("b", 311)):
        with h5py.File(f"{folder}/{side}.h5", "w") as file:
            group = first = file.create_group("next")
            for _ in range(length - 1):
                group = group.create_group("next")
            group["next"] = first


def deep(folder):
    """More levels than HDF5's search for a path has stack; at their end a chunk that can't be read."""
    for side, level in (("a", 1), ("b", 9)):
        with h5py.File(f"{folder}/{side}.h5", "w") as file:
            group = file
            for _ in range(12000):
                group = group.create_group("d")
            data = np.random.default_rng(0).random((40, 10))
            grid = group.create_dataset("grid", data=data, chunks=(4, 10), compression=level)
            group["one"], group["two"] = 1, 2
            group["reference"] = group["one" if side == "a" else "two"].ref
            place = grid.id.get_chunk_info(5)
    with open(f"{folder}/b.h5", "r+b") as raw:
        raw.seek(place.byte_offset)
        raw.write(b"\xff" * place.size)


if __name__ == "__main__":
    globals()[sys.argv[1]](sys.argv[2])
