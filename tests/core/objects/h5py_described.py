# SPDX-License-Identifier: MIT
"""Checks and makes described objects with plain h5py: h5py_described.py CASE FILE."""
import sys

import h5py
import numpy as np


def person(path):
    with h5py.File(path, "r+") as file:
        joe = file["joe"]
        assert sorted(joe.attrs) == ["age", "folder", "is_here", "mood", "name", "sheaf_type",
                                     "shoe", "z"]
        assert joe.attrs["sheaf_type"] == "people::Person"
        assert joe.attrs["name"] == "Joe" and joe.attrs["age"] == 25
        assert joe.attrs["is_here"] and joe.attrs["mood"] == 2 and joe.attrs["z"] == 1 - 2j
        assert list(joe) == ["home", "marks", "titles", "extra", "more", "homes", "scores",
                             "second", "range"]
        assert joe["home"].attrs["street"] == "Elm Street"
        assert joe["home/position"][()].tolist() == [1.5, 2.5]
        assert joe["marks"].dtype == np.int16 and joe["marks"][()].tolist() == [1, 2, 3]
        assert joe["titles"].asstr()[()].tolist() == ["Dr."]
        assert joe["more"].attrs["__h5_type__"] == "list"
        assert joe["more/0"].attrs["street"] == "Mill Lane"
        assert joe["scores/b"][()] == 2 and joe["range"][()].tolist() == [0.5, 1.5]
        assert joe["homes/old"].attrs["street"] == "Oak Street"
        made = file.create_group("made")
        made.attrs["street"] = "Mill Lane"
        made["position"] = np.array([3, 4])


def shared(path):
    with h5py.File(path) as file:
        ring = file["ring"]
        assert ring["next/next"] == ring and ring["next/back"] == ring
        assert ring["next"].attrs["value"] == 2
        assert file["ann/friend_"] == file["joe"] and file["joe/friend_"] == file["ann"]


{"person": person, "shared": shared}[sys.argv[1]](sys.argv[2])
