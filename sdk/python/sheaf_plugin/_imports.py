# SPDX-License-Identifier: MIT
"""Importing the loader's file, and what lies beside it.

Model: the file's folder is searched first, as Python does for a script; but what is found there is
held to the rules for plugins: what others could have written isn't run. Bytecode is neither read
nor written there.
"""
from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
import types

from ._process import Refused, where
from ._wire import Channel, HostGone, Out, Say


class _Source(importlib.machinery.SourceFileLoader):
    def get_code(self, fullname):
        return self.source_to_code(self.get_data(self.path), self.path)


class _Beside(importlib.abc.MetaPathFinder):
    def __init__(self, folder: str, channel: Channel):
        self._folder, self._channel = folder, channel

    def find_spec(self, fullname, path=None, target=None):
        inside = [place for place in path or ()
                  if os.path.join(place, "").startswith(os.path.join(self._folder, ""))]
        places = [self._folder] if path is None else inside
        spec = importlib.machinery.PathFinder.find_spec(fullname, places) if places else None
        if spec is None or not spec.has_location:
            return spec
        reason = self._channel.ask(Say.MAY_IMPORT, Out().text(os.fsencode(spec.origin))).text()
        if reason:
            raise ImportError(f"{fullname} isn't imported: {reason}")
        if isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            spec.loader = _Source(spec.name, spec.origin)
        return spec


def load(path: str, channel: Channel) -> types.ModuleType:
    """The module; raises Refused with the reason as a user would tell it."""
    sys.path[:] = [entry for entry in sys.path if os.path.isabs(entry)]
    sys.meta_path.insert(0, _Beside(os.path.dirname(path), channel))
    module = types.ModuleType("loader_" + os.path.splitext(os.path.basename(path))[0])
    module.__file__ = path
    sys.modules[module.__name__] = module
    try:
        with open(path, "rb") as file:
            exec(compile(file.read(), path, "exec"), module.__dict__)
    except HostGone:
        raise
    except BaseException as error:  # sys.exit() too
        raise Refused(f"can't be imported: {where(error, path)}") from None
    return module
