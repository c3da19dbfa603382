# SPDX-License-Identifier: MIT
"""sources.py FOLDER: a few small sources for each built-in feature."""

import pathlib
import subprocess
import sys
import wave

import cv2
import h5py
import numpy as np

folder = pathlib.Path(sys.argv[1])
rng = np.random.default_rng(7)


def path(name):
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    return str(file)


for i, (height, width) in enumerate([(6, 8), (17, 31)]):
    picture = rng.integers(0, 255, (height, width, 3), dtype=np.uint8)
    for name in (f"cat/{i}.png", f"dog/{i}.jpg", f"dog/{i}.tif"):
        cv2.imwrite(path(name), picture)
for i, count in enumerate((100, 3000)):
    with wave.open(path(f"{i}.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(rng.integers(-9999, 9999, count * 2, dtype=np.int16).tobytes())
    np.save(path(f"{i}.npy"), rng.normal(size=(4 + i, 3)))
    with open(path(f"{i}.csv"), "w") as file:
        file.write("x,y\n" + "".join(f"{n},{n / 4}\n" for n in range(3 + i)))
    with open(path(f"{i}.txt"), "w") as file:
        file.write("grün\n" * (i + 1))
    with h5py.File(path(f"{i}.h5"), "w") as file:
        file["x"] = rng.normal(size=(4 + i, 2))
subprocess.run(
    ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=size=32x24:rate=5:duration=0.6"]
    + ["-c:v", "mpeg4", "-threads", "1", path("clip.mp4")],
    check=True,
)
