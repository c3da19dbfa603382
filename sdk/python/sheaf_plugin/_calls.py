# SPDX-License-Identifier: MIT
"""What a call into a feature is given: its source, its sink, the survey, the rows of the file.

Model: each is good for the one call that it was made for. Failure: what the host refuses is raised
as Refusal; the host knows why and says it to the user.
"""
from __future__ import annotations

import os
import stat
import typing

import numpy as np

from . import _arrays
from ._feature import Cancelled, Output, SourceError
from ._wire import Channel, In, Out, Say

_OK, _CANCELLED = 0, 3
_INLINE = 32768  # bytes of rows that come with a message sooner than by another question


class Refusal(Exception):
    """The host refused; its own message stands in the file and the log."""

    def __init__(self, status: int):
        super().__init__("the host refused (it records why)")
        self.status = status


def check(status: int) -> None:
    if status == _CANCELLED:
        raise Cancelled("cancelled")
    if status != _OK:
        raise Refusal(status)


class Call:
    """What every call offers besides."""

    def __init__(self, channel: Channel, outputs: typing.Mapping[str, Output] | None = None):
        self._channel = channel
        self._outputs = outputs or {}
        self._numbers = {name: i for i, name in enumerate(self._outputs)}

    def cancelled(self) -> bool:
        """Whether the user asked to stop: for loops that take seconds."""
        return self._channel.ask(Say.IS_CANCELLED).get("I") != 0

    def check_cancelled(self) -> None:
        if self.cancelled():
            raise Cancelled("cancelled")

    def progress(self, fraction: float) -> None:
        """How much of this call is done, 0 to 1."""
        self._channel.send(Say.PROGRESS, Out().put("d", fraction))

    @property
    def threads(self) -> int:
        """How many threads this call may use in all."""
        return self._channel.ask(Say.THREAD_BUDGET).get("I")

    def _output(self, name: str | None) -> tuple[int, str, Output]:
        if name is None and len(self._outputs) == 1:
            name = next(iter(self._outputs))
        if name not in self._numbers:
            raise ValueError(f"there is no output {name!r}; there are {', '.join(self._outputs)}")
        return self._numbers[name], name, self._outputs[name]


class Source:
    """One source. `path` is the local file to read; of an archive's member or a download it says
    nothing but where the bytes are: an ending is in the id alone."""
    __slots__ = ("id", "uri", "path", "inputs")

    def __init__(self, id: str, uri: str = "", path: str = "",
                 inputs: typing.Sequence[typing.Any] = ()):
        self.id, self.uri, self.path, self.inputs = id, uri, path, inputs

    def __repr__(self) -> str:
        return f"Source({self.id!r})"

    @property
    def bytes(self) -> bytes:
        """The whole source, read anew each time."""
        # Opening a pipe that took the file's place would wait for its other end.
        file = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)
        with open(file, "rb") as stream:
            if not stat.S_ISREG(os.fstat(file).st_mode):
                raise SourceError("is no regular file")
            return stream.read()

    @property
    def input(self) -> typing.Any:
        """Derived features: the rows of the input's first output, read-only and gone after load;
        `inputs` has those of all of them."""
        if not self.inputs:
            raise ValueError("the source has no inputs: the feature derives from none")
        return self.inputs[0]


class Input(typing.NamedTuple):
    """What the feature that another derives from describes."""
    dtypes: dict[str, np.dtype | None]
    """By the output's name, in the order of source.inputs; None is text."""
    shapes: dict[str, tuple[int, ...]]
    """Of one row; -1 is known per source."""
    attrs: dict[str, typing.Any]


def _take_input(request: In) -> Input | None:
    taken = Input({}, {}, {})
    for _ in range(request.get("Q")):
        name, (code, bits), shape = request.text(), request.get("BB"), request.shape()
        taken.dtypes[name] = None if code == _arrays.UTF8 else _arrays.dtype_of(code, bits)
        taken.shapes[name] = shape
    if not taken.dtypes:
        return None
    for _ in range(request.get("Q")):
        name = request.text()
        taken.attrs[name] = _arrays.take_value(request)
    return taken


class Survey(Call):
    """All sources that this feature is going to load, the same for every worker."""

    def __init__(self, channel: Channel, request: In):
        super().__init__(channel)
        self.is_first: bool = request.get("I") != 0
        """Whether this object decides. What takes time is done by the first one alone."""
        self.agreed: bytes = request.bytes()
        """What the first one said; empty for itself."""
        self.sources: list[Source] = [
            Source(request.text(), "", os.fsdecode(request.bytes()))
            for _ in range(request.get("Q"))]
        self.stored: dict[str, typing.Any] = {
            request.text(): _arrays.take_value(request) for _ in range(request.get("Q"))}
        """Attributes of a file that is added to."""
        self.stored_ids: list[str] = request.texts()
        """Ids that it has."""
        self.input: Input | None = _take_input(request)
        """What the feature it derives from describes; None where it derives from none."""

    def agree(self, data: bytes) -> None:
        """Tells all other workers, in their `agreed`."""
        check(self._channel.ask(Say.AGREE, Out().text(data)).get("i"))


