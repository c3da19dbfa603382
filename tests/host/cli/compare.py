# SPDX-License-Identifier: MIT
"""compare.py FILE FOLDER: every array of FILE against what Python decodes from FOLDER/<id>."""
import pathlib
import sys

import cv2
import h5py
import numpy as np
import soundfile


def rows(group, source):
    """The rows of a source through its region reference; None where it is absent."""
    reference = group["__ref__"][source]
    return group["__arr__"][reference] if reference else None


def image_of(group, source):
    if "__arr__" in group:
        return rows(group, source)
    flat = rows(group["arr"], source)
    return None if flat is None else flat.reshape(rows(group["shape_"], source))


def check_spans(file):
    """__span__ and __ref__ say the same."""
    for key in file["__src__/ds_keys"].asstr()[:]:
        group = file[key]
        for source, (start, stop) in enumerate(group["__span__"][:]):
            found = rows(group, source)
            assert (found is None) == (start == -1), (key, source)
            if found is not None:
                np.testing.assert_array_equal(found, group["__arr__"][start:stop])


def main():
    path, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    counts = {"images": 0, "recordings": 0, "labels": 0}
    with h5py.File(path) as file:
        check_spans(file)
        classes = file["dirlabel"].attrs["classes"]
        for source, name in enumerate(file["__src__/id"].asstr()[:]):
            image = image_of(file["image"], source)
            if image is not None:
                expected = cv2.cvtColor(cv2.imread(str(folder / name)), cv2.COLOR_BGR2RGB)
                np.testing.assert_array_equal(image, expected[None], err_msg=name)
                assert image.dtype == np.uint8
                counts["images"] += 1
            audio = rows(file["audio"], source) if "audio" in file else None
            if audio is not None:
                expected, rate = soundfile.read(folder / name, dtype="float32")
                np.testing.assert_array_equal(audio, expected, err_msg=name)
                assert audio.dtype == np.float32 and rate == file["audio"].attrs["sample_rate"]
                counts["recordings"] += 1
            label = rows(file["dirlabel"], source)
            assert classes[label[0]] == pathlib.PurePath(name).parent.name, name
            counts["labels"] += 1
    print(", ".join(f"{number} {what}" for what, number in counts.items()))


main()
