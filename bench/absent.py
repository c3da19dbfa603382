# SPDX-License-Identifier: MIT
"""Modules that a peer imports, doesn't need for what is measured, and that aren't installed."""
import importlib.abc
import importlib.machinery
import sys
import types

asked = set()  # the names of those that were stood in for


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Makes modules whose names are classes without members."""

    def __init__(self, names):
        self.names = names

    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in self.names:
            return None
        asked.add(top)
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        made = types.ModuleType(spec.name)
        made.__getattr__ = _name
        return made

    def exec_module(self, module):
        pass


def _name(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return type(name, (), {})


def stand_in(*names):
    sys.meta_path.append(_Finder(names))  # last: what is installed comes first
