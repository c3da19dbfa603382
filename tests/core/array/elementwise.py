# SPDX-License-Identifier: MIT
"""Functions of elements: every one over every dtype, edges of each against each other."""
import warnings

import numpy as np

from agree import LITTLE, MUCH, Agree

warnings.simplefilter("ignore")
np.seterr(all="ignore")
agree = Agree()
inf, nan = np.inf, np.nan
UNSIGNED = ["uint8", "uint16", "uint32", "uint64"]
INTEGERS = ["int8", "int16", "int32", "int64"] + UNSIGNED
FLOATS = ["float16", "float32", "float64"]
COMPLEXES = ["complex64", "complex128"]
DTYPES = ["bool"] + INTEGERS + FLOATS + COMPLEXES
TOLERANCE = {"float16": 1e-3, "float32": 2e-6, "complex64": 4e-6}


def edges(dtype):
    kind = np.dtype(dtype).kind
    if kind == "b":
        return [False, True, True, False]
    if kind in "iu":
        info = np.iinfo(dtype)
        low = [-1, -2, -3, -7, -128, info.min, info.min + 1] if kind == "i" else []
        return [0, 1, 2, 3, 5, 7, 8, 9, 31, 64, 100, info.max, info.max - 1] + low
    reals = [0.0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 3.25, -7, 1e-3, 100.3, inf, -inf, nan]
    if kind == "f":
        return reals + [np.finfo(dtype).max, np.finfo(dtype).tiny, -0.1]
    return [complex(a, b) for a in (0.0, 1.5, -2.0, 1e-3) for b in (0.0, -1.0, 2.5)]


def stored(name, values, dtype, chunk=5):
    agree.array(name, np.array(values).astype(dtype), chunks=(min(chunk, len(values)),))


for dtype in DTYPES:
    stored("x_" + dtype, edges(dtype), dtype)
    stored("y_" + dtype, edges(dtype)[::-1], dtype, 7)
    values = np.random.default_rng(5).random(24) * 2 - 0.4
    agree.array("m_" + dtype, (values * 3).reshape(4, 6).astype(dtype), chunks=(3, 4))
    agree.array("none_" + dtype, np.zeros((0, 3), dtype))
    agree.array("one_" + dtype, np.array([[3]], dtype))
    agree.array("point_" + dtype, np.array(2, dtype))
odd = [complex(a, b) for a in (inf, -inf, nan, 1.0, 0.0) for b in (nan, inf, -inf, -2.0, 0.0)]
for dtype in COMPLEXES:
    stored("odd_" + dtype, odd, dtype)


def compare(expr, ways=None, **how):
    """What NumPy refuses is refused."""
    try:
        expected = agree.expect(expr, None)
    except (TypeError, ValueError):
        agree.refuses(expr)
        return
    result = expected[0] if isinstance(expected, tuple) else np.asarray(expected)
    how.setdefault("rtol", TOLERANCE.get(str(result.dtype), 1e-12))
    if result.dtype.kind in "biu":
        how["rtol"] = 0
    agree.check(expr, expected=expected, ways=ways, **how)


ONE = ("sin cos tan arcsin arccos arctan degrees radians deg2rad rad2deg sinh cosh tanh arcsinh "
       "arccosh arctanh rint fix floor ceil trunc exp expm1 exp2 log log10 log2 log1p i0 sinc "
       "signbit spacing reciprocal positive negative real imag conj conjugate sqrt cbrt square "
       "absolute abs fabs sign isfinite isinf isnan isneginf isposinf iscomplex isreal "
       "iscomplexobj isrealobj isfortran logical_not invert angle around nan_to_num frexp modf "
       ).split()
TWO = ("hypot arctan2 logaddexp logaddexp2 copysign nextafter lcm gcd add subtract multiply "
       "divide true_divide floor_divide float_power fmod mod remainder maximum minimum fmax fmin "
       "heaviside logical_and logical_or logical_xor greater greater_equal less less_equal equal "
       "not_equal bitwise_and bitwise_or bitwise_xor left_shift right_shift divmod").split()
EXACT = ("add subtract multiply floor_divide fmod remainder maximum copysign nextafter spacing "
         "rint floor sqrt negative conj real imag").split()

