# SPDX-License-Identifier: MIT
"""Damages a file of the Writer's, one way a case: h5py_damage.py CASE FILE …

The file has the groups x (plain), z (filters and fletcher32), r (ragged) and t (texts), each with
ten sources source-0 … source-9, and an entry in __fail__.
"""
import sys

import h5py
import numpy as np

STRING = h5py.string_dtype("utf-8")


def replace(file, path, data, **options):
    """A dataset anew, growing along axis 0."""
    if path in file:
        del file[path]
    data = np.asarray(data)
    return file.create_dataset(path, data=data, maxshape=(None, *data.shape[1:]), chunks=True,
                               **options)


def texts(file, path, strings):
    if path in file:
        del file[path]
    dataset = file.create_dataset(path, (len(strings),), STRING, maxshape=(None,))
    dataset[:] = strings


def flip(path, offset, count=1):
    with open(path, "r+b") as file:
        file.seek(offset)
        old = file.read(count)
        file.seek(offset)
        file.write(bytes(byte ^ 0x5A for byte in old))


def chunk(file, path, number=0):
    info = file[path].id.get_chunk_info(number)
    return info.byte_offset, info.size


CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


def edit(name):
    """A case that changes the open file."""
    def register(function):
        def run(path):
            with h5py.File(path, "r+") as file:
                function(file)
        CASES[name] = run
        return function
    return register


@edit("nothing")
def _(file):
    pass


# Spans and references.

@edit("span_outside")
def _(file):
    file["x/__span__"][3] = [9, 99]


@edit("span_backwards")
def _(file):
    file["x/__span__"][3] = [9, 6]


@edit("span_negative")
def _(file):
    file["x/__span__"][3] = [-5, 3]


@edit("span_moved")
def _(file):
    file["x/__span__"][3] = [8, 11]


@edit("span_last_short")
def _(file):
    file["x/__span__"][9] = [27, 28]


@edit("span_absent")
def _(file):
    file["x/__span__"][3] = [-1, -1]


@edit("span_overlap")
def _(file):
    file["x/__span__"][3] = [6, 12]
    file["x/__ref__"][3] = file["x/__arr__"].regionref[6:12]


@edit("span_columns")
def _(file):
    replace(file, "x/__span__", np.zeros((10, 3), "i8"))


@edit("span_text")
def _(file):
    replace(file, "x/__span__", np.full((10, 2), b"a"))


@edit("span_long")
def _(file):
    file["x/__span__"].resize(12, axis=0)


@edit("span_short")
def _(file):
    file["x/__span__"].resize(7, axis=0)


@edit("span_missing")
def _(file):
    del file["x/__span__"]


@edit("ref_moved")
def _(file):
    file["x/__ref__"][3] = file["x/__arr__"].regionref[8:11]


@edit("ref_null")
def _(file):
    file["x/__ref__"][3] = h5py.h5r.RegionReference()


@edit("ref_elsewhere")
def _(file):
    other = file.create_dataset("other", data=np.zeros((30, 2), "i4"))
    file["x/__ref__"][3] = other.regionref[9:12]


@edit("ref_columns")
def _(file):
    file["x/__ref__"][3] = file["x/__arr__"].regionref[9:12, 0]


@edit("ref_dangling")
def _(file):
    other = file.create_dataset("other", data=np.zeros((30, 2), "i4"))
    file["x/__ref__"][3] = other.regionref[9:12]
    del file["other"]


@edit("ref_long")
def _(file):
    file["x/__ref__"].resize(12, axis=0)


@edit("ref_short")
def _(file):
    file["x/__ref__"].resize(7, axis=0)


@edit("ref_missing")
def _(file):
    del file["x/__ref__"]


@edit("ref_numbers")
def _(file):
    replace(file, "x/__ref__", np.arange(10))


@case
def ref_garbage(path):
    """The heap index of one reference leads nowhere."""
    with h5py.File(path, "r") as file:
        offset, _ = chunk(file, "x/__ref__")
    flip(path, offset + 3 * 12 + 8, 4)


@case
def ref_address(path):
    """The heap address of one reference leads nowhere."""
    with h5py.File(path, "r") as file:
        offset, _ = chunk(file, "x/__ref__")
    flip(path, offset + 3 * 12, 8)


def heaps(path):
    """Offsets of the global heap's collections."""
    data = open(path, "rb").read()
    found, at = [], data.find(b"GCOL")
    while at >= 0:
        found.append(at)
        at = data.find(b"GCOL", at + 1)
    return found


@case
def heap_signature(path):
    for at in heaps(path):
        flip(path, at, 4)


@case
def heap_sizes(path):
    """Sizes of the heaps' objects are garbage."""
    for at in heaps(path):
        flip(path, at + 16 + 8, 8)


