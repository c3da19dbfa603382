"""Each notion of the ABI once; sources are short texts."""
import logging

import numpy as np
import sheaf_plugin as sheaf
from beside import doubled

id = "test.notions"
version = "1.2.3"
license = "MIT"


class _Words(sheaf.Feature):
    patterns = [r"\.words$"]

    def words(self, source):
        return source.bytes.decode().split()


class Letters(_Words):
    """A picture of its own shape from each source."""
    name = "test.letters"
    outputs = sheaf.output("uint8", (-1, -1), ragged=True)

    def load(self, source):
        words = self.words(source)
        return np.array([[ord(c) for c in word] for word in words], "uint8")


class Scaled(_Words):
    name = "test.scaled"
    scale = sheaf.param(1.0, "factor", minimum=0, maximum=10)
    times = sheaf.param(1, "how often")
    mode = sheaf.param("plain", "how", choices=["plain", "negative"])
    shifted = sheaf.param(False, "by one")
    offset = sheaf.param(float, "offset")
    outputs = sheaf.output("float32", (2,), chunk_rows=7, compression="deflate", level=2,
                           shuffle=True, fletcher32=True, fill=-1)
    attrs = {"unit": "letters", "axes": ["word", "both"], "gain": 2.5, "bits": np.arange(3),
             "order": list({"sets", "iterate", "alike", "in", "all", "workers"})}

    def __init__(self):
        if self.mode == "negative" and self.scale == 0:
            raise ValueError("nought has no sign")
        self.factor = -self.scale if self.mode == "negative" else self.scale

    def load(self, source):
        lengths = [[len(word), doubled(len(word))] for word in self.words(source)]
        rows = np.array(lengths * self.times, float).reshape(-1, 2)
        return rows * self.factor + (1 if self.shifted else 0) + (self.offset or 0)


class Several(_Words):
    """Several outputs, of which one is text, and results that are none."""
    name = "test.several"
    outputs = {"text": sheaf.output(str), "count": sheaf.output("int64"),
               "initial": sheaf.output("bool", (26,)), "phase": sheaf.output("complex64")}

    def load(self, source):
        words = self.words(source)
        if not words:
            return sheaf.SKIP
        if words[0] == "nothing":
            return sheaf.EMPTY
        initial = np.zeros((len(words), 26), bool)
        initial[np.arange(len(words)), [ord(word[0]) - 97 for word in words]] = True
        logging.getLogger("notions").warning("looked at %d words", len(words))
        return {"text": words, "count": len(words), "initial": initial, "phase": [1j] * len(words)}


class Streamed(_Words):
    name = "test.streamed"
    outputs = sheaf.output("uint16", (1000,))

    def load(self, source):
        for word in self.words(source):
            yield np.full((len(word), 1000), len(word))
            yield np.full(1000, 0)


class Streams(sheaf.Feature):
    """More rows than are in transit at once."""
    name = "test.streams"
    patterns = [r"\.stream$"]
    outputs = {"rows": sheaf.output("uint32", (4096,)), "text": sheaf.output(str)}

    def load(self, source):
        for number in range(int(source.bytes)):
            yield {"rows": np.full((64, 4096), number), "text": str(number) * 5}


class Reserved(_Words):
    """Writes into the host's memory itself."""
    name = "test.reserved"
    outputs = {"big": sheaf.output("float64", (-1, 100)), "small": sheaf.output("int8")}

    def load(self, source, sink):
        big = sink.reserve("big", 3, (200, 100))
        small = sink.reserve("small", 5)
        big[...] = np.arange(2 * 10**4, dtype=float).reshape(200, 100)
        small[:2] = [7, 8]
        sink.commit("big", 2)
        sink.commit("small", 2)
        try:
            big[0] = 0
        except ValueError:
            sink.write("small", 9)


class Surveyed(_Words):
    """Classes from the survey; the first object tells the others."""
    name = "test.surveyed"
    outputs = sheaf.output("int32")

    def survey(self, survey):
        if survey.is_first:
            ids = [source.id for source in survey.sources]
            known = list(survey.stored.get("classes", []))
            new = {name[0] for name in ids} - set(known)
            survey.agree(" ".join(known + sorted(new)).encode())
            self.classes = known + sorted(new)
        else:
            self.classes = survey.agreed.decode().split()
        self.before = len(survey.stored_ids)

    def describe(self):
        self.attrs = {"classes": self.classes, "before": self.before}

    def load(self, source):
        return self.classes.index(source.id[0])


class Finished(_Words):
    """Looks at the whole file at the end."""
    name = "test.finished"
    outputs = {"one": sheaf.output("float64", (2,)), "flat": sheaf.output("int16", (-1,), ragged=True)}

    def load(self, source):
        count = len(self.words(source))
        return {"one": [count, 1.0], "flat": np.arange(count)}

    def finish(self, rows):
        one = rows.read("one")
        rows.attr("rows", rows.count("one"))
        rows.attr("sum", one.sum(axis=0))
        rows.attr("last", rows.read("one", rows.count("one") - 1))
        rows.attr("flat", int(rows.read("flat").sum()))


class Sum(sheaf.Feature):
    """Derived from a library's rows."""
    name = "test.sum"
    input = "test.values"
    outputs = sheaf.output("float64")
    powers = sheaf.param([1, 2], "a list", maximum=9)
    names = sheaf.param(list[str], "an unset one")

    def survey(self, survey):
        dtype, = survey.input.dtypes.values()
        shape, = survey.input.shapes.values()
        self.attrs = {"of": f"{survey.input.attrs['kind']} {dtype} {shape}",
                      "powers": f"{self.powers} {self.names}"}

    def load(self, source):
        values = source.input
        return values.sum() if not values.flags.writeable else np.nan


class Long(sheaf.Feature):
    """Derived from another one in Python: of two outputs, one of them text."""
    name = "test.long"
    input = "test.several"
    outputs = {"text": sheaf.output(str), "count": sheaf.output("int64")}

    def load(self, source):
        text, count, initial, _ = source.inputs
        if not len(text):
            return sheaf.EMPTY
        return {"text": [max(text, key=len)], "count": int(count[0]) + int(initial.sum())}


class Shape(sheaf.Feature):
    """What test.width, a library's feature, derives from."""
    name = "test.shape"
    patterns = [r"\.words$"]
    opt_in = True
    outputs = sheaf.output("uint8", (-1,), ragged=True)

    def load(self, source):
        return np.zeros(len(source.bytes), "uint8")
