#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Trains a classifier, with data, logs and checkpoints in Sheaf files.

    train.py photos/ -o run          photos/cats/1.jpg, photos/dogs/7.png, …: a folder a class
    train.py -o run                  with pictures that it draws itself

It leaves run/data.h5 (the pictures and their classes) and run/log.h5 (loss and accuracy of every
epoch, and a checkpoint behind each). Run again, it goes on where it was, in the middle of an epoch
as well: the very same batches follow. With torch the model is a small network, without it a softmax
regression in NumPy.
"""
import argparse
import os

import numpy as np

import sheaf

try:
    import torch
except ImportError:
    torch = None


def draw_pictures(folder, count=40, size=16):
    """Discs, squares and stripes in noise, as PPM files, one folder a class."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:size, :size] - size / 2
    for number in range(count):
        for name in ("discs", "squares", "stripes"):
            dx, dy, r = rng.uniform(-2, 2, 2).tolist() + [rng.uniform(3, 6)]
            inside = {
                "discs": (x - dx) ** 2 + (y - dy) ** 2 < r**2,
                "squares": np.maximum(abs(x - dx), abs(y - dy)) < r * 0.8,
                "stripes": np.sin((x + dx) * 6 / r) > 0,
            }[name]
            picture = rng.normal(80, 25, (size, size, 3)) + inside[..., None] * 90
            path = os.path.join(folder, name, f"{number:03}.ppm")
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(b"P6 %d %d 255\n" % (size, size))
                file.write(picture.clip(0, 255).astype(np.uint8).tobytes())


class SoftmaxRegression:
    """One linear layer, trained by gradient descent, in NumPy."""

    def __init__(self, inputs, classes):
        self.weight = np.zeros((inputs, classes), np.float32)
        self.bias = np.zeros(classes, np.float32)

    def logits(self, x):
        return x.reshape(len(x), -1) @ self.weight + self.bias

    def step(self, x, y):
        z = self.logits(x)
        p = np.exp(z - z.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        loss = -np.log(p[np.arange(len(y)), y] + 1e-9).mean()
        p[np.arange(len(y)), y] -= 1
        self.weight -= 0.05 * x.reshape(len(x), -1).T @ p / len(y)
        self.bias -= 0.05 * p.mean(0)
        return float(loss), float((z.argmax(1) == y).mean())

    def state(self):
        return {"weight": self.weight, "bias": self.bias}

    def load(self, state):
        self.weight, self.bias = state["weight"], state["bias"]


class Network:
    """Two layers in torch, whose tensors lie over the batch's memory."""

    def __init__(self, inputs, classes):
        torch.manual_seed(0)
        self.net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(inputs, 64),
                                       torch.nn.ReLU(), torch.nn.Linear(64, classes))
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=0.05)

    def step(self, x, y):
        x, y = torch.from_dlpack(x), torch.from_dlpack(y)  # without a copy
        z = self.net(x)
        loss = torch.nn.functional.cross_entropy(z, y)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return float(loss.detach()), float((z.argmax(1) == y).float().mean())

    def state(self):
        return self.net.state_dict()

    def load(self, state):
        self.net.load_state_dict({name: torch.from_numpy(t) for name, t in state.items()})


def train(data, log, epochs, batch_size, use_torch, stop_after=None):
    with sheaf.open(data) as photos, sheaf.open(log, "a") as run:
        classes = len(photos["dirlabel"].attrs["classes"])
        loader = sheaf.Loader(
            photos,
            dict(
                x=sheaf.Input("image", sheaf.ById(squeeze=True),
                              transform=sheaf.scaled("float32", 2 / 255, -1)),
                y=sheaf.Input("dirlabel", sheaf.ById(squeeze=True)),
            ),
            batch_size=batch_size, shuffle=True, seed=1,
        )
        inputs = int(np.prod(photos["image"].shape[1:]))
        model = (Network if use_torch else SoftmaxRegression)(inputs, classes)
        checkpoints = run.checkpoints()
        told = []  # loss and accuracy of the batches of the epoch that is under way
        if len(checkpoints):
            last = checkpoints[checkpoints.ids[-1]]
            model.load({n[len("model/"):]: t for n, t in last.items() if n.startswith("model/")})
            told = last["told"].tolist()
            loader.load_state_dict({"state": str(last["loader"])})
            print(f"goes on behind {checkpoints.ids[-1]}")

        def save(name):
            state = {f"model/{n}": np.asarray(t) for n, t in model.state().items()}
            checkpoints[name] = {**state, "loader": loader.state_dict()["state"],
                                 "told": np.array(told, np.float32).reshape(-1, 2)}

        taken = 0
        while len([id for id in run.ids if id.startswith("epoch-")]) < epochs:
            for batch in loader:
                told.append(model.step(batch["x"], batch["y"]))
                taken += 1
                if taken == stop_after:
                    return save(f"in-epoch-{loader.epoch:03}-at-{len(told)}")
            name = f"epoch-{loader.epoch:03}"
            loss, accuracy = np.mean(told, axis=0)
            print(f"{name}: loss {loss:.4f}, accuracy {accuracy:.3f}")
            steps = np.array(told, np.float32)
            run.add(name, {"logs": {"loss": steps[:, 0], "accuracy": steps[:, 1]}})
            run.commit()
            told = []
            save(f"behind-{name}")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", help="pictures, a folder a class")
    parser.add_argument("-o", "--output", default="run", help="folder for data.h5 and log.h5")
    parser.add_argument("--size", default="16x16", help="of the pictures, for the model")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--numpy", action="store_true", help="without torch, also where it is")
    parser.add_argument("--stop-after", type=int, help="batches, to see it go on")
    options = parser.parse_args()
    os.makedirs(options.output, exist_ok=True)
    folder = options.folder
    if folder is None:
        folder = os.path.join(options.output, "pictures", "")
        if not os.path.exists(folder):
            draw_pictures(folder)
    data = os.path.join(options.output, "data.h5")
    print(sheaf.ingest(folder, data, features=[f"image:size={options.size}", "dirlabel"]))
    train(data, os.path.join(options.output, "log.h5"), options.epochs, options.batch_size,
          torch is not None and not options.numpy, options.stop_after)


if __name__ == "__main__":
    main()
