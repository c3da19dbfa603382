# SPDX-License-Identifier: MIT
"""Stores that hand out samples by id, for bench/loading.py.

Of each: `write` puts the samples into a folder, as `file`; opened, `batch` takes ids and returns
one contiguous batch, images and labels. `modules` are those it needs.
"""
import numpy

import samples


class Memory:
    """The samples in memory, gathered by NumPy's fancy indexing."""
    modules = ()
    file, mapped = "images.npy", None

    @staticmethod
    def write(folder, images, labels):
        numpy.save(folder / "images.npy", images)
        numpy.save(folder / "labels.npy", labels)

    def __init__(self, folder):
        # As plain arrays: numpy.memmap does more at each step.
        self.images, self.labels = (
            numpy.asarray(numpy.load(folder / f"{name}.npy", mmap_mode=self.mapped))
            for name in ("images", "labels"))

    def __len__(self):
        return len(self.labels)

    def batch(self, ids):
        return self.images[ids], self.labels[ids]


class Taken(Memory):
    """As Memory, but numpy.take into a buffer that is used again for each batch."""

    def __init__(self, folder):
        super().__init__(folder)
        self.out = (numpy.empty((samples.BATCH, *samples.SHAPE), numpy.uint8),
                    numpy.empty(samples.BATCH, numpy.int64))

    def batch(self, ids):
        images, labels = (part[:len(ids)] for part in self.out)
        # mode="clip": "raise" gathers into a buffer of its own first.
        return (self.images.take(ids, 0, images, "clip"), self.labels.take(ids, 0, labels, "clip"))


class Mapping(Memory):
    """As Memory, from a mapping of the files."""
    mapped = "r"


class MappingTaken(Taken):
    """As Taken, from a mapping of the files."""
    mapped = "r"


class Lmdb:
    """One value a sample, its image and its label; one read transaction for all."""
    modules = ("lmdb",)
    file = "samples.lmdb"

    @staticmethod
    def write(folder, images, labels):
        import lmdb
        with lmdb.open(str(folder / Lmdb.file), subdir=False, map_size=2 * images.nbytes + 2**26,
                       sync=False) as store, store.begin(write=True) as writer:
            for number, (image, label) in enumerate(zip(images, labels)):
                writer.put(number.to_bytes(8, "big"), image.tobytes() + label.tobytes(),
                           append=True)

    def __init__(self, folder):
        import lmdb
        self.store = lmdb.open(str(folder / Lmdb.file), subdir=False, readonly=True, lock=False,
                               readahead=False)
        self.count = self.store.stat()["entries"]
        self.get = self.store.begin(buffers=True).get

    def __len__(self):
        return self.count

    def batch(self, ids):
        # Joining buffers of the mapping is faster than a NumPy copy of each, and than getmulti.
        keys = ids.astype(">u8").tobytes()
        return samples.joined([self.get(keys[at:at + 8]) for at in range(0, len(keys), 8)])


class H5py:
    """Contiguous datasets, a read for each image and each label."""
    modules = ("h5py",)
    file = "contiguous.h5"

    @staticmethod
    def write(folder, images, labels):
        import h5py
        with h5py.File(folder / H5py.file, "w") as file:
            file["image"], file["label"] = images, labels

    def __init__(self, folder, image="image", label="label"):
        import h5py
        self.opened = h5py.File(folder / self.file)
        self.images, self.labels = self.opened[image], self.opened[label]

    def __len__(self):
        return self.labels.shape[0]

    def batch(self, ids):
        images = numpy.empty((len(ids), *samples.SHAPE), numpy.uint8)
        labels = numpy.empty(len(ids), numpy.int64)
        for place, number in enumerate(ids.tolist()):
            images[place], labels[place] = self.images[number], self.labels[number]
        return images, labels


class H5pyLabels(H5py):
    """As H5py, but the labels have been read into memory."""

    def __init__(self, folder):
        super().__init__(folder)
        self.labels = self.labels[:]


class H5pySorted(H5py):
    """Contiguous datasets, one read a batch: h5py's fancy indexing, which wants its ids sorted."""

    def batch(self, ids):
        order = ids.argsort()
        images = numpy.empty((len(ids), *samples.SHAPE), numpy.uint8)
        labels = numpy.empty(len(ids), numpy.int64)
        images[order], labels[order] = self.images[ids[order]], self.labels[ids[order]]
        return images, labels


def write_sheaf(path, ids, features):
    """A file as docs/format.md has it, by h5py; a feature is its rows, the rows a chunk, spans."""
    import h5py
    text = h5py.string_dtype("utf-8")
    with h5py.File(path, "w", libver=("v108", "latest"), alignment_threshold=32768,
                   alignment_interval=4096) as file:
        def add(name, rows, chunk=1024, dtype=None):
            item = rows.shape[1:]
            return file.create_dataset(name, data=rows, dtype=dtype, maxshape=(None, *item),
                                       chunks=(chunk, *item))

        file.attrs["sheaf_format"] = "1.0"
        add("__src__/id", numpy.array(ids, object), dtype=text)
        add("__src__/ds_keys", numpy.array(list(features), object), dtype=text)
        for name, (rows, chunk, spans) in features.items():
            array = add(f"{name}/__arr__", rows, chunk)
            add(f"{name}/__span__", spans)
            refs = numpy.array([array.regionref[start:stop] for start, stop in spans], object)
            add(f"{name}/__ref__", refs, dtype=h5py.regionref_dtype)


class H5pyChunked(H5py):
    """As H5py, but from a Sheaf file's chunks."""
    file = "samples.h5"

    @staticmethod
    def write(folder, images, labels):
        spans = numpy.arange(len(labels))[:, None] + [0, 1]
        write_sheaf(folder / H5pyChunked.file, [f"{number:08}" for number in range(len(labels))],
                    {"image": (images, 20, spans), "label": (labels, 8192, spans)})

    def __init__(self, folder):
        super().__init__(folder, "image/__arr__", "label/__arr__")


class Sheaf:
    """Rows of the Sheaf file by Sheaf's own Python module."""
    modules = ("sheaf",)
    file, write = H5pyChunked.file, H5pyChunked.write

    def __init__(self, folder):
        import sheaf
        self.opened = sheaf.open(folder / self.file)
        self.images, self.labels = self.opened["image"], self.opened["label"]

    def __len__(self):
        return len(self.labels)

    def batch(self, ids):
        return self.images[ids], self.labels[ids]
