# SPDX-License-Identifier: MIT
"""histogram, bincount, digitize; cov and corrcoef."""
import numpy as np

from agree import Agree

agree = Agree()
random = np.random.default_rng(14)
arrays = {"a": random.normal(size=(30, 41)), "f": random.normal(size=700).astype("f4"),
          "i": random.integers(-20, 20, (9, 50)).astype("i2"), "none": np.zeros(0),
          "u": random.integers(0, 9, 800).astype("u1"), "l": random.integers(0, 400, 333),
          "one": np.array([2.5]), "same": np.full(20, 3.0), "truth": random.random(40) < 0.5,
          "w": random.random((30, 41)), "w32": random.random(333).astype("f4"),
          "whole": random.integers(0, 5, 333), "hole": np.array([1.0, np.nan, 3]),
          "grid": np.linspace(0, 1, 101), "noints": np.zeros(0, "i8"),
          "below": np.array([1, -1]), "ends": np.array([-np.inf, 0.5, np.nan, np.inf])}
for name, values in arrays.items():
    agree.array(name, values, (7, 16) if values.ndim == 2 else None)
for expr in ("histogram(a)", "histogram(f)", "histogram(i)", "histogram(i, bins=7)",
             "histogram(a, 300)", "histogram(none)", "histogram(one)", "histogram(same, 4)",
             "histogram(truth)", "histogram(u, bins=[0, 2, 3, 7])", "histogram(grid, 10)",
             "histogram(grid, bins=10, range=(0.25, 0.75))", "histogram(hole, range=(0, 4))",
             "histogram(a, weights=w)", "histogram(l, weights=w32, bins=6)",
             "histogram(a, density=True)",
             "histogram(l, weights=whole)", "histogram(a, bins=[-1.0, 0, 0.5, 2], density=True)",
             "histogram(a, weights=w, bins=[-1.0, 0, 0.5, 2])",
             "histogram(i, bins=3, range=(-5, 5))",
             "histogram_bin_edges(a, 5)", "histogram_bin_edges(f)",
             "histogram_bin_edges(u, bins=[1, 2])",
             "histogram(a * 2 - mean(a))", "histogram(ends, bins=[0, 1, 2])",
             "bincount(u)", "bincount(l)", "bincount(l, minlength=900)", "bincount(u, minlength=3)",
             "bincount(l, weights=w32)", "bincount(noints)", "bincount(noints, minlength=4)",
             "bincount(truth)", "digitize(a, [-1, 0, 0.5])",
             "digitize(a, [-1, 0, 0.5], right=True)",
             "digitize(u, [7, 3, 3, 1])", "digitize(u, [7, 3, 3, 1], right=True)",
             "digitize(ends, [0.0, 0.5, 1.0])", "digitize(ends, [1.0, 0.5], True)",
             "digitize(3, [1, 2])"):
    agree.check(expr, 1e-6 if "f" in expr.split("(")[1] or "32" in expr else 1e-12, atol=1e-15)
agree.refuses("histogram(hole)", "finite")
agree.refuses("histogram(a, 0)", "one bin")
for rule in "auto", "doane", "fd", "rice", "scott", "sqrt", "sturges":
    for name in "a", "i", "none", "one", "same", "truth", "whole", "grid":
        agree.check(f"histogram({name}, bins='{rule}')", 1e-12, atol=1e-15)
    for name in "a", "i", "hole", "ends":
        agree.check(f"histogram({name}, '{rule}', (0.25, 7))", 1e-12)
    agree.check(f"histogram_bin_edges(a, '{rule}', range=(50, 60))", 1e-12)
agree.refuses("histogram(a, bins='stone')", "stone", "sturges")
agree.refuses("histogram(none, bins='magic')", "magic")
agree.refuses("histogram(hole, bins='fd')", "finite")
agree.refuses("histogram(a, bins='fd', weights=w)", "weights")
agree.refuses("histogram(a, [3, 1])", "increase")
agree.refuses("histogram(a, weights=w[0])", "(41,)")
agree.refuses("bincount(below)", "negative")
agree.refuses("bincount(a[0])", "float64")
agree.refuses("bincount(i)", "one axis")
agree.refuses("digitize(a, [1, 3, 2])", "increase")

agree.array("m", random.normal(size=(5, 200)) + np.arange(5)[:, None] * 1e4, (2, 60))
agree.array("z", random.normal(size=(3, 90)) + 1j * random.normal(size=(3, 90)))
agree.array("v", random.normal(size=200))
agree.array("int", random.integers(0, 9, (40, 3)))
agree.array("freq", random.integers(0, 4, 200))
agree.array("weight", random.random(200))
for expr in ("cov(m)", "corrcoef(m)", "cov(m, v)", "cov(v)", "corrcoef(v)", "corrcoef(v, m[0])",
             "cov(int, rowvar=False)", "cov(int, rowvar=False, bias=True)", "cov(m, ddof=3)",
             "cov(z)", "corrcoef(z)", "cov(m, fweights=freq)", "cov(m, aweights=weight)",
             "cov(m, fweights=freq, aweights=weight, ddof=2)", "cov(m, ddof=0, aweights=weight)",
             "cov(int[:1], rowvar=False)", "cov(m[:, :0])", "cov(none)",
             "corrcoef(int, rowvar=False)",
             "cov(m[:0])", "cov(m, m[1:3])", "corrcoef(m.T, rowvar=False)"):
    agree.check(expr, 1e-9, atol=1e-9)
agree.check("cov(m, dtype=float32)", 1e-3, atol=1e-1)
# Far from zero: against NumPy's wider numbers.
far = 1e9 + random.normal(size=(3, 500)) * 1e-2
agree.array("far", far)
wide = far.astype(np.longdouble)
wide -= wide.mean(axis=1, keepdims=True)
agree.check("cov(far)", 1e-11, expected=np.float64(wide @ wide.T / 499))
agree.refuses("cov(m, fweights=weight)", "whole")
agree.refuses("cov(m, aweights=freq[:3])", "observation")
agree.done()
