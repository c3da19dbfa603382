# SPDX-License-Identifier: MIT
"""The loader, against batches that NumPy gathers."""
import gc
import os
import pickle
import threading
import unittest

import numpy as np

import made
import sheaf
from made import same

try:
    import torch
    import torch.utils.data
except ImportError:
    torch = None


class Data(made.Folder):
    def setUp(self):
        super().setUp()
        self.ids = [f"{n}.bin" for n in range(50)]
        self.path_ = made.new_file(self.path("data.h5"), self.ids)
        rng = np.random.default_rng(1)
        self.image = rng.integers(0, 256, (50, 4, 4, 3), dtype=np.uint8)
        self.label = np.arange(50, dtype=np.int64)
        images = [self.image[n : n + 1] for n in range(50)]
        images[7] = None  # so 7 takes no part
        made.add_field(self.path_, "image", images, chunk_rows=8, compression="gzip")
        made.add_field(self.path_, "label", [self.label[n : n + 1] for n in range(50)])
        self.sound = [rng.normal(size=20 + n).astype(np.float32) for n in range(50)]
        made.add_field(self.path_, "sound", self.sound, chunk_rows=64)
        self.known = [n for n in range(50) if n != 7]

    def inputs(self):
        return {"x": sheaf.Input("image", sheaf.ById(squeeze=True)),
                "y": sheaf.Input("label", sheaf.ById(squeeze=True))}

    def loader(self, **options):
        return sheaf.Loader(self.path_, self.inputs(), **{"batch_size": 8, **options})


