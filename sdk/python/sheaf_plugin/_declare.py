# SPDX-License-Identifier: MIT
"""From classes to what a plugin declares, in the bytes that host/plugin/manifest.cpp reads."""
from __future__ import annotations

import dataclasses
import inspect
import math
import os
import re
import types
import typing

from . import _arrays
from ._feature import Feature, Output, Param, snake_case
from ._process import Refused
from ._wire import Out

_OPT_IN, _EXCLUSIVE, _IGNORE_CASE, _COMPANION = 1, 4, 8, 16
_REQUIRED, _RANGE = 1, 2
_TYPES = {bool: 1, int: 2, float: 3, str: 4}
_LIST = 16  # added to a type
_RAGGED, _RAGGED_IF_NEEDED = 1, 2
_FILTERS = {"deflate": 1, "lzf": 32000, "blosc": 32001, "lz4": 32004, "zstd": 32015}
_SHUFFLE, _FLETCHER32 = 2, 3
_LEVELS = {"deflate": 4, "blosc": 5, "zstd": 3}


@dataclasses.dataclass
class Kind:
    """A feature and what is known of its class."""
    cls: type[Feature]
    name: str
    params: dict[str, Param]
    wants_sink: bool

    def has(self, method: str) -> bool:
        return getattr(self.cls, method) is not getattr(Feature, method)


@dataclasses.dataclass
class Plugin:
    path: str
    id: str
    version: str
    license: str
    summary: str
    kinds: list[Kind]


def first_line(doc: str | None) -> str:
    return (doc or "").strip().split("\n")[0].strip()


def plugin_of(module: types.ModuleType, path: str) -> Plugin:
    """What the module declares; raises Refused."""
    classes = [value for value in vars(module).values()
               if isinstance(value, type) and issubclass(value, Feature)
               and value.__module__ == module.__name__ and not value.__name__.startswith("_")]
    if not classes:
        raise Refused("has no feature: no class in it derives from sheaf_plugin.Feature")
    stem = os.path.splitext(os.path.basename(path))[0]
    id_ = _common(module, classes, "id", re.sub(r"[^a-z0-9_.-]", "_", stem.lower()))
    plugin = Plugin(path, id_, _common(module, classes, "version", "0"),
                    _common(module, classes, "license", ""),
                    first_line(module.__doc__) or first_line(classes[0].__doc__), [])
    for cls in classes:
        plugin.kinds.append(_kind(cls, f"{id_.replace('-', '_')}.{snake_case(cls.__name__)}"))
    return plugin


def _common(module: types.ModuleType, classes: list[type[Feature]], name: str, default: str) -> str:
    """What the classes say, or the module; a file is one plugin."""
    said = {value for cls in classes if (value := getattr(cls, name))}
    if len(said) > 1:
        raise Refused(f"has classes of different {name}: {', '.join(sorted(map(str, said)))}; a "
                      "file is one plugin")
    value = said.pop() if said else vars(module).get(name, default)
    if not isinstance(value, str):
        raise Refused(f"has a {name} that is no str: {value!r}")
    return value


def _kind(cls: type[Feature], default_name: str) -> Kind:
    def refuse(what: str) -> typing.NoReturn:
        raise Refused(f"class {cls.__name__} {what}")

    if cls.load is Feature.load:
        refuse("has no `load`; begin the name of a base class with _")
    if isinstance(cls.patterns, str) or not all(isinstance(p, str) for p in cls.patterns):
        refuse("has patterns that are no list of str")
    if not cls.patterns and not cls.input:
        refuse("has no `patterns`, so no source would ever be its own")
    if not cls.outputs and cls.describe is Feature.describe:
        refuse("has no `outputs`: say what a row is, as in outputs = sheaf_plugin.output(\"uint16\")")
    if isinstance(cls.outputs, typing.Mapping) and not all(
            isinstance(each, Output) for each in cls.outputs.values()):
        refuse("has `outputs` that aren't made by sheaf_plugin.output()")
    # Of the bases too, a class's own instead of theirs.
    params: dict[str, Param] = {}
    for base in reversed(cls.__mro__):
        for name, value in vars(base).items():
            params.pop(name, None)
            if isinstance(value, Param):
                params[name] = value
    wants_sink = len(inspect.signature(cls.load).parameters) > 2
    return Kind(cls, cls.name or default_name, params, wants_sink)


