# SPDX-License-Identifier: MIT
"""Arrays out of nothing: the same elements as NumPy's, to the last bit."""
import numpy as np

from agree import Agree

agree = Agree()
random = np.random.default_rng(11)
agree.array("a", random.integers(-50, 50, (7, 5)), chunks=(3, 2))
agree.array("v", random.random(50), chunks=(16,))
agree.array("f", random.random((6, 4)).astype("f4"), chunks=(4, 3))
agree.array("z", random.random(5) + 1j)
agree.array("u", np.arange(200, 206).astype("u1"))
agree.array("flags", np.array([[True, False], [True, True]]))
agree.array("bad", np.array([1.0, np.nan]))
agree.array("words", np.array([["a", "b"], ["c", "dd"]]))
agree.array("stack", random.random((2, 4, 3)), chunks=(1, 2, 2))

DTYPES = ("bool", "int8", "uint16", "int64", "uint64", "float16", "float32", "float64", "complex64", "complex128")
for dtype in DTYPES:
    for expr in (f"zeros((3, 40), dtype='{dtype}')", f"ones(300, '{dtype}')", f"full((2, 3), 1, '{dtype}')",
                 f"eye(5, 7, 1, '{dtype}')", f"eye(30, k=-3, dtype='{dtype}')", f"identity(4, '{dtype}')", f"tri(4, 6, -1, '{dtype}')",
                 f"zeros_like(a, '{dtype}')", f"ones_like(a, dtype='{dtype}')", f"asarray(u, '{dtype}')"):
        agree.check(expr)
    if dtype != "bool":
        for expr in (f"arange(100, dtype='{dtype}')", f"arange(3, 120, 7, '{dtype}')", f"linspace(0, 100, 301, dtype='{dtype}')",
                     f"full_like(a, 7, '{dtype}')"):
            agree.check(expr)
for expr in ("arange(0)", "arange(10)", "arange(3, 9)", "arange(0, 1, 0.1)", "arange(5, -5, -2)", "arange(0.5, 60.3, 0.1)", "arange(1e6, 1e6 + 20, 0.3)",
             "arange(5, 2)", "arange(1, 2, 0.001, dtype='float32')", "arange(3.0)", "arange(-1, 300, 3, dtype='uint8')", "arange(2**62, 2**62 + 5)",
             "linspace(0, 1)", "linspace(0, 1, 7)", "linspace(2, -3, 1001)", "linspace(0, 1, 10, endpoint=False)", "linspace(0, 1, 1)", "linspace(0, 1, 0)",
             "linspace(3, 3, 5)", "linspace(0, 10, 4, retstep=True)", "linspace(0, 10, 7, dtype='int64')", "linspace(-5, 5, 9, dtype='int32')", "linspace(1j, 3, 5)",
             "linspace(v[:3], v[3:6], 5)", "linspace(a[0], 100, 6, axis=1)", "linspace(f[0], f[1], 3)", "linspace(5e-324, 1e-323, 4)",
             "meshgrid(v[:3], a[0])", "meshgrid(v[:3], a[0], indexing='ij')", "meshgrid(v[:3], a[0], u, sparse=True)", "meshgrid(v)",
             "full((2, 5), a[0])", "full(4, 2.5)", "full((), 3)", "empty_like(u) * 0", "empty((2, 2)) * 0",
             "tril(a)", "triu(a, 1)", "tril(f, -2)", "triu(stack, -1)", "tril(v[:5])", "triu(flags)", "tril(a, 20)", "triu(a, -20)", "tril(z)", "tril(words)", "triu(words, 1)",
             "diag(v[:6])", "diag(a)", "diag(a, 2)", "diag(u, -3)", "diag(z, 1)", "diagflat(a)", "diagflat(v, 2)", "vander(a[0])", "vander(v[:5], 3)",
             "vander(u, 12)", "vander(u, 4, increasing=True)", "vander(f[0], 6)", "vander(z, 4)", "copy(a)", "array(a, 'float32')", "array([[1, 2], [3, 4.5]])",
             "asanyarray(a)", "require(a, 'float64')", "asfarray(a)", "asfarray(f, 'float32')", "asarray_chkfinite(v)", "ascontiguousarray(a.T)",
             "tri(3)", "tri(3, 5, 2)", "identity(0)", "eye(0, 3)", "zeros(0)", "zeros((0, 4))", "ones(())", "eye(300)[290:, 280:]"):
    agree.check(expr, rtol=1e-15 if "z" in expr or "1j" in expr else 0)
for expr in ("logspace(0, 3, 50)", "logspace(0, 3, 5, base=2)", "logspace(1, 2, 4, endpoint=False)", "logspace(0, 3, 4, dtype='int64')",
             "geomspace(1, 1000, 4)", "geomspace(-1, -1000, 7)", "geomspace(1, 256, 9)", "geomspace(2, 5, 6, endpoint=False)", "geomspace(1, 3, 1)"):
    agree.check(expr, rtol=1e-14)
agree.check("mgrid(arange(3), arange(2, 9, 2))", expected="mgrid[0:3, 2:9:2]")
agree.check("mgrid(linspace(0, 1, 5), arange(2))", expected="mgrid[0:1:5j, 0:2]")
agree.check("ogrid(arange(3), arange(2, 9, 2))", expected="ogrid[0:3, 2:9:2]")
for expr in ("indices((3, 4))", "indices((5,), 'float32')", "indices((2, 3, 60))[:, ::-1, :, 50]", "indices((0, 2))",
             "fromstring('1 2.5  -3e2', sep=' ')", "fromstring('1, 2,3', dtype='int32', sep=',')", "fromstring('1 2 3', count=2, sep=' ')",
             "zeros(shape=4)", "arange(start=2, stop=5)"):
    agree.check(expr)
agree.refuses("fromstring('1 x', sep=' ')", "'x'")
agree.refuses("fromstring('12')", "separator")
agree.refuses("zeros((2, -1))", "(2, -1)")
agree.refuses("arange(1, 2, 0)", "step of 0")
agree.refuses("geomspace(0, 1)", "zero")
agree.refuses("asarray_chkfinite(bad)", "NaN")
agree.refuses("linspace(0, 1, -1)", "samples")
agree.refuses("zeros(3, order='C')", "'order'", "dtype")
agree.done()
