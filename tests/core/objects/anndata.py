# SPDX-License-Identifier: MIT
"""A file such as AnnData's, written with plain h5py: anndata.py FILE."""
import sys

import h5py
import numpy as np

CELLS, GENES, STORED = 20000, 300, 400000
STRING = h5py.string_dtype("utf-8")


def encoded(parent, name, kind, version="0.1.0"):
    group = parent.create_group(name, track_order=True)
    group.attrs.update({"encoding-type": kind, "encoding-version": version})
    return group


def array(parent, name, value, kind="array"):
    text = np.asarray(value).dtype.kind in "UO"
    dataset = parent.create_dataset(name, data=np.asarray(value, dtype="O") if text else value,
                                    dtype=STRING if text else None)
    dataset.attrs.update({"encoding-type": "string-array" if text else kind,
                          "encoding-version": "0.2.0"})


def frame(parent, name, index):
    group = encoded(parent, name, "dataframe", "0.2.0")
    array(group, "_index", index)
    array(group, "size", np.arange(len(index), dtype="f4"))
    category = encoded(group, "kind", "categorical", "0.2.0")
    category.attrs["ordered"] = False
    array(category, "categories", ["B cell", "NK cell", "T cell"])
    array(category, "codes", (np.arange(len(index)) % 3).astype("i1"))
    group.attrs["_index"] = "_index"
    group.attrs.create("column-order", ["size", "kind"], dtype=STRING)


def matrix(parent, name):
    group = encoded(parent, name, "csr_matrix")
    group.attrs["shape"] = np.array([CELLS, GENES])
    group["data"] = np.arange(STORED, dtype="f4")
    group["indices"] = (np.arange(STORED) % GENES).astype("i4")
    group["indptr"] = (np.arange(CELLS + 1) * (STORED // CELLS)).astype("i4")


with h5py.File(sys.argv[1], "w") as file:
    file.attrs.update({"encoding-type": "anndata", "encoding-version": "0.1.0"})
    matrix(file, "X")
    frame(file, "obs", [f"cell{at}" for at in range(CELLS)])
    frame(file, "var", [f"gene{at}" for at in range(GENES)])
    layers, obsm, uns = (encoded(file, name, "dict") for name in ("layers", "obsm", "uns"))
    matrix(layers, "counts")
    array(obsm, "X_pca", np.arange(CELLS * 50, dtype="f4").reshape(CELLS, 50))
    uns["title"] = "a study"
    at = encoded(uns, "deep", "dict")
    for level in range(50):  # one in the other, and a hundred in each
        for number in range(100):
            encoded(at, f"leaf{number}", "dict")["value"] = level * 100 + number
        at = encoded(at, "below", "dict")
