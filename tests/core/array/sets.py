# SPDX-License-Identifier: MIT
"""unique, in1d, isin, intersect1d, union1d, setdiff1d, setxor1d."""
import itertools

import numpy as np

from agree import Agree

agree = Agree()
random = np.random.default_rng(22)
arrays = {
    "a": random.integers(-30, 30, 2000),
    "b": random.integers(0, 50, (40, 12)).astype("u1"),
    "long": random.normal(size=3000),
    "some": random.normal(size=1700),
    "often": random.integers(0, 400, 2000).astype("f4"),  # fits into memory's table at times
    "same": np.full(1300, 2.5),
    "rare": np.concatenate([np.zeros(1500), [3, -1.5], np.zeros(300)]),
    "words": random.choice(["fig", "pear", "äpfel", "", "Fig"], (30, 3)),
    "few": np.array(["fig", "plum"]),
    "none": np.zeros((0, 3)),
    "one": np.array([[2.5]]),
    "scalar": np.float64(3),
    "big": random.integers(0, 2**64 - 1, 900, dtype="u8"),
}
arrays["some"][::3] = arrays["long"][:1700:3]
holes = random.choice([1.5, np.nan, -0.0, 0.0, np.inf, -np.inf, -np.nan], (60, 5))
arrays["holes"] = holes
arrays["pairs"] = random.choice([1, 2, 3 + 1j, 3 - 1j], 500)
nan = complex(np.nan, 1)
arrays["nankinds"] = random.choice([1, nan, 2 * nan, complex(1, np.nan), 2j, 1j * nan], 500)
arrays["pairs64"] = np.concatenate([arrays["pairs"], [complex(1, np.nan)] * 3]).astype("F")
for code in "?bhilBHILefdFD":
    arrays["t" + np.dtype(code).name] = random.integers(0, 9, (7, 4, 5)).astype(code)
chunks = {"a": (300,), "b": (7, 5), "long": (1000,)}
for name, values in arrays.items():
    agree.array(name, values, chunks.get(name, (3, 2, 4) if values.shape == (7, 4, 5) else None))

for name in arrays:
    agree.check(f"unique({name})")
    for index, inverse, counts in itertools.product((True, False), repeat=3):
        if index or inverse or counts:
            agree.check(f"unique({name}, return_index={index}, return_inverse={inverse}, "
                        f"return_counts={counts})")
for expr in ("unique(holes, equal_nan=False)", "unique(holes, True, True, True, equal_nan=False)",
             "unique(a[::-3] % 7, return_counts=True)", "unique(long.T * 0)", "sum(unique(a))",
             "unique(unique(b))", "unique([3, 1, 3])", "sort(unique(long)[::-1])",
             "unique(a, return_inverse=True)"):
    agree.check(expr)
agree.array("rows", random.integers(0, 2, (600, 4)).astype("i2"), (70, 3))
agree.array("cubes", random.integers(0, 2, (5, 60, 2)).astype("f4"), (2, 7, 2))
agree.array("nans", random.choice([0.0, 1.0, np.nan, -np.inf], (200, 2)), (60, 1))
agree.array("nowhere", np.zeros((3, 0)))
for name in ("rows", "cubes", "nans", "words", "one", "none", "nowhere", "tbool",
             "tcomplex64", "tfloat16"):
    for axis in range(-1, agree.arrays[name].ndim):
        agree.check(f"unique({name}, axis={axis})")
        agree.check(f"unique({name}, True, True, True, {axis})")
        agree.check(f"unique({name}, return_counts=True, axis={axis})")
for expr in ("unique(a, axis=0)", "unique(rows[::-2], axis=-2, return_inverse=True)",
             "unique(a, True, False, True, -1)", "unique(rows.T, axis=1)"):
    agree.check(expr)
agree.refuses("unique(b, axis=2)", "2 axes")
agree.refuses("unique(a, axis=1)", "1 axes")
agree.refuses("unique(b, sorted=False)", "sorted")

pairs = [("a", "b"), ("b", "a"), ("long", "some"), ("some", "long"), ("holes", "long"),
         ("holes", "holes"), ("a", "long"), ("same", "rare"), ("none", "a"), ("a", "none"),
         ("words", "few"), ("few", "words"), ("big", "a"), ("pairs", "pairs64"),
         ("nankinds", "pairs"), ("one", "scalar"),
         ("tbool", "tint8"), ("tfloat16", "tuint16"), ("tcomplex64", "tint32"),
         ("tint64", "tuint64")]
for one, other in pairs:
    for function in ("in1d", "isin"):
        for how in ("", ", invert=True"):  # NumPy's table fails where the two make a float
            agree.check(f"{function}({one}, {other}{how})",
                        expected=f"{function}({one}, {other}, kind='sort'{how})")
    agree.check(f"setdiff1d({one}, {other})",
                expected=f"unique({one})[in1d(unique({one}), {other}, invert=True, kind='sort')]")
    for function in ("intersect1d", "union1d", "setxor1d"):
        agree.check(f"{function}({one}, {other})")
    agree.check(f"intersect1d({one}, {other}, return_indices=True)")
for expr in ("in1d(b, [3, 5])", "isin(b, 4)", "isin(a, unique(a)[::2])", "isin(a * 2, a)[5:700:3]",
             "setdiff1d([5, 3, 1], [3], assume_unique=True)",
             "intersect1d([5, 3, 1], [3, 4, 5], assume_unique=True)",
             "intersect1d([5, 3, 1], [3, 4, 5], assume_unique=True, return_indices=True)",
             "setxor1d([5, 3, 1], [3, 4, 5], assume_unique=True)", "isin(words, ['fig'])",
             "extract(isin(long, some), long)", "union1d([[1, 2]], [2.5])"):
    agree.check(expr)
agree.refuses("isin(a, b, kind='slow')", "table")
agree.refuses("in1d(a, words)", "no dtype in common")
agree.done()
