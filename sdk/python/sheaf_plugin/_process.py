# SPDX-License-Identifier: MIT
"""The life of the process: it gives up what it must not do, imports the loader's file, and serves.

Model: nothing but the standard library runs before the filter is on. What goes wrong until the
features are declared is the reason why the file is refused.
"""
from __future__ import annotations

import os
import signal
import sys
import traceback

from ._wire import Channel, HostGone, Memory, Out, Say

CONVERSATION = 3
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
SOCK_FILTER_SIZE = 8


class Refused(Exception):
    """Why the file is no plugin."""


def run() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the host decides what comes of it
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore
    sys.dont_write_bytecode = True
    channel = Channel(CONVERSATION)
    try:
        _serve(channel)
    except HostGone:
        os._exit(0)


def _serve(channel: Channel) -> None:
    _, begin = channel.receive()
    path, filter_ = os.fsdecode(begin.bytes()), begin.bytes()
    rows = begin.files[1] if len(begin.files) > 1 else None
    channel.memory = Memory(begin.files[0], rows, begin.get("Q"))
    try:
        _give_up_programs(filter_)
        _import_numpy()
        from . import _declare, _imports, _serve
        plugin = _declare.plugin_of(_imports.load(path, channel), path)
    except Refused as reason:
        return channel.send(Say.REFUSED, Out().text(str(reason)))
    channel.send(Say.DECLARED, _declare.manifest(plugin))
    _serve.Server(channel, plugin).run()


def _give_up_programs(filter_: bytes) -> None:
    """What the host couldn't take from a process that was to run python3."""
    if not filter_:
        return
    import ctypes

    class SockFprog(ctypes.Structure):
        _fields_ = [("len", ctypes.c_ushort), ("filter", ctypes.c_void_p)]

    libc = ctypes.CDLL(None, use_errno=True)
    program = ctypes.create_string_buffer(filter_, len(filter_))
    whole = SockFprog(len(filter_) // SOCK_FILTER_SIZE,
                      ctypes.cast(program, ctypes.c_void_p).value)
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(whole)) != 0:
        raise Refused(f"its Python can't be confined: {os.strerror(ctypes.get_errno())}")


def _import_numpy() -> None:
    try:
        import numpy  # noqa: F401
    except ImportError as error:
        raise Refused(f"needs NumPy, which {sys.executable} doesn't have ({error}); install it "
                      "(Debian: python3-numpy), or name another Python with SHEAF_PYTHON") from None


def where(error: BaseException, path: str) -> str:
    """ "ValueError: no header (mylab.py, line 12)": the innermost line of the loader's own."""
    lines = "".join(traceback.format_exception_only(type(error), error)).strip().splitlines()
    text = lines[-1] if isinstance(error, SyntaxError) else " ".join(lines)
    if isinstance(error, SyntaxError) and error.filename == path:
        return f"{text} ({os.path.basename(path)}, line {error.lineno})"
    own = [frame.lineno for frame in traceback.extract_tb(error.__traceback__)
           if frame.filename == path]
    return f"{text} ({os.path.basename(path)}, line {own[-1]})" if own else text
