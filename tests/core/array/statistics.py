# SPDX-License-Identifier: MIT
"""sum, prod, max, mean, var and their like, over dtypes, shapes and axes."""
import math

import numpy as np

from agree import Agree

agree = Agree()
random = np.random.default_rng(11)
TOLERANCE = {"e": 2e-3, "f": 2e-6, "d": 1e-13, "F": 2e-6, "D": 1e-13}


def rtol(values):
    return TOLERANCE.get(values.dtype.char, 1e-13)


arrays = {}


def array(name, values, chunks=None):
    arrays[name] = np.asarray(values)
    agree.array(name, values, chunks)


for code in "?bhilBHILefdFD":
    name = {"?": "b1"}.get(code, np.dtype(code).name)
    values = random.integers(0, 2, (6, 5, 7)) if code == "?" else random.integers(
        0 if code.isupper() and code not in "FD" else -9, 10, (6, 5, 7))
    if code in "efd":
        values = values + random.random((6, 5, 7)) / 8
    if code in "FD":
        values = values + 1j * random.integers(-9, 10, (6, 5, 7))
    array(name, values.astype(code), (4, 2, 7))
array("wide", random.normal(size=(9, 70)).astype("f4"), (4, 33))
array("flat", random.normal(size=1111))
array("narrow", random.normal(size=(300, 3)))
array("narrow16", random.integers(-99, 99, (300, 5)).astype("i2"), (77, 5))
array("none", np.zeros((0, 3)))
array("one", np.array([[-2.5]]))
array("scalar", np.float64(7))
array("counts", np.int64(-3))
array("ties", np.array([[3, 1, 3, 1], [1, 3, 1, 3]], "u1"))
holes = random.normal(size=(8, 6))
holes[random.random((8, 6)) < 0.3] = np.nan
holes[:, 2] = [np.inf, -np.inf, 1, 2, np.nan, 0, -0.0, 3]
holes[:, 4] = np.nan
array("holes", holes, (3, 4))
array("holes32", holes.astype("f4"))
array("holesc", holes[:, :4] + 1j * holes[:, ::-1][:, :4])
array("infinite", np.array([[-np.inf, np.nan, -np.inf], [1, -np.inf, np.inf]]))
array("mask", random.random((6, 5, 7)) < 0.4)
array("words", np.array([["pear", "fig", ""], ["apple", "plum", "fig"]]))

AXES = ("", ", axis=0", ", axis=1", ", axis=-1", ", axis=(0, 2)", ", axis=(-1, 1), keepdims=True",
        ", keepdims=True")
for name, values in arrays.items():
    if values.ndim != 3 or name == "mask":
        continue
    for axis in AXES:
        for function in ("sum", "mean", "var", "std", "all", "any", "count_nonzero", "max", "min",
                         "prod"):
            close = max(rtol(values), 1e-12)
            if function == "prod" and name in ("float16", "float32", "complex64"):
                if axis in ("", ", keepdims=True", ", axis=(0, 2)") or "(-1" in axis:
                    continue  # overflows, at another place
                close *= 20
            if function in ("mean", "sum") and values.dtype.kind in "fc":
                agree.check(f"{function}({name}{axis})", close, atol=close * 4)
            else:
                agree.check(f"{function}({name}{axis})", close * (10 if function == "prod" else 1))
        if "(" not in axis:
            for function in ("argmax", "argmin"):
                agree.check(f"{function}({name}{axis})")
    if values.dtype.kind != "b":
        agree.check(f"ptp({name}, axis=1)")
    agree.check(f"sum({name}, dtype='float64', axis=1)",
                1e-13) if values.dtype.kind != "c" else None
    agree.check(f"max({name}[::2, ::-1].T, axis=(0, 1))")

for name in ("wide", "flat", "narrow", "narrow16", "one", "scalar", "counts", "ties", "holes",
             "holes32", "holesc", "infinite"):
    values = arrays[name]
    close = rtol(values)
    for axis in ("", ", axis=0", ", axis=-1"):
        if axis and values.ndim == 0:
            continue
        for function in ("sum", "mean", "var", "std", "nansum", "nanmean", "nanvar", "nanstd"):
            agree.check(f"{function}({name}{axis})", max(close, 1e-12), atol=close)
        for function in ("prod", "nanprod"):
            if name not in ("holesc", "infinite") and not (name == "wide" and not axis):
                agree.check(f"{function}({name}{axis})", close * 50)
        for function in ("max", "min", "nanmax", "nanmin", "argmax", "argmin", "all", "any"):
            agree.check(f"{function}({name}{axis})")
    for ddof in (1, 2.5, 400):
        agree.check(f"var({name}, ddof={ddof})", max(close, 1e-12))
        agree.check(f"nanvar({name}, ddof={ddof})", max(close, 1e-12))
