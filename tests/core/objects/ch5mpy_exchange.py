# SPDX-License-Identifier: MIT
"""The real ch5mpy makes, edits and tells what is in a file: ch5mpy_exchange.py STEP FILE SEED."""
import json
import pathlib
import random
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parent))  # Python runs isolated
from h5py_objects import Custom, ch5mpy

ch = ch5mpy()
DTYPES = ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16", "?", "U5"]


def text(draw):
    return "".join(draw.choice("abc\u00e9\u4e2d\U0001f600' \"\\") for _ in range(draw.randrange(8)))


def array(draw, dtype):
    shape = tuple(draw.randrange(1, 4) for _ in range(draw.randrange(1, 4)))
    if dtype == "U5":
        return np.array([draw.choice(["a", "bc", "", "defgh"]) for _ in range(np.prod(shape))],
                        dtype).reshape(shape)
    return (np.frombuffer(draw.randbytes(int(np.prod(shape))), np.int8).astype(dtype)).reshape(shape)


def value(draw, depth=2):
    kind = draw.randrange(9 if depth else 7)
    if kind == 0:
        return None
    if kind == 1:
        return draw.randbytes(draw.randrange(9))
    if kind == 2:
        return {draw.randrange(9), "any object"}
    if kind == 3:
        return text(draw)
    if kind == 4:
        return draw.choice([draw.randrange(-9, 9), draw.random(), 1 + 2j, True, 1e300, float("nan")])
    if kind == 5:
        return array(draw, draw.choice(DTYPES))
    if kind == 6:
        return Custom([1, draw.randrange(9)])
    return {f"k{at}": value(draw, depth - 1) for at in range(draw.randrange(5))}


def attribute(draw):
    return draw.choice([None, draw.randbytes(3), text(draw), draw.randrange(99), draw.random(), True,
                        1j, np.float32(0.1), array(draw, draw.choice(DTYPES[:-1])),
                        ["ab", "c"], {"an object"}])


def make(path, draw):
    with ch.File(path, ch.H5Mode.WRITE_TRUNCATE) as file:
        ch.write_object({f"n{at}": value(draw, 3) for at in range(12)}, file, "dict")
        ch.H5List.write([value(draw) for _ in range(12)], file, "list")
        for dtype in DTYPES:
            ch.write_object(array(draw, dtype), file, f"arrays/{dtype}")
            if dtype != "U5":
                file[f"scalars/{dtype}"] = np.array(7).astype(dtype)
        for place in ("/", "dict", "list", "arrays/i1", "arrays/f8"):
            for at in range(6):
                file[place].attrs[f"a{at}"] = attribute(draw)


def edit(path, draw):
    with ch.File(path, ch.H5Mode.READ_WRITE) as file:
        listed = ch.H5Dict(file)["list"]
        for _ in range(3):
            listed.append(value(draw))
        del listed[draw.randrange(len(listed) - 1)]
        entries = ch.H5Dict(file)["dict"]
        for at in range(3):  # new ones: ch5mpy can't put a pickle in the place of an entry
            entries[f"theirs{len(entries)}.{at}.{draw.random()}"] = {"x": value(draw, 1)}
        first = next(iter(entries.keys()))
        entries.rename(first, "renamed")
        del entries[list(entries.keys())[1]]
        file["dict"].attrs["theirs"] = attribute(draw)


def plain(item):
    """A number or text of NumPy's, as one line; as Python writes it."""
    return repr(str(item)) if isinstance(item, str) else str(item)


def tell_value(item):
    if item is None:
        return None
    if isinstance(item, bytes):
        return {"bytes": item.hex()}
    if isinstance(item, (str, np.str_)):
        return {"scalar": "str", "text": plain(item)}
    if isinstance(item, (np.generic, int, float, complex)):
        return {"scalar": np.asarray(item).dtype.name, "text": plain(np.asarray(item)[()])}
    if isinstance(item, np.ndarray):
        kind = "str" if item.dtype.kind in "UO" else item.dtype.name
        return {"array": kind, "shape": list(item.shape), "texts": [plain(each) for each in item.flat]}
    return {"pickle": True}


def tell_attributes(attrs):
    told = {}
    for name in attrs.keys():
        if name in ("__h5_type__", "__h5_class__", "dtype"):
            continue
        raw = attrs._attrs[name]  # what isn't none is pickled or bytes there, and ch5mpy unpickles all
        opaque = isinstance(raw, np.void)
        if opaque and raw.tobytes().startswith(b"\x80") and attrs[name] is None:
            told[name] = None
        else:
            told[name] = {"bytes": raw.tobytes().hex()} if opaque else tell_value(attrs[name])
    return told


def tell(group, name):
    stored = group[name]
    told = {"attrs": tell_attributes(stored.attrs)}
    item = ch.H5Dict(group) @ name if isinstance(stored, ch.Group) else ch.H5Dict(group)[name]
    if isinstance(item, ch.H5List):
        told["list"] = [tell(stored, str(at)) for at in range(len(item))]
        list(item)  # each of them can be read
    elif isinstance(item, ch.H5Dict):
        kind = "object" if stored.attrs.get("__h5_type__") == "object" else "dict"
        told[kind] = [[key, tell(stored, key)] for key in item.keys()]
        if kind == "object":
            assert list(ch.H5Dict(group)[name].l) == list(item["l"])
    else:
        told["value"] = tell_value(np.array(item) if isinstance(item, ch.H5Array) else item)
    return told


def dump(path, _):
    with ch.File(path, ch.H5Mode.READ) as file:
        root = ch.H5Dict(file)
        repr(root)
        print(json.dumps({"attrs": tell_attributes(file.attrs),
                          "dict": [[key, tell(file, key)] for key in root.keys()]}))


if __name__ == "__main__":
    globals()[sys.argv[1]](sys.argv[2], random.Random(int(sys.argv[3])))
