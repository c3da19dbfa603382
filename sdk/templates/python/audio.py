"""Raw recordings"""
# 16-bit samples without a header (*.@name@).
import numpy as np
import sheaf_plugin as sheaf

PIECE = 65536  # samples at a time: hours of sound need no more memory


class @Name@(sheaf.Feature):
    """Samples of recordings, from -1 to 1"""
    id = name = "@id@"
    version = "0.1.0"
    license = "MIT"
    patterns = [r"\.@name@$"]
    rate = sheaf.param(8000, "samples a second", minimum=1, maximum=10_000_000)
    # A row is one sample; the rate stands beside the array.
    outputs = {"samples": sheaf.output("float32")}

    def describe(self):
        self.attrs = {"sample_rate": self.rate}

    def load(self, source):
        # The length isn't known: what is yielded is on its way before the next piece is read.
        with open(source.path, "rb") as file:
            while piece := file.read(2 * PIECE):
                if len(piece) % 2:
                    raise sheaf.SourceError("ends in the middle of a sample")
                yield np.frombuffer(piece, "<i2") / np.float32(32768)
