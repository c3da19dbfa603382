# SPDX-License-Identifier: MIT
"""Loaders that shuffle, batch and read ahead by themselves, for bench/loading.py.

Of each: `write` puts the samples into a folder in the loader's own format; called with the folder
and a number of workers, it is opened, and then each call yields the batches of an epoch. Their
source trees are on the path (PYTHONPATH); what they import but don't need here is stood in for.
"""
import os

import absent
import peer_stores
import samples


# libgomp's threads wait for each other busily, which costs FFCV nine tenths of its speed where they
# have to share cores. It reads this when it is loaded.
os.environ.setdefault("GOMP_SPINCOUNT", "0")

# Cloud storage, compression and vision data sets, which MosaicML Streaming imports.
absent.stand_in("boto3", "botocore", "brotli", "snappy", "zstd", "torchvision", "transformers")


class Pairs:
    """The samples as loaders want to be given them: an image and a label for an index."""

    def __init__(self, images, labels):
        self.images, self.labels = images, labels

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        return self.images[index], int(self.labels[index])


class Sheaf:
    """Sheaf's loader from Python: by id, shuffled, its workers are threads."""
    modules = ("sheaf",)
    file, write = peer_stores.Sheaf.file, peer_stores.Sheaf.write

    def __init__(self, folder, workers):
        import sheaf
        row = sheaf.ById(squeeze=True)
        self.loader = sheaf.Loader(folder / self.file, batch_size=samples.BATCH, shuffle=True,
                                   workers=workers, batch={"image": sheaf.Input("image", row),
                                                           "label": sheaf.Input("label", row)})

    def __call__(self):
        for batch in self.loader:
            yield batch["image"], batch["label"]


class H5mapper:
    """The file's serve with GetId, in one process, or in torch's workers; the file stays open."""
    modules = ("h5mapper", "torch")
    file, write = peer_stores.H5pyChunked.file, peer_stores.H5pyChunked.write

    def __init__(self, folder, workers):
        import h5mapper

        class File(h5mapper.TypedFile):
            image, label = h5mapper.Array(), h5mapper.Array()

        by_id = (h5mapper.Input(data=name, getter=h5mapper.GetId()) for name in ("image", "label"))
        self.loader = File(str(folder / self.file), keep_open=True).serve(
            tuple(by_id), shuffle=True, batch_size=samples.BATCH, num_workers=workers)

    def __call__(self):
        for images, labels in self.loader:  # each source has an axis of one row
            yield images.numpy()[:, 0], labels.numpy()[:, 0]


class Ffcv:
    """FFCV's loader, raw images, from the page cache."""
    modules = ("ffcv.loader", "ffcv.writer", "ffcv.fields.decoders")
    file = "samples.beton"

    @staticmethod
    def write(folder, images, labels):
        from ffcv.fields import IntField, RGBImageField
        from ffcv.writer import DatasetWriter
        fields = {"image": RGBImageField(write_mode="raw"), "label": IntField()}
        DatasetWriter(str(folder / Ffcv.file), fields).from_indexed_dataset(Pairs(images, labels))

    def __init__(self, folder, workers):
        from ffcv.fields.decoders import IntDecoder, SimpleRGBImageDecoder
        from ffcv.loader import Loader, OrderOption
        self.loader = Loader(str(folder / self.file), samples.BATCH, num_workers=max(workers, 1),
                             os_cache=True, order=OrderOption.RANDOM, drop_last=False,
                             pipelines={"image": [SimpleRGBImageDecoder()],
                                        "label": [IntDecoder()]})

    def __call__(self):
        for images, labels in self.loader:
            yield images, labels[:, 0]


class Webdataset:
    """Eight tars, a member a sample, shuffled in a buffer of 1,000; workers make the batches."""
    modules = ("webdataset", "torch")
    file = "web-7.tar"

    @staticmethod
    def write(folder, images, labels):
        import webdataset
        for shard in range(8):
            with webdataset.TarWriter(str(folder / f"web-{shard}.tar"), encoder=False) as writer:
                for number in range(shard, len(labels), 8):
                    writer.write({"__key__": f"{number:08}",
                                  "bin": images[number].tobytes() + labels[number].tobytes()})

    def __init__(self, folder, workers):
        import webdataset
        shards = [str(folder / f"web-{shard}.tar") for shard in range(8)]
        made = webdataset.WebDataset(shards, shardshuffle=8).shuffle(1000).to_tuple("bin")
        made = made.map(lambda parts: parts[0]).batched(samples.BATCH, collation_fn=samples.joined)
        self.loader = webdataset.WebLoader(made, batch_size=None, num_workers=workers,
                                           persistent_workers=workers > 0,
                                           collate_fn=lambda batch: batch)

    def __call__(self):
        return iter(self.loader)


class Streaming:
    """MosaicML Streaming from a local folder, its shuffle, torch's DataLoader."""
    modules = ("streaming.base", "torch.utils.data")
    file = "streaming"

    @staticmethod
    def write(folder, images, labels):
        from streaming.base import MDSWriter
        with MDSWriter(out=str(folder / Streaming.file), columns={"sample": "bytes"}) as writer:
            for image, label in zip(images, labels):
                writer.write({"sample": image.tobytes() + label.tobytes()})

    def __init__(self, folder, workers):
        from streaming.base import StreamingDataset
        from torch.utils.data import DataLoader
        data = StreamingDataset(local=str(folder / self.file), shuffle=True,
                                batch_size=samples.BATCH)
        self.loader = DataLoader(
            data, samples.BATCH, num_workers=workers, persistent_workers=workers > 0,
            collate_fn=lambda parts: samples.joined([part["sample"] for part in parts]))

    def __call__(self):
        return iter(self.loader)
