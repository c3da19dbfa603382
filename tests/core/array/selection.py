# SPDX-License-Identifier: MIT
"""What stands in brackets, and dtypes and shapes of operators."""
import numpy as np

from agree import Agree

agree = Agree()
random = np.random.default_rng(3)
agree.array("a", random.integers(-50, 50, (7, 5, 4)), chunks=(3, 2, 4))
agree.array("b", random.random((5, 4)))
agree.array("v", random.random(11).astype("f4"), chunks=(4,))
agree.array("none", np.zeros((0, 3)))
agree.array("one", np.array([[2.5]]))
agree.array("scalar", np.float64(7))

for expr in ("a", "a[3]", "a[-1]", "a[1:5]", "a[::2, ::-1]", "a[..., 1]", "a[2, ..., ::3]",
             "a[:, None, 2]", "a[-2:0:-2, 1:, None, ::-1]", "a[5:2]", "a[1, 2, 3]", "a.T",
             "a[::3].T[::-1]", "a[1:6][::2][1]", "none", "none[:, 1]", "scalar", "scalar[None]",
             "v[::-1]", "v[8:1:-3]"):
    agree.check(expr)
for expr in ("a + b", "a * 2 + b[0]", "a - a[0]", "v + v[0]", "v * 2", "v * one", "-a", "a + 1.5",
             "v + b[:, :1]", "a / 3", "v / 3", "a[..., :1] * b[:, None, 0]", "scalar * v",
             "none + 1", "scalar + 2", "a == a[0]", "a < 3", "v >= 0.5", "sqrt(v)", "sqrt(b)"):
    agree.check(expr, rtol=1e-6)
for expr in ("sum(b)", "sum(b, axis=0)", "sum(b, axis=-1, keepdims=True)", "b.sum(axis=1)",
             "sum(b + b[0]) * 2", "(b - sum(b, axis=0)) / sum(b)"):
    agree.check(expr, rtol=1e-12)
agree.refuses("a[7]", "no index 7", "axis 0")
agree.refuses("a[0, 0, 0, 0]", "axes")
agree.refuses("a + v", "don't fit")
agree.refuses("a +", "was expected", "^")
agree.refuses("meen(a)", "no function 'meen'")
agree.refuses("c + 1", "'c' stands for nothing")
agree.done()
