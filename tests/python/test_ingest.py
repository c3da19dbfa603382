# SPDX-License-Identifier: MIT
"""Ingestion, against the decoders that Python has."""
import os
import signal
import subprocess
import sys
import threading
import unittest

import cv2
import h5py
import numpy as np
import soundfile

import made
import sheaf
from made import same


def picture(seed, size=(8, 10)):
    return np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)


class Ingest(made.Folder):
    def setUp(self):
        super().setUp()
        # No plugins but the built-in ones, and no cache but this test's.
        self.before = dict(os.environ)
        self.addCleanup(lambda: (os.environ.clear(), os.environ.update(self.before)))
        os.environ.update(XDG_CACHE_HOME=self.path("cache"), XDG_DATA_HOME=self.path("data"),
                          XDG_CONFIG_HOME=self.path("config"))
        os.environ.pop("SHEAF_PLUGIN_PATH", None)

    def pictures(self, count, folder="photos"):
        for n in range(count):
            path = self.path(folder, "cats" if n % 2 else "dogs", f"{n:04}.png")
            os.makedirs(os.path.dirname(path), exist_ok=True)
            cv2.imwrite(path, picture(n)[:, :, ::-1])
        return self.path(folder)

    def test_pictures_are_the_pixels_that_were_saved(self):
        told = []
        summary = sheaf.ingest(self.pictures(6), self.path("photos.h5"),
                               features=["image=data/image", "dirlabel"], progress=told.append,
                               workers=2)
        self.assertEqual((summary.stored, summary.failed, summary.written), (6, 0, True))
        self.assertEqual(summary.output, self.path("photos.h5"))
        self.assertEqual(summary.file_bytes, os.path.getsize(self.path("photos.h5")))
        self.assertIn("6 sources stored", str(summary))
        self.assertTrue(told)
        self.assertLessEqual(told[-1].done, 6)
        with sheaf.open(self.path("photos.h5")) as f:
            self.assertEqual(f["data/image"].shape, (6, 8, 10, 3))
            for n in range(6):
                id = f"photos/{'cats' if n % 2 else 'dogs'}/{n:04}.png"
                same(f["data/image"].get(id), picture(n)[None])
                self.assertEqual(f["dirlabel"].get(id).tolist(), [(n + 1) % 2])
            self.assertEqual(list(f["dirlabel"].attrs["classes"]), ["cats", "dogs"])
            images = f["data/image"][:]
        with h5py.File(self.path("photos.h5")) as h5:
            same(images, h5["data/image/__arr__"][:])

    def test_recordings_are_the_samples_that_were_saved(self):
        sound = np.sin(np.arange(4000) / 20).astype(np.float32)
        soundfile.write(self.path("tone.wav"), sound, 8000, subtype="FLOAT")
        sheaf.ingest([self.path("tone.wav")], self.path("tone.h5"), features="audio",
                     base=self.folder)
        with sheaf.open(self.path("tone.h5")) as f:
            same(f["audio"].get("tone.wav").ravel(), sound)
            self.assertEqual(f["audio"].attrs["sample_rate"], 8000)

    def test_a_bad_source_is_in_the_summary_and_in_the_file(self):
        folder = self.pictures(3)
        with open(os.path.join(folder, "cats", "broken.png"), "w") as broken:
            broken.write("no picture at all")
        summary = sheaf.ingest(folder, self.path("photos.h5"), features=["image"])
        self.assertEqual((summary.stored, summary.failed), (3, 1))
        self.assertEqual(summary.failures[0].id, "photos/cats/broken.png")
        self.assertEqual(sheaf.info(self.path("photos.h5")).failures[0].message,
                         summary.failures[0].message)

    def test_a_file_that_is_there_is_gone_on_with(self):
        folder = self.pictures(3)
        sheaf.ingest(folder, self.path("photos.h5"), features=["image"])
        self.pictures(5)
        summary = sheaf.ingest(folder, self.path("photos.h5"), features=["image"])
        self.assertEqual((summary.resumed, summary.before, summary.stored), (True, 3, 2))
        with sheaf.open(self.path("photos.h5")) as f:
            self.assertEqual(len(f), 5)

    def test_what_makes_no_sense_is_refused(self):
        folder = self.pictures(1)
        with self.assertRaisesRegex(sheaf.NotFound, "nowhere"):
            sheaf.ingest(self.path("nowhere"), self.path("x.h5"))
        with self.assertRaises(sheaf.Error):
            sheaf.ingest(folder, self.path("x.h5"), features=["no_such_feature"])
        with self.assertRaisesRegex(ValueError, "prune needs update"):
            sheaf.ingest(folder, self.path("x.h5"), prune=True)
        with self.assertRaisesRegex(ValueError, "workers"):
            sheaf.ingest(folder, self.path("x.h5"), workers=0)
        self.assertFalse(os.path.exists(self.path("x.h5")))

    def test_an_exception_of_the_callback_ends_the_run(self):
        folder = self.pictures(40)

        class Enough(Exception):
            pass

        def progress(_):
            raise Enough("of that")

        with self.assertRaisesRegex(Enough, "of that"):
            sheaf.ingest(folder, self.path("photos.h5"), features=["image"], progress=progress)

    def test_other_threads_run_meanwhile(self):
        folder = self.pictures(20)
        ticks = []
        ended = threading.Event()

        def tick():
            while not ended.wait(0.001):
                ticks.append(1)

        thread = threading.Thread(target=tick)
        thread.start()
        sheaf.ingest(folder, self.path("photos.h5"), features=["image"])
        ended.set()
        thread.join()
        self.assertGreater(len(ticks), 5)

    def test_ctrl_c_ends_the_run_and_leaves_a_sound_file(self):
        folder = self.pictures(800)
        script = (
            "import sheaf, sys\n"
            "def told(p):\n"
            "    if p.done > 0: print('going', flush=True)\n"
            "try:\n"
            "    sheaf.ingest(sys.argv[1], sys.argv[2], features=['image:size=256x256'],\n"
            "                 workers=1, progress=told)\n"
            "except KeyboardInterrupt:\n"
            "    print('interrupted', flush=True); sys.exit(7)\n"
        )
        child = subprocess.Popen([sys.executable, "-c", script, folder, self.path("photos.h5")],
                                 stdout=subprocess.PIPE, text=True)
        first = child.stdout.readline()
        child.send_signal(signal.SIGINT)
        rest = child.communicate(timeout=250)[0]
        self.assertEqual(first, "going\n")
        if child.returncode == 0:
            self.skipTest("the run was faster than Ctrl-C")
        self.assertEqual((child.returncode, rest.split()[-1]), (7, "interrupted"))
        if os.path.exists(self.path("photos.h5")):
            info = sheaf.info(self.path("photos.h5"))
            self.assertFalse(info.complete)
            self.assertLess(info.sources, 800)
        summary = sheaf.ingest(folder, self.path("photos.h5"), features=["image:size=256x256"])
        self.assertEqual(summary.left + summary.stored, 800)


if __name__ == "__main__":
    unittest.main()