@case
def heap_zero(path):
    """Objects of size 0: HDF5 1.10 goes around in a circle."""
    for at in heaps(path):
        with open(path, "r+b") as file:
            file.seek(at + 16)
            file.write(bytes(64))


@case
def heap_size(path):
    for at in heaps(path):
        flip(path, at + 8, 8)


# Sources, keys and failures.

@edit("id_twice")
def _(file):
    file["__src__/id"][4] = "source-3"


@edit("id_latin")
def _(file):
    file["__src__/id"][4] = b"caf\xe9"


@edit("id_short")
def _(file):
    file["__src__/id"].resize(8, axis=0)


@edit("id_missing")
def _(file):
    del file["__src__/id"]


@edit("id_numbers")
def _(file):
    replace(file, "__src__/id", np.arange(10))


@edit("id_huge")
def _(file):
    file["__src__/id"].resize(1 << 60, axis=0)


@edit("key_gone")
def _(file):
    texts(file, "__src__/ds_keys", [k for k in file["__src__/ds_keys"].asstr() if k != "x"])


@edit("key_ghost")
def _(file):
    texts(file, "__src__/ds_keys", [*file["__src__/ds_keys"].asstr(), "ghost"])


@edit("keys_missing")
def _(file):
    del file["__src__/ds_keys"]


@edit("keys_latin")
def _(file):
    texts(file, "__src__/ds_keys", [*file["__src__/ds_keys"].asstr(), b"caf\xe9"])


@edit("array_missing")
def _(file):
    del file["x/__arr__"]


@edit("group_missing")
def _(file):
    del file["x"]


@edit("array_scalar")
def _(file):
    del file["x/__arr__"]
    file["x/__arr__"] = 5


@edit("array_is_group")
def _(file):
    del file["x/__arr__"]
    file.create_group("x/__arr__")


@edit("array_short")
def _(file):
    file["x/__arr__"].resize(20, axis=0)


@edit("array_huge")
def _(file):
    file["x/__arr__"].resize(1 << 60, axis=0)


@edit("array_twisted")
def _(file):
    """Other rows of the same bytes."""
    replace(file, "x/__arr__", file["x/__arr__"][:].reshape(60))


@edit("size_long")
def _(file):
    file["__src__/size"].resize(11, axis=0)


@edit("size_short")
def _(file):
    file["__src__/size"].resize(4, axis=0)


@edit("size_text")
def _(file):
    texts(file, "__src__/size", ["a"] * 10)


@edit("size_negative")
def _(file):
    file["__src__/size"][2] = -7


@edit("mtime_long")
def _(file):
    file["__src__/mtime"].resize(11, axis=0)


@edit("digest_good")
def _(file):
    texts(file, "__src__/digest", ["", "xxh128:" + "0123456789abcdef" * 2])


@edit("digest_bad")
def _(file):
    texts(file, "__src__/digest", ["sha256:" + "0" * 64] * 10)


@edit("digest_upper")
def _(file):
    texts(file, "__src__/digest", ["xxh128:" + "0123456789ABCDEF" * 2])


@edit("digest_long")
def _(file):
    texts(file, "__src__/digest", [""] * 11)


@edit("fail_short")
def _(file):
    file["__fail__/message"].resize(0, axis=0)


@edit("fail_missing")
def _(file):
    del file["__fail__/status"]


@edit("fail_unknown")
def _(file):
    file["__fail__/feature"][0] = "nowhere"


@edit("fail_whole")
def _(file):
    file["__fail__/feature"][0] = ""


@edit("format_newer")
def _(file):
    file.attrs["sheaf_format"] = "2.0"


@edit("format_number")
def _(file):
    file.attrs["sheaf_format"] = 1.0


@edit("incomplete")
def _(file):
    file.attrs["sheaf_complete"] = np.int8(0)


@edit("attribute")
def _(file):
    file["x/__arr__"].attrs["unit"] = "V"


@edit("not_ours")
def _(file):
    del file["__src__"]


# Ragged pairs and texts.

@edit("shape_wrong")
def _(file):
    file["r/shape_/__arr__"][7] = 77


@edit("shape_negative")
def _(file):
    file["r/shape_/__arr__"][6] = -1
    file["r/shape_/__arr__"][7] = -4


@edit("shape_absent")
def _(file):
    file["r/shape_/__span__"][3] = [-1, -1]
    file["r/shape_/__ref__"][3] = h5py.h5r.RegionReference()


@edit("text_latin")
def _(file):
    file["t/__arr__"][4] = b"caf\xe9"


# Chunks and bytes.

@edit("rows_added")
def _(file):
    """As h5py appends rows and forgets whose they are."""
    file["x/__arr__"].resize(34, axis=0)
    file["x/__arr__"][30:] = 9