for dtype in DTYPES:
    for function in ONE:
        how = {"rtol": 0} if function in EXACT else {}
        if dtype in COMPLEXES:
            how["atol"] = 1e-6 if dtype == "complex64" else 1e-14
        if function in ("i0", "sinc") and dtype == "float16":
            # NumPy loses digits (and, of sinc(0), all) in float16.
            for name in "x_float16", "m_float16":
                agree.check(f"{function}({name})", rtol=1e-3,
                            expected=f"{function}({name}.astype('f4')).astype('f2')")
            continue
        for name in ("x_", "m_"):
            compare(f"{function}({name}{dtype})", None if name == "x_" else [LITTLE], **how)
        for name in ("none_", "one_", "point_"):
            compare(f"{function}({name}{dtype})", [MUCH], **how)
    for function in TWO:
        how = {"rtol": 0} if function in EXACT and dtype not in COMPLEXES else {}
        compare(f"{function}(x_{dtype}[:, None], y_{dtype})", **how)
        compare(f"{function}(x_{dtype}, point_{dtype})", [MUCH], **how)
        compare(f"{function}(one_{dtype}, x_{dtype})", [MUCH], **how)
    negative = dtype in INTEGERS and dtype not in UNSIGNED
    exponent = f"abs(y_{dtype}[9:])" if negative else f"y_{dtype}"
    compare(f"power(x_{dtype}[:, None], {exponent})", rtol=TOLERANCE.get(dtype, 1e-12))
    # NumPy's operator makes a square of it, which differs for bool.
    compare(f"m_{dtype} ** 2" if dtype != "bool" else "power(m_bool, 2)",
            rtol=TOLERANCE.get(dtype, 1e-12))
for dtype in COMPLEXES:
    for function in ("add", "multiply", "maximum", "minimum", "fmax", "fmin", "less",
                     "less_equal", "greater", "greater_equal", "equal", "logical_and"):
        compare(f"{function}(odd_{dtype}[:, None], odd_{dtype})")
    for function in ("isnan", "isinf", "isfinite", "absolute", "sign", "nan_to_num", "iscomplex",
                     "real", "imag", "conj", "rint", "square", "negative", "around"):
        compare(f"{function}(odd_{dtype})")
    compare(f"divide(x_{dtype}[:, None], odd_{dtype})")

# Signs of zero, which compare equal.
for dtype in FLOATS:
    for expr in ("remainder(x[:, None], y)", "floor_divide(x[:, None], y)", "fmod(x[:, None], y)",
                 "rint(x)", "trunc(x)", "negative(x)", "multiply(x[:, None], y)",
                 "around(x)", "copysign(0.0, x)", "abs(x)", "sqrt(x)"):
        expr = expr.replace("x[", f"x_{dtype}[").replace("y)", f"y_{dtype})")
        expr = expr.replace("(x)", f"(x_{dtype})").replace(", x)", f", x_{dtype})")
        compare(f"signbit({expr})", [MUCH])

# Whose dtype wins, of arrays and of numbers beside them.
for one in DTYPES:
    for other in DTYPES:
        for sign in "+", "*", "/", "<", "&", "//", "**", "<<":
            right = f"abs(m_{other}[0])" if sign == "**" else f"m_{other}[0]"
            compare(f"m_{one} {sign} {right}", [MUCH], **({"rtol": 0} if sign == "+" else {}))
        compare(f"where(m_{one} < 1, m_{one}, m_{other})", [MUCH])
        compare(f"m_{one} + point_{other}", [MUCH], rtol=0)
        compare(f"point_{one} + point_{other}", [MUCH], rtol=0)
NUMBERS = ("True", "1", "5", "-1", "127", "128", "200", "255", "256", "300", "-129", "70000",
           "-70000", "3000000000", "-3000000000", "10000000000", "10000000000000000000", "1.5",
           "65000.0", "70000.0", "1e38", "3.4e38", "1e300", "-inf", "nan", "1j", "1e300j")
for dtype in DTYPES:
    for number in NUMBERS:
        compare(f"m_{dtype} + {number}", [MUCH], rtol=0)
        compare(f"{number} - m_{dtype}", [MUCH], rtol=0)
        compare(f"m_{dtype} < {number}", [MUCH])
        compare(f"maximum({number}, m_{dtype})", [MUCH], rtol=0)
        compare(f"point_{dtype} * {number}", [MUCH])
        compare(f"where(m_{dtype} > 0, m_{dtype}, {number})", [MUCH], rtol=0)

