# SPDX-License-Identifier: MIT
"""Files that are written to: by id, by row, and as checkpoints."""
from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from typing import Any, Dict, Iterator, Literal, Mapping, Optional, Tuple, Union, overload

import numpy as np

from . import _core
from ._errors import Invalid, KeyNotFound
from ._file import Field, File, PathLike

WriteMode = Literal["r+", "w", "w-", "x", "a"]


@dataclass(frozen=True)
class Storage:
    """How a field is stored that is made in this file.

    chunk_rows: rows a chunk (else about 64 KiB). compression: "gzip", "lzf", "lz4",
    "zstd", "blosc", with `level`. item: the shape of one row, -1 for any extent. ragged: True gives
    each source a shape of its own, False refuses that; None becomes ragged when it has to.
    """

    chunk_rows: Optional[int] = None
    compression: Optional[str] = None
    level: Optional[int] = None
    shuffle: bool = False
    fletcher32: bool = False
    dtype: Any = None
    item: Optional[Tuple[int, ...]] = None
    ragged: Optional[bool] = None


def _flat(values: Mapping[str, Any], below: str = "") -> Iterator[Tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{below}{name}/")
        else:
            yield below + name, value


class WritableField(Field):
    """A field of a file that is open for writing; the first `add` makes it."""

    __slots__ = ()
    _file: "WritableFile"

    def _as_stored(self, rows: Any) -> np.ndarray:
        rows = np.asarray(rows)
        if self._path not in self._file.paths:
            return rows
        return self._cast(rows, self.dtype)

    # Python's own numbers are what they need to be: 3 isn't an int64 by intention, nor 0.5 a
    # float64. What would become another number is refused.
    def _cast(self, rows: np.ndarray, dtype: np.dtype) -> np.ndarray:
        if dtype == object or rows.dtype == dtype:
            return rows
        with np.errstate(all="ignore"):
            if dtype.kind in "fc" and rows.dtype.kind in "biufc"[: 5 if dtype.kind == "c" else 4]:
                cast = rows.astype(dtype)
                fits = np.array_equal(np.isfinite(cast), np.isfinite(rows))
            elif dtype.kind in "biu" and rows.dtype.kind in "biu":
                cast = rows.astype(dtype)
                fits = np.array_equal(cast, rows)
            else:
                fits = False
        if not fits:
            raise Invalid(f"{self._file.path}:/{self._path}: holds {dtype}, and not all of these "
                          f"values ({rows.dtype}) are {dtype}: convert them first")
        return cast

    def add(self, id: str, rows: Any) -> None:
        """(rows, …item): what the source has of this field from now on; it may be new."""
        self._file._add(id, {self._path: self._as_stored(rows)}, False)

    def set(self, id: str, rows: Any) -> None:
        """The same for a source that is there: KeyError otherwise.

        Written over the old rows where the shape is the same; else the old ones stay behind,
        without a source, until `sheaf pack`.
        """
        self._file._add(id, {self._path: self._as_stored(rows)}, True)

    def iset(self, id: str, offset: int, rows: Any) -> None:
        """Writes over a source's rows from its row `offset` on (its element, if ragged)."""
        self._core.iset(id, offset, self._as_stored(rows))

    def __setitem__(self, key: Any, value: Any) -> None:
        if isinstance(key, str):
            return self.set(key, value)
        head = key[0] if isinstance(key, tuple) else key
        try:
            numbers = np.arange(len(self), dtype=np.int64)[head]
        except IndexError as error:
            raise IndexError(f"{self._file.path}:/{self._path}: {error}") from None
        flat = np.ascontiguousarray(numbers).ravel()
        shape = (*np.shape(numbers), *self.shape[1:])
        if isinstance(key, tuple) and key[1:]:
            rows = self._core.gather(flat).reshape(shape)
            rows[(*(slice(None),) * np.ndim(numbers), *key[1:])] = self._as_stored(value)
        else:
            rows = np.broadcast_to(self._as_stored(value), shape)
        self._core.set_rows(flat, np.ascontiguousarray(rows).reshape(flat.size, *self.shape[1:]))


class WritableFile(File):
    """A file open for writing; `sheaf.open(path, "a")` makes one.

    What is written is seen at once through this object, and durable and seen by others after
    commit() (flush() is the same) and close(). A `with` block closes it, whatever ends the block;
    when that is an exception, a new file ("w") isn't put in the place of an older one.
    """

    def __exit__(self, *exception: Any) -> None:
        if not self.closed:
            self._core.close(exception[0] is None)

    def __init__(self, path: PathLike, mode: str,
                 storage: Optional[Mapping[str, Storage]] = None):
        self._path = os.path.abspath(os.fspath(path))
        self._mode = mode
        options = {name: asdict(how) for name, how in (storage or {}).items()}
        for option in options.values():
            if option["item"] is not None:
                option["item"] = list(option["item"])
        self._core: Any = _core.WritableFile(self._path, mode, options)
        self._fields: Dict[str, Field] = {}
        self._numbers: Dict[str, int] = {}
        self._options = {}
        self._forget()

    def _output(self, path: str) -> Any:
        return _core.WritableOutput(self._core, path)

    def _find(self, id: str) -> Optional[int]:
        if not self._core.has(id):
            return None
        if len(self._numbers) != len(self):
            self._numbers = {known: number for number, known in enumerate(self.ids)}
        return self._numbers[id]

    def _add(self, id: str, values: Mapping[str, Any], must_exist: bool) -> None:
        self._core.add(id, dict(values), must_exist)
        self._forget()

    @property
    def mode(self) -> str:
        return self._mode

    def __getitem__(self, path: str) -> Any:
        path = path.strip("/")
        if path not in self.paths and any(p.startswith(path + "/") for p in self.paths):
            return super().__getitem__(path)
        return self._fields.setdefault(path, WritableField(self, path))

    def add(self, id: str, values: Mapping[str, Any]) -> None:
        """Stores a source, new or not, in several fields: {"logs": {"loss": …}, "label": …}.

        Fields that aren't there yet are made. All or nothing.
        """
        flat = dict(_flat(values))
        self._add(id, {path: self[path]._as_stored(rows) for path, rows in flat.items()}, False)

    def set(self, id: str, values: Mapping[str, Any]) -> None:
        """The same for a source that is there: KeyError otherwise."""
        flat = dict(_flat(values))
        self._add(id, {path: self[path]._as_stored(rows) for path, rows in flat.items()}, True)

    def commit(self) -> None:
        """Makes durable what was written since the last commit, all or nothing."""
        self._core.commit()
        self._forget()

    def flush(self) -> None:
        """commit(), by h5py's name."""
        self.commit()

    def rollback(self) -> None:
        """Drops what was written since the last commit."""
        self._core.rollback()
        self._forget()

    def refresh(self) -> bool:
        """A file has one writer, and this is it: always False."""
        return False

    def checkpoints(self, path: str = "checkpoints") -> "Checkpoints":
        """Named sets of tensors below that path."""
        return Checkpoints(self, path)

    def __reduce__(self) -> Any:
        raise Invalid(f"{self._path}: is open for writing, so it can't be pickled; a file has one "
                      "writer")

    def __repr__(self) -> str:
        if self.closed:
            return f"<sheaf.WritableFile {self._path!r}, closed>"
        return f"<sheaf.WritableFile {self._path!r}: {len(self)} sources, {', '.join(self.paths)}>"


class Checkpoints:
    """Named sets of tensors, such as a model's state: a set is a source, a tensor a field.

        checkpoints = f.checkpoints()
        checkpoints["epoch-3"] = {"fc.weight": weight, "fc.bias": bias}
        weight = checkpoints["epoch-3"]["fc.weight"]

    Storing a set commits. Values are NumPy arrays, scalars, or whatever np.asarray takes (torch's
    state_dict() as it is).
    """

    def __init__(self, file: WritableFile, path: str = "checkpoints"):
        self._file = file
        self._path = path

    @property
    def ids(self) -> Tuple[str, ...]:
        """Of all sets, in the order they were first stored."""
        return self._file._core.checkpoint_ids(self._path)

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[str]:
        return iter(self.ids)

    def __contains__(self, id: object) -> bool:
        return id in self.ids

    def __setitem__(self, id: str, tensors: Mapping[str, Any]) -> None:
        self._file._core.add_checkpoint(
            self._path, id, {name: np.asarray(tensor) for name, tensor in tensors.items()})
        self._file._forget()

    def get(self, id: str, default: Any = None) -> Any:
        """A set as a dict of arrays, scalars as NumPy scalars; `default` if there is none."""
        tensors = self._file._core.get_checkpoint(self._path, id)
        return default if tensors is None else tensors

    def __getitem__(self, id: str) -> Dict[str, Any]:
        tensors = self.get(id)
        if tensors is None:
            raise KeyNotFound(f"{self._file.path}:/{self._path}: has no checkpoint {id!r}")
        return tensors


@overload
def open(path: PathLike, mode: Literal["r"] = "r", *, cache_bytes: int = ..., threads: int = ...,
         mapped: bool = ...) -> File: ...


@overload
def open(path: PathLike, mode: WriteMode, *,
         storage: Optional[Mapping[str, Storage]] = ...) -> WritableFile: ...


def open(path: PathLike, mode: str = "r", **options: Any) -> Union[File, WritableFile]:
    """Opens a file: of Sheaf's, h5mapper's, or any other HDF5 (which then has no sources).

    mode, as in h5py: "r" reads; "r+" writes to a file that is there; "w" makes one in the place of
    any other, "w-" or "x" one where there is none; "a" is "r+" or "w-".
    For reading – cache_bytes: for decoded chunks, shared by all fields (256 MiB). threads: that
    decode (0: as there are cores). mapped: False reads without mapping the file.
    For writing – storage: path → Storage, of fields that are made.
    """
    if mode == "r":
        return File(path, **options)
    if mode not in ("r+", "w", "w-", "x", "a"):
        raise Invalid(f"mode is one of 'r', 'r+', 'w', 'w-', 'x' and 'a', not {mode!r}")
    return WritableFile(path, mode, **options)
