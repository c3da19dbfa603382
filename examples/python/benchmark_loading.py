#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How fast batches load, with different ways to store and to load them, and a plot of it.

    benchmark_loading.py                          10,000 samples of 32×32×3 bytes and their labels
    benchmark_loading.py --samples 2000 -o quick.png

Shuffled batches of 64 by id, warm cache, samples a second: the best of several rounds, in which all
ways take turns. The plot is made with matplotlib, and where that isn't installed as SVG by hand.
"""
import argparse
import os
import tempfile
import time

import numpy as np

import sheaf

try:
    import h5py
except ImportError:
    h5py = None
try:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
except ImportError:
    plt = None

BATCH = 64


def make_file(path, images, labels, **storage):
    with sheaf.open(path, "w", storage={"image": sheaf.Storage(**storage)}) as f:
        for number, (image, label) in enumerate(zip(images, labels)):
            f.add(f"{number:06}", {"image": image[None], "label": label[None]})


def one_pass(batches):
    """Samples a second."""
    begin, count = time.perf_counter(), 0
    for batch in batches:
        count += len(batch["x"])
    return count / (time.perf_counter() - begin)


def sheaf_way(path, **options):
    inputs = {"x": sheaf.Input("image", sheaf.ById(squeeze=True)),
              "y": sheaf.Input("label", sheaf.ById(squeeze=True))}
    loader = sheaf.Loader(path, inputs, batch_size=BATCH, **{"shuffle": True, **options})
    return lambda: one_pass(loader)


def numpy_way(images, labels):
    def batches():
        order = np.random.default_rng(0).permutation(len(images))
        for at in range(0, len(order), BATCH):
            rows = order[at : at + BATCH]
            yield {"x": images[rows], "y": labels[rows]}

    return lambda: one_pass(batches())


def h5py_way(path):
    def batches():
        with h5py.File(path) as f:
            image, label = f["image/__arr__"], f["label/__arr__"]
            order = np.random.default_rng(0).permutation(len(image))
            for at in range(0, len(order), BATCH):
                rows = np.sort(order[at : at + BATCH])
                yield {"x": np.stack([image[n] for n in rows]), "y": label[rows]}

    return lambda: one_pass(batches())


def ways(folder, samples):
    rng = np.random.default_rng(0)
    # Half of it repeats, so that there is something to compress.
    images = rng.integers(0, 256, (samples, 32, 32, 3), dtype=np.uint8)
    images[:, ::2] = images[:, :1]
    labels = rng.integers(0, 10, samples)
    yield "NumPy, from memory", numpy_way(images, labels)
    stored = {"plain": {}, "lz4": {"compression": "lz4"}, "zstd": {"compression": "zstd"},
              "gzip": {"compression": "gzip"}}
    for name, storage in stored.items():
        path = os.path.join(folder, name + ".h5")
        make_file(path, images, labels, **storage)
        for workers in (0, 2):
            yield f"sheaf {name}, {workers} workers", sheaf_way(path, workers=workers)
        if name != "plain":
            yield f"sheaf {name}, in order", sheaf_way(path, workers=2, shuffle=False)
    if h5py is not None:
        yield "h5py, a row at a time", h5py_way(os.path.join(folder, "plain.h5"))


def plot_svg(path, results):
    width, bar, left = 900, 26, 230
    longest = max(results.values())
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" '
             f'height="{bar * len(results) + 50}" font-family="sans-serif" font-size="13">',
             f'<text x="{left}" y="20">samples a second (log scale)</text>']
    for number, (name, rate) in enumerate(results.items()):
        y = 36 + number * bar
        share = (np.log10(rate) - 2) / max(0.1, np.log10(longest) - 2)
        length = max(2, share * (width - left - 90))
        colour = "#1f77b4" if name.startswith("sheaf") else "#999999"
        lines += [f'<text x="{left - 8}" y="{y + 14}" text-anchor="end">{name}</text>',
                  f'<rect x="{left}" y="{y}" width="{length:.0f}" height="{bar - 8}" '
                  f'fill="{colour}"/>',
                  f'<text x="{left + length + 6:.0f}" y="{y + 14}">{rate:,.0f}</text>']
    with open(path, "w") as file:
        file.write("\n".join([*lines, "</svg>", ""]))


def plot(path, results):
    """Returns where it is."""
    if plt is None:
        path = os.path.splitext(path)[0] + ".svg"
        plot_svg(path, results)
        return path
    figure, axes = plt.subplots(figsize=(9, 0.35 * len(results) + 1))
    names = list(results)[::-1]
    colours = ["tab:blue" if name.startswith("sheaf") else "0.6" for name in names]
    axes.barh(names, [results[name] for name in names], color=colours)
    axes.set_xscale("log")
    axes.set_xlabel("samples a second")
    figure.tight_layout()
    figure.savefig(path, dpi=120)
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=10000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("-o", "--output", default="loading.png")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sheaf-loading-") as folder:
        ready = list(ways(folder, options.samples))
        results = {name: 0.0 for name, _ in ready}
        for _ in range(options.rounds):
            for name, run in ready:
                results[name] = max(results[name], run())
    for name, rate in results.items():
        print(f"{name:28} {rate:12,.0f} samples/s")
    print(f"plot: {plot(options.output, results)}")


if __name__ == "__main__":
    main()
