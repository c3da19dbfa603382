# SPDX-License-Identifier: MIT
"""extend.py make FOLDER; extend.py check SHEAF FOLDER: methods and transforms against NumPy."""
import json
import pathlib
import subprocess
import sys

import h5py
import numpy as np

RATE = 8000


def make(folder):
    """Recordings of two channels and pictures of two sizes, of noise."""
    import cv2
    import soundfile

    noise = np.random.default_rng(7)
    for name, samples in (("a.wav", 9001), ("b.wav", 4000)):
        data = noise.normal(0, 0.1, (samples, 2)).astype(np.float32)
        soundfile.write(folder / name, data, RATE, subtype="FLOAT")
    for name, size in (("0.png", (20, 30, 3)), ("1.png", (7, 5, 3))):
        cv2.imwrite(str(folder / name), noise.integers(0, 256, size, dtype=np.uint8))


def command(*arguments):
    done = subprocess.run([SHEAF, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, (arguments, done.stderr)
    return json.loads(done.stdout)


def call(*arguments):
    """Results of a method as arrays."""
    results = command("call", FILE, *arguments, "--json")
    return {name: np.array(r["values"], r["dtype"]).reshape(r["shape"])
            for name, r in results.items()}


def get(path, name, *transforms):
    options = [word for text in transforms for word in ("--transform", text)]
    subprocess.run([SHEAF, "get", FILE, path, name, "-o", f"{FILE}.npy", *options], check=True,
                   capture_output=True)
    return np.load(f"{FILE}.npy")


def export(path, *transforms):
    options = [word for text in transforms for word in ("--transform", text)]
    subprocess.run([SHEAF, "export", FILE, path, "-o", f"{FILE}.npz", "--overwrite", *options],
                   check=True, capture_output=True)
    return np.load(f"{FILE}.npz")


def decibels(x):
    return 20 * np.log10(x)


def check_audio(audio):
    sounds = [audio["a.wav"].astype(np.float64), audio["b.wav"].astype(np.float64)]
    found = call("audio", "loudness", "a.wav", "b.wav", "window=0.25")
    rms = [np.sqrt(np.mean(x ** 2)) for x in sounds]
    np.testing.assert_allclose(found["rms_dbfs"], decibels(rms), rtol=1e-12)
    windows = [sounds[0][i:i + RATE // 4] for i in range(0, len(sounds[0]), RATE // 4)]
    np.testing.assert_allclose(found["windows_dbfs_0"],
                               decibels([np.sqrt(np.mean(w ** 2)) for w in windows]), rtol=1e-12)
    found = call("audio", "peak", "a.wav", "b.wav")
    np.testing.assert_allclose(found["peak_dbfs"], decibels([np.abs(x).max() for x in sounds]),
                               rtol=1e-12)
    at = [np.abs(x).max(axis=1).argmax() / RATE for x in sounds]
    np.testing.assert_array_equal(found["seconds"], at)
    found = call("audio", "slice", "a.wav", "start=0.1", "stop=0.2")
    np.testing.assert_array_equal(found["samples"], audio["a.wav"][800:1600])
    assert found["samples"].dtype == np.float32
    found = get("audio", "b.wav", "normalise:mean=[0.5,-1],std=[2],dtype=float64")
    np.testing.assert_array_equal(found, (sounds[1] - np.array([0.5, -1])) / 2)
    found = export("audio", "reshape:shape=[2,1]")["audio"]
    np.testing.assert_array_equal(found, np.concatenate(list(audio.values())).reshape(-1, 2, 1))


def grey(x):
    return np.rint(0.299 * x[..., :1] + 0.587 * x[..., 1:2] + 0.114 * x[..., 2:]).astype(np.uint8)


def check_images(images, mean, std):
    big, small = images["0.png"], images["1.png"]
    found = call("image", "histogram", "0.png", "1.png", "bins=7", "high=200")
    pixels = np.concatenate([big.reshape(-1, 3), small.reshape(-1, 3)])
    expected = [np.histogram(pixels[:, c], 7, (0, 200))[0] for c in range(3)]
    np.testing.assert_array_equal(found["histogram"], expected)
    found = call("image", "size", "0.png", "1.png")
    assert found["height"].tolist() == [20, 7] and found["width"].tolist() == [30, 5]
    np.testing.assert_array_equal(get("image", "0.png", "to_float"),
                                  (big / 255).astype(np.float32))
    np.testing.assert_array_equal(get("image", "0.png", "to_float:range=signed,dtype=float64"),
                                  big / 255 * 2 - 1)
    np.testing.assert_array_equal(get("image", "1.png", "to_float:range=none"),
                                  small.astype(np.float32))
    np.testing.assert_array_equal(get("image", "1.png", "to_grey", "reshape:shape=[-1]"),
                                  grey(small).reshape(1, -1))
    np.testing.assert_array_equal(get("image", "1.png", "normalise"),
                                  ((small - mean) / std).astype(np.float32))
    found = export("image", "to_grey", "to_float")
    for i, image in enumerate((big, small)):
        start, stop = found["image/__span__"][i]
        np.testing.assert_array_equal(
            found["image/arr"][start:stop].reshape(found["image/shape_"][i]),
            (grey(image) / 255).astype(np.float32))


def stored(file, key, name):
    source = file["__src__/id"].asstr()[:].tolist().index(name)
    group = file[key]
    if "__arr__" in group:
        return group["__arr__"][slice(*group["__span__"][source])]
    flat = group["arr/__arr__"][slice(*group["arr/__span__"][source])]
    return flat.reshape(group["shape_/__arr__"][slice(*group["shape_/__span__"][source])].ravel())


if sys.argv[1] == "make":
    make(pathlib.Path(sys.argv[2]))
else:
    SHEAF, FILE = sys.argv[2:4]
    with h5py.File(FILE) as opened:
        AUDIO = {name: stored(opened, "audio", name) for name in ("a.wav", "b.wav")}
        IMAGES = {name: stored(opened, "image", name) for name in ("0.png", "1.png")}
        STATISTICS = opened["image_statistics"].attrs
        MEAN, STD = STATISTICS["mean"], STATISTICS["std"]
    check_audio(AUDIO)
    check_images(IMAGES, MEAN, STD)
    print("equal")
