# SPDX-License-Identifier: MIT
"""sort, argsort, lexsort, partition; searchsorted; nonzero and its like."""
import numpy as np

from agree import Agree

np.seterr(all="ignore")
agree = Agree()
random = np.random.default_rng(21)
arrays = {
    "long": random.normal(size=3000),
    "ties": random.integers(0, 7, 2500).astype("i2"),
    "same": np.full(1200, 5, "i8"),
    "nearly": np.concatenate([np.zeros(900), [3, -1.5], np.zeros(300)]),
    "ordered": np.arange(1500, dtype="u4"),
    "falling": np.arange(1500, 0, -1).astype("f4"),
    "wide": random.normal(size=(3, 700)).astype("f4"),
    "tall": random.integers(-40, 40, (700, 3)),
    "deep": random.normal(size=(6, 90, 5)),
    "none": np.zeros((0, 3)),
    "one": np.array([[2.5]]),
    "scalar": np.float64(3),
    "words": np.array([["pear", "fig", "äpfel", "fig"], ["", "zoo", "apple", "fig"]]),
    "ends": np.array([0, 2**64 - 1, 2**63, 1, 2**64 - 1], "u8"),
    "low": np.array([-2**63, 2**63 - 1, 0, -1, -2**63]),
}
for code in "?bhilBHILefdFD":
    arrays["a" + np.dtype(code).name] = random.integers(0, 6, (7, 4, 5)).astype(code)
holes = random.normal(size=(50, 12))
holes[random.random(holes.shape) < 0.2] = np.nan
holes[random.random(holes.shape) < 0.1] = -0.0
holes[random.random(holes.shape) < 0.1] = 0.0
holes[3, 2:5] = [np.inf, -np.inf, -np.nan]
arrays["holes"] = holes
arrays["holesf"] = holes.astype("f4")
arrays["holesh"] = holes.astype("f2")
parts = random.choice([1.0, -0.0, 0.0, 2.0, np.nan, np.inf, -np.inf], (2, 60, 4))
arrays["complexes"] = np.empty((60, 4), "D")
arrays["complexes"].real, arrays["complexes"].imag = parts[0], parts[1]
arrays["complexes64"] = arrays["complexes"].astype("F")
chunks = {"long": (700,), "wide": (2, 100), "tall": (33, 2), "deep": (4, 20, 5), "holes": (7, 5),
          "ties": (1000,)}
for name, values in arrays.items():
    agree.array(name, values, chunks.get(name, (3, 2, 4) if values.shape == (7, 4, 5) else None))

for name, values in arrays.items():
    axes = [f", axis={axis}" for axis in range(values.ndim)] + [", axis=None"]
    axes += [", axis=-1", ""] * (values.ndim > 0)
    for axis in axes:
        agree.check(f"sort({name}{axis})")
        if values.ndim:
            agree.check(f"argsort({name}{axis}, kind='stable')")
for expr in ("sort(long[::-2])", "sort(tall.T, axis=1)", "sort(long * 2 - long[0])",
             "sort(wide, 1)[:, 3:600:7]", "sum(sort(tall, axis=0) * sort(tall[::-1], 0))",
             "argsort(sort(long))",
             "sort(tall, axis=0) - mean(sort(tall, axis=0), axis=1)[:, None]",
             "sort(deep[:, ::2], axis=1)", "sort(sort(deep, axis=0), axis=1)", "sort([3, 1, 2])",
             "argsort(deep[1:, 5:, ::-1], axis=0, kind='mergesort')", "sort(none, kind='heapsort')",
             "sort_complex(afloat16)", "sort_complex(aint8)",
             "sort_complex(auint32[0])", "sort_complex(abool)", "sort_complex(acomplex64)",
             "sort_complex(holes)", "msort(tall)", "msort(deep)", "msort(none)"):
    agree.check(expr, 1e-12)
agree.refuses("sort(scalar)", "axes")
agree.refuses("sort(tall, axis=2)", "2 axes")
agree.refuses("sort(tall, kind='slow')", "slow", "stable")
agree.refuses("sort(tall, order='x')", "order")

for name, k in (("long", 1700), ("ties", [3, 2000, -1]), ("same", 0)):
    agree.check(f"partition({name}, {k})", expected=f"sort({name})")
    agree.check(f"argpartition({name}, {k})", expected=f"argsort({name}, kind='stable')")
agree.check("partition(tall, 600, axis=0)", expected="sort(tall, axis=0)")
agree.check("argpartition(deep, 3, axis=None)", expected="argsort(deep, axis=None, kind='stable')")
agree.refuses("partition(long, 3000)", "3000")

