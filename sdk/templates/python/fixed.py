"""Points in space"""
# Points with three coordinates, a line each, from text files (*.@name@).
import numpy as np
import sheaf_plugin as sheaf


class @Name@(sheaf.Feature):
    """Points in space, in metres"""
    id = name = "@id@"
    version = "0.1.0"
    license = "MIT"
    patterns = [r"\.@name@$"]
    scale = sheaf.param(1.0, "factor every coordinate is multiplied by")
    # What is stored: rows of three numbers, so (points, 3) for each source.
    outputs = {"points": sheaf.output("float64", (3,))}
    attrs = {"unit": "m"}

    def load(self, source):
        points = []
        with open(source.path) as lines:
            for number, line in enumerate(lines, 1):
                words = line.split()
                # Whatever is raised says that this source is bad: the run goes on.
                if words and len(words) != 3:
                    raise sheaf.SourceError(f"line {number} hasn't three numbers: {line.strip()!r}")
                if words:
                    points.append([float(word) for word in words])
        return np.reshape(points, (-1, 3)) * self.scale