class Sink(Call):
    """Where rows go when load writes them itself: reserve, fill, commit, as often as needed."""

    def __init__(self, channel: Channel, outputs: typing.Mapping[str, Output]):
        super().__init__(channel, outputs)
        self._open: dict[str, np.ndarray] = {}
        self.is_used = False

    def reserve(self, output: str | None = None, rows: int = 1,
                shape: typing.Sequence[int] | None = None) -> np.ndarray:
        """Room for `rows` rows: an array of (rows, *shape) in memory of the host's, not zeroed.

        `output` may be left out where there is one, `shape` where the output's has no -1. Valid
        until it is committed; then it can't be written to any more.
        """
        number, name, spec = self._output(output)
        if spec.dtype is None:
            raise ValueError(f"output '{name}' is text, which is given to write()")
        item = tuple(spec.shape if shape is None else shape)
        answer = self._channel.ask(Say.RESERVE,
                                   Out().put("Iq", number, rows).shape(item))
        check(answer.get("i"))
        mapping, offset = self._channel.memory.place(answer)
        slot = _arrays.view(mapping, offset, spec.dtype, (rows, *item))
        self._open[name] = slot
        self.is_used = True
        return slot

    def commit(self, output: str | None = None, rows: int | None = None) -> None:
        """The first `rows` rows are filled; all of them if that is left out."""
        check(self._channel.ask(Say.COMMIT, self._commit(output, rows)).get("i"))

    def write(self, output: str | None, value: typing.Any) -> None:
        """Rows that are there already: an array, or text."""
        number, name, spec = self._output(output)
        self.is_used = True
        fields = self._inline(number, name, spec, value)
        if fields is not None:
            return check(self._channel.ask(Say.ROWS, fields).get("i"))
        self.commit(name)

    def _commit(self, output: str | None, rows: int | None) -> Out:
        number, name, _ = self._output(output)
        slot = self._open.pop(name, None)
        if slot is None:
            raise ValueError(f"commits rows of output '{name}' without having reserved any")
        slot.flags.writeable = False  # from now on it is the file's
        return Out().put("Iq", number, len(slot) if rows is None else rows)

    def _inline(self, number: int, name: str, spec: Output, value: typing.Any) -> Out | None:
        """The rows as fields of a message; None when they fill a slot that is to be committed."""
        if spec.dtype is None:
            return Out().put("IB", number, 1).texts(_arrays.texts_of(name, value))
        array = _arrays.rows_of(name, spec, value)
        if array.nbytes > _INLINE:
            self.reserve(name, len(array), array.shape[1:])[...] = array
            return None
        return Out().put("IBq", number, 0, len(array)).shape(array.shape[1:]).text(array.tobytes())

    def last(self, values: typing.Mapping[str, typing.Any]) -> Out:
        """Fields of Done for rows that nothing comes after, so that they need no answer."""
        fields = Out().put("Q", len(values))
        for output, value in values.items():
            number, name, spec = self._output(output)
            rows = self._inline(number, name, spec, value)
            fields.put("B", rows is not None)
            fields += self._commit(name, None) if rows is None else rows
        return fields


class Rows(Call):
    """The rows of the whole file, for finish."""

    def count(self, output: str | None = None) -> int:
        """Rows of the concatenated array; single elements of a ragged output."""
        return self._channel.ask(Say.COUNT, Out().put("I", self._output(output)[0])).get("q")

    def read(self, output: str | None = None, start: int = 0, stop: int | None = None,
             shape: typing.Sequence[int] | None = None) -> np.ndarray:
        """Rows start ≤ r < stop. `shape` of a row where the output's has a -1; ragged outputs are
        flat. Not for text."""
        number, name, spec = self._output(output)
        if spec.dtype is None:
            raise ValueError(f"output '{name}' is text, which can't be read here")
        item = () if spec.ragged is True else tuple(spec.shape if shape is None else shape)
        if -1 in item:
            raise ValueError(f"rows of output '{name}' have {spec.shape}: say which `shape` to read")
        stop = self.count(name) if stop is None else stop
        whole = (max(stop - start, 0), *item)
        size = int(np.prod(whole)) * spec.dtype.itemsize
        answer = self._channel.ask(Say.READ, Out().put("IqqQ", number, start, stop, size))
        check(answer.get("i"))
        mapping, offset = self._channel.memory.place(answer)
        return _arrays.view(mapping, offset, spec.dtype, whole).copy()

    def attr(self, name: str, value: typing.Any) -> None:
        """An attribute of the feature's group: a number, str, or an array of them."""
        fields = _arrays.put_value(Out().text(name), value)
        check(self._channel.ask(Say.SET_ATTR, fields).get("i"))
