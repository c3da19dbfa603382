# SPDX-License-Identifier: MIT
"""cumsum, cumprod, unwrap."""
import numpy as np

from agree import Agree

agree = Agree()
random = np.random.default_rng(13)
arrays = {"none": np.zeros((0, 3)), "one": np.array([[2.5]]), "scalar": np.float64(3),
          "long": random.normal(size=3000), "tall": random.normal(size=(700, 3)),
          "whole": random.integers(-9, 9, (5, 900)).astype("i2")}
for code in "?bhilBHILefdFD":
    values = random.integers(0, 3, (7, 4, 5))
    arrays["a" + np.dtype(code).name] = values.astype(code)
holes = random.normal(size=(50, 4))
holes[random.random((50, 4)) < 0.2] = np.nan
arrays["holes"] = holes
arrays["ends"] = np.array([1.0, np.inf, 2, -np.inf, 3])
arrays["huge"] = np.array([1e308, 1e308, -1e308, 3, 1e-300, 1e-300])
chunks = {"long": (700,), "tall": (33, 2), "whole": (2, 71), "holes": (7, 3)}
arrays["grows"] = np.full(6000, 1.5)
arrays["grows"][0] = 0
arrays["falls"] = np.r_[np.full(3000, 2.0), np.full(9000, 0.5)]  # past what doubles hold
for name, values in arrays.items():
    agree.array(name, values, chunks.get(name, (3, 2, 4) if values.ndim == 3 else None))

for name, values in arrays.items():
    if name in ("huge", "grows", "falls"):
        continue
    close = {"e": 2e-3, "f": 1e-6, "F": 1e-6}.get(values.dtype.char, 1e-12)
    axes = [""] + [f", axis={axis}" for axis in range(values.ndim)]
    axes += [", axis=-1"] * (values.ndim > 0)
    for axis in axes:
        for function in ("cumsum", "cumprod", "nancumsum", "nancumprod"):
            if function.endswith("prod") and values.dtype.char in "eF":
                continue  # NumPy's own go by steps of this width
            agree.check(f"{function}({name}{axis})", close, atol=1e-12)
for expr in ("cumsum(whole, dtype=float32, axis=1)", "cumsum(whole, dtype=int8)",
             "cumprod(auint8, dtype=uint8)", "cumsum(long[::-2])", "cumsum(tall.T, axis=1)",
             "cumsum(tall, axis=0)[5:600:7]", "cumsum(cumsum(tall, axis=0), axis=1)",
             "sum(cumsum(long) - long)", "cumsum(tall, axis=0) / sum(tall, axis=0)",
             "cumprod(huge)", "cumprod(grows)", "nancumprod(grows)",
             "cumprod(grows * 1j)", "cumprod(falls)[:1000]"):
    agree.check(expr, 1e-5 if "32" in expr else 1e-10, atol=1e-10)
agree.refuses("cumsum(tall, axis=2)", "2 axes")

agree.array("phase", np.cumsum(random.normal(size=(6, 400)) * 2, axis=1) % (2 * np.pi), (4, 90))
agree.array("degrees", random.integers(-720, 720, (300,)))
for expr in ("unwrap(phase)", "unwrap(phase, axis=0)", "unwrap(phase, 4.0)", "unwrap(degrees)",
             "unwrap(degrees, period=360)", "unwrap(degrees, period=7)", "unwrap(none)",
             "unwrap(degrees / 4, period=90)", "unwrap(one)", "unwrap(phase, discont=5, axis=-1)"):
    agree.check(expr, 1e-9, atol=1e-9)
agree.check("unwrap(phase * 1.0)", 1e-9, atol=1e-9)

agree.array("x", np.sort(random.normal(size=700)), (50,))
agree.array("points", np.cumsum(random.random((50, 4)), axis=0))
for expr in ("trapz(long)", "trapz(long, dx=0.1)", "trapz(tall, axis=0)", "trapz(tall, x, axis=0)",
             "trapz(tall, dx=2, axis=0)", "trapz(tall.T, x)", "trapz(holes, points, axis=0)",
             "trapz(holes[::-1], points, axis=1)",
             "trapz(whole)", "trapz(auint8, axis=1)", "trapz(abool)",
             "trapz(abool[0, 0] * 1, abool[0, 0] > 0)",
             "trapz(none)", "trapz(one, axis=0)", "trapz(afloat32, [1, 2, 4, 8], axis=1)",
             "trapz(acomplex128)", "trapz(afloat16, axis=0)", "trapz([1, 2, 3], [4, 6, 8])"):
    agree.check(expr, 1e-3 if "16" in expr else 1e-6 if "32" in expr else 1e-12, atol=1e-12)
agree.refuses("trapz(tall, x)", "shape")
agree.refuses("trapz(scalar)", "axes")
agree.done()
