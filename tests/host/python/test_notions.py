# SPDX-License-Identifier: MIT
"""What a class in Python can say, and that the file has it; as h5py reads it."""
import io
import os
import re
import sys
import tarfile
import unittest

import h5py
import numpy as np

from world import HERE, PLUGINS, World

WORDS = {"a": "lake tree", "b": "sun", "c": "pipe moon cold"}
FEATURES = ["letters", "scaled:scale=2,times=2,mode=negative,shifted=true,offset=0.5", "several",
            "streamed", "reserved", "surveyed", "finished"]


class Notions(World):
    def setUp(self):
        super().setUp()
        self.loader("notions.py")
        self.loader("beside.py")
        self.sources(WORDS, ".words")

    def check_all(self, file):
        for id_, text in WORDS.items():
            words, id_ = text.split(), id_ + ".words"
            lengths = np.array([len(word) for word in words])
            # Ragged: the shape stands beside the elements.
            flat = self.rows(file, "letters/arr", id_)
            shape = self.rows(file, "letters/shape_", id_)
            self.assertEqual(flat.dtype, np.uint8)
            self.assertEqual(bytes(flat), "".join(words).encode())
            self.assertEqual(shape.ravel().tolist()[-2:], [len(words), len(words[0])])
            scaled = np.tile(np.stack([lengths, 2 * lengths], axis=1), (1, 2)).reshape(-1, 2)
            self.assertEqual(self.rows(file, "scaled", id_).tolist(), (-2. * scaled + 1.5).tolist())
            text = [each.decode() for each in self.rows(file, "several/text", id_)]
            self.assertEqual(text, words)
            self.assertEqual(self.rows(file, "several/count", id_).tolist(), [len(words)])
            initial = self.rows(file, "several/initial", id_)
            self.assertEqual(initial.argmax(axis=1).tolist(), [ord(w[0]) - 97 for w in words])
            self.assertEqual(self.rows(file, "several/phase", id_).tolist(), [1j] * len(words))
            streamed = self.rows(file, "streamed", id_)
            self.assertEqual(streamed[:, 999].tolist(),
                             [n for word in words for n in [len(word)] * len(word) + [0]])
            big = self.rows(file, "reserved/big", id_)
            self.assertEqual(big.shape, (2, 200, 100))
            self.assertTrue((big == np.arange(2e4).reshape(200, 100)).all())
            self.assertEqual(self.rows(file, "reserved/small", id_).tolist(), [7, 8, 9])
            self.assertEqual(self.rows(file, "surveyed", id_).tolist(), ["abc".index(id_[0])])
        finished = file["finished"].attrs
        self.assertEqual((finished["rows"], finished["flat"]), (3, 0 + 1 + 0 + 0 + 1 + 2))
        self.assertEqual([*finished["sum"], *finished["last"].ravel()], [6, 3, 3, 1])

    def test_every_notion_is_stored_and_the_same_for_any_number_of_workers(self):
        done = self.ingest(*FEATURES, options=("--workers", "1"))
        self.assertIn("warning: test.several: looked at 3 words", done.stderr)
        file = self.open()
        self.check_all(file)
        scaled = file["scaled"]
        self.assertEqual((scaled.attrs["unit"], scaled.attrs["gain"]), ("letters", 2.5))
        self.assertEqual(scaled.attrs["axes"].tolist(), ["word", "both"])
        self.assertEqual(scaled.attrs["bits"].tolist(), [0, 1, 2])
        self.assertEqual(file["surveyed"].attrs["classes"].tolist(), ["a", "b", "c"])
        array = scaled["__arr__"]
        self.assertEqual((array.dtype, array.chunks, array.fillvalue), (np.float32, (7, 2), -1))
        self.assertEqual((array.compression_opts, array.shuffle, array.fletcher32), (2, True, True))
        self.assertEqual(dict(scaled.attrs)["sheaf_plugin"], "test.notions")
        self.assertEqual(dict(scaled.attrs)["sheaf_plugin_version"], "1.2.3")
        for workers in ("2", "3"):
            self.ingest(*FEATURES, output="y.h5", options=("--workers", workers))
            self.assertEqual(self.digest("x.h5"), self.digest("y.h5"), f"{workers} workers")

    def test_a_stream_may_be_longer_than_the_memory_for_rows(self):
        self.sources({"a": "60", "b": "1"}, ".stream")  # 60 MiB of rows
        # In one process a cell of a loader isn't streamed: all threads share its Python.
        for options in (("--memory", "16MiB"), ("--memory", "256MiB", "--in-process")):
            self.ingest("streams", options=("--workers", "2", *options))
            file = self.open()
            rows = self.rows(file, "streams/rows", "a.stream")
            self.assertTrue((rows == np.repeat(np.arange(60), 64)[:, None]).all())
            text = self.rows(file, "streams/text", "a.stream")
            self.assertEqual([each.decode() for each in text], [str(n) * 5 for n in range(60)])
            file.close()

    def test_what_the_documentation_shows_works(self):
        text = (HERE.parents[2] / "docs" / "python_loaders.md").read_text()
        whole, writing = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
        self.loader("mylab.py", whole)
        self.loader("writing.py", whole.partition("    def load")[0] + writing)
        self.sources({"a": np.arange(6, dtype="<u2").tobytes(), "b": bytes(2)}, ".scan")
        self.ingest("mylab.scan:width=3", status=3)
        file = self.open()
        self.assertEqual(self.rows(file, "scan/arr", "a.scan").tolist(), [0, 1, 2, 3, 4, 5])
        self.assertEqual(self.failures(file)["b.scan", "scan"],
                         ("source", "has 1 pixels, no whole lines of 3"))
        head = np.array([2, 3], "<u4").tobytes()
        self.sources({"a": head + np.arange(6, dtype="<u2").tobytes()}, ".scan")
        self.ingest("writing.scan", output="y.h5", sources="in/a.scan")
        file = self.open("y.h5")
        self.assertEqual(file["scan/arr/__arr__"][:].tolist(), [0, 1, 2, 3, 4, 5])
        # Without a host, as in a debugger.
        module = {}
        sys.path.insert(0, os.environ["SHEAF_TEST_LOADER_PATH"])
        self.addCleanup(sys.path.pop, 0)
        exec(whole, module)
        import sheaf_plugin
        source = sheaf_plugin.Source("a.scan", path=str(self.write("1024.scan", bytes(1024))))
        self.assertEqual(module["Scan"]().load(source).shape, (1, 512))

    def test_in_process_is_the_same_file(self):
        self.ingest(*FEATURES)
        self.ingest(*FEATURES, output="y.h5", options=("--in-process", "--workers", "2"))
        self.assertEqual(self.digest("x.h5"), self.digest("y.h5"))

    def test_a_file_that_is_added_to_keeps_its_classes(self):
        self.ingest("surveyed")
        self.write("in/A.words", "more")
        self.sheaf("ingest", "in/", "-o", "x.h5", "-f", "surveyed", status=0)
        file = self.open()
        self.assertEqual(file["surveyed"].attrs["classes"].tolist(), ["a", "b", "c", "A"])
        self.assertEqual(file["surveyed"].attrs["before"], 3)
        self.assertEqual(self.rows(file, "surveyed", "A.words").tolist(), [3])

    def test_a_source_may_be_skipped_or_empty(self):
        self.sources({"d": "", "e": "nothing"}, ".words")
        self.ingest("several")
        file = self.open()
        self.assertNotIn("d.words", file["__src__/id"].asstr()[:])
        self.assertEqual(len(self.rows(file, "several/count", "e.words")), 0)

    def test_members_of_archives_are_read_from_the_path_too(self):
        with tarfile.open(self.folder / "some.tar", "w") as tar:
            for id_, text in WORDS.items():
                member = tarfile.TarInfo(f"in/{id_}.words")
                member.size = len(text)
                tar.addfile(member, io.BytesIO(text.encode()))
        self.ingest("letters", sources="some.tar")
        file = self.open()
        flat = self.rows(file, "letters/arr", "some.tar/in/c.words")
        self.assertEqual(bytes(flat), b"pipemooncold")

    def test_features_derive_from_libraries_and_libraries_from_them(self):
        self.plugin_path.append(PLUGINS / "flow")
        self.sources({"one": "1 2 3.5", "two": "repeat 5"}, ".values")
        self.ingest("values", "sum:powers=[3,4],names=[a]", "mean", "several", "long", "shape",
                    "width", options=("--workers", "2"))
        file = self.open()
        self.assertEqual(file["sum"].attrs["of"], "numbers float64 ()")
        self.assertEqual(file["sum"].attrs["powers"], "[3, 4] ['a']")
        self.assertEqual(self.rows(file, "sum", "one.values").tolist(), [6.5])
        self.assertEqual(self.rows(file, "sum", "two.values").tolist(), [10])
        self.assertEqual(self.rows(file, "mean", "two.values").tolist(), [2])
        self.assertEqual(self.rows(file, "long/text", "a.words").tolist(), [b"lake"])
        self.assertEqual(self.rows(file, "long/count", "c.words").tolist(), [6])
        self.assertEqual(self.rows(file, "width", "c.words").tolist(), [len(WORDS["c"])])
        self.ingest("values", "sum:powers=[3,4],names=[a]", "mean", "several", "long", "shape",
                    "width", output="y.h5",
                    options=("--in-process", "--workers", "2"))
        self.assertEqual(self.digest("x.h5"), self.digest("y.h5"))
        self.ingest("values", "sum", output="z.h5")
        with h5py.File(self.folder / "z.h5") as plain:
            self.assertEqual(plain["sum"].attrs["powers"], "[1, 2] None")

    def test_parameters_are_held_to_what_they_declare(self):
        for wrong, reason in (("scale=11", "a number, 0 to 10"),
                              ("mode=sideways", "one of plain, negative"),
                              ("colour=1", "it has mode, offset, scale, shifted, times")):
            done = self.ingest(f"scaled:{wrong}", status=1)
            names = ", ".join(sorted("scale, times, mode, shifted, offset".split(", ")))
            shown = done.stderr if "it has" not in done.stderr else f"it has {names}"
            self.assertIn(reason, shown)
        done = self.ingest("scaled:mode=negative,scale=0", status=1)
        line = self.line("nought", "notions.py")
        self.assertIn(f"ValueError: nought has no sign (notions.py, line {line})", done.stderr)


if __name__ == "__main__":
    unittest.main()
