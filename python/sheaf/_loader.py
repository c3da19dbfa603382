# SPDX-License-Identifier: MIT
"""Batches for training: what a sample is, and the loader that makes batches of them."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple, Union

import numpy as np

from . import _core
from ._errors import Invalid
from ._file import File, PathLike
from ._writing import open


@dataclass(frozen=True)
class ByRow:
    """Row k of the source: (…item)."""


@dataclass(frozen=True)
class ById:
    """All of the source: (rows, …item), or its own shape where the field is ragged.

    squeeze: a source's single row comes without the axis of rows.
    """

    squeeze: bool = False


@dataclass(frozen=True)
class Slice:
    """Rows k·downsampling + shift, `length` of them: (length, …item).

    downsampling: rows from one item to the next. On another axis than 0 that many positions along
    it, and all of the others.
    """

    length: int = 1
    shift: int = 0
    downsampling: int = 1
    axis: int = 0


@dataclass(frozen=True)
class FramedSlice:
    """Overlapping frames: (length, frame_size, …item); frame f begins hop rows after frame f − 1.

    length, shift: in frames. frame_size, hop, downsampling: in rows. center: frame f lies around
    row f·hop, and half a frame is padded ("reflect" or "constant") on both sides.
    """

    frame_size: int
    hop: int
    length: int = 1
    shift: int = 0
    center: bool = False
    padding: str = "reflect"
    downsampling: int = 1


Getter = Union[ByRow, ById, Slice, FramedSlice]


@dataclass(frozen=True)
class Scaled:
    """x · scale + offset as `dtype` ("float32", "float64"), made by the workers.

    One scale and offset for all, or one for each index of the last axis.
    """

    dtype: str
    scale: Tuple[float, ...]
    offset: Tuple[float, ...]


def _floats(given: Any) -> Tuple[float, ...]:
    return tuple(float(x) for x in np.atleast_1d(given))


def scaled(dtype: str = "float32", scale: Any = 1.0, offset: Any = 0.0) -> Scaled:
    """A transform: x · scale + offset."""
    return Scaled(dtype, _floats(scale), _floats(offset))


def normalised(mean: Any, deviation: Any, dtype: str = "float32") -> Scaled:
    """A transform: (x − mean) / deviation."""
    mean, deviation = np.broadcast_arrays(np.atleast_1d(mean), np.atleast_1d(deviation))
    return Scaled(dtype, _floats(1 / deviation), _floats(-mean / deviation))


@dataclass(frozen=True)
class Input:
    """One input of a batch: which field, which part of it a sample is, what becomes of it.

    transform: `scaled(…)` or `normalised(…)`, which run in the workers; or any function of the
        batch's array, (samples, …), which runs where the batch is taken.
    lengths: samples of different shapes are an error ("equal"), filled up ("pad", to `shape` or to
        the batch's longest), cut ("crop", to `shape` or to the batch's shortest) or laid end to end
        in one row ("ragged": see Batch.samples).
    shape: of a sample, for pad and crop; an extent of 0, and what isn't given, come from the batch.
    crop: "start", "centre" or "random".
    """

    path: str
    getter: Getter = ById()
    transform: Union[Scaled, Callable[[np.ndarray], Any], None] = None
    lengths: str = "equal"
    shape: Tuple[int, ...] = ()
    pad_value: float = 0.0
    crop: str = "start"


class Batch(Dict[str, Any]):
    """A dict of NumPy arrays, one an input: (samples, …), text as objects.

    Their memory is the loader's, which uses it again when the last array over it is gone; they may
    be written to, and torch.from_dlpack(batch["x"]) takes them without a copy.
    """

    def __init__(self, core: "_core.Batch", loader: "Loader"):
        super().__init__(core.arrays())
        self._core = core
        self._loader = loader
        for name, transform in loader._here.items():
            self[name] = transform(self[name])

    @property
    def epoch(self) -> int:
        return self._core.epoch

    @property
    def number(self) -> int:
        """In the epoch, from 0."""
        return self._core.number

    @property
    def sources(self) -> np.ndarray:
        """(samples,) int64: the number in the file of each sample's source."""
        return self._core.sources()

    @property
    def steps(self) -> np.ndarray:
        """(samples,) int64: k, which of its source's items each sample is."""
        return self._core.steps()

    @property
    def ids(self) -> List[Optional[str]]:
        """Of each sample's source."""
        ids = self._loader.file.ids
        return [ids[n] if n >= 0 else None for n in self.sources]

    def shapes(self, name: str) -> Optional[np.ndarray]:
        """(samples, axes) int64: what each has without padding; None where all are equal."""
        return self._core.sample_shapes(name)

    def samples(self, name: str) -> List[Any]:
        """One array a sample, in its own shape: of a ragged input views, without padding."""
        shapes, offsets = self.shapes(name), self._core.offsets(name)
        whole = self[name]
        if shapes is None:
            if offsets is None:
                return list(whole)
            return [whole[a:b] for a, b in zip(offsets[:-1], offsets[1:])]
        if offsets is None:
            return [row[tuple(slice(n) for n in s)] for row, s in zip(whole, shapes)]
        return [whole[a:b].reshape(s) for a, b, s in zip(offsets[:-1], offsets[1:], shapes)]


