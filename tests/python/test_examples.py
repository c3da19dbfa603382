# SPDX-License-Identifier: MIT
"""The examples, run as a user runs them, on small data of their own."""
import glob
import os
import subprocess
import sys
import unittest

import cv2
import numpy as np
import soundfile

import made
import sheaf

EXAMPLES = os.path.join(os.path.dirname(__file__), "..", "..", "examples", "python")

try:
    import torch
except ImportError:
    torch = None


class Examples(made.Folder):
    def run_example(self, name, *arguments, status=0):
        package = os.path.dirname(os.path.abspath(sheaf.__file__))
        environment = {**os.environ, "XDG_CACHE_HOME": self.path("cache"),
                       "XDG_DATA_HOME": self.path("data"), "XDG_CONFIG_HOME": self.path("config"),
                       "PYTHONPATH": os.path.dirname(package),
                       "OMP_NUM_THREADS": "1"}
        run = subprocess.run([sys.executable, os.path.join(EXAMPLES, name), *arguments],
                             capture_output=True, text=True, cwd=self.folder, env=environment,
                             timeout=250)
        self.assertEqual(run.returncode, status, run.stdout + run.stderr)
        return run.stdout + run.stderr

    def check_training(self, *how):
        said = self.run_example("train.py", "-o", "whole", "--epochs", "6", *how)
        self.assertIn("epoch-005", said)
        self.run_example("train.py", "-o", "parts", "--epochs", "6", "--stop-after", "17", *how)
        self.assertIn("goes on", self.run_example("train.py", "-o", "parts", "--epochs", "6", *how))
        with sheaf.open(self.path("whole/log.h5")) as whole, \
                sheaf.open(self.path("parts/log.h5")) as parts:
            accuracy = whole["logs/accuracy"]
            self.assertGreater(accuracy.get("epoch-005").mean(), 0.8)
            for epoch in range(6):
                # A run that was stopped in the middle comes to the very same numbers.
                made.same(parts["logs/loss"].get(f"epoch-{epoch:03}"),
                          whole["logs/loss"].get(f"epoch-{epoch:03}"))

    def test_training_learns_and_goes_on_where_it_was(self):
        self.check_training("--numpy")

    @unittest.skipIf(torch is None, "python3-torch is not installed")
    def test_training_with_torch_does_so_too(self):
        self.check_training()

    def test_an_image_bank_has_every_picture(self):
        for n in range(4):
            os.makedirs(self.path("photos", "ab"[n % 2]), exist_ok=True)
            picture = np.full((6, 8, 3), n, np.uint8)
            cv2.imwrite(self.path("photos", "ab"[n % 2], f"{n}.png"), picture)
        said = self.run_example("image_bank.py", "photos/", "-o", "bank.h5", "--size", "4x4")
        self.assertIn("4 sources stored", said)
        with sheaf.open(self.path("bank.h5")) as bank:
            self.assertEqual(bank["image"].shape, (4, 4, 4, 3))
        self.assertIn("(1, 4, 4, 3) uint8, mean 3.0, in 'b'",
                      self.run_example("image_bank.py", "--show", "bank.h5", "b/3.png"))
        self.assertIn("did you mean b/3.png",
                      self.run_example("image_bank.py", "--show", "bank.h5", "3.png", status=1))
        with open(self.path("photos/a/bad.png"), "w") as bad:
            bad.write("nothing")
        self.run_example("image_bank.py", "photos/", "-o", "bank.h5", "--size", "4x4", status=3)

    def test_a_sound_bank_has_every_recording(self):
        os.mkdir(self.path("tones"))
        for n in range(3):
            tone = np.sin(np.arange(8000 * (n + 1)) * (n + 1) / 20).astype(np.float32) / 2
            soundfile.write(self.path("tones", f"{n}.wav"), tone, 8000)
        said = self.run_example("sound_bank.py", "tones/", "-o", "bank.h5", "--rate", "8000")
        self.assertIn("3 recordings, 6.0 s at 8000 Hz", said)
        said = self.run_example("sound_bank.py", "--windows", "bank.h5", "--length", "1000")
        self.assertIn("windows of 1000 samples", said)
        self.assertIn("peak 0.5", said)

    def test_the_benchmark_tells_and_plots(self):
        said = self.run_example("benchmark_loading.py", "--samples", "256", "--rounds", "1",
                                "-o", "plot.png")
        for way in ("sheaf plain, 0 workers", "sheaf zstd, 2 workers", "h5py", "NumPy"):
            self.assertIn(way, said)
        self.assertEqual(len(glob.glob(self.path("plot.*"))), 1)
        self.assertGreater(os.path.getsize(glob.glob(self.path("plot.*"))[0]), 1000)


if __name__ == "__main__":
    unittest.main()
