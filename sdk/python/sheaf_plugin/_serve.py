# SPDX-License-Identifier: MIT
"""Requests of the host, each a call into an object of a feature's class.

Model: what a call raises becomes a status and a message: of load one that costs the source, of the
others one that costs the plugin; the traceback goes to the log. The working directory is put back.
"""
from __future__ import annotations

import logging
import os
import sys
import traceback
import types
import typing

from . import _arrays, _calls, _declare
from ._feature import EMPTY, SKIP, Cancelled, Feature, FatalError, Output, PluginError, SourceError
from ._process import where
from ._wire import Channel, HostGone, In, Out, Say

_OK, _SKIP, _EMPTY, _CANCELLED = range(4)
_SOURCE, _PLUGIN, _FATAL = -1, -2, -3
_DEBUG, _INFO, _WARNING, _ERROR = range(4)
# What is raised on purpose has a message that stands for itself.
_STATUSES = {SourceError: _SOURCE, PluginError: _PLUGIN, FatalError: _FATAL, Cancelled: _CANCELLED}


class _HostLog(logging.Handler):
    """The `logging` of the loader, in the host's log under the feature's name."""

    def __init__(self, channel: Channel):
        super().__init__()
        self._channel = channel

    def emit(self, record: logging.LogRecord) -> None:
        severity = min(max(record.levelno // 10 - 1, _DEBUG), _ERROR)
        self._channel.send(Say.LOG, Out().put("I", severity).text(self.format(record)))


class _Object:
    def __init__(self, feature: Feature, kind: _declare.Kind):
        self.feature, self.kind = feature, kind
        self.outputs: dict[str, Output] = {}


class Server:
    def __init__(self, channel: Channel, plugin: _declare.Plugin):
        self._channel, self._plugin = channel, plugin
        self._objects: dict[int, _Object] = {}
        self._folder = os.getcwd()
        logging.getLogger().addHandler(_HostLog(channel))
        self._calls = {Say.SURVEY: self._survey, Say.DESCRIBE: self._describe,
                       Say.LOAD: self._load, Say.FINISH: self._finish, Say.CLOSE: self._close}

    def run(self) -> None:
        while True:
            kind, request = self._channel.receive()
            try:
                if kind == Say.OPEN:
                    status, fields = self._open(request)
                else:
                    status, fields = self._calls[Say(kind)](self._objects[request.get("Q")], request)
                done = Out().put("i", status).text("")
                if fields is not None:
                    done += fields
            except HostGone:
                raise
            except BaseException as error:  # sys.exit() and what else there is: only this call ends
                done = self._failed(error, kind)
            finally:
                for file in request.files:
                    os.close(file)
            self._leave()
            self._channel.send(Say.DONE, done)

    def _open(self, request: In):
        number, place, count = request.get("QII")
        kind = self._plugin.kinds[place]
        if count != len(kind.params):
            raise PluginError("declares other parameters than when it was scanned: a file beside it "
                              f"has changed; `touch '{self._plugin.path}'`")
        feature = kind.cls.__new__(kind.cls)
        for name, param in kind.params.items():
            setattr(feature, name, self._param(request))
        feature.__init__()
        self._objects[number] = _Object(feature, kind)
        return _OK, None

    @staticmethod
    def _param(request: In) -> typing.Any:
        type_ = request.get("I")
        if type_ == 0:
            return None
        if type_ == 1:
            return request.get("I") != 0
        if type_ & 16:
            return [Server._param(request) for _ in range(request.get("Q"))]
        return request.text() if type_ == 4 else request.get("q" if type_ == 2 else "d")

    def _survey(self, of: _Object, request: In):
        of.feature.survey(_calls.Survey(self._channel, request))
        return _OK, None

    def _describe(self, of: _Object, request: In):
        feature = of.feature
        if feature.describe() is not None:  # type: ignore
            raise PluginError("describe returns something; it sets self.outputs and self.attrs")
        outputs = feature.outputs
        if isinstance(outputs, Output):
            outputs = {of.kind.name.rpartition(".")[2]: outputs}
        of.outputs = dict(outputs)
        return _OK, _declare.description(of.outputs, feature.attrs)

    def _load(self, of: _Object, request: In):
        id_, uri, path = request.text(), request.text(), os.fsdecode(request.bytes())
        if request.files:
            path = f"/proc/self/fd/{request.files[0]}"
        inputs = [_arrays.take_input(request, self._channel.memory)
                  for _ in range(request.get("Q"))]
        source = _calls.Source(id_, uri, path, inputs)
        sink = _calls.Sink(self._channel, of.outputs)
        feature = of.feature
        result = feature.load(source, sink) if of.kind.wants_sink else feature.load(source)
        if isinstance(result, types.GeneratorType):
            result = self._stream(of, sink, result)
        if result is SKIP or result is EMPTY:
            return _SKIP if result is SKIP else _EMPTY, None
        if result is None:
            if of.kind.wants_sink or sink.is_used:
                return _OK, Out().put("Q", 0)
            raise TypeError("load returned None; return an array, a dict of them, SKIP or EMPTY")
        return _OK, sink.last(self._by_output(of, result))

    def _stream(self, of: _Object, sink: _calls.Sink, chunks) -> typing.Any:
        """Each chunk is on its way before the next is made. What the generator returns at last."""
        sink.is_used = True  # nothing yielded is no rows
        while True:
            try:
                chunk = next(chunks)
            except StopIteration as end:
                return end.value
            for name, value in self._by_output(of, chunk).items():
                sink.write(name, value)

    @staticmethod
    def _by_output(of: _Object, result: typing.Any) -> typing.Mapping[str, typing.Any]:
        if isinstance(result, typing.Mapping):
            return result
        if len(of.outputs) != 1:
            raise TypeError(f"load returned {type(result).__name__}; with several outputs it is a "
                            f"dict with {', '.join(of.outputs)}")
        return {next(iter(of.outputs)): result}

    def _finish(self, of: _Object, request: In):
        of.feature.finish(_calls.Rows(self._channel, of.outputs))
        return _OK, None

    def _close(self, of: _Object, request: In):
        self._objects = {n: each for n, each in self._objects.items() if each is not of}
        of.feature.close()
        return _OK, None

    def _failed(self, error: BaseException, kind: int) -> Out:
        if isinstance(error, _calls.Refusal):
            return Out().put("i", error.status).text("")
        for type_, status in _STATUSES.items():
            if isinstance(error, type_):
                return Out().put("i", status).text(str(error) or type_.__name__)
        for line in self._trace(error):
            self._channel.send(Say.LOG, Out().put("I", _INFO).text(line))
        status = _SOURCE if kind == Say.LOAD else _PLUGIN
        return Out().put("i", status).text(where(error, self._plugin.path))

    def _trace(self, error: BaseException) -> list[str]:
        """As Python prints it, from the loader's first line on."""
        first = error.__traceback__
        while first is not None and first.tb_frame.f_code.co_filename != self._plugin.path:
            first = first.tb_next
        lines = traceback.format_exception(type(error), error, first or error.__traceback__)
        return "".join(lines).splitlines()

    def _leave(self) -> None:
        """What was printed is told before the call ends, and relative paths stay what they are."""
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except (OSError, ValueError):
            pass  # closed by the loader
        try:
            changed = os.getcwd() != self._folder
        except OSError:
            changed = True
        if changed:
            self._channel.send(Say.LOG, Out().put("I", _WARNING).text(
                "changed the working directory, which loaders must leave alone; it was put back"))
            os.chdir(self._folder)
