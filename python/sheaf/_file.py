# SPDX-License-Identifier: MIT
"""Files, and the fields in them."""
from __future__ import annotations

import os
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple, Union

import numpy as np

from . import _core
from ._errors import Invalid, KeyNotFound
from ._info import FieldInfo, Info, info

PathLike = Union[str, "os.PathLike[str]"]


class Field:
    """One array of a file: the rows of all its sources, one behind the other along axis 0.

    Indexing is NumPy's, over all rows: `field[4:8]`, `field[-1]`, `field[[3, 1, 2]]`,
    `field[mask]`, `field[::2, 0]`; a str is an id: `field["cats/1.jpg"]`. Only the rows that axis 0
    asks for are read. Where each source has a shape of its own (`ragged`), rows are single
    elements, and `get`, `refs` and `field[id]` give sources in their shape.
    """

    __slots__ = ("_file", "_path", "_core")

    def __init__(self, file: "File", path: str):
        self._file = file
        self._path = path
        self._core = file._output(path)

    @property
    def file(self) -> "File":
        """The file it is in."""
        return self._file

    @property
    def path(self) -> str:
        """Its place in the file: "image", "scan/depth"."""
        return self._path

    @property
    def dtype(self) -> np.dtype:
        """Of its elements; object for text, which comes as str."""
        return self._core.dtype

    @property
    def shape(self) -> Tuple[int, ...]:
        """(rows of all sources, …item); (elements of all sources,) where it is ragged."""
        return self._core.shape

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        """Elements."""
        return int(np.prod(self.shape, dtype=np.int64))

    @property
    def ragged(self) -> bool:
        """Whether each source has a shape of its own."""
        return self._core.ragged

    @property
    def attrs(self) -> Dict[str, Any]:
        """Attributes, as NumPy arrays and scalars and str. A new dict each time."""
        return self._file._attrs(self._path)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: Any) -> Any:
        if type(key) is int:
            return self._core.row(key)
        if isinstance(key, slice):
            return self._slice(key)
        if isinstance(key, str):
            return self._by_id(key)
        if isinstance(key, np.integer):
            return self._core.row(int(key))
        if isinstance(key, tuple):
            return self._tuple(key)
        return self._tuple((key,))

    def _slice(self, key: slice) -> np.ndarray:
        start, stop, step = key.indices(len(self))
        if step == 1:
            return self._core.read(start, max(start, stop))
        rows = range(start, stop, step)
        # A few rows more cost less than reading row by row.
        if rows and abs(step) <= 8:
            first, last = (rows[0], rows[-1]) if step > 0 else (rows[-1], rows[0])
            every = self._core.read(first, last + 1)[:: abs(step)]
            return np.ascontiguousarray(every if step > 0 else every[::-1])
        return self._core.gather(np.arange(start, stop, step, dtype=np.int64))

    def _by_id(self, id: str) -> np.ndarray:
        rows = self.get(id)
        if rows is None:
            raise KeyNotFound(f"{self._file.path}:/{self._path}: has no rows of the source {id!r}")
        return rows

    # Axis 0 chooses what is read; the rest is NumPy's, with a key that stands for the same rows.
    def _tuple(self, key: Tuple[Any, ...]) -> Any:
        head = key[0] if key else Ellipsis
        if isinstance(head, (int, np.integer)) and not isinstance(head, (bool, np.bool_)):
            rows = self._core.gather(np.array([head], dtype=np.int64))
            return rows[(0, *key[1:])]
        if isinstance(head, slice):
            rows = self._slice(head)
            return rows[(slice(None), *key[1:])] if key[1:] else rows
        if head is Ellipsis or head is None or isinstance(head, (bool, np.bool_)):
            return self._core.read(0, len(self))[key]
        chosen = np.asarray(head)
        if chosen.dtype == bool and chosen.ndim == 1:
            if len(chosen) != len(self):
                raise IndexError(
                    f"{self._file.path}:/{self._path}: the mask has {len(chosen)} entries for "
                    f"{len(self)} rows"
                )
            chosen = np.flatnonzero(chosen)
        elif chosen.dtype == bool:
            return self._core.read(0, len(self))[key]
        elif chosen.size == 0:
            chosen = chosen.astype(np.int64)
        elif chosen.dtype.kind not in "iu":
            raise IndexError(f"rows are chosen by integers, booleans or an id, not {chosen.dtype}")
        rows = self._core.gather(np.ascontiguousarray(chosen, dtype=np.int64).ravel())
        if chosen.ndim == 1 and not key[1:]:
            return rows
        return rows[(np.arange(chosen.size).reshape(chosen.shape), *key[1:])]

    def __iter__(self) -> Iterator[Any]:
        for start in range(0, len(self), 1024):
            yield from self._core.read(start, min(start + 1024, len(self)))

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        rows = self[:]
        return rows if dtype is None else rows.astype(dtype, copy=False)

    def get(self, id: str, default: Any = None) -> Any:
        """The rows of one source: (rows, …item), or its own shape where the field is ragged.

        `default` when the file doesn't know the source, or it has nothing here.
        """
        rows = self._core.get_id(id)
        return default if rows is None else rows

    def span(self, id: str) -> Optional[Tuple[int, int]]:
        """(start, stop): the rows of one source; None where it has none or isn't known."""
        number = self._file._find(id)
        return None if number is None else self._core.span(number)

    @property
    def refs(self) -> "Refs":
        """The sources by their number: `field.refs[0]` is what the first one has."""
        return Refs(self)

    @property
    def spans(self) -> np.ndarray:
        """(sources, 2) int64: start and stop of the rows of each; -1, -1 where absent."""
        return self._core.spans()

    def view(self, start: int = 0, stop: Optional[int] = None) -> np.ndarray:
        """Rows where they lie, without a copy: a read-only array that keeps the file open.

        Raises Unsupported where there is nothing to look at: rows that are compressed, text, or
        scattered over the file, and files that are being written. Should another program cut the
        file short, touching the array ends the process (SIGBUS).
        """
        start, stop, _ = slice(start, stop).indices(len(self))
        return self._core.view(start, max(start, stop))

    def info(self) -> FieldInfo:
        """How it is stored: chunks, filters, bytes, how many sources have it."""
        return info(self._file.path)[self._path]

    def __repr__(self) -> str:
        if self._file.closed:
            return f"<sheaf.Field {self._path!r} of a closed file>"
        kind = "ragged, " if self.ragged else ""
        return f"<sheaf.Field {self._path!r}: {kind}shape {self.shape}, {self.dtype}>"

    def __reduce__(self) -> Any:
        return (Field, (self._file, self._path))


