# SPDX-License-Identifier: MIT
"""median, quantile, percentile: in memory, and by passes."""
import numpy as np

from agree import Agree

agree = Agree()
random = np.random.default_rng(12)
arrays = {
    "a": random.normal(size=(40, 21)),
    "f": random.normal(size=(13, 4, 6)).astype("f4"),
    "h": random.normal(size=(9, 5)).astype("f2"),
    "i": random.integers(-100, 100, (33, 8)).astype("i2"),
    "u": random.integers(0, 250, (257,)).astype("u1"),
    "big": random.integers(-2**62, 2**62, (300,)),
    "ubig": random.integers(0, 2**64 - 1, (300,), dtype="u8"),
    "flat": np.concatenate([random.normal(size=800), random.normal(size=200) * 1e30]),
    "ties": random.integers(0, 3, (200, 2)).astype("f8"),
    "tall": random.normal(size=(400, 5)),
    "one": np.array([[2.5]]),
    "scalar": np.float64(3),
    "none": np.zeros((0, 3)),
    "truth": random.random((5, 6)) < 0.5,
}
holes = random.normal(size=(300, 3))
holes[random.random((300, 3)) < 0.2] = np.nan
holes[:, 1] = np.nan
holes[0, 2] = -np.inf
holes[1:130, 2] = np.inf
arrays["holes"] = holes
chunks = {"a": (7, 10), "tall": (110, 2), "flat": (333,), "holes": (40, 2)}
for name, values in arrays.items():
    agree.array(name, values, chunks.get(name))

for name, values in arrays.items():
    if name in ("none", "truth"):
        continue
    close = {"e": 2e-3, "f": 1e-6}.get(values.dtype.char, 1e-14)
    axes = [""] + [f", axis={axis}" for axis in range(values.ndim)]
    axes += [", axis=(0, 2)", ", axis=(1, 0), keepdims=True"] if values.ndim == 3 else []
    for axis in axes:
        for function in ("median", "nanmedian"):
            agree.check(f"{function}({name}{axis})", close)
        for function in ("quantile", "nanquantile"):
            agree.check(f"{function}({name}, [0.1, 0.5, 1, 0]{axis})", close, atol=1e-15,
                        dtype=name != "holes")
            kept = axis if "keepdims" in axis else axis + ", keepdims=True"
            agree.check(f"{function}({name}, 0.37{kept})", close, atol=1e-15,
                        dtype=name != "holes")
for method in ("linear", "lower", "higher", "nearest", "midpoint", "hazen", "weibull",
               "median_unbiased", "normal_unbiased", "inverted_cdf", "averaged_inverted_cdf",
               "interpolated_inverted_cdf", "closest_observation"):
    for name in ("a", "i", "f", "flat", "one", "tall"):
        agree.check(f"quantile({name}, [0, 0.03, 0.1, 0.25, 0.5, 0.97, 1], method='{method}')",
                    1e-6, atol=1e-12)
        agree.check(f"percentile({name}, 30, axis=0, method='{method}')", 1e-6, atol=1e-12)
        agree.check(f"nanpercentile({name}, [30, 1.5], axis=-1, method='{method}')", 1e-6,
                    atol=1e-12)
# NumPy's nan-versions put only the last axis of q first; here all, as quantile() has it.
agree.check("nanquantile(a, [[0.3, 0.5]], axis=0)", 1e-14,
            expected="quantile(a, [[0.3, 0.5]], axis=0)")
for expr in ("quantile(a, [[0.3, 0.5]], axis=1)", "median(none)", "nanmedian(none)",
             "nanquantile(none, 0.5)", "median(none, axis=1)",
             "median(none, axis=0)", "median(truth)", "median(truth, axis=0)",
             "quantile(truth, 0.4, method='higher')", "median(a.T, axis=0)",
             "quantile(tall[::-3, 1:], [0.2, 0.8], axis=0)", "median(a - a[0], axis=1)",
             "quantile(flat, linspace(0, 1, 41))", "quantile(a, [], axis=0)",
             "(a - median(a, axis=0)) / quantile(a, 0.75)", "quantile(none, 0.5, axis=1)"):
    if "linspace" in expr:
        agree.check("quantile(flat, [%s])" % ", ".join(str(k / 40) for k in range(41)), 1e-14)
    else:
        agree.check(expr, 1e-14, atol=1e-15)
agree.refuses("quantile(a, 1.5)", "0 to 1")
agree.refuses("percentile(a, [1, -3])", "0 to 100")
agree.refuses("quantile(a, 0.5, method='magic')", "magic", "linear")
agree.refuses("quantile(none, 0.5)", "no elements")
agree.refuses("quantile(truth, 0.5)", "bool")
agree.done()