agree.array("keys", random.integers(0, 4, (5, 800)))
agree.array("floats", random.choice([1.5, np.nan, -0.0, 0.0, -2.0], 800), (300,))
agree.array("names", random.choice(["b", "a", "ab", ""], 800))
for expr in ("lexsort((keys[0], keys[1]))", "lexsort(keys)", "lexsort((keys[3],))",
             "lexsort((floats, names, keys[0]))", "lexsort((names, floats))",
             "lexsort((complexes[:, 0], complexes[:, 1]))", "lexsort((tall, tall % 3), axis=0)",
             "lexsort((deep, abs(deep) > 1), axis=-1)",
             "lexsort((tall[:, 0], tall[:, 1], tall[:, 2]))",
             "lexsort((none, none))", "lexsort((long, -long))"):
    agree.check(expr)
agree.refuses("lexsort((long, ties))", "shape")

agree.array("edges", np.sort(random.normal(size=1900)).round(2), (600,))
agree.array("gaps", np.sort(np.concatenate([random.normal(size=200), [np.nan] * 3, [-np.inf] * 2])))
for side in ("left", "right"):
    for expr in ("searchsorted(edges, long, side='{}')", "searchsorted(edges, holes, '{}')",
                 "searchsorted(gaps, holes, '{}')", "searchsorted(edges, 0.1, side='{}')",
                 "searchsorted(ordered, tall, '{}')", "searchsorted(ordered, long * 700, '{}')",
                 "searchsorted(long[:0], wide, '{}')", "searchsorted(edges, none, '{}')",
                 "searchsorted(sort(ties), [3, 9, -1], '{}')",
                 "searchsorted(sort(low), low, '{}')", "searchsorted(sort(ends), ends, '{}')",
                 "searchsorted(edges[::7], edges, '{}')",
                 "searchsorted(sort(complexes, axis=None), complexes, '{}')",
                 "searchsorted(sort(words, axis=None), words, '{}')"):
        agree.check(expr.format(side))
agree.array("shuffled", random.permutation(arrays["long"]), (500,))
agree.array("order", np.argsort(arrays["long"]), (900,))
for expr in ("searchsorted(long, holes, sorter=order)", "searchsorted(long, wide, 'right', order)",
             "searchsorted(long, shuffled, sorter=argsort(long))",
             "searchsorted(shuffled * 2, [[0.5], [nan]], sorter=argsort(shuffled))",
             "searchsorted(words[0], ['fig', 'b'], sorter=argsort(words[0]))",
             "searchsorted(long[:0], wide, sorter=order[:0])",
             "searchsorted([3, 1, 2], [1, 4], sorter=[1, 2, 0])"):
    agree.check(expr)
agree.refuses("searchsorted(long, 3, sorter=order[:5])", "shape", "3000", "5")
agree.refuses("searchsorted(long, 3, sorter=long > 0)", "integers")
agree.refuses("searchsorted([3, 1, 2], 1, sorter=[0, 1, 3])", "index 3")
agree.refuses("searchsorted(tall, 3)", "one axis")
agree.refuses("searchsorted(edges, 3, side='middle')", "middle")

for name in ("long", "ties", "tall", "deep", "none", "one", "scalar", "abool", "acomplex64",
             "afloat16", "holes", "words", "wide"):
    agree.check(f"flatnonzero({name})")
    agree.check(f"argwhere({name})")
    if name != "scalar":
        agree.check(f"nonzero({name})")
    agree.check(f"where({name} == {name})" if name != "scalar" else "where(long > 0)")
for expr in ("nonzero(long > 1)", "argwhere(deep > 1.2)", "argwhere(deep > 1e9)",
             "where(wide < -1)",
             "flatnonzero(holes == 0)", "nonzero(tall[::3].T % 2)", "argwhere(scalar > 5)",
             "extract(long > 0, long)", "extract(deep > 1, deep)", "extract(deep[0] > 0, deep)",
             "extract(tall, tall)", "extract(words > 'b', words)", "extract(none, none)",
             "extract(abool, acomplex128)", "extract(tall.T > 0, tall)",
             "extract([True, False, True, False], [1, 2, 3])", "where(deep > 0, deep, 0)",
             "sum(extract(long > 0.5, long * 2))"):
    agree.check(expr, 1e-12)
agree.refuses("extract([False, True, True, True], [1, 2])", "behind the end")
agree.done()
