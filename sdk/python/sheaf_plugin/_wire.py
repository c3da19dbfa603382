# SPDX-License-Identifier: MIT
"""The other end of host/python/loader.hpp: messages, and the bytes in them as host/wire.hpp has them.

Model: a header (kind, files, size), then fields one behind the other, numbers as this machine has
them, texts with a length in front. Threads: any may send; the one that was called receives.
"""
from __future__ import annotations

import enum
import mmap
import os
import socket
import struct
import threading
import typing


class Say(enum.IntEnum):
    """As in host/python/loader.hpp, in that order."""
    BEGIN, OPEN, SURVEY, DESCRIBE, LOAD, FINISH, CLOSE, ANSWER = range(8)
    (DECLARED, REFUSED, DONE, LOG, PROGRESS, IS_CANCELLED, THREAD_BUDGET, MAY_IMPORT, AGREE, RESERVE,
     COMMIT, ROWS, COUNT, READ, SET_ATTR) = range(8, 23)


class HostGone(BaseException):
    """Nobody is left to talk to. No Exception, so that no loader keeps it."""


_HEADER = struct.Struct("=IIQ")
_U64 = struct.Struct("=Q")
_BLOCK = 65536
_MAX_FILES = 4


class Out(list):
    """Fields to send: a list of bytes."""

    def put(self, form: str, *numbers) -> "Out":
        self.append(struct.pack("=" + form, *numbers))
        return self

    def text(self, text: str | bytes) -> "Out":
        data = text.encode() if isinstance(text, str) else bytes(text)
        self.append(_U64.pack(len(data)))
        self.append(data)
        return self

    def texts(self, texts) -> "Out":
        self.append(_U64.pack(len(texts)))
        for text in texts:
            self.text(text)
        return self

    def shape(self, shape) -> "Out":
        return self.put(f"Q{len(shape)}q", len(shape), *shape)


class In:
    """Fields that came."""

    def __init__(self, data, files=()):
        self._data, self._at, self.files = data, 0, files

    def get(self, form: str):
        form = "=" + form
        values = struct.unpack_from(form, self._data, self._at)
        self._at += struct.calcsize(form)
        return values[0] if len(values) == 1 else values

    def bytes(self) -> bytes:
        size, = _U64.unpack_from(self._data, self._at)
        start = self._at + 8
        self._at = start + size
        return bytes(self._data[start:self._at])

    def text(self) -> str:
        return self.bytes().decode()

    def texts(self) -> list[str]:
        return [self.text() for _ in range(self.get("Q"))]

    def shape(self) -> tuple[int, ...]:
        return tuple(self.get("q") for _ in range(self.get("Q")))


class Memory:
    """Memory that the host shares: the trays that rows go to, and what grows beside them."""

    def __init__(self, scratch: int, rows: int | None, rows_size: int):
        self._scratch_file = scratch
        self._rows = mmap.mmap(rows, rows_size) if rows is not None else None
        self._scratch: mmap.mmap | None = None

    def place(self, answer: In) -> tuple[mmap.mmap | None, int]:
        """The mapping and the offset that an answer names."""
        number, offset, size = answer.get("BQQ")
        if number == 0:
            return self._rows, offset
        # Arrays in the old mapping keep it; both show the same file.
        if self._scratch is None or len(self._scratch) < size:
            self._scratch = mmap.mmap(self._scratch_file, size) if size else None
        return self._scratch, offset


class Channel:
    def __init__(self, file: int):
        self._socket = socket.socket(fileno=file)
        self._lock = threading.Lock()
        self.memory: Memory  # comes with the first message

    def send(self, kind: int, fields: typing.Iterable[bytes] = ()) -> None:
        data = b"".join(fields)
        try:
            with self._lock:
                self._socket.sendall(_HEADER.pack(kind, 0, len(data)) + data)
        except OSError:
            raise HostGone() from None

    def receive(self) -> tuple[int, In]:
        data, files = self._read(_BLOCK)
        while len(data) < _HEADER.size:
            data += self._read(_BLOCK)[0]
        kind, _, size = _HEADER.unpack_from(data)
        size += _HEADER.size
        if len(data) < size:
            whole = bytearray(data)
            while len(whole) < size:
                whole += self._read(min(size - len(whole), 1 << 24))[0]
            data = whole
        return kind, In(memoryview(data)[_HEADER.size:size], files)

    def ask(self, kind: int, fields: typing.Iterable[bytes] = ()) -> In:
        self.send(kind, fields)
        answered, answer = self.receive()
        if answered != Say.ANSWER:
            raise HostGone()
        return answer

    def _read(self, size: int) -> tuple[bytes, list[int]]:
        try:
            data, files, _, _ = socket.recv_fds(self._socket, size, _MAX_FILES)
        except OSError:
            raise HostGone() from None
        if not data:
            raise HostGone()
        for file in files:
            os.set_inheritable(file, False)
        return data, files
