# SPDX-License-Identifier: MIT
"""What a loader's author writes: a class, its parameters and outputs, and how it fails."""
from __future__ import annotations

import dataclasses
import re
import typing

import numpy as np

if typing.TYPE_CHECKING:
    from ._calls import Rows, Sink, Source, Survey

Shape = typing.Sequence[int]


class SourceError(Exception):
    """This source is bad: it is recorded with this message, and the ingest goes on."""


class PluginError(Exception):
    """This feature is broken: it gets no more sources."""


class FatalError(Exception):
    """Nothing sensible can go on: the ingest stops."""


class Cancelled(Exception):
    """The user asked to stop."""


class _Result:
    def __init__(self, name: str):
        self._name = name

    def __repr__(self) -> str:
        return "sheaf_plugin." + self._name


SKIP: typing.Final = _Result("SKIP")
"""load: nothing of this feature's is in the source; it is as if it didn't match."""
EMPTY: typing.Final = _Result("EMPTY")
"""load: this feature's, with zero rows."""


@dataclasses.dataclass(frozen=True)
class Output:
    """One array of the file; made by output()."""
    dtype: np.dtype | None  # None: text
    shape: tuple[int, ...]
    ragged: bool | str
    chunk_rows: int
    compression: str | None
    level: int | None
    shuffle: bool
    fletcher32: bool
    fill: float | None


def output(dtype: typing.Any, shape: Shape = (), *, ragged: bool | str = False, chunk_rows: int = 0,
           compression: str | None = None, level: int | None = None, shuffle: bool = False,
           fletcher32: bool = False, fill: float | None = None) -> Output:
    """An output: rows of `shape`, where -1 is known per source; axis 0, the rows, isn't counted.

    dtype: as NumPy has them, or str for text (then a row is a string). ragged: True where each
    source has its own shape, "if needed" for one array until one differs. compression: "deflate",
    "lzf", "blosc", "lz4" or "zstd". The user's configuration wins over how it is stored.
    """
    kind = None if dtype is str or dtype == "str" else np.dtype(dtype)
    if kind is not None and kind.kind not in "iufcb":
        raise TypeError(f"{dtype!r} is no dtype that Sheaf stores")
    if ragged not in (False, True, "if needed"):
        raise ValueError(f"ragged is True, False or \"if needed\", not {ragged!r}")
    return Output(kind, tuple(int(extent) for extent in shape), ragged, chunk_rows, compression,
                  level, shuffle, fletcher32, fill)


@dataclasses.dataclass
class Param:
    """One parameter; made by param()."""
    type: type
    default: bool | int | float | str | list | None
    is_list: bool
    doc: str
    minimum: float | None
    maximum: float | None
    choices: tuple[str, ...]
    required: bool

    def __get__(self, feature, cls):
        """An object that no host has made has the default."""
        return self if feature is None else self.default


def param(default: typing.Any, doc: str = "", *, minimum: float | None = None,
          maximum: float | None = None, choices: typing.Sequence[str] = (),
          required: bool = False) -> typing.Any:
    """A parameter that users set (`-f scan:scale=2`); in the object it is an ordinary attribute.

    default: a bool, int, float or str, or a list of such; or one of these types, or list[int] and
    the like, for None where it isn't given. doc: one line, with the unit. Both ends of the range are
    allowed; of a list they hold for each item.
    """
    is_list, is_type = isinstance(default, list), isinstance(default, type)
    if typing.get_origin(default) is list:
        (kind,), is_list, is_type = typing.get_args(default), True, True
    elif is_list:
        kinds = {type(item) for item in default}
        if len(kinds) != 1:
            raise TypeError("the items of a list are of one type; for an empty one give list[int] "
                            "and the like")
        kind, = kinds
    else:
        kind = default if is_type else type(default)
    if kind not in (bool, int, float, str):
        raise TypeError(f"a parameter is a bool, int, float or str, or a list, not {kind.__name__}")
    value = None if is_type or required else default
    return Param(kind, value, is_list, doc, minimum, maximum, tuple(choices), required)


class Feature:
    """A kind of data: which sources have it, and how it is loaded from one.

    Only `load`, `outputs` and `patterns` (or `input`) are needed. An object is made without arguments;
    its parameters are set already when __init__ runs, which may check that they make sense together.
    """
    id: typing.ClassVar[str] = ""
    """Of the plugin, the same for all classes of a file: "lab.scanner". Else the file's name."""
    version: typing.ClassVar[str] = ""
    license: typing.ClassVar[str] = ""
    name: typing.ClassVar[str] = ""
    """ "lab.scan": the part after the last dot is the short name and the place in the file. Else the
    id and the class's name."""
    patterns: typing.ClassVar[typing.Sequence[str]] = ()
    """Regular expressions (RE2, unanchored) on a source's id; any of them makes a match."""
    input: typing.ClassVar[str] = ""
    """Derives from the rows of this feature instead of sources."""
    priority: typing.ClassVar[int] = 0
    opt_in: typing.ClassVar[bool] = False
    companion: typing.ClassVar[bool] = False
    ignore_case: typing.ClassVar[bool] = False

    outputs: Output | typing.Mapping[str, Output] = {}
    attrs: typing.Mapping[str, typing.Any] = {}

    def survey(self, survey: "Survey") -> None:
        """Once, before describe: all sources that this feature is going to load."""

    def describe(self) -> None:
        """May set self.outputs and self.attrs, from parameters and survey."""

    if typing.TYPE_CHECKING:
        load: typing.Callable[..., typing.Any]  # with a sink or without one
    else:
        def load(self, source: "Source", sink: "Sink"):
            """The rows of one source: an array, a dict of them by output, or a generator of either
            that streams. Or SKIP, or EMPTY, or None when all was written through `sink`, a parameter
            that may be left out."""
            raise NotImplementedError

    def finish(self, rows: "Rows") -> None:
        """Once in the run, after the last load: statistics of the whole file into attributes."""

    def close(self) -> None:
        """The last call."""


def snake_case(name: str) -> str:
    """ToneRows → tone_rows"""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