# Functions with more arguments.
for dtype in DTYPES:
    compare(f"ldexp(m_{dtype}, m_int32)")
    compare(f"ldexp(x_{dtype}, 3)")
    for decimals in 1, 2, -1, -2, 5:
        if dtype != "bool":
            # What doesn't fit into uint32 after it is undefined in NumPy.
            name = "x_uint32[:11]" if dtype == "uint32" else f"x_{dtype}"
            compare(f"around({name}, decimals={decimals})")
    for limits in "1, 2", "None, 1", "0.5, None", "2, 1", "-1, 300":
        if not (dtype in UNSIGNED and "-1" in limits):
            compare(f"clip(m_{dtype}, {limits})")
    compare(f"clip(m_{dtype}, m_{dtype}[0], m_{dtype}[1])")
    compare(f"angle(m_{dtype}, deg=True)")
    compare(f"isclose(x_{dtype}[:, None], y_{dtype})")
    compare(f"isclose(m_{dtype}, m_{dtype} + 1e-9)")
    compare(f"isclose(x_{dtype}, 1, rtol=0.1, atol=0.5, equal_nan=True)")
    compare(f"nan_to_num(x_{dtype}, nan=3, posinf=7, neginf=-2)")
    compare(f"real_if_close(x_{dtype})")
    for expr in ("array_equal(x, x)", "array_equal(x, y)", "array_equal(x, x, equal_nan=True)",
                 "array_equal(x, m)", "array_equiv(m, m[:1])", "array_equiv(one, one[0])",
                 "array_equiv(m, x)", "allclose(x, x)", "allclose(x, x, equal_nan=True)",
                 "allclose(m, m * (1 + 1e-7))"):
        for letter in "xym":
            expr = expr.replace(f"({letter},", f"({letter}_{dtype},")
            expr = expr.replace(f" {letter})", f" {letter}_{dtype})")
            expr = expr.replace(f" {letter}[", f" {letter}_{dtype}[")
            expr = expr.replace(f" {letter} *", f" {letter}_{dtype} *")
            expr = expr.replace(f" {letter}, equal", f" {letter}_{dtype}, equal")
        expr = expr.replace("(one, one[0])", f"(one_{dtype}, one_{dtype}[0])")
        if dtype != "bool" or "allclose(x" not in expr:
            compare(expr)
agree.array("flat", np.array([1 + 1e-15j, 2 - 3e-15j]))
agree.array("close", np.array([1e10, 1e-7, 1e-9, 1.0]))
agree.array("closer", np.array([1.00001e10, 1e-8, 1e-10, 1 + 1e-5]))
for expr in ("real_if_close(flat)", "real_if_close(flat, tol=1)", "real_if_close(flat, 1e-20)",
             "isclose(close, closer)", "isclose(closer, close)", "allclose(close, closer)",
             "isclose(close, closer, 1e-6, 0)", "frexp(m_float64 * 1000)",
             "modf(-m_float64 * 7)"):
    compare(expr)

# Bits.
agree.array("bits", np.random.default_rng(1).integers(0, 3, (5, 19, 3)), chunks=(2, 8, 2))
agree.array("bytes", np.random.default_rng(2).integers(0, 256, (4, 5, 3)).astype("u1"),
            chunks=(3, 2, 2))
agree.array("line", np.random.default_rng(2).integers(0, 256, 700).astype("u1"), chunks=(64,))
for axis in ("", ", axis=0", ", axis=1", ", axis=-1", ", axis=None"):
    for order in ("", ", bitorder='little'"):
        compare(f"packbits(bits{axis}{order})")
        compare(f"packbits(bits > 1{axis}{order})")
        compare(f"unpackbits(bytes{axis}{order})")
    for count in 0, 9, 11, 50, -3:
        compare(f"unpackbits(bytes{axis}, count={count})")
for expr in ("packbits(line > 100)", "unpackbits(line)", "unpackbits(packbits(line))",
             "packbits(line[::-1][3:], bitorder='little')", "packbits(none_uint8)",
             "unpackbits(none_uint8, axis=1)", "packbits(m_float32)", "unpackbits(m_int8)",
             "unpackbits(line[5:77:2])"):
    compare(expr)
for number in 0, 1, 2, 5, 127, 128, -1, -2, -3, -128, -129, 10**12:
    for width in "", ", 3", ", width=10", ", 70":
        expr = f"binary_repr({number}{width})"
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                agree.check(expr, expected=np.array(eval("np." + expr)), ways=[MUCH])
        except DeprecationWarning:
            pass

