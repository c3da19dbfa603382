# SPDX-License-Identifier: MIT
"""What `sheaf info` shows, as objects."""
from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any, Dict, Optional, Tuple, Union

from . import _core


@dataclass(frozen=True)
class Failure:
    """Why one feature of one source isn't in the file."""

    id: str
    feature: str  # its path in the file; "" is the whole source
    status: str  # "source", "plugin", "shape", "fetch", …
    message: str
    plugin: str  # "sheaf.image 0.1.0"
    stage: str  # "walk", "fetch", "load" or "store"
    attempts: int

    def __str__(self) -> str:
        return f"{self.id}: {self.feature + ': ' if self.feature else ''}{self.message}"


@dataclass(frozen=True)
class FieldInfo:
    """One array of a file."""

    path: str
    ragged: bool  # each source has a shape of its own; `shape` is that of the flat elements
    shape: Tuple[int, ...]
    dtype: str  # NumPy's name, "str", or HDF5's word for what Sheaf can't read
    sources: int  # how many have it
    chunks: Optional[Tuple[int, ...]]  # None: contiguous
    filters: Tuple[str, ...]  # "shuffle", "deflate(4)", in the order they are applied
    stored_bytes: int
    logical_bytes: int
    attrs: Dict[str, Any] = field(repr=False)

    @property
    def ratio(self) -> float:
        """Bytes of the elements to bytes stored."""
        return self.logical_bytes / self.stored_bytes if self.stored_bytes else 1.0


@dataclass(frozen=True)
class Info:
    """A file: print it for a table."""

    path: str
    format: str  # "1.0"; "" for a file of h5mapper's own
    complete: bool  # False: the ingest that made it didn't end
    bytes: int
    sources: int
    outputs: Tuple[FieldInfo, ...]
    failures: Tuple[Failure, ...]

    def __getitem__(self, path: str) -> FieldInfo:
        for output in self.outputs:
            if output.path == path:
                return output
        raise KeyError(f"{self.path} has no {path!r}, but {[o.path for o in self.outputs]}")

    def __str__(self) -> str:
        rows = [("array", "shape", "dtype", "sources", "filters", "stored")]
        for o in self.outputs:
            name = o.path + ("  (ragged)" if o.ragged else "")
            filters = " ".join(o.filters) or "-"
            stored = f"{o.stored_bytes} B"
            rows.append((name, str(o.shape), o.dtype, str(o.sources), filters, stored))
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        table = ["  ".join(c.ljust(w) for c, w in zip(row, widths)).rstrip() for row in rows]
        state = "" if self.complete else ", INCOMPLETE: its ingest didn't end"
        head = f"{self.path}: {self.sources} sources, {self.bytes} B{state}"
        failed = [f"failed ({len(self.failures)})"] if self.failures else []
        return "\n".join([head, *table, *failed, *(f"  {f}" for f in self.failures[:20])])


def info(path: Union[str, "os.PathLike[str]"]) -> Info:
    """What is in a file of Sheaf's or h5mapper's: arrays, storage, attributes, failures."""
    told = _core.info(os.fspath(path))
    told["outputs"] = tuple(FieldInfo(**output) for output in told["outputs"])
    told["failures"] = tuple(Failure(**failure) for failure in told["failures"])
    return Info(**told)