for axis in ("", ", axis=0", ", axis=1"):
    for function in ("nanargmax", "nanargmin"):
        agree.check(f"{function}(narrow{axis})")
        agree.check(f"{function}(holes[:, :4]{axis})")
        # NumPy takes a NaN for -inf.
        right = np.array([1, 1, 1]) if (function, axis) == ("nanargmax", ", axis=0") else None
        agree.check(f"{function}(infinite{axis})", expected=right)
agree.refuses("nanargmax(holes, axis=0)", "NaN")

for expr in ("sum(none)", "sum(none, axis=0)", "sum(none, axis=1)", "prod(none, axis=0)",
             "mean(none, axis=0)", "mean(none)", "var(none)", "max(none, axis=1)", "all(none)",
             "any(none, axis=0)", "count_nonzero(none)", "nanmean(none)", "max(none, initial=3.0)",
             "argmax(none, axis=1)", "sum(none, initial=3)", "std(none, axis=0)"):
    agree.check(expr)
agree.refuses("max(none)", "no outcome", "(0, 3)")
agree.refuses("argmin(none)", "no outcome")
agree.refuses("nanmax(none, axis=0)", "no outcome")

for expr in ("sum(int16, dtype='int8')", "sum(uint8, dtype='uint8', axis=0)",
             "sum(int32, dtype='bool')",
             "prod(int8, axis=0)", "sum(float64, dtype='int32', axis=2)",
             "mean(int16, dtype='int32')",
             "sum(int16, initial=10)", "sum(int16, initial=2.5, axis=1)", "prod(uint8, initial=3)",
             "max(int16, initial=1000000)", "max(uint8, initial=-1)", "min(int8, initial=-100)",
             "max(int8, axis=0, initial=2)", "sum(int64, where=mask)", "any(int64, where=mask)",
             "sum(int64, axis=0, where=mask[0])", "max(int64, where=mask, initial=-50, axis=1)",
             "prod(int32, where=mask, axis=2)", "all(b1, axis=0, where=mask)", "any(b1, 1)",
             "sum(words == 'fig')", "sum(int64[2:2], axis=0)", "int16.sum()", "int8.mean(axis=0)",
             "int16.max(1, keepdims=True)", "sum(float64 * 2 + int8[0]) / 7",
             "argmax(int64, axis=1, keepdims=True)", "argmin(float32, keepdims=True)"):
    agree.check(expr, 1e-12)
agree.check("mean(int16, dtype='float32')", 1e-6)
agree.check("std(float32, dtype='float64', axis=0)", 1e-13)
agree.refuses("max(int64, where=mask)", "initial")
agree.refuses("sum(int64, axis=(0, 0))", "twice")
agree.refuses("sum(int64, axis=3)", "3 axes")
agree.refuses("sum(int64, sideways=1)", "sideways")
agree.refuses("var(int64, dtype='int32')", "int32")
agree.refuses("ptp(b1)", "bool")
agree.refuses("mean(words)", "text")

# NumPy has these for texts that are objects.
words = arrays["words"].astype(object)
agree.check("max(words)", expected=np.asarray(str(words.max())))
agree.check("min(words, axis=0)", expected=words.min(axis=0).astype(str))
agree.check("max(words, axis=1, keepdims=True)",
            expected=words.max(axis=1, keepdims=True).astype(str))
agree.check("argmax(words)")
agree.check("argmin(words, axis=1)")
agree.check("count_nonzero(words, axis=0)")

for expr in ("average(int16)", "average(float64, weights=uint8 + 1)", "average(float32, axis=1)",
             "average(int16, axis=1, weights=[1, 0, 2, 3, 1])",
             "average(float64, axis=-1, weights=float64[0, 0] + 20, returned=True)"):
    agree.check(expr, 1e-6 if "32" in expr else 1e-12)
agree.refuses("average(int16, weights=int16 * 0)", "zero")
agree.refuses("average(int16, axis=0, weights=[1, 2])", "6")

# What loses its digits: against exact sums, and NumPy's wider numbers.
heap = np.tile([1e16, 1.0, -1e16], 1000)
far = 1e9 + random.normal(size=3000) * 1e-3
steps = np.where(np.arange(3000) < 1500, 1e8, -1e8) + random.normal(size=3000)
for name, values in (("heap", heap), ("far", far), ("steps", steps)):
    agree.array(name, values, chunks=(640,))
    agree.array(name + "2", np.stack([values, values[::-1], values], axis=1))
    exact = values.astype(np.longdouble)
    agree.check(f"sum({name})", 1e-16, expected=math.fsum(values))
    agree.check(f"sum({name}2, axis=0)", 1e-16, expected=np.full(3, math.fsum(values)))
    agree.check(f"mean({name}2, axis=0)", 1e-15, expected=np.full(3, math.fsum(values) / 3000))
    agree.check(f"var({name})", 1e-12, expected=np.float64(exact.var()))
    agree.check(f"var({name}2, axis=0)", 1e-12, expected=np.full(3, np.float64(exact.var())))
agree.array("powers", np.tile([1e300, 1e-300], 700))
agree.check("prod(powers)", 1e-12)
agree.done()
