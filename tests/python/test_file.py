# SPDX-License-Identifier: MIT
"""Reading, against h5py and NumPy."""
import gc
import multiprocessing
import os
import pickle
import random
import threading
import time
import unittest

import h5py
import numpy as np

import made
import sheaf
from made import same

DTYPES = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16",
          "float32", "float64", "complex64", "complex128", "bool"]


def some_rows(dtype, shape, seed=0):
    rng = np.random.default_rng(seed)
    dtype = np.dtype(dtype)
    if dtype.kind == "c":
        return (rng.normal(size=shape) + 1j * rng.normal(size=shape)).astype(dtype)
    if dtype.kind == "f":
        return rng.normal(size=shape).astype(dtype)
    return rng.integers(0, 2 if dtype.kind == "b" else 127, size=shape).astype(dtype)


class Reading(made.Folder):
    def setUp(self):
        super().setUp()
        self.ids = [f"source/{n}.bin" for n in range(5)]
        self.file = made.new_file(self.path("data.h5"), self.ids)
        self.image = [some_rows("uint8", (n, 4, 3), n) for n in (3, 1, 0, 5, 2)]
        self.image[1] = None
        made.add_field(self.file, "data/image", self.image, {"unit": "counts", "gain": 2.5})
        self.label = [np.array([n]) for n in range(5)]
        made.add_field(self.file, "data/label", self.label)
        self.sound = [some_rows("float32", n) for n in (7, 2, 4, 1, 3)]
        made.add_field(self.file, "sound", self.sound)

    def all_images(self):
        return np.concatenate([rows for rows in self.image if rows is not None])

    def test_a_file_tells_its_sources_and_fields(self):
        with sheaf.open(self.file) as f:
            self.assertEqual(f.ids, tuple(self.ids))
            self.assertEqual(len(f), 5)
            self.assertEqual(list(f), self.ids)
            self.assertIn(self.ids[3], f)
            self.assertNotIn("nobody", f)
            self.assertNotIn(3, f)
            self.assertEqual(f.index(self.ids[4]), 4)
            self.assertEqual(f.paths, ("data/image", "data/label", "sound"))
            self.assertEqual(f.attrs["sheaf_format"], "1.0")
            self.assertIn("5 sources", repr(f))

    def test_a_field_tells_what_it_is(self):
        field = sheaf.open(self.file)["data/image"]
        self.assertEqual((field.dtype, field.shape, field.ragged), (np.uint8, (10, 4, 3), False))
        self.assertEqual((len(field), field.ndim, field.size), (10, 3, 120))
        self.assertEqual(field.attrs, {"unit": "counts", "gain": 2.5})
        self.assertIsInstance(field.attrs["gain"], np.float64)

    def test_sources_come_by_id_and_by_number(self):
        with h5py.File(self.file) as h5:
            spans = h5["data/image/__span__"][:]
        with sheaf.open(self.file) as f:
            field = f["data/image"]
            same(field.spans, spans)
            for n, (id, rows) in enumerate(zip(self.ids, self.image)):
                if rows is None:
                    self.assertIsNone(field.get(id))
                    self.assertIsNone(field.refs[n])
                    self.assertIsNone(field.span(id))
                    self.assertIsNone(field.refs.shape(n))
                    continue
                same(field.get(id), rows)
                same(field[id], rows)
                same(field.refs[n], rows)
                self.assertEqual(field.span(id), tuple(spans[n]))
                self.assertEqual(field.refs.shape(n), rows.shape)
            same(field.refs[-1], self.image[-1])
            self.assertEqual(len(field.refs), 5)
            self.assertEqual(len(field.refs[1:3]), 2)

    def test_what_is_absent_is_the_default_or_a_key_error(self):
        f = sheaf.open(self.file)
        self.assertEqual(f["data/image"].get("nobody", 7), 7)
        self.assertEqual(f["data/image"].get(self.ids[1], 7), 7)
        self.assertIsNone(f.get("nobody"))
        with self.assertRaises(KeyError):
            f["data/image"][self.ids[1]]
        with self.assertRaisesRegex(sheaf.NotFound, "data.h5.*'picture'"):
            f["picture"]
        with self.assertRaises(KeyError):
            f["picture"]
        with self.assertRaises(KeyError):
            f.index("nobody")
        with self.assertRaises(IndexError):
            f["sound"].refs[5]

    def test_a_source_of_the_whole_file_is_nested_as_its_groups_are(self):
        f = sheaf.open(self.file)
        values = f.get(self.ids[0])
        self.assertEqual(sorted(values), ["data", "sound"])
        same(values["data"]["image"], self.image[0])
        same(values["sound"], self.sound[0])
        self.assertEqual(list(f.get(self.ids[1])["data"]), ["label"])
        same(f["data"].get(self.ids[3])["label"], self.label[3])
        self.assertEqual(f["data"].paths, ("image", "label"))
        same(f["data"]["image"][:], self.all_images())
        self.assertIsNone(f["data"].get("nobody"))

    def test_a_field_converts_to_an_array(self):
        field = sheaf.open(self.file)["sound"]
        same(np.asarray(field), np.concatenate(self.sound))
        same(np.asarray(field, dtype="float64"), np.concatenate(self.sound).astype("float64"))
        same(np.array(list(field)), np.concatenate(self.sound))
        self.assertEqual(field.info().shape, (17,))

    def test_a_closed_file_says_so(self):
        f = sheaf.open(self.file)
        field = f["sound"]
        self.assertTrue(f)
        f.close()
        f.close()
        self.assertTrue(f.closed)
        self.assertFalse(f)
        for use in (lambda: len(f), lambda: f.ids, lambda: field[0], lambda: f.get("x"),
                    lambda: field.get("x"), lambda: pickle.dumps(f), f.refresh):
            with self.assertRaisesRegex(ValueError, "data.h5: is closed"):
                use()
        self.assertIn("closed", repr(f) + repr(field))

    def test_errors_are_pythons_own_with_the_text(self):
        with self.assertRaisesRegex(FileNotFoundError, "no.h5"):
            sheaf.open(self.path("no.h5"))
        with self.assertRaisesRegex(sheaf.Error, "no.h5") as caught:
            sheaf.info(self.path("no.h5"))
        self.assertIsInstance(caught.exception, FileNotFoundError)
        self.assertNotIsInstance(caught.exception, KeyError)
        copy = pickle.loads(pickle.dumps(caught.exception))
        self.assertEqual((type(copy), str(copy), copy.object),
                         (type(caught.exception), str(caught.exception), caught.exception.object))
        with open(self.path("text.h5"), "w") as text:
            text.write("no HDF5 at all")
        with self.assertRaises(sheaf.Corrupt):
            sheaf.open(self.path("text.h5"))
        with self.assertRaises(OSError):
            sheaf.open(self.path("text.h5"))
        with self.assertRaises(ValueError):
            sheaf.open(self.file, "rw")
        with self.assertRaises(TypeError):
            sheaf.open(self.file, threds=3)

    def test_any_hdf5_file_opens(self):
        with h5py.File(self.path("plain.h5"), "w") as h5:
            h5["a/b"] = np.arange(12.0).reshape(4, 3)
        with sheaf.open(self.path("plain.h5")) as f:
            self.assertEqual(len(f), 0)
            same(f["a/b"][1:3], np.arange(12.0).reshape(4, 3)[1:3])

    def test_h5py_may_have_the_file_open_as_well(self):
        images = self.all_images()
        for first in ("h5py", "sheaf"):
            with self.subTest(first=first):
                opened = {}
                for name in (first, "sheaf" if first == "h5py" else "h5py"):
                    opened[name] = h5py.File(self.file) if name == "h5py" else sheaf.open(self.file)
                opened[first].close()
                (name, other), = ((n, f) for n, f in opened.items() if n != first)
                same(other["data/image/__arr__" if name == "h5py" else "data/image"][:], images)
                other.close()

    def test_info_tells_how_it_is_stored(self):
        info = sheaf.info(self.file)
        self.assertEqual((info.sources, info.format, info.complete), (5, "1.0", True))
        self.assertEqual(info["data/image"].sources, 4)
        self.assertEqual(info["data/image"].dtype, "uint8")
        self.assertEqual(info.bytes, os.path.getsize(self.file))
        self.assertIn("data/image", str(info))
        with self.assertRaises(KeyError):
            info["picture"]

    def test_text_and_ragged_fields_come_as_they_were_stored(self):
        words = [np.array([f"{n}-{k} äöü" for k in range(n)], dtype=object)
                 for n in (2, 1, 3, 1, 2)]
        made.add_field(self.file, "word", words)
        shapes = [(2, 3), (1, 1), (4, 2), (3, 5), (1, 7)]
        scan = [some_rows("int16", shape, n) for n, shape in enumerate(shapes)]
        scan[2] = None
        made.add_field(self.file, "scan", scan, ragged=True)
        with sheaf.open(self.file) as f:
            self.assertEqual(f["word"].dtype, object)
            same(f["word"][:], np.concatenate(words))
            same(f["word"].get(self.ids[2]), words[2])
            self.assertEqual(f["word"][1], "2-1 äöü")
            same(f["word"][[4, 0]], np.concatenate(words)[[4, 0]])
            self.assertTrue(f["scan"].ragged)
            for id, rows in zip(self.ids, scan):
                if rows is None:
                    self.assertIsNone(f["scan"].get(id))
                else:
                    same(f["scan"].get(id), rows)
            flat = np.concatenate([rows.ravel() for rows in scan if rows is not None])
            same(f["scan"][:], flat)
            self.assertEqual(f["scan"].refs.shape(3), (3, 5))