class Refs(Sequence):
    """What each source has of a field, by the source's number; None where it is absent."""

    __slots__ = ("_field",)

    def __init__(self, field: Field):
        self._field = field

    def __len__(self) -> int:
        return len(self._field.file)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return [self._field._core.get(i) for i in range(*key.indices(len(self)))]
        return self._field._core.get(int(key))

    def shape(self, number: int) -> Optional[Tuple[int, ...]]:
        """Of what `refs[number]` gives, without reading it."""
        return self._field._core.shape_of(number)


class Group:
    """Fields below one path: `f["data"]["image"]` is `f["data/image"]`."""

    __slots__ = ("_file", "_path")

    def __init__(self, file: "File", path: str):
        self._file = file
        self._path = path

    @property
    def path(self) -> str:
        return self._path

    @property
    def paths(self) -> Tuple[str, ...]:
        """Of the fields below it, from here."""
        below = self._path + "/"
        return tuple(p[len(below) :] for p in self._file.paths if p.startswith(below))

    @property
    def attrs(self) -> Dict[str, Any]:
        return self._file._attrs(self._path)

    def __getitem__(self, path: str) -> Union[Field, "Group"]:
        return self._file[f"{self._path}/{path}"]

    def get(self, id: str, default: Any = None) -> Any:
        """What a source has below here, nested as the groups are; `default` if nothing."""
        values = self._file._values(id, self._path + "/")
        return values if values else default

    def __repr__(self) -> str:
        return f"<sheaf.Group {self._path!r}: {', '.join(self.paths)}>"