@edit("chunk_missing")
def _(file):
    """The rows as they were, but the second chunk was never written."""
    data, old = file["x/__arr__"][:], file["x/__arr__"]
    new = file.create_dataset("new", (30, 2), "i4", maxshape=(None, 2), chunks=(8, 2))
    new[:8], new[16:] = data[:8], data[16:]
    refs = [new.regionref[3 * i:3 * i + 3] for i in range(10)]
    del file["x/__arr__"], old
    file.move("new", "x/__arr__")
    for i, ref in enumerate(refs):
        file["x/__ref__"][i] = ref


@edit("chunk_short")
def _(file):
    file["z/__arr__"].id.write_direct_chunk((8, 0), b"\x01\x02\x03")


@edit("chunk_noise")
def _(file):
    file["z/__arr__"].id.write_direct_chunk((8, 0), np.random.default_rng(1).bytes(90))


@edit("chunk_mask")
def _(file):
    """A chunk that says it went through no filter, and did."""
    mask, data = file["z/__arr__"].id.read_direct_chunk((8, 0))
    file["z/__arr__"].id.write_direct_chunk((8, 0), data + b"\0", filter_mask=7)


def chunk_bytes(path, where):
    with h5py.File(path, "r") as file:
        offset, size = chunk(file, "z/__arr__", 1)
    flip(path, offset + where(size))


@case
def chunk_first_byte(path):
    chunk_bytes(path, lambda size: 0)


@case
def chunk_middle(path):
    chunk_bytes(path, lambda size: size // 2)


@case
def chunk_checksum(path):
    chunk_bytes(path, lambda size: size - 1)


def nodes(path):
    """Offsets of the nodes of version-1 B-trees for chunks."""
    data = open(path, "rb").read()
    found, at = [], data.find(b"TREE\x01")
    while at >= 0:
        found.append(at)
        at = data.find(b"TREE\x01", at + 1)
    return found


@case
def tree_signature(path):
    flip(path, nodes(path)[0], 4)


@case
def tree_garbage(path):
    for at in nodes(path):
        flip(path, at + 24, 200)


@case
def tree_children(path):
    """Chunks that lie behind the end of the file."""
    for at in nodes(path):
        flip(path, at + 24 + 8 + 3 * 8, 8)


@case
def tree_circle(path):
    """Nodes that are their own children."""
    for at in nodes(path):
        with open(path, "r+b") as file:
            file.seek(at + 5)
            file.write(b"\x01")
            for key_bytes in (24, 32):
                file.seek(at + 24 + key_bytes)
                file.write(at.to_bytes(8, "little"))


@case
def tree_neighbours(path):
    """Nodes that are their own left and right siblings."""
    for at in nodes(path):
        with open(path, "r+b") as file:
            file.seek(at + 8)
            file.write(at.to_bytes(8, "little") * 2)


@case
def superblock(path):
    flip(path, 9, 30)


@case
def signature(path):
    flip(path, 0, 8)


@case
def first_page(path):
    with open(path, "r+b") as file:
        file.write(bytes(4096))


@case
def cut_half(path):
    size = len(open(path, "rb").read())
    with open(path, "r+b") as file:
        file.truncate(size // 2)


@case
def cut_last_byte(path):
    size = len(open(path, "rb").read())
    with open(path, "r+b") as file:
        file.truncate(size - 1)


@case
def empty(path):
    open(path, "wb").close()


@case
def text(path):
    open(path, "w").write("no HDF5 at all\n" * 100)


@edit("circle")
def _(file):
    """Sound: groups may contain each other."""
    file["x/up"] = file["/"]
    file["x/self"] = file["x"]
    file["soft"] = h5py.SoftLink("/soft")
    file["elsewhere"] = h5py.ExternalLink("nothing.h5", "/x")


@edit("foreign")
def _(file):
    """Sound: things of the user's own."""
    file["notes/table"] = np.arange(5)
    file["notes/sparse"] = file.create_dataset("s", (100,), "i4", chunks=(10,))
    file["notes/words"] = np.array(["a", "b"], object)
    file["notes/point"] = np.array([(1, 2.0)], [("a", "i4"), ("b", "f8")])
    file["notes/scalar"] = 5
    file["notes/type"] = np.dtype("f8")
    file["notes/empty"] = h5py.Empty("f4")


@edit("foreign_damaged")
def _(file):
    notes = file.create_dataset("notes", data=np.arange(50), chunks=(10,), fletcher32=True)
    notes.id.write_direct_chunk((10,), b"\x01" * 84)


@case
def many(path):
    """Flips bytes that mean something, all over the file: PATH@SEED."""
    path, seed = path.rsplit("@", 1)
    random = np.random.default_rng(int(seed))
    used = np.flatnonzero(np.fromfile(path, "u1"))
    for offset in random.choice(used, 1 + int(seed) % 7):
        flip(path, int(offset))


if __name__ == "__main__":
    for name, path in zip(sys.argv[1::2], sys.argv[2::2]):
        CASES[name](path)
