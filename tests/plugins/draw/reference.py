# SPDX-License-Identifier: MIT
# WHAT FOLDER: compares what the tests left in FOLDER with OpenCV and NumPy.
import base64
import sys
import xml.etree.ElementTree as xml

import numpy as np

folder = sys.argv[2] + "/"


def shrink():
    import cv2

    width, height, size = 61, 47, (23, 18)
    for name, dtype, channels, white in (
        ("u1x1", np.uint8, 1, 255), ("u1x2", np.uint8, 2, 255), ("u1x3", np.uint8, 3, 255),
        ("u1x4", np.uint8, 4, 255), ("u2x3", np.uint16, 3, 65535), ("f4x3", np.float32, 3, 1),
        ("f8x1", np.float64, 1, 1),
    ):
        source = np.fromfile(folder + name + ".in", dtype).reshape(height, width, channels)
        made = np.fromfile(folder + name + ".out", np.uint8).reshape(size[1], size[0], 4)
        level = source.astype(np.float64) / white
        has_alpha = channels in (2, 4)
        alpha = level[..., -1:] if has_alpha else np.ones((height, width, 1))
        color = level[..., :-1] if has_alpha else level
        color = np.broadcast_to(color, (height, width, 3))
        full = cv2.resize(np.dstack([color * alpha, alpha]), size, interpolation=cv2.INTER_AREA)
        expected = np.dstack([full[..., :3] / full[..., 3:], full[..., 3:]]) * 255
        worst = np.abs(made - expected).max()
        assert worst < 0.51, (name, worst)


def envelope():
    x = np.fromfile(folder + "samples", np.float32).reshape(-1, 2)
    made = np.fromfile(folder + "extremes", np.float32).reshape(2, 640, 3)
    part = np.arange(len(x)) * 640 // len(x)
    for channel in range(2):
        for p in range(0, 640, 16):
            piece = x[part == p, channel]
            rms = np.sqrt((piece.astype(np.float64) ** 2).mean())
            assert np.array_equal(made[channel, p, :2], [piece.min(), piece.max()]), (channel, p)
            assert abs(made[channel, p, 2] - rms) < 1e-6
    assert made[:, :, 0].min() == x.min() and made[:, :, 1].max() == x.max()


def spectrogram():
    x = np.fromfile(folder + "samples", np.float32).astype(np.float64)
    n = 512
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n)
    padded = np.concatenate([np.zeros(n), x, np.zeros(n)])
    for name, columns, pieces in (("few", 10, 4), ("many", 300, 1)):
        made = np.fromfile(folder + name, np.float32).reshape(columns, n // 2 + 1)
        step = len(x) / columns
        for c in range(columns):
            power = 0
            for i in range(pieces):
                middle = int((c + (i + 0.5) / pieces) * step)
                piece = padded[middle - n // 2 + n:][:n]
                power = power + np.abs(np.fft.rfft(piece * window) / (n / 4)) ** 2
            expected = 10 * np.log10(np.maximum(power / pieces, 1e-20))
            loud = expected > -100
            assert np.abs(made[c] - expected)[loud].max() < 0.02, (name, c)


def svg():
    import cv2

    space = "{http://www.w3.org/2000/svg}"
    root = xml.parse(folder + "waveform.svg").getroot()
    assert root.get("width") == "640" and root.get("height") == "240"
    texts = [text.text for text in root.iter(space + "text")]
    assert any("dBFS" in text for text in texts) and any(text.endswith(" s") for text in texts)
    assert len(list(root.iter(space + "path"))) == 2
    root = xml.parse(folder + "heat.svg").getroot()
    assert "a < b & \"c\"" in [text.text for text in root.iter(space + "text")]
    (image,) = root.iter(space + "image")
    kind, data = image.get("href").split(",")
    assert kind == "data:image/png;base64"
    pixels = cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_UNCHANGED)
    assert pixels.shape == (int(image.get("height")), int(image.get("width")), 4)
    assert pixels[0, 0].sum() < pixels[0, -1].sum()  # from quiet to loud


globals()[sys.argv[1]]()
