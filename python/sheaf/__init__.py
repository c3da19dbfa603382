# SPDX-License-Identifier: MIT
"""Sheaf: folders of raw sources in one HDF5 file, read at the speed of memory.

    with sheaf.open("photos.h5") as f:
        f.ids                         # the sources' names
        f["image"][4:8]               # rows, as NumPy arrays
        f["image"].get("cats/1.jpg")  # one source's

sheaf.ingest makes such a file, sheaf.Loader feeds training from it, sheaf.info tells what is in it.
"""
from ._errors import (
    Cancelled,
    Corrupt,
    Error,
    Exists,
    FileNotFound,
    Invalid,
    Io,
    KeyNotFound,
    NoSpace,
    NotFound,
    Permission,
    Unsupported,
)
from ._file import Field, File, Group, Refs
from ._info import Failure, FieldInfo, Info, info
from ._ingest import Progress, Summary, ingest
from ._loader import (
    Batch,
    ById,
    ByRow,
    FramedSlice,
    Input,
    Loader,
    Scaled,
    Slice,
    Target,
    normalised,
    scaled,
)
from ._writing import Checkpoints, Storage, WritableField, WritableFile, open

__all__ = [
    "Batch",
    "ById",
    "ByRow",
    "Cancelled",
    "Checkpoints",
    "Corrupt",
    "Error",
    "Exists",
    "Failure",
    "Field",
    "FieldInfo",
    "File",
    "FileNotFound",
    "FramedSlice",
    "Group",
    "Info",
    "Input",
    "Invalid",
    "Io",
    "KeyNotFound",
    "Loader",
    "NoSpace",
    "NotFound",
    "Permission",
    "Progress",
    "Refs",
    "Scaled",
    "Slice",
    "Storage",
    "Summary",
    "Target",
    "Unsupported",
    "WritableField",
    "WritableFile",
    "info",
    "ingest",
    "normalised",
    "open",
    "scaled",
]
