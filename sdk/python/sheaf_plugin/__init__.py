# SPDX-License-Identifier: MIT
"""Loaders for Sheaf in Python: a file with a class, dropped into a plugin folder.

    import numpy as np
    import sheaf_plugin as sheaf

    class Scan(sheaf.Feature):
        '''Scans of the lab's microscope.'''
        version = "1.0.0"
        patterns = [r"\\.scan$"]
        outputs = sheaf.output("uint16", (-1, -1), ragged=True)

        def load(self, source):
            return np.fromfile(source.path, "uint16").reshape(-1, 512)

Model: each subclass of Feature in the file is a feature. Sheaf imports the file in a process of its
own, makes an object a worker, and calls load for each source. docs/python_loaders.md says the rest.
"""
# Sheaf looks at a loader before NumPy is there: what needs it is imported on first use.
from __future__ import annotations

import typing as _typing

if _typing.TYPE_CHECKING:
    from ._calls import Call, Rows, Sink, Source, Survey
    from ._feature import (EMPTY, SKIP, Cancelled, FatalError, Feature, Output, PluginError,
                           SourceError, output, param)

__all__ = ["Call", "Cancelled", "EMPTY", "FatalError", "Feature", "Output", "PluginError", "Rows",
           "SKIP", "Sink", "Source", "SourceError", "Survey", "output", "param"]


def __getattr__(name: str) -> _typing.Any:
    if name not in __all__:
        raise AttributeError(f"sheaf_plugin has no '{name}'; it has {', '.join(__all__)}")
    from . import _calls, _feature
    for module in (_calls, _feature):
        globals().update({n: getattr(module, n) for n in __all__ if hasattr(module, n)})
    return globals()[name]
