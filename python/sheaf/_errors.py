# SPDX-License-Identifier: MIT
"""Exceptions: one class for each code of sheaf::Error, with its text.

Each is also what Python calls such an error, so that `except KeyError`, `except ValueError` and
`except OSError` catch what they should.
"""
import os
from typing import Any, Tuple, Type


class Error(Exception):
    """Something went wrong in Sheaf: the text names the object, what happened and the remedy.

    object: the file, or the file and a path in it ("photos.h5:/image").
    hdf5_stack: HDF5's own account of it, where HDF5 was involved; else "".
    """

    object: str = ""
    hdf5_stack: str = ""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""

    # OSError's own would ask for an errno.
    def __reduce__(self) -> Any:
        return (_made, (type(self), self.args, self.object, self.hdf5_stack))


def _made(cls: Type[Error], args: Tuple[Any, ...], object_: str, hdf5_stack: str) -> Error:
    error = cls(*args)
    error.object, error.hdf5_stack = object_, hdf5_stack
    return error


class NotFound(Error):
    """An object that isn't there; always one of the two below."""


class FileNotFound(NotFound, FileNotFoundError):
    """No such file."""


class KeyNotFound(NotFound, KeyError):
    """The file has no such id or path."""


class Exists(Error, FileExistsError):
    """Something is there that must not be overwritten."""


class Invalid(Error, ValueError):
    """An argument or a configuration makes no sense."""


class Unsupported(Error, NotImplementedError):
    """HDF5 or this build can't do it."""


class Corrupt(Error, OSError):
    """A file breaks its own format."""


class Permission(Error, PermissionError):
    """The system refuses access."""


class NoSpace(Error, OSError):
    """The disk or quota is full."""


class Io(Error, OSError):
    """Any other failure of the system or of HDF5."""


class Cancelled(Error):
    """The run was asked to stop."""


def make(code: str, text: str, object_: str, hdf5_stack: str) -> Error:
    """The exception for an error of the core, which calls this."""
    if code == "NotFound":
        # The object is a file and a path in it, or a file that is there and lacks what was asked.
        code = "KeyNotFound" if ":/" in object_ or os.path.exists(object_) else "FileNotFound"
    return _made(globals()[code], (text,), object_, hdf5_stack)