class Loader:
    """Batches of a file's samples, made ahead by worker threads, in an order that the seed fixes.

        loader = sheaf.Loader("cats.h5", dict(x=sheaf.Input("image", sheaf.ById(squeeze=True)),
                                              y="label"), batch_size=64, shuffle=True)
        for batch in loader:              # one epoch; the next `for` is the next one
            train(torch.from_dlpack(batch["x"]), batch["y"])

    batch: name → Input, or the path of a field, whose sources then come whole. Sources that have
        all the inputs take part. Slices never cross from one source into the next.
    shuffle, seed: each item once an epoch; the same seed gives the same batches, with any number of
        workers. block: for compressed files, so many neighbours stay together, and `mixed` such
        groups are shuffled with each other.
    weights: one a source of the file: items are drawn with replacement, `samples` an epoch.
    rank, world_size: of several machines or processes, which one this is.
    jitter: moves each item by up to so many rows. workers: threads; 0 makes batches when asked.
    prefetch: batches that are ready or in the making at any time.

    A loader belongs to the process that made it: it pickles as its arguments and its state. An
    error in a worker is raised by the iterator and names the source; the next batch follows it.
    """

    def __init__(
        self,
        file: Union[File, PathLike],
        batch: Mapping[str, Union[Input, str]],
        *,
        batch_size: int = 64,
        shuffle: bool = False,
        seed: int = 0,
        workers: int = 2,
        prefetch: int = 4,
        drop_last: bool = False,
        rank: int = 0,
        world_size: int = 1,
        pads_ranks: bool = False,
        weights: Optional[Sequence[float]] = None,
        samples: int = 0,
        block: int = 0,
        mixed: int = 64,
        jitter: int = 0,
        crosses_sources: bool = False,
    ):
        if shuffle and weights is not None:
            raise Invalid("loader: shuffle gives each item once, weights draw them: choose one")
        for name, number in (("workers", workers), ("prefetch", prefetch), ("seed", seed)):
            if number < 0:
                raise Invalid(f"loader: {name} must not be negative, and is {number}")
        self.file: File = file if isinstance(file, File) else open(file)
        self.inputs: Dict[str, Input] = {
            name: i if isinstance(i, Input) else Input(i) for name, i in batch.items()
        }
        self._options: Dict[str, Any] = {
            "batch_size": batch_size,
            "drop_last": drop_last,
            "jitter": jitter,
            "crosses_sources": crosses_sources,
            "workers": workers,
            "prefetch": prefetch,
            "order": "weighted" if weights is not None else "shuffled" if shuffle else "sequential",
            "seed": seed,
            "block": block,
            "mixed": mixed,
            "weights": [] if weights is None else [float(w) for w in weights],
            "samples": samples,
            "rank": rank,
            "world_size": world_size,
            "pads_ranks": pads_ranks,
        }
        self._start()

    def _start(self) -> None:
        # Transforms of Python run here, on whole batches.
        self._here: Dict[str, Callable[[np.ndarray], Any]] = {
            name: i.transform
            for name, i in self.inputs.items()
            if i.transform is not None and not isinstance(i.transform, Scaled)
        }
        self._core = _core.Loader(self.file._core, self.inputs, self._options)
        self._epoch = 0  # that the next `for` begins
        self._is_restored = False
        self._run = 0

    def __len__(self) -> int:
        """Batches an epoch."""
        return self._core.length()

    @property
    def items(self) -> int:
        """Samples an epoch, over all ranks."""
        return self._core.items()

    @property
    def epoch(self) -> int:
        """The one that is under way, or the last one."""
        return self._core.epoch()

    def set_epoch(self, epoch: int) -> None:
        """The next `for` begins this epoch."""
        self._epoch = int(epoch)
        self._is_restored = False

    def __iter__(self) -> Iterator[Batch]:
        if self._is_restored:
            self._is_restored = False
        else:
            self._core.begin(self._epoch)
            self._epoch += 1
        self._run += 1
        return _Epoch(self)

    def state_dict(self) -> Dict[str, Any]:
        """Where the iteration stands: with load_state_dict, the very same batches follow."""
        return {"version": 1, "state": self._core.state()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """The next `for` goes on there; behind an epoch's last batch, with the next epoch."""
        self._core.restore(state["state"])
        self._epoch = self._core.epoch() + 1
        self._is_restored = self._core.position() < len(self)

    def target(self, getter: Getter) -> "Target":
        """Where predictions are gathered: by this getter, backwards."""
        return Target(self, getter)

    def close(self) -> None:
        """Ends the workers. Arrays of batches stay good."""
        self._core.close()

    def __enter__(self) -> "Loader":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def __repr__(self) -> str:
        inputs = ", ".join(f"{name}={i.path!r}" for name, i in self.inputs.items())
        return f"<sheaf.Loader {self.file.path!r}: {inputs}; {self.items} items>"

    def __getstate__(self) -> Dict[str, Any]:
        return {"file": self.file, "inputs": self.inputs, "_options": self._options,
                "state": self.state_dict()}

    def __setstate__(self, told: Dict[str, Any]) -> None:
        state = told.pop("state")
        self.__dict__.update(told)
        self._start()
        self.load_state_dict(state)


class _Epoch:
    """One `for` over a loader; it ends when another one begins."""

    def __init__(self, loader: Loader):
        self._loader = loader
        self._run = loader._run

    def __iter__(self) -> "_Epoch":
        return self

    def __next__(self) -> Batch:
        loader = self._loader
        batch = loader._core.next() if self._run == loader._run else None
        if batch is None:
            raise StopIteration
        return Batch(batch, loader)


class Target:
    """Predictions, brought back to the rows of the sources that the batches came from.

        target = loader.target(sheaf.Slice(length=64, downsampling=64))
        for batch in loader:
            target.write(batch, model(batch["x"]))
        target["cats/1.wav"]              # all rows of that source
    """

    def __init__(self, loader: Loader, getter: Getter):
        self._loader = loader
        self._core = _core.Target(loader._core, getter)

    def write(self, batch: Batch, predictions: Any) -> None:
        """(samples, …) of one batch: each goes to the rows that the getter gives for it."""
        self._core.write(batch._core, np.asarray(predictions))

    def __getitem__(self, source: Union[str, int]) -> np.ndarray:
        """Of one source, by id or number: zeros where nothing was written."""
        number = self._loader.file.index(source) if isinstance(source, str) else int(source)
        return self._core.rows(number)
