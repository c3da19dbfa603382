# SPDX-License-Identifier: MIT
"""What all loaders of bench/loading.py are given: the samples, batches of them, and a digest that
tells whether all samples came, each with its own label."""
import pathlib

import numpy

BATCH = 64
SHAPE = (32, 32, 3)
LENGTH = 3072  # bytes an image
WINDOW = 16000  # samples of a window of audio: a second at RATE
RATE = 16000

_random = numpy.random.default_rng(5)
_WEIGHTS = _random.integers(1, 2**63, LENGTH // 8, dtype=numpy.uint64) | numpy.uint64(1)
_STIR = numpy.uint64(0x9E3779B97F4A7C15)


def made(count):
    """Noise: no store measured here compresses."""
    random = numpy.random.default_rng(1)
    return (random.integers(0, 256, (count, *SHAPE), numpy.uint8),
            random.integers(0, 10, count, numpy.int64))


def decoded(folder, count):
    """The JPEGs below a folder, again and again up to `count`; a label is its folder's number."""
    import cv2  # only who names a folder needs it
    paths = sorted(pathlib.Path(folder).rglob("*.jpg"))
    names = sorted({path.parent.name for path in paths})
    images = [cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB) for path in paths]
    labels = [names.index(path.parent.name) for path in paths]
    which = numpy.arange(count) % len(paths)
    return numpy.stack(images)[which], numpy.array(labels, numpy.int64)[which]


def orders(count, seed=0):
    """Endlessly the ids of an epoch, each in an order of its own."""
    random = numpy.random.default_rng(seed)
    while True:
        yield random.permutation(count)


def batches(ids):
    return (ids[first:first + BATCH] for first in range(0, len(ids), BATCH))


def joined(values):
    """A batch of values that are the bytes of an image, then those of its label."""
    rows = numpy.frombuffer(b"".join(values), numpy.uint8).reshape(-1, LENGTH + 8)
    return (numpy.ascontiguousarray(rows[:, :LENGTH]).reshape(-1, *SHAPE),
            rows[:, LENGTH:].copy().view(numpy.int64)[:, 0])


def digest(images, labels):
    """The same for the same pairs of image and label, in whatever order they come."""
    words = images.reshape(len(images), LENGTH).view(numpy.uint64)
    mixed = (words * _WEIGHTS).sum(1, dtype=numpy.uint64) + labels.view(numpy.uint64) * _STIR
    mixed = (mixed ^ (mixed >> numpy.uint64(29))) * _STIR
    return int((mixed ^ (mixed >> numpy.uint64(32))).sum(dtype=numpy.uint64))


def digest_of_all(images, labels):
    step = 1 << 14
    return sum(digest(images[first:first + step], labels[first:first + step])
               for first in range(0, len(images), step)) % 2**64
