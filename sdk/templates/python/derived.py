"""Mean colours"""
# The mean of each channel of an image, made from the rows that sheaf.image has loaded.
import sheaf_plugin as sheaf


class @Name@(sheaf.Feature):
    """Mean of each channel of an image"""
    id = name = "@id@"
    version = "0.1.0"
    license = "MIT"
    input = "sheaf.image"
    scale = sheaf.param(1.0, "factor every mean is multiplied by")
    # One row a source; how many channels there are the first one says.
    outputs = {"mean": sheaf.output("float64", (-1,))}

    def load(self, source):
        image = source.input  # of the input's first output: (1, height, width, channels)
        if image.size == 0:
            return sheaf.SKIP
        return image.mean(axis=(1, 2)) * self.scale
