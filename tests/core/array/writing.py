# SPDX-License-Identifier: MIT
"""Assignments: through views, lists and masks, with sources that overlap what is written."""
import numpy as np

from agree import Agree

agree = Agree()
random = np.random.default_rng(17)
agree.array("a", random.integers(-50, 50, (7, 5, 4)), chunks=(3, 2, 4))
agree.array("b", random.random((30, 20)), chunks=(7, 6))
agree.array("v", random.random(500).astype("f4"))
agree.array("u", random.integers(0, 255, 40).astype("u1"), chunks=(7,))
agree.array("flags", random.random((7, 5)) < 0.4)
agree.array("rows", np.array([True, False, True, True, False, False, True]))
agree.array("list", random.integers(-500, 500, 2000))
agree.array("order", random.permutation(500))
agree.array("half", random.random((30, 20)) < 0.5, chunks=(6, 6))
agree.array("counts", np.arange(2000.0))
agree.array("places", np.array([4, 4, 4, 2, 0, 2]))
agree.array("text", np.array(["one", "zwei", "trois", "", "5"]))

for target, value in (
        ("a[...]", "3"), ("a[1]", "a[0]"), ("a[::2, 1]", "7"), ("a[::2, ::-1, 1:3]", "a[:4, :, :2]"),
        ("a.T[1]", "9"), ("a.T[::-1, ::2]", "a.T[:, :3]"), ("a[:, :, None, 0]", "a[:, :1, None, 0]"),
        ("b[::3]", "5.5"), ("b[::3, ::2]", "b[:10, :10]"), ("b[1::7, 3]", "1"), ("v[::2]", "v[1::2]"),
        ("v[::100]", "1"), ("v[::-3]", "2"), ("u[...]", "200.7"), ("u[5:9]", "[1, 2, 3, 4]"), ("text[1:3]", "text[3:]"),
        # Overlapping.
        ("a[1:]", "a[:-1]"), ("a[:-1]", "a[1:]"), ("a[::-1]", "a"), ("b[...]", "b[::-1, ::-1]"), ("b[:20, :20]", "b[:20, :20].T"),
        ("v[1:]", "v[:-1]"), ("v[1:]", "v[:-1] + v[1:]"), ("v[::-1]", "v"), ("v[...]", "v[0]"), ("b[...]", "b - b[0]"),
        ("b[1:, 1:]", "b[:-1, :-1] * 2"), ("v[250:]", "v[:250]"), ("a[...]", "reshape(a.T, (7, 5, 4))"),
        # Through other shapes.
        ("reshape(b, -1)[10:300]", "-1"), ("reshape(b, (60, 10))[::7, 3:5]", "8"), ("swapaxes(a, 0, 2)[1]", "0"),
        ("reshape(b, -1)[::21]", "99"), ("squeeze(a[:1])[...]", "4"), ("flip(b)[:3]", "b[:3]"),
        # Lists.
        ("a[[0, 3]]", "a[[3, 0]]"), ("a[[0, 0, 1]]", "reshape(a[:3], (3, 5, 4))"), ("v[list]", "counts"), ("v[list]", "0"),
        ("v[order]", "v"), ("v[order]", "v[order[::-1]]"), ("a[:, [1, 1, 3]]", "a[:, :3]"), ("a[[0, 1], [1, 2]]", "5"),
        ("a[[0, 1], :, [1, 2]]", "a[:2, :, 0]"), ("a[0, [1, 4], ::2]", "[[1, 2], [3, 4]]"), ("v[[-1, 5]]", "[1, 2]"), ("b[[3, 9, 27]]", "b[[9, 27, 3]] * 2"),
        ("b[:, [19, 0]]", "b[:, [0, 19]]"), ("u[places]", "[1, 2, 3, 4, 5, 6]"), ("places[places]", "places[::-1]"), ("a[[]]", "1"),
        ("text[[4, 0]]", "text[1:3]"), ("b[[[0, 0], [0, 1]]]", "reshape(b[:4], (2, 2, 20))"), ("a[list[:20] - list[:20]]", "a[list[20:40] - list[20:40] + places[repeat([0, 1, 2, 4, 5], 4)]]"),
        ("v[::2][order[:50] - order[:50] + 3]", "counts[:50]"),
        # Masks.
        ("a[a > 0]", "0"), ("a[a > 100]", "0"), ("b[half]", "-1"), ("b[half]", "b[half][::-1]"), ("b[half]", "counts[:{}]".format(agree.arrays["half"].sum())),
        ("a[flags]", "7"), ("a[flags]", "a[flags] * 2"), ("a[rows]", "a[:4]"), ("a[rows, 1]", "5"), ("a[rows, :, ::2]", "a[:4, :, ::2]"),
        ("a[:, flags[0]]", "0"), ("v[v > 0.5]", "v[v <= 0.5][0]"), ("b[b > 0.5]", "b[b > 0.5] + 1"), ("v[v > v[::-1]]", "v[v < v[::-1]]"),
        ("b.T[half.T]", "3"), ("b[::2][half[::2]]", "3"), ("u[u > 100]", "u[u > 100] - 100"), ("v[1:][v[:-1] > 0.5]", "0"), ("b[...]", "b[half][0]")):
    agree.writes(target, value)
agree.done()
