"""Grey pictures as text"""
# Each source begins with its height and width; its pixels follow (*.@name@).
import numpy as np
import sheaf_plugin as sheaf


class @Name@(sheaf.Feature):
    """Grey pictures"""
    id = name = "@id@"
    version = "0.1.0"
    license = "MIT"
    patterns = [r"\.@name@$"]
    limit = sheaf.param(4096, "most pixels a side", minimum=1, maximum=65536)
    # Each source is one row, and has a height and a width of its own.
    outputs = {"picture": sheaf.output("uint8", (-1, -1), ragged=True)}

    def load(self, source):
        with open(source.path) as text:
            height, width, *pixels = (int(word) for word in text.read().split())
        if not (1 <= height <= self.limit and 1 <= width <= self.limit):
            raise sheaf.SourceError(f"says it has {height} x {width} pixels; {self.limit} a side "
                                    "are allowed")
        return np.reshape(pixels, (height, width))
