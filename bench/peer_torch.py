# SPDX-License-Identifier: MIT
"""The stores of peer_stores.py as loaders, for bench/loading.py: asked by one thread, and by
torch's DataLoader. Each call yields the batches of an epoch."""
import numpy

import peer_stores
import samples


class Plain:
    """A store, asked for one batch after the other."""

    def __init__(self, store, folder):
        self.store = store(folder)
        self.orders = samples.orders(len(self.store))

    def __call__(self):
        return map(self.store.batch, samples.batches(next(self.orders)))


class Torch:
    """torch's DataLoader over a store: each worker makes whole batches of shuffled ids.

    They are handed over as NumPy arrays, pickled into a pipe: 2.5 times as fast as the way of
    tensors, each in a new piece of shared memory whose descriptor is sent.
    """
    modules, convert = ("torch.utils.data",), staticmethod(lambda batch: batch)

    def __init__(self, store, folder, workers):
        from torch.utils.data import BatchSampler, DataLoader, RandomSampler
        self.open, self.opened = lambda: store(folder), None
        self.count = len(self.open())  # closed again: HDF5 and LMDB don't go through a fork
        sampler = BatchSampler(RandomSampler(self), samples.BATCH, drop_last=False)
        self.loader = DataLoader(self, sampler=sampler, batch_size=None, num_workers=workers,
                                 persistent_workers=workers > 0, collate_fn=self.convert)

    def __len__(self):
        return self.count

    def __getitem__(self, ids):
        if self.opened is None:
            self.opened = self.open()
        return self.opened.batch(numpy.array(ids))

    def __call__(self):
        for images, labels in self.loader:
            yield numpy.asarray(images), numpy.asarray(labels)


class TorchTensors(Torch):
    """As Torch, over memory, with tensors handed over, which is what torch does by itself."""
    file, write, convert = peer_stores.Memory.file, peer_stores.Memory.write, None

    def __init__(self, folder, workers):
        super().__init__(peer_stores.Memory, folder, workers)