class File:
    """A file open for reading; `sheaf.open` makes one. Any number of threads may use it.

    f["image"] is a Field, f["data"] a Group; `f.get(id)` what one source has of everything;
    len(f), `id in f` and iterating are about its sources. It pickles as its path: a copy, also in a
    process that was forked, opens the file again.
    """

    def __init__(self, path: PathLike, *, cache_bytes: int = 256 << 20, threads: int = 0,
                 mapped: bool = True):
        self._options: Dict[str, Any] = {
            "cache_bytes": cache_bytes,
            "threads": threads,
            "mapped": mapped,
        }
        # Absolute, so that a copy in another process finds it.
        self._path = os.path.abspath(os.fspath(path))
        self._core: Any = _core.OpenFile(self._path, **self._options)
        self._fields: Dict[str, Field] = {}
        self._forget()

    def _forget(self) -> None:
        self._ids: Optional[Tuple[str, ...]] = None
        self._paths: Optional[Tuple[str, ...]] = None

    def _output(self, path: str) -> Any:
        return _core.Output(self._core, path)

    def _find(self, id: str) -> Optional[int]:
        return self._core.find(id)

    def _attrs(self, path: str) -> Dict[str, Any]:
        return self._core.attrs(path)

    @property
    def path(self) -> str:
        """Of the file, absolute."""
        return self._path

    @property
    def mode(self) -> str:
        return "r"

    @property
    def closed(self) -> bool:
        return self._core.closed

    @property
    def ids(self) -> Tuple[str, ...]:
        """Of all sources, in the order they were stored."""
        ids = None if self.closed else self._ids
        if ids is None:
            ids = self._ids = self._core.ids()
        return ids

    @property
    def paths(self) -> Tuple[str, ...]:
        """Of all fields."""
        paths = None if self.closed else self._paths
        if paths is None:
            paths = self._paths = self._core.paths()
        return paths

    @property
    def attrs(self) -> Dict[str, Any]:
        """The file's own attributes."""
        return self._attrs("")

    def __len__(self) -> int:
        return self._core.count()

    def __iter__(self) -> Iterator[str]:
        return iter(self.ids)

    def __contains__(self, id: object) -> bool:
        return isinstance(id, str) and self._find(id) is not None

    def __bool__(self) -> bool:
        return not self.closed

    def __getitem__(self, path: str) -> Any:
        field = self._fields.get(path)
        if field is not None:
            return field
        path = path.strip("/")
        if path not in self.paths and any(p.startswith(path + "/") for p in self.paths):
            return Group(self, path)
        return self._fields.setdefault(path, Field(self, path))

    def index(self, id: str) -> int:
        """The number of a source, for `refs`; KeyError if there is none."""
        number = self._find(id)
        if number is None:
            raise KeyNotFound(f"{self._path}: has no source {id!r}")
        return number

    def get(self, id: str, default: Any = None) -> Any:
        """What a source has of all fields, as a dict nested as the groups are.

        {"image": (1, 32, 32, 3) uint8, "data": {"label": (1,) int64}}; fields it has nothing of are
        left out. `default` when the file doesn't know it.
        """
        if id not in self:
            return default
        return self._values(id, "")

    def _values(self, id: str, below: str) -> Dict[str, Any]:
        values: Dict[str, Any] = {}
        for path in self.paths:
            rows = self[path].get(id) if path.startswith(below) else None
            if rows is None:
                continue
            *groups, name = path[len(below) :].split("/")
            place = values
            for group in groups:
                place = place.setdefault(group, {})
            place[name] = rows
        return values

    def info(self) -> Info:
        """What `sheaf.info` tells of it."""
        return info(self._path)

    def refresh(self) -> bool:
        """Goes on to the file's last commit, when something else is writing to it.

        Returns whether there may be anything new. Fields stay good, and views show what they did.
        """
        self._forget()
        return self._core.refresh()

    def close(self) -> None:
        """Lets go of the file; views of it keep what they need."""
        self._core.close()

    def __enter__(self) -> "File":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def __repr__(self) -> str:
        if self.closed:
            return f"<sheaf.File {self._path!r}, closed>"
        return f"<sheaf.File {self._path!r}: {len(self)} sources, {', '.join(self.paths)}>"

    def __reduce__(self) -> Any:
        if self.closed:
            raise Invalid(f"{self._path}: is closed, so it can't be pickled; open it again")
        return (_reopen, (self._path, self._options))


def _reopen(path: str, options: Dict[str, Any]) -> File:
    return File(path, **options)