class Dtypes(made.Folder):
    def test_every_dtype_comes_as_numpys_of_that_name(self):
        file = made.new_file(self.path("types.h5"), ["one"])
        for dtype in DTYPES:
            made.add_field(file, dtype, [some_rows(dtype, (6, 2))],
                           {"scalar": some_rows(dtype, ()), "array": some_rows(dtype, (3,))})
        with sheaf.open(file) as f:
            for dtype in DTYPES:
                with self.subTest(dtype):
                    rows = some_rows(dtype, (6, 2))
                    self.assertEqual(f[dtype].dtype, np.dtype(dtype))
                    same(f[dtype][:], rows)
                    same(f[dtype][-1], rows[-1])
                    same(f[dtype][[5, 0, 5]], rows[[5, 0, 5]])
                    same(f[dtype].attrs["scalar"], some_rows(dtype, ()))
                    same(f[dtype].attrs["array"], some_rows(dtype, (3,)))

    def test_text_attributes_are_str(self):
        file = made.new_file(self.path("texts.h5"), ["one"])
        made.add_field(file, "x", [np.arange(3)],
                       {"unit": "µm", "classes": np.array(["a", "bé"], dtype=object)})
        attrs = sheaf.open(file)["x"].attrs
        self.assertEqual(attrs["unit"], "µm")
        self.assertEqual(list(attrs["classes"]), ["a", "bé"])


