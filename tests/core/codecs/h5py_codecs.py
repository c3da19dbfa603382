# SPDX-License-Identifier: MIT
"""Debian's filters, in a process that knows nothing of Sheaf: h5py_codecs.py read|make FILE."""
import itertools
import os
import subprocess
import sys
import tempfile

import h5py
import numpy as np

LZF, BLOSC, LZ4, ZSTD = 32000, 32001, 32004, 32015


def zstd(arguments, data):
    """The program zstd, which has no part of ours. A file tells it the size, a pipe doesn't."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        return subprocess.run(["zstd", "-q", "-c", *arguments, file.name], check=True,
                              stdout=subprocess.PIPE).stdout


def filters_of(dataset):
    plist = dataset.id.get_create_plist()
    return [plist.get_filter(i)[:3] for i in range(plist.get_nfilters())]


def expected_filters(dataset):
    """What h5py and Debian's plugins store for a dataset that is created like this one."""
    name = dataset.name.split("/")[1]
    compression = name.split("_")[0]
    options = {"shuffle": "_shuffle" in name, "fletcher32": "fletcher32" in name}
    blosc_shuffle = 0 if options["shuffle"] else 1
    options |= {"none": {},
                "gzip": {"compression": "gzip", "compression_opts": 4},
                "lzf": {"compression": "lzf"},
                "lz4": {"compression": LZ4},
                "zstd": {"compression": ZSTD, "compression_opts": (3,),
                         "allow_unknown_filter": True},
                "blosc": {"compression": BLOSC, "compression_opts": (0, 0, 0, 0, 5, blosc_shuffle, 1)},
                }[compression]
    with h5py.File("scratch", "w", driver="core", backing_store=False) as file:
        made = file.create_dataset("x", dataset.shape, dataset.dtype, chunks=dataset.chunks,
                                   maxshape=dataset.maxshape, **options)
        return filters_of(made)


def zstd_rows(dataset):
    """A dataset whose filters are (shuffle,) zstd (, fletcher32)."""
    filters = [filter[0] for filter in filters_of(dataset)]
    size, rows = dataset.dtype.itemsize, dataset.chunks[0]
    result = np.empty(0, dataset.dtype)
    for start in range(0, len(dataset), rows):
        mask, raw = dataset.id.read_direct_chunk((start,))
        kept = [id for bit, id in enumerate(filters) if not mask >> bit & 1]
        if kept and kept[-1] == h5py.h5z.FILTER_FLETCHER32:
            raw = raw[:-4]
        if ZSTD in kept:
            raw = zstd(["-d"], raw)
        assert len(raw) == rows * size
        if kept and kept[0] == h5py.h5z.FILTER_SHUFFLE:
            raw = np.frombuffer(raw, "u1").reshape(size, rows).T.tobytes()
        result = np.append(result, np.frombuffer(raw, dataset.dtype))
    assert (result[len(dataset):] == 0).all()
    return result[:len(dataset)]


def read(path):
    with h5py.File(path, "r") as file:
        names = [name for name in file if not name.startswith("__")]
        assert len(names) == 72
        for name in names:
            dataset = file[name + "/__arr__"]
            plain = file["none_" + name.split("_")[-1] + "/__arr__"][:]
            assert filters_of(dataset) == expected_filters(dataset), (
                name, filters_of(dataset), expected_filters(dataset))
            rows = zstd_rows(dataset) if name.startswith("zstd") else dataset[:]
            assert (rows == plain).all(), name
            # Floats as they are have little that lz4 and lzf find.
            if "shuffle" in name and not name.startswith("none") and "uint8" not in name:
                assert dataset.id.get_storage_size() < plain.nbytes, name


def make_zstd(file, name, data, chunk):
    """A dataset with the program zstd as its filter."""
    dataset = file.create_dataset(name, data.shape, data.dtype, chunks=(chunk,), compression=ZSTD,
                                  allow_unknown_filter=True)
    for number, start in enumerate(range(0, len(data), chunk)):
        rows = np.zeros(chunk, data.dtype)
        rows[:len(data[start:start + chunk])] = data[start:start + chunk]
        level = ["-1", "-19", "--no-check", "--ultra"][number % 4]
        arguments = [level] if number % 4 < 3 else [level, "-22"]
        dataset.id.write_direct_chunk((start,), zstd(arguments, rows.tobytes()))


def make(path):
    random = np.random.default_rng(5)
    wave = np.round(np.sin(np.arange(5000) / 9) * 3000) / 32768
    ramp = np.arange(5000) // 40
    ramp[1500:4000] = random.integers(0, 256, 2500)
    with h5py.File(path, "w") as file:
        for kind, data in ("f4", wave.astype("f4")), ("u1", ramp.astype("u1")):
            file.create_dataset("plain_" + kind, data=data, chunks=(5000,))
            variants = {"gzip": {"compression": "gzip", "compression_opts": 6},
                        "lzf": {"compression": "lzf"},
                        "lz4": {"compression": LZ4},
                        "lz4b": {"compression": LZ4, "compression_opts": (500,)},
                        "blosc": {"compression": BLOSC}}
            for code, shuffle in itertools.product(range(6), (0, 1, 2)):
                variants[f"blosc{code}{shuffle}"] = {
                    "compression": BLOSC, "compression_opts": (0, 0, 0, 0, 9, shuffle, code)}
            for name, options in variants.items():
                number = list(variants).index(name)
                file.create_dataset(f"{name}_{kind}", data=data, chunks=(777 + number,),
                                    shuffle=number % 2 == 0, fletcher32=number % 3 == 0, **options)
            make_zstd(file, "zstd_" + kind, data, 777)
            file.create_dataset("shuffle_" + kind, data=data, chunks=(778,), shuffle=True,
                                fletcher32=True)


if __name__ == "__main__":
    globals()[sys.argv[1]](sys.argv[2])
