# SPDX-License-Identifier: MIT
"""Writing by id, by row and as checkpoints, read back with h5py."""
import os
import pickle
import unittest

import h5py
import numpy as np

import made
import sheaf
from made import same


class Writing(made.Folder):
    def setUp(self):
        super().setUp()
        self.file = self.path("experiment.h5")

    def test_what_was_added_is_there_for_h5py(self):
        loss = np.linspace(1, 0, 7, dtype=np.float32)
        with sheaf.open(self.file, "w") as f:
            f.add("train", {"logs": {"loss": loss}, "label": np.array([3])})
            f["logs/loss"].add("test", [0.5, 0.25])
            same(f["logs/loss"].get("train"), loss)  # seen at once
            self.assertEqual(f.ids, ("train", "test"))
            self.assertEqual(len(f), 2)
            same(f["logs/loss"][-1], np.float32(0.25))
        with h5py.File(self.file) as h5:
            same(h5["logs/loss/__arr__"][:], np.append(loss, np.float32([0.5, 0.25])))
            same(h5["logs/loss/__arr__"][h5["logs/loss/__ref__"][0]], loss)
            self.assertEqual(h5["__src__/id"].asstr()[:].tolist(), ["train", "test"])
        with sheaf.open(self.file) as f:
            same(f.get("train")["logs"]["loss"], loss)
            self.assertEqual(f["label"].get("train").tolist(), [3])
            self.assertIsNone(f["label"].get("test"))

    def test_every_dtype_comes_back(self):
        arrays = {dtype: np.arange(6).reshape(3, 2).astype(dtype) for dtype in
                  ("int8", "uint16", "int64", "float16", "float32", "float64", "complex64", "bool")}
        arrays["text"] = np.array(["a", "bé", ""], dtype=object)
        with sheaf.open(self.file, "w-") as f:
            f.add("one", arrays)
        with sheaf.open(self.file) as f:
            for path, array in arrays.items():
                with self.subTest(path):
                    same(f[path].get("one"), array)

    def test_rows_are_written_over_in_place(self):
        rows = np.arange(40, dtype=np.int32).reshape(10, 4)
        with sheaf.open(self.file, "w") as f:
            f["x"].add("a", rows[:6])
            f["x"].add("b", rows[6:])
        with sheaf.open(self.file, "r+") as f:
            x = f["x"]
            x[2] = -1
            x[3:5] = np.array([[7, 8, 9, 10]] * 2)
            x[[0, -1]] = 5
            x[6:8, 1] = 99
            x[np.arange(10) == 8] = 3
            x.iset("b", 1, rows[:1] * 100)
            x.set("a", x.get("a") + 1)
            expected = rows.copy()
            expected[2] = -1
            expected[3:5] = [7, 8, 9, 10]
            expected[[0, -1]] = 5
            expected[6:8, 1] = 99
            expected[8] = 3
            expected[7] = rows[0] * 100
            expected[:6] += 1
            same(x[:], expected)
            with self.assertRaises(IndexError):
                x[10] = 0
            with self.assertRaises(KeyError):
                x.set("nobody", rows)
            with self.assertRaises(sheaf.Invalid):
                x[0] = 1.5  # not without saying so
        with h5py.File(self.file) as h5:
            same(h5["x/__arr__"][:], expected)

    def test_a_rollback_drops_what_was_not_committed(self):
        with sheaf.open(self.file, "w") as f:
            f["x"].add("a", [1, 2])
            f.commit()
            f["x"].add("b", [3])
            self.assertIn("b", f)
            f.rollback()
            self.assertNotIn("b", f)
            f["x"].add("c", [4])
        with sheaf.open(self.file) as f:
            self.assertEqual(f.ids, ("a", "c"))
            self.assertEqual(f["x"][:].tolist(), [1, 2, 4])

    def test_a_reader_sees_the_last_commit_and_goes_on_to_the_next(self):
        with sheaf.open(self.file, "w") as writer:
            writer["x"].add("a", [1, 2])
            writer.commit()
            reader = sheaf.open(self.file)
            writer["x"].add("b", [3])
            self.assertFalse(reader.refresh())
            writer.commit()
            self.assertEqual(reader.ids, ("a",))
            field = reader["x"]
            self.assertTrue(reader.refresh())
            self.assertEqual(reader.ids, ("a", "b"))
            self.assertEqual(field[:].tolist(), [1, 2, 3])
            reader.close()

    def test_a_loader_reads_a_file_that_is_being_written(self):
        with sheaf.open(self.file, "w") as f:
            for n in range(10):
                f.add(str(n), {"x": [n]})
            f.commit()
            batch = next(iter(sheaf.Loader(f, {"x": "x"}, batch_size=10)))
            self.assertEqual(batch["x"].ravel().tolist(), list(range(10)))

    def test_sources_may_each_have_their_own_shape(self):
        a, b = np.arange(6).reshape(2, 3), np.arange(4).reshape(4, 1)
        with sheaf.open(self.file, "w", storage={"scan": sheaf.Storage(ragged=True)}) as f:
            f["scan"].add("a", a)
            f["scan"].add("b", b)
            same(f["scan"].get("b"), b)
            self.assertTrue(f["scan"].ragged)
        with sheaf.open(self.file) as f:
            self.assertTrue(f["scan"].ragged)
            same(f["scan"].get("a"), a)
            same(f["scan"].refs[1], b)

    def test_numbers_are_stored_as_they_are_or_refused(self):
        with sheaf.open(self.file, "w") as f:
            f.add("s", {"u": np.zeros((4, 3), np.uint8), "h": np.zeros(2, np.float16)})
            f["u"][0] = [1, 2, 255]
            f["u"][1:3, 0] = [7, 8]
            f["h"][:] = [1, 0.5]
            for key, value in ((0, 300), (0, -1), ((0, 1), 300), ((slice(None), 0), [-1] * 4),
                               (0, 0.5)):
                with self.assertRaisesRegex(sheaf.Invalid, "u: holds uint8"):
                    f["u"][key] = value
            with self.assertRaisesRegex(sheaf.Invalid, "h: holds float16"):
                f["h"][0] = 1e30
            with self.assertRaisesRegex(sheaf.Invalid, "u: holds uint8"):
                f["u"].add("t", np.full((1, 3), 2**33 + 7))
            same(f["u"][:], np.array([[1, 2, 255], [7, 0, 0], [8, 0, 0], [0, 0, 0]], np.uint8))

    def test_an_exception_leaves_the_older_file_in_its_place(self):
        with sheaf.open(self.file, "w") as f:
            f.add("old", {"x": np.arange(3)})
        with self.assertRaises(ZeroDivisionError):
            with sheaf.open(self.file, "w") as f:
                f.add("new", {"x": np.arange(4)})
                1 / 0
        with sheaf.open(self.file) as f:
            self.assertEqual(f.ids, ("old",))

    def test_a_folder_is_no_file(self):
        for name in (self.path("."), self.path("") + "/"):
            with self.assertRaisesRegex(sheaf.Invalid, "is a folder"):
                sheaf.open(name, "w")

    def test_a_field_may_be_written_after_sources_it_has_nothing_of(self):
        with sheaf.open(self.file, "w") as f:
            f.add("one", {"a": np.arange(3), "b": np.arange(4)})
        with sheaf.open(self.file, "r+") as f:
            f["a"].add("two", np.arange(5))
            f["b"].set("one", np.arange(6))
            same(f["b"].get("one"), np.arange(6))
        with sheaf.open(self.file) as f:
            same(f["a"].get("two"), np.arange(5))
            self.assertIsNone(f["b"].get("two"))

    def test_storage_is_as_asked(self):
        storage = {"x": sheaf.Storage(compression="gzip", level=3, shuffle=True, chunk_rows=4)}
        with sheaf.open(self.file, "w", storage=storage) as f:
            f["x"].add("a", np.zeros((16, 2)))
        with h5py.File(self.file) as h5:
            array = h5["x/__arr__"]
            self.assertEqual((array.compression, array.compression_opts, array.shuffle,
                              array.chunks), ("gzip", 3, True, (4, 2)))
        with self.assertRaisesRegex(ValueError, "compression is one of"):
            sheaf.open(self.path("y.h5"), "w", storage={"x": sheaf.Storage(compression="rar")})

    def test_modes_are_h5pys(self):
        with self.assertRaises(FileNotFoundError):
            sheaf.open(self.file, "r+")
        with sheaf.open(self.file, "a") as f:
            f["x"].add("a", [1])
            self.assertEqual(f.mode, "a")
        with sheaf.open(self.file, "a") as f:
            f["x"].add("b", [2])
        with self.assertRaises(FileExistsError):
            sheaf.open(self.file, "x")
        with sheaf.open(self.file) as f:
            self.assertEqual(f.ids, ("a", "b"))
        with sheaf.open(self.file, "w") as f:
            f["x"].add("c", [3])
        with sheaf.open(self.file) as f:
            self.assertEqual(f.ids, ("c",))

    def test_checkpoints_come_back_as_they_were(self):
        states = [{"fc.weight": np.random.default_rng(n).normal(size=(3, 4)).astype(np.float32),
                   "fc.bias": np.arange(3.0) * n, "step": np.int64(n)} for n in range(3)]
        with sheaf.open(self.file, "w") as f:
            checkpoints = f.checkpoints()
            for n, state in enumerate(states):
                checkpoints[f"epoch-{n}"] = state
            self.assertEqual(checkpoints.ids, ("epoch-0", "epoch-1", "epoch-2"))
            checkpoints["epoch-1"] = states[0]
        with sheaf.open(self.file, "r+") as f:
            checkpoints = f.checkpoints()
            self.assertIn("epoch-2", checkpoints)
            self.assertEqual(list(checkpoints), ["epoch-0", "epoch-1", "epoch-2"])
            for n, expected in enumerate([states[0], states[0], states[2]]):
                state = checkpoints[f"epoch-{n}"]
                self.assertEqual(sorted(state), sorted(expected))
                for name in expected:
                    same(state[name], expected[name])
            self.assertIsNone(checkpoints.get("epoch-9"))
            with self.assertRaises(KeyError):
                checkpoints["epoch-9"]

    def test_a_writer_stays_in_its_process(self):
        f = sheaf.open(self.file, "w")
        f["x"].add("a", [1, 2])
        with self.assertRaises(ValueError):
            pickle.dumps(f)
        child = os.fork()
        if child == 0:
            status = 1
            try:
                f["x"].add("b", [3])
            except sheaf.Invalid as error:
                status = 0 if "forked" in str(error) else 2
            finally:
                del f
                os._exit(status)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        f["x"].add("c", [4])
        f.close()
        with sheaf.open(self.file) as f:
            self.assertEqual(f.ids, ("a", "c"))

    def test_a_closed_file_says_so(self):
        f = sheaf.open(self.file, "w")
        field = f["x"]
        field.add("a", [1])
        f.close()
        f.close()
        for use in (lambda: field.add("b", [1]), f.commit, lambda: f.add("b", {"x": [1]})):
            with self.assertRaisesRegex(ValueError, "is closed"):
                use()


if __name__ == "__main__":
    unittest.main()
