# SPDX-License-Identifier: MIT
"""How an expression is read: numbers, comparisons, indices, arguments; and how long it may be."""
import numpy as np

from agree import Agree

agree = Agree()
agree.array("x", np.arange(10), chunks=(4,))
agree.array("i", np.arange(12).reshape(3, 4), chunks=(2, 3))
agree.array("f", np.arange(6, dtype="f4"))
agree.array("u8", np.array([0, 1, 100, 255], "u1"))
agree.array("big", np.array([2**64 - 1, 2**64 - 2, 2**63, 5], "u8"))

# Whole numbers among themselves are Python's.
for expr in ("x + 2**63", "big == 2**64 - 1", "big == 2**64 - 2", "big - (2**63 - 1)",
             "x + -9223372036854775808", "x * 10**-3", "u8 * (2*3)", "u8 + (300 - 299)",
             "f * (1 / 3)", "x * (7 // -2)", "x * (-7 // 2)", "x * (-7 % 3)", "x * (7 % -3)",
             "x * (6 // -3)", "x % (1 << 40)", "x + (-9 >> 1)", "x + (-9 >> 200)",
             "x & (6 | 9) ^ 5", "x + ~6", "u8 * 2**3", "u8 * +2", "u8 + 2**8", "x + 3 * -2",
             "x * (2**100 // 2**98)", "x + (10**30 - 10**30 + 1)", "isscalar(2 * 3)",
             "isscalar(-1.5)", "1 < 2", "2**64 > 2**63", "2**64 == 2.0**64", "-2**2 + x", "x ** 2",
             "18446744073709551616 - 1 == big", "2**-1 + f", "1 / 3 * f", "-x ** 2"):
    agree.check(expr)
agree.check("x * 10**20", expected="x * 1e20")
agree.check("x * 10**40", expected="x * 1e40")
agree.check("x * (1 << 70)", expected="x * 2.0**70")
agree.check("x * -(2**64)", expected="x * -2.0**64")
agree.check("x * 2**5000", expected="x * float('inf')")
agree.refuses("0 ** -1", "negative power")
agree.refuses("1 < x < 3", "comparisons aren't chained; write (a < x) & (x < b)", "\n        ^")
agree.refuses("x == x == x", "aren't chained")
agree.check("(1 < x) & (x < 3)")

# A tuple that stands alone in brackets is several indices.
for expr in ("i[(0, 2)]", "i[(0, 2),]", "i[(0, 2), 1]", "i[[0, 2]]", "i[(0,)]", "i[()]",
             "i[(None, 0)]", "i[(..., 1)]", "x[where(x > 6)]", "x[nonzero(x)]", "i[nonzero(i > 5)]",
             "i[where(i > 5)[0]]", "x[None:5]", "x[2:None:3]", "x[::None]", "x[[]]",
             "x[mean(x).astype('int64'):]", "x[True]", "i[1:, ::-1]"):
    agree.check(expr)
agree.writes("i[where(i > 5)]", "0")
agree.refuses("x[1 + 1.5]", "an index is an integer; astype('int64')", "\n    ^")
agree.refuses("x[mean(x):]", "an index is an integer; astype('int64')", "\n    ^")
agree.refuses("i[0, :2.5]", "an index is an integer", "\n        ^")
agree.refuses("x[f]", "an index is an integer", "float32")
agree.refuses("x['a']", "an index is an integer, not a text")
agree.refuses("x['a':]", "an index is an integer, not a text", "\n    ^")
agree.refuses("x[:i]", "\n     ^")
agree.refuses("1 + None.T", "None", "\n          ^")

# Arguments.
for expr in ("sum(x, 0, None, None, False, 100)", "max(x, 0, None, False, 100)",
             "median(i, 0, None, False, True)", "choose(x % 2, [x, -x], None, 'clip')",
             "reshape(x, (2, 5), 'F')", "reshape(x, (2, 5), order='F')", "x.reshape(2, 5)",
             "x.reshape((2, 5))", "i.transpose(1, 0)", "x.compress(x > 6)",
             "x.compress(condition=x > 6)", "i.compress([True, False, True], axis=0)",
             "i.compress([True, False, True], 0)", "compress(x > 6, x)",
             "compress(a=x, condition=x > 6)"):
    agree.check(expr)
agree.check("x.clip(min=3)")
agree.refuses("mean(x, 0, axis=0)", "'axis' is given twice")
agree.refuses("mean(x, a=x)", "'a' is given twice")
agree.refuses("reshape(x, 2, 5, newshape=10)", "'newshape' is given twice")
agree.refuses("clip(x, 0, 5, max=3)", "'max' is given twice")
agree.refuses("max(x, where=1, where=2)", "'where' is given twice", "\n                  ^")
agree.refuses("sort(x, 0, None, 'foo')", "sort()", "place 4", "None")
agree.refuses("sum(x, 0, None, x)", "place 4")
agree.refuses("sum(x, 0, None, None, False, 100, True, 3)", "at most 7", "not 8")
agree.refuses("unique(x, True, True, True, None, True)", "at most 5")
agree.refuses("shape(x, 3)", "at most 1")
for name in ("shape", "ndim", "flat", "array_str", "array_repr", "modf", "get_state", "mgrid"):
    name = "random." + name if name == "get_state" else name
    agree.refuses(f"{name}(nothing=1)", "'nothing' isn't an argument")
for expr in ("array([1, [2]])", "array([[2], 1])", "array([1, []])", "array([[[1]], [2]])",
             "x[[0, [1]]]", "x + [[1], 2]"):
    agree.refuses(expr, "a list", "makes no array", "^")

# How long one may be.
agree.check("+".join(["1"] * 20_000), expected=np.int64(20_000))
agree.check("+".join(["x"] * 950), expected="x * 950")
agree.check("x" + "[::-1]" * 950, expected="x")
agree.refuses("**".join(["1"] * 10_000), "within each other", "^")
agree.refuses("+".join(["x"] * 15_000), "1,000 operators and calls", "^")
agree.refuses("x" + ".T" * 15_000, "1,000 operators and calls")
agree.done()