# Choices.
agree.array("which", np.random.default_rng(3).integers(0, 3, (4, 6)), chunks=(2, 5))
agree.array("beyond", np.array([-4, -1, 0, 2, 3, 9]))
agree.array("text", np.array(["a", "ä", "b", "", "abc", "z\U0001f600", "B"]), chunks=(3,))
agree.array("texts", np.array([["a", "ab", "b", "", "abd", "zz", "b"]] * 2))
for expr in ("where(m_int8 > 1, m_int8, m_float64)", "where(m_float32, 1, 0)",
             "where(True, m_int8, 300)", "where(m_int8[:, :1] > 0, m_int8[0], 5.5)",
             "where(text == 'a', text, texts)", "where(text < 'b', 'less', text)",
             "choose(which, [m_int8, m_float32, 7])", "choose(which, (1, 2, 3))",
             "choose(beyond, [10, 20, 30], mode='wrap')",
             "choose(beyond, [10, 20, 30], mode='clip')",
             "select([m_int8 > 2, m_int8 > 0], [m_int8, m_float32])",
             "select([m_int8 > 2], [5], default=1.5)", "select([text == 'a'], [text], 'no')"):
    compare(expr)
agree.refuses("choose(beyond, [1, 2])", "no choice number", "mode")
agree.refuses("where(m_int8, text, 1)", "no dtype in common")
agree.refuses("choose(m_float32, [1, 2])", "integers")
for sign in "==", "!=", "<", "<=", ">", ">=":
    for left, right in (("text", "texts"), ("texts", "text[1]"), ("text[::-1]", "text"),
                        ("text", "'b'"), ("'b'", "texts")):
        compare(f"{left} {sign} {right}")
compare("array_equal(text, text)")
compare("array_equal(text, text[::-1])")
compare("array_equiv(text, m_int8)")

# interp
agree.array("xp", np.array([-2.0, 0.5, 1, 1, 4, 4.5]))
agree.array("fp", np.array([1.0, -3, 7, 2, inf, 5]))
agree.array("plain", np.array([1, 3, 2, 8, 5, 0]))
agree.array("many", np.r_[np.linspace(-4, 7, 60), nan, inf, -inf, 0.5, 1, 4, 4.5].reshape(67, 1))
for fp in "fp", "plain", "plain + 2j * fp[::-1]":
    for how in ("", ", left=-5", ", right=9.5", ", left=0, right=0"):
        compare(f"interp(many, xp, {fp}{how})")
for expr in ("interp(many[:60], xp, plain, period=3.5)",
             "interp(many[:60], xp[::-1], plain, period=-10, left=5)", "interp(2, xp, plain)",
             "interp(m_int8, [0, 1], [5, 6])", "interp(none_float32, xp, plain)",
             "interp(many, [1], [7])", "interp(point_int8, xp, fp)"):
    compare(expr)
agree.refuses("interp(many, xp, plain[1:])", "as many values as points")
agree.refuses("interp(many, xp, plain, period=0)", "'period' is 0")

# Operators and words.
for expr in ("m_int8 % 3", "-m_int8 % 3", "m_float32 % -0.7", "m_int8 // 2", "m_int8 & 3",
             "m_uint8 | 8", "m_int16 ^ m_int8", "~m_int8", "~m_bool", "m_int32 << 3",
             "m_int32 >> m_int8", "m_int8 << 40", "+m_float32", "isscalar(3)", "isscalar('a')",
             "isscalar(2.5)", "m_float64.round(1)", "m_complex64.real", "m_complex64.imag",
             "m_complex64.conj()", "m_float64.clip(0, 1)", "m_int8.clip(max=1)",
             "add([1, 2], [0.5, 1])", "sqrt(-1)", "sqrt(-1+0j)", "sqrt(2)"):
    compare(expr)
agree.refuses("m_bool - m_bool", "subtract", "bool", "logical_xor")
agree.refuses("-m_bool", "negative", "bool")
agree.refuses("m_int8 ** -1", "negative power", "float_power")
agree.refuses("m_float32 & 1", "bitwise_and", "float32", "astype")
agree.refuses("m_int64 | m_uint64", "bitwise_or", "uint64")
agree.refuses("sin(m_float32, 2)", "at most 1")
agree.refuses("sin(m_float32, axis=1)", "axis")
agree.refuses("sin(text)", "sin", "str")
agree.refuses("clip(m_int8, None, None)", "neither")
agree.refuses("hypot(m_complex64, 1)", "hypot", "complex64")
agree.done()