class Indexing(made.Folder):
    """Any index gives what it gives in NumPy, or fails as it does there."""

    ROUNDS = 400

    def some_index(self, rng, rows):
        kind = rng.randrange(7)
        if kind == 0:
            return rng.randint(-rows - 2, rows + 1)
        if kind == 1:
            def end():
                return rng.choice([None, rng.randint(-rows - 3, rows + 3)])
            return slice(end(), end(), rng.choice([None, 1, 2, 3, 20, -1, -2, -30]))
        if kind == 2:
            return [rng.randint(-rows, rows - 1) for _ in range(rng.randint(0, 9))]
        if kind == 3:
            return np.array([rng.random() < 0.3 for _ in range(rows + rng.choice([0, 0, 0, 1]))])
        if kind == 4:
            shape = (rng.randint(1, 3), rng.randint(0, 3))
            return np.random.default_rng(rng.randrange(1000)).integers(-rows, rows, shape)
        if kind == 5:
            return rng.choice([Ellipsis, None, np.int32(2), np.uint8(1)])
        return [rng.random() < 0.5 for _ in range(rows)]

    def some_key(self, rng, shape):
        head = self.some_index(rng, shape[0])
        if rng.random() < 0.5:
            return head
        rest = [slice(rng.randint(0, 2), None), rng.randint(0, 1), [0, 1, 0], Ellipsis, None]
        return (head, *(rng.choice(rest) for _ in range(rng.randint(0, len(shape) - 1))))

    def check(self, field, array, rounds):
        rng = random.Random(5)
        for _ in range(rounds):
            key = self.some_key(rng, array.shape)
            with self.subTest(key=key):
                try:
                    expected = array[key]
                except IndexError:
                    with self.assertRaises(IndexError):
                        field[key]
                else:
                    same(field[key], expected)

    def test_random_keys_give_what_numpy_gives(self):
        file = made.new_file(self.path("data.h5"), ["a", "b"])
        array = some_rows("int32", (61, 3, 2))
        made.add_field(file, "plain", [array[:20], array[20:]], chunk_rows=7)
        made.add_field(file, "packed", [array[:20], array[20:]], chunk_rows=7, compression="gzip",
                       shuffle=True)
        made.add_field(file, "flat", [array[:30, 0, 0], array[30:, 0, 0]], chunk_rows=7)
        with sheaf.open(file) as f:
            self.check(f["plain"], array, self.ROUNDS)
            self.check(f["packed"], array, self.ROUNDS)
            self.check(f["flat"], array[:, 0, 0], self.ROUNDS)
        with sheaf.open(file, mapped=False, cache_bytes=4096, threads=1) as f:
            self.check(f["packed"], array, self.ROUNDS // 4)

    def test_what_is_no_index_is_refused(self):
        file = made.new_file(self.path("data.h5"), ["a"])
        made.add_field(file, "x", [np.arange(4)])
        field = sheaf.open(file)["x"]
        for key in (1.5, [0.5], object()):
            with self.assertRaises(IndexError):
                field[key]

    def test_rows_are_the_readers_own(self):
        file = made.new_file(self.path("data.h5"), ["a"])
        made.add_field(file, "x", [np.arange(4)])
        field = sheaf.open(file)["x"]
        for key in (slice(0, 2), [0, 1], slice(None, None, -1)):
            rows = field[key]
            rows[:] = 9
        same(field[:], np.arange(4))


class Views(made.Folder):
    def setUp(self):
        super().setUp()
        self.file = made.new_file(self.path("data.h5"), ["a"])
        self.array = some_rows("float32", (2048, 8))
        made.add_field(self.file, "x", [self.array], chunk_rows=2048)
        made.add_field(self.file, "packed", [self.array], compression="gzip")

    def view(self, f, *range_):
        try:
            return f["x"].view(*range_)
        except sheaf.Unsupported:
            self.skipTest("this reader has no views")

    def test_a_view_is_read_only_and_outlives_its_file(self):
        f = sheaf.open(self.file)
        view = self.view(f)
        part = self.view(f, 3, -2)
        self.assertFalse(view.flags.writeable)
        self.assertFalse(view.flags.owndata)
        f.close()
        del f
        gc.collect()
        same(view, self.array)
        same(part, self.array[3:-2])

    def test_a_view_outlives_a_refresh(self):
        f = sheaf.open(self.file)
        view = self.view(f)
        f.refresh()
        gc.collect()
        same(view, self.array)
        same(f["x"][:], self.array)

    def test_what_cannot_be_viewed_says_what_helps(self):
        with self.assertRaisesRegex(sheaf.Unsupported, "data.h5:/packed: .*a slice copies"):
            sheaf.open(self.file)["packed"].view()


def first_row(f):
    return f["x"][0].tolist()


class Processes(made.Folder):
    def setUp(self):
        super().setUp()
        self.file = made.new_file(self.path("data.h5"), ["a", "b"])
        self.array = some_rows("float32", (500, 4))
        made.add_field(self.file, "x", [self.array[:100], self.array[100:]], compression="gzip")

    def test_a_file_and_its_fields_pickle_as_the_path(self):
        f = sheaf.open(self.file, threads=1)
        copy = pickle.loads(pickle.dumps(f))
        same(copy["x"][:], self.array)
        self.assertEqual(copy._options, f._options)
        same(pickle.loads(pickle.dumps(f["x"]))[3], self.array[3])

    def test_processes_read_the_file_they_were_given(self):
        f = sheaf.open(self.file)
        same(f["x"][:], self.array)
        for method in ("fork", "spawn"):
            with self.subTest(method):
                with multiprocessing.get_context(method).Pool(2) as pool:
                    for row in pool.map_async(first_row, [f, f, f]).get(timeout=250):
                        self.assertEqual(row, self.array[0].tolist())

    def test_a_forked_child_reads_what_its_parent_opened(self):
        f = sheaf.open(self.file)
        field = f["x"]
        same(field[:], self.array)  # the parent's threads are there
        child = os.fork()
        if child == 0:
            status = 1
            try:
                same(field[:], self.array)
                same(f["x"].get("b"), self.array[100:])
                del f, field
                gc.collect()
                status = 0
            finally:
                os._exit(status)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        same(field[:], self.array)

    def test_a_file_may_be_closed_while_threads_read_it(self):
        for _ in range(10):
            f = sheaf.open(self.file)

            def read():
                try:
                    while True:
                        f["x"][[1, 2]]
                        f.get(f.ids[0])
                except sheaf.Invalid:
                    pass  # is closed

            threads = [threading.Thread(target=read) for _ in range(4)]
            for thread in threads:
                thread.start()
            time.sleep(0.01)
            f.close()
            for thread in threads:
                thread.join()

    def test_threads_read_one_file_together(self):
        f = sheaf.open(self.file, cache_bytes=8192)
        wrong = []

        def read(seed):
            rng = np.random.default_rng(seed)
            for _ in range(100):
                rows = rng.integers(0, 500, 20)
                if not np.array_equal(f["x"][rows], self.array[rows]):
                    wrong.append(rows)

        threads = [threading.Thread(target=read, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main()