class Loading(Data):
    def check(self, batch):
        same(batch["x"], self.image[batch["y"]])
        self.assertEqual(batch.ids, [self.ids[n] for n in batch["y"]])
        self.assertEqual(batch.sources.tolist(), batch["y"].tolist())

    def test_an_epoch_has_every_source_once(self):
        for options in ({}, {"shuffle": True}, {"shuffle": True, "workers": 0},
                        {"shuffle": True, "block": 4, "mixed": 3}):
            with self.subTest(**options), self.loader(**options) as loader:
                seen = []
                for number, batch in enumerate(loader):
                    self.check(batch)
                    self.assertEqual((batch.epoch, batch.number), (0, number))
                    seen += batch["y"].tolist()
                self.assertEqual(len(loader), 7)
                self.assertEqual(loader.items, 49)
                self.assertEqual(number, 6)
                self.assertEqual(sorted(seen), self.known)
                self.assertEqual(seen == self.known, "shuffle" not in options)

    def test_a_seed_gives_the_same_batches_with_any_workers(self):
        def labels(**options):
            return [b["y"].tolist() for b in self.loader(shuffle=True, **options)]

        expected = labels(seed=3)
        self.assertEqual(labels(seed=3, workers=0), expected)
        self.assertEqual(labels(seed=3, workers=4, prefetch=9), expected)
        self.assertNotEqual(labels(seed=4), expected)

    def test_each_for_is_the_next_epoch(self):
        loader = self.loader(shuffle=True)
        epochs = [[b["y"].tolist() for b in loader] for _ in range(3)]
        self.assertNotEqual(epochs[0], epochs[1])
        self.assertEqual(loader.epoch, 2)
        loader.set_epoch(1)
        self.assertEqual([b["y"].tolist() for b in loader], epochs[1])

    def test_a_state_goes_on_with_the_very_next_batch(self):
        loader = self.loader(shuffle=True)
        for _ in loader:
            pass
        batches = iter(loader)
        for _ in range(3):
            next(batches)
        state = pickle.loads(pickle.dumps(loader.state_dict()))
        rest = [b["y"].tolist() for b in batches]
        self.assertEqual(len(rest), 4)
        after = [b["y"].tolist() for b in loader]
        other = self.loader(shuffle=True, workers=0)
        other.load_state_dict(state)
        self.assertEqual(other.epoch, 1)
        self.assertEqual([b["y"].tolist() for b in other], rest)
        self.assertEqual([b["y"].tolist() for b in other], after)
        copy = pickle.loads(pickle.dumps(other))
        self.assertEqual(next(iter(copy)).epoch, 3)
        with self.assertRaises(ValueError):
            other.load_state_dict({"state": "nonsense"})
        with self.assertRaises(ValueError):
            self.loader(shuffle=True, seed=9).load_state_dict(state)

    def test_the_state_behind_an_epoch_begins_the_next_one(self):
        loader = self.loader(shuffle=True)
        for _ in loader:
            pass
        other = self.loader(shuffle=True)
        other.load_state_dict(loader.state_dict())
        self.assertEqual([b["y"].tolist() for b in other], [b["y"].tolist() for b in loader])

    def test_ranks_share_an_epoch(self):
        seen = []
        for rank in range(2):
            loader = self.loader(shuffle=True, rank=rank, world_size=2, drop_last=True)
            batches = [b["y"].tolist() for b in loader]
            self.assertEqual(len(batches), len(loader))
            self.assertEqual({len(b) for b in batches}, {8})
            seen += sum(batches, [])
        self.assertEqual(len(seen), len(set(seen)))

    def test_weights_draw_sources(self):
        weights = np.zeros(50)
        weights[[3, 4]] = 1, 3
        loader = self.loader(weights=weights, samples=400)
        drawn = np.concatenate([b["y"] for b in loader])
        self.assertEqual(len(drawn), 400)
        self.assertEqual(set(drawn.tolist()), {3, 4})
        self.assertGreater((drawn == 4).mean(), 0.6)

    def test_batches_are_no_copies_and_outlive_everything(self):
        loader = self.loader()
        batches = list(loader)
        first = batches[0]["x"]
        self.assertFalse(first.flags.owndata)
        self.assertTrue(first.flags.writeable)
        self.assertTrue(first.flags.c_contiguous)
        self.assertEqual(first.ctypes.data % 64, 0)
        self.assertEqual(len({b["x"].ctypes.data for b in batches}), 7)
        kept = [b["x"] for b in batches]
        labels = [b["y"] for b in batches]
        del loader, batches
        gc.collect()
        for x, y in zip(kept, labels):
            same(x, self.image[y])

    def test_memory_is_used_again(self):
        loader = self.loader(workers=0, prefetch=1)
        places = set()
        for _ in range(4):
            for batch in loader:
                places.add(batch["x"].ctypes.data)
                del batch
        self.assertLess(len(places), 8)

    def test_slices_stay_within_their_source(self):
        loader = sheaf.Loader(self.path_, {
            "x": sheaf.Input("sound", sheaf.Slice(length=8, downsampling=8)),
            "y": sheaf.Input("sound", sheaf.Slice(length=8, shift=1, downsampling=8)),
        }, batch_size=16)
        count = 0
        for batch in loader:
            for x, y, n, k in zip(batch["x"], batch["y"], batch.sources, batch.steps):
                same(x, self.sound[n][8 * k : 8 * k + 8])
                same(y, self.sound[n][8 * k + 1 : 8 * k + 9])
                count += 1
        self.assertEqual(count, sum((len(s) - 9) // 8 + 1 for s in self.sound))
        self.assertEqual(loader.items, count)

    def test_samples_of_many_lengths_are_padded_cropped_or_ragged(self):
        def first(**fit):
            inputs = {"x": sheaf.Input("sound", **fit)}
            batch = next(iter(sheaf.Loader(self.path_, inputs, batch_size=4)))
            for x, sound in zip(batch.samples("x"), self.sound):
                same(x, sound[: len(x)])
            return batch

        padded = first(lengths="pad", pad_value=-1.0)
        self.assertEqual(padded["x"].shape, (4, 23))
        self.assertEqual(padded["x"][0, 20:].tolist(), [-1, -1, -1])
        self.assertEqual(padded.shapes("x").tolist(), [[20], [21], [22], [23]])
        self.assertEqual(first(lengths="crop")["x"].shape, (4, 20))
        self.assertEqual(first(lengths="pad", shape=(30,))["x"].shape, (4, 30))
        ragged = first(lengths="ragged")
        same(ragged["x"], np.concatenate(self.sound[:4]))
        with self.assertRaisesRegex(sheaf.Invalid, "[0-9].bin"):
            first()

    def test_an_error_names_its_source_and_costs_its_batch_only(self):
        inputs = {"x": sheaf.Input("sound")}
        loader = sheaf.Loader(self.path_, inputs, batch_size=1)
        self.assertEqual(sum(1 for _ in loader), 50)
        batches = iter(sheaf.Loader(self.path_, inputs, batch_size=2))
        for _ in range(3):
            with self.assertRaises(sheaf.Invalid):
                next(batches)

    def test_transforms_run_in_the_workers_or_here(self):
        inputs = self.inputs()
        inputs["scaled"] = sheaf.Input("image", sheaf.ById(squeeze=True),
                                       transform=sheaf.scaled("float32", 1 / 255))
        inputs["normal"] = sheaf.Input("image", sheaf.ById(squeeze=True),
                                       transform=sheaf.normalised([1, 2, 3], [4, 5, 6]))
        inputs["here"] = sheaf.Input("image", sheaf.ById(squeeze=True),
                                     transform=lambda x: x.mean(axis=(1, 2, 3)))
        for batch in sheaf.Loader(self.path_, inputs, batch_size=16):
            image = self.image[batch["y"]]
            np.testing.assert_allclose(batch["scaled"], image / np.float32(255), rtol=1e-6)
            self.assertEqual(batch["scaled"].dtype, np.float32)
            np.testing.assert_allclose(batch["normal"], (image - [1.0, 2, 3]) / [4.0, 5, 6],
                                       rtol=1e-5)
            np.testing.assert_allclose(batch["here"], image.mean(axis=(1, 2, 3)))

    def test_text_comes_as_objects(self):
        words = [np.array([f"wörd {n}"], dtype=object) for n in range(50)]
        made.add_field(self.path_, "word", words)
        batch = next(iter(sheaf.Loader(self.path_, {"w": "word"}, batch_size=3)))
        self.assertEqual(batch["w"].ravel().tolist(), ["wörd 0", "wörd 1", "wörd 2"])

    def test_predictions_go_back_to_their_rows(self):
        getter = sheaf.Slice(length=4, downsampling=4)
        loader = sheaf.Loader(self.path_, {"x": sheaf.Input("sound", getter)}, shuffle=True)
        target = loader.target(getter)
        for batch in loader:
            target.write(batch, batch["x"] * 2)
        for n, id in enumerate(self.ids):
            rows = target[id]
            same(rows, self.sound[n][: len(rows)] * 2)
            self.assertEqual(len(rows), len(self.sound[n]) // 4 * 4)
            same(target[n], rows)

    def test_what_makes_no_sense_is_refused(self):
        with self.assertRaisesRegex(KeyError, "picture"):
            sheaf.Loader(self.path_, {"x": "picture"})
        for options in ({"batch_size": 0}, {"workers": -1}, {"rank": 2, "world_size": 2},
                        {"shuffle": True, "weights": [1] * 50}):
            with self.subTest(**options), self.assertRaises(ValueError):
                self.loader(**options)
        with self.assertRaisesRegex(ValueError, "lengths is one of .*'pad'"):
            sheaf.Loader(self.path_, {"x": sheaf.Input("sound", lengths="padded")})
        with self.assertRaises(ValueError):
            sheaf.Loader(self.path_, {"x": sheaf.Input("sound", getter=3)})
        loader = self.loader()
        loader.close()
        with self.assertRaisesRegex(ValueError, "closed"):
            next(iter(loader))

    def test_a_forked_child_is_told_instead_of_left_waiting(self):
        loader = self.loader()
        batches = iter(loader)
        batch = next(batches)
        child = os.fork()
        if child == 0:
            status = 1
            try:
                try:
                    next(batches)
                except sheaf.Invalid as error:
                    status = 0 if "forked" in str(error) else 2
                same(batch["x"], self.image[batch["y"]])
                del batch, batches, loader
                gc.collect()
            except BaseException:
                status = 3
            finally:
                os._exit(status)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        self.assertEqual(sum(1 for _ in batches), 6)

    def test_dlpack_hands_the_memory_over(self):
        batch = next(iter(self.loader()))
        other = np.from_dlpack(batch["x"])
        self.assertEqual(other.ctypes.data, batch["x"].ctypes.data)
        same(other, batch["x"])

    def test_threads_share_a_loader_and_one_may_close_it(self):
        for _ in range(10):
            loader, seen = self.loader(workers=2, batch_size=1), []
            batches = iter(loader)

            def take():
                try:
                    for batch in batches:
                        seen.extend(batch.ids)
                except sheaf.Invalid:
                    pass  # is closed

            threads = [threading.Thread(target=take) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(sorted(seen), sorted(self.ids[n] for n in self.known))
            batches = iter(loader)
            thread = threading.Thread(target=take)
            thread.start()
            loader.close()
            thread.join()

    def test_a_loader_can_be_dropped_at_any_moment(self):
        for taken in range(4):
            batches = iter(self.loader(workers=3))
            for _ in range(taken):
                next(batches)
            del batches
            gc.collect()


class Pictures:
    """What torch calls a map-style dataset."""

    def __init__(self, file, ids):
        self.file = file
        self.ids = ids

    def __len__(self):
        return len(self.ids)

    def __getitem__(self, n):
        return self.file["image"].get(self.ids[n])[0]


@unittest.skipIf(torch is None, "python3-torch is not installed")
class Torch(Data):
    def test_torch_takes_a_batch_without_a_copy(self):
        batch = next(iter(self.loader(shuffle=True)))
        tensor = torch.from_dlpack(batch["x"])
        self.assertEqual(tensor.data_ptr(), batch["x"].ctypes.data)
        expected = self.image[batch["y"]]
        del batch
        gc.collect()
        same(tensor.numpy(), expected)

    def test_torchs_own_loader_works_over_a_file(self):
        file = sheaf.open(self.path_)
        same(file["image"][:], self.image[self.known])  # the parent's threads are there
        pictures = Pictures(file, [self.ids[n] for n in self.known])
        for context in ("fork", "spawn"):
            with self.subTest(context):
                loader = torch.utils.data.DataLoader(pictures, batch_size=7, num_workers=2,
                                                     multiprocessing_context=context, timeout=250)
                same(torch.cat(list(loader)).numpy(), self.image[self.known])


if __name__ == "__main__":
    unittest.main()