def manifest(plugin: Plugin) -> Out:
    out = Out().put("I", 0)  # makes use of ABI 1.0
    for text in (plugin.id, plugin.version, plugin.summary, plugin.license):
        out.text(text)
    out.put("Q", len(plugin.kinds))
    for kind in plugin.kinds:
        cls = kind.cls
        flags = (_OPT_IN * bool(cls.opt_in) | _IGNORE_CASE * bool(cls.ignore_case) |
                 _COMPANION * bool(cls.companion))
        out.text(kind.name).text(first_line(cls.__doc__)).text(cls.input)
        out.put("Ii", flags, cls.priority).texts(list(cls.patterns))
        out.put("Q", len(kind.params))
        for name, param in kind.params.items():
            _put_param(out, name, param)
        out.put("BB", kind.has("survey"), kind.has("finish"))
        out.put("IQ", 0, 0)  # no preview, no methods
    return out.put("Q", 0)  # no transforms


def _put_param(out: Out, name: str, param: Param) -> None:
    has_range = param.minimum is not None or param.maximum is not None
    out.text(name).text(param.doc).put("II", _TYPES[param.type] | _LIST * param.is_list,
                                       _REQUIRED * param.required | _RANGE * has_range)
    _put_value(out, param, param.default)
    out.put("dd", -math.inf if param.minimum is None else param.minimum,
            math.inf if param.maximum is None else param.maximum)
    out.texts(list(param.choices))


def _put_value(out: Out, param: Param, value: typing.Any) -> None:
    items = value if isinstance(value, list) else []
    type_ = 0 if value is None else _TYPES[param.type] | _LIST * isinstance(value, list)
    out.put("IIqd", type_,
            int(value) if isinstance(value, bool) else 0,
            value if type(value) is int else 0,
            value if isinstance(value, float) else 0.0)
    out.text(value if isinstance(value, str) else "")
    out.put("Q", len(items))
    for item in items:
        _put_value(out, param, item)


def description(outputs: dict[str, Output], attrs: typing.Mapping[str, typing.Any]) -> Out:
    """Fields of Done after describe."""
    out = Out().put("Q", len(outputs))
    for name, spec in outputs.items():
        flags = _RAGGED if spec.ragged is True else _RAGGED_IF_NEEDED if spec.ragged else 0
        out.text(name).put("BB", *_arrays.abi_dtype(spec.dtype)).shape(spec.shape)
        out.put("IqB", flags, spec.chunk_rows, spec.fill is not None)
        if spec.fill is not None:
            _arrays.put_value(out, spec.fill)
        filters = _filters(spec)
        out.put("Q", len(filters))
        for filter_ in filters:
            out.put("III", *filter_)
    out.put("Q", len(attrs))
    for name, value in attrs.items():
        _arrays.put_value(out.text(name), value)
    return out


def _filters(spec: Output) -> list[tuple[int, int, int]]:
    """Number, count of options, option."""
    filters = [(_SHUFFLE, 0, 0)] * spec.shuffle
    if spec.compression is not None:
        if spec.compression not in _FILTERS:
            raise ValueError(f"compression '{spec.compression}' is none of {', '.join(_FILTERS)}")
        level = _LEVELS.get(spec.compression) if spec.level is None else spec.level
        filters.append((_FILTERS[spec.compression], level is not None, level or 0))
    return filters + [(_FLETCHER32, 0, 0)] * spec.fletcher32
