# SPDX-License-Identifier: MIT
"""Random arrays: the same for any memory, threads and part; distributed as NumPy's are.

All seeds are fixed, NumPy's too: a case that passes once passes always.
"""
import numpy as np

from agree import MUCH, Agree

agree = Agree()
numpy = np.random.default_rng(20)
COUNT = 50_000
MANY = 150_000
wholes = {}


class Follows:
    """Kolmogorov and Smirnov's test of two samples, and chi-square where values are counts."""

    def __init__(self, reference):
        self.reference = np.sort(np.asarray(reference).ravel())

    def __call__(self, ours):
        ours = np.sort(ours.ravel())
        if ours.dtype.kind != ("i" if self.reference.dtype.kind in "iu" else "f"):
            return f"has the dtype {ours.dtype}"
        values = np.concatenate([ours, self.reference])
        distance = np.abs(np.searchsorted(ours, values, "right") / ours.size -
                          np.searchsorted(self.reference, values, "right") / self.reference.size).max()
        limit = 2.2 * np.sqrt(1 / ours.size + 1 / self.reference.size)
        if not distance < limit:
            return f"the distributions are {distance:.4f} apart, more than {limit:.4f}"
        return self.counts(ours) if ours.dtype.kind == "i" else None

    def counts(self, ours):
        # Bins of at least 100 of the reference.
        edges = np.unique(self.reference[99::100])
        a = np.bincount(np.searchsorted(edges, ours), minlength=edges.size + 1)
        b = np.bincount(np.searchsorted(edges, self.reference), minlength=edges.size + 1)
        a, b = a[a + b > 0], b[a + b > 0]
        share = np.sqrt(self.reference.size / ours.size)
        square = ((share * a - b / share) ** 2 / (a + b)).sum()
        freedom = max(a.size - 1, 1)
        if square > freedom + 5 * np.sqrt(2 * freedom):
            return f"chi-square of {freedom} degrees of freedom is {square:.0f}"
        return None


class Same:
    """As the first time that the expression was evaluated, or as a part of it."""

    def __init__(self, expr, part):
        self.expr, self.part = expr, part

    def __call__(self, ours):
        whole = wholes.setdefault(self.expr, ours if self.part is None else None)
        expected = whole if self.part is None else whole[self.part]
        return None if np.array_equal(ours, expected) else "differs from the same part of the whole"


def distributed(expr, reference):
    agree.check(expr, expected=Follows(reference), ways=[MUCH])


def follows(call, *arguments):
    """`call`: NumPy's function; a method of its generator where there is one of that name."""
    text = ", ".join(str(one) for one in arguments)
    front = f"random.{call}({text}{', ' if text else ''}seed={len(agree.cases) + 1}, "
    draw = getattr(numpy, call, None) or getattr(np.random, call)
    distributed(f"{front}size={COUNT})", draw(*arguments, size=MANY))
    agree.check(f"{front}size=(43, 7))", expected=Same(f"{front}size=(43, 7))", None))


np.random.seed(21)
follows("random")
follows("uniform", -3, 5.5)
follows("standard_normal")
follows("normal", 2, 0.5)
follows("standard_exponential")
follows("exponential", 4.5)
for shape in (0.001, 0.3, 1, 1.5, 7.25, 1e6):
    follows("standard_gamma", shape)
follows("gamma", 2.5, 3)
for a, b in ((0.05, 0.02), (0.5, 0.5), (2, 3), (0.2, 40), (1, 1), (300, 200.5)):
    follows("beta", a, b)
for df in (0.5, 1, 4, 90):
    follows("chisquare", df)
    follows("standard_t", df)
follows("f", 3, 7)
follows("f", 0.5, 20)
for df, nonc in ((3, 2), (0.5, 1.5), (1, 40), (4, 0)):
    follows("noncentral_chisquare", df, nonc)
follows("noncentral_f", 3, 8, 2.5)
for name in ("gumbel", "laplace", "logistic"):
    follows(name)
    follows(name, -2, 3)
follows("lognormal", 0.5, 0.75)
for a in (0.5, 3):
    follows("pareto", a)
    follows("power", a)
    follows("weibull", a)
follows("rayleigh", 2)
follows("standard_cauchy")
follows("triangular", -1, 0.5, 4)
follows("triangular", 0, 0, 1)
follows("triangular", 0, 1, 1)
for kappa in (0, 1e-7, 0.1, 1, 30, 2e6):
    follows("vonmises", 0.7, kappa)
for mean, scale in ((1, 1), (3, 0.1), (0.1, 50)):
    follows("wald", mean, scale)

for n, p in ((10, 0.5), (1000, 0.003), (1000, 0.4), (1000, 0.97), (7, 0), (7, 1), (0, 0.5), (10**9, 0.25)):
    follows("binomial", n, p)
for p in (0.9, 0.2, 1e-5, 1):
    follows("geometric", p)
for good, bad, sample in ((5, 5, 4), (15, 5, 12), (5, 15, 12), (200, 300, 100), (300, 200, 400),
                          (100000, 1000, 5000), (10, 0, 4), (0, 10, 4), (30, 40, 0), (50, 20, 70)):
    follows("hypergeometric", good, bad, sample)
for p in (0.05, 0.5, 0.99):
    follows("logseries", p)
for n, p in ((3, 0.4), (0.5, 0.1), (100, 0.9), (3, 1)):
    follows("negative_binomial", n, p)
for lam in (0, 0.3, 5, 12.5, 1000, 1e8):
    follows("poisson", lam)
for a in (1.3, 2, 4):
    follows("zipf", a)
follows("integers", -5, 17)
follows("integers", 3)
follows("randint", 0, 2**62 + 2**61)
distributed("random.random_integers(1, 6, size=40000, seed=8)", numpy.integers(1, 7, MANY))
follows("choice", 12)

# What has parameters along axes, or rows.
agree.array("places", numpy.normal(size=(60, 50)) * 100, chunks=(7, 50))
agree.array("means", np.linspace(0.5, 60, 40))
expr = "random.poisson(means, size=(3000, 40), seed=5)"
distributed(expr, numpy.poisson(np.broadcast_to(np.linspace(0.5, 60, 40), (9000, 40))))
expr = "random.normal(places, 0.25, seed=5) - places"
distributed(expr, numpy.normal(0, 0.25, MANY))
expr = "random.normal(places[:, :1] * 0, means[:20] + 1, seed=5) / (means[:20] + 1)"
distributed(expr, numpy.normal(0, 1, MANY))
for column in range(3):
    expr = f"random.dirichlet([0.01, 1, 2.5], size=40000, seed=6)[:, {column}]"
    distributed(expr, numpy.dirichlet([0.01, 1, 2.5], MANY)[:, column])
    expr = f"random.multinomial(20, [0.2, 0.5, 0.3], size=40000, seed=6)[:, {column}]"
    distributed(expr, numpy.multinomial(20, [0.2, 0.5, 0.3], MANY)[:, column])
expr = "random.multivariate_normal([1, -2, 3], [[2, 1, 0], [1, 2, 0.5], [0, 0.5, 1]], size=40000, seed=6)"
covariance = np.array([[2, 1, 0], [1, 2, 0.5], [0, 0.5, 1]])
for weights in ("1, 0, 0", "1, 1, 1", "-2, 0.5, 1", "0, 1, -1"):
    reference = numpy.multivariate_normal([1, -2, 3], covariance, MANY) @ eval(f"[{weights}]")
    distributed(f"sum({expr} * [{weights}], axis=1)", reference)
agree.check("sum(random.multinomial(20, [0.2, 0.5, 0.3], size=500, seed=6), axis=1)",
            expected=np.full(500, 20))
agree.check("sum(random.dirichlet([3, 1, 2], size=500, seed=6), axis=-1)", rtol=1e-14,
            expected=np.ones(500))
agree.check("random.multivariate_normal([1, 2], [[4, 0], [0, 0]], size=50, seed=1)[:, 1]",
            expected=np.full(50, 2.0))
for expr, weights in (("random.choice(4, 40000, p=[0.1, 0, 0.6, 0.3], seed=9)", [0.1, 0, 0.6, 0.3]),
                      ("random.choice(900, 40000, p=weights, seed=9)", np.arange(900) / 404550)):
    distributed(expr, numpy.choice(len(weights), MANY, p=weights))
agree.array("weights", np.arange(900) / 404550, chunks=(64,))

# For small numbers beta's distribution function is x ** a * b / (a + b); NumPy's draws aren't
# accurate there.
for bound in (1e-300, 1e-100, 1e-10):
    agree.check(f"mean(random.beta(0.001, 0.002, size=100000, seed=1) < {bound})",
                expected=bound ** 0.001 * 2 / 3, atol=0.005)

# Neighbours, calls and seeds have nothing to do with each other.
for expr in ("random.random(40000, seed=1)", "random.normal(size=40000, seed=1)", "random.gamma(0.3, size=40000, seed=1)"):
    other = expr.replace("seed=1", "seed=2")
    for one, two in ((f"{expr}[:-1]", f"{expr}[1:]"), (f"{expr}[:-4]", f"{expr}[4:]"), (expr, other)):
        agree.check(f"corrcoef({one}, {two})[0, 1]", expected=np.float64(0), atol=0.02)

# Parts.
for call in ("random", "normal", "exponential", "poisson", "uniform", "gamma(0.4, ", "binomial(30, 0.4, ",
             "hypergeometric(50, 60, 40, ", "zipf(1.5, ", "vonmises(1, 2, ", "integers(100, ", "choice(50, ",
             "beta(0.2, 0.1, ", "dirichlet([1, 2, 3], ", "multinomial(9, [0.2, 0.8], ",
             "choice(4000, replace=False, ", "choice(3, p=[0.2, 0.3, 0.5], "):
    call = f"random.{call}{'' if '(' in call else '('}size=(43, 29), seed=3)"
    agree.check(call, expected=Same(call, None))
    for text in ("[5:40:3]", "[:, 3:20:2]", "[::-4, ::-3]", "[7, 11]", "[30:33, 2:5]"):
        agree.check(call + text, expected=Same(call, eval(f"np.s_{text}")))

# Rows that are longer than a block.
for call in ("dirichlet(ones(20000), ", "multinomial(9000, ones(20000) / 20000, "):
    call = f"random.{call}size=5, seed=3)"
    for memory in (1 << 28, 1 << 22):
        ways = [{"max_memory": memory, "threads": 2}]
        agree.check(call, expected=Same(call, None), ways=ways)
        for text in ("[:, 300:19000:7]", "[::-2, 16384:]", "[3, 17]"):
            agree.check(call + text, expected=Same(call, eval(f"np.s_{text}")), ways=ways)

# Bit by bit NumPy's.
def philox(seed):
    return np.random.Generator(np.random.Philox(key=np.array([seed, 0], dtype="u8")))


agree.check("random.random((7, 31), seed=77)", expected=philox(77).random((7, 31)))
agree.check("random.rand(7, 31, seed=77)", expected=philox(77).random((7, 31)))
agree.check("random.random_sample(seed=0)", expected=philox(0).random())
agree.check("random.uniform(-3, 12.25, 100, seed=12)", expected=philox(12).uniform(-3, 12.25, 100))
agree.check("random.bytes(1001, seed=12)", expected=np.frombuffer(philox(12).bytes(1001), "u1"))

# Integers of all dtypes reach their bounds, and no further.
for dtype in ("bool", "int8", "uint8", "int16", "uint16"):
    low, high = (0, 1) if dtype == "bool" else (int(np.iinfo(dtype).min), int(np.iinfo(dtype).max))
    expr = f"random.randint({low}, {high + 1}, 900000, '{dtype}', seed=4)"
    agree.check(f"min({expr})", expected=np.dtype(dtype).type(low))
    agree.check(f"max({expr})", expected=np.dtype(dtype).type(high))
agree.check("random.integers(0, 18446744073709551615, 9, 'uint64', endpoint=True, seed=4)",
            expected=philox(4).bit_generator.random_raw(9))
agree.check("random.integers(5, 5, 9, endpoint=True, seed=4)", expected=np.full(9, 5))

agree.check("sum(random.permutation(1000, seed=2))", expected=np.int64(499500))
# Rows in random order, gathered and by way of bins: as the index list of that order has them.
ROWS = {"line": (np.arange(6000.0), (250,)), "bytes": (np.arange(30000).reshape(6000, 5).astype("u1"), (64, 2)),
        "wide": (numpy.normal(size=(90, 400)), None), "names": (np.array([f"name {at}" for at in range(5000)]), None),
        "flags": (np.arange(4999) % 3 == 0, (100,)), "deep": (np.arange(43200.0).reshape(4320, 2, 5), (11, 1, 3)),
        "single": (np.arange(7.0)[None, :], None), "nothing": (np.zeros((0, 3)), None)}
for name, (values, chunks) in ROWS.items():
    agree.array(name, values, chunks=chunks)
    listed = f"{name}[random.permutation({len(values)}, seed=3)]"
    agree.check(listed, expected=Same(name, None))
    agree.check(f"random.permutation({name}, seed=3)", expected=Same(name, None))
    if len(values) > 1:
        agree.check(f"random.permutation({name}, seed=3)[11:80:7]", expected=Same(name, np.s_[11:80:7]))
agree.check("random.permutation(line[::-2] + 1, seed=3)", expected=Same("line + 1", None))
agree.check("(line[::-2] + 1)[random.permutation(3000, seed=3)]", expected=Same("line + 1", None))
agree.check("random.permutation(5000 * line - 1, seed=4)",
            expected=lambda ours: None if np.array_equal(np.sort(ours), 5000 * np.arange(6000.0) - 1) else "isn't all")
agree.check("random.choice(line, (40, 30), seed=3)", expected=Same("choice", None))
agree.check("line[random.choice(6000, (40, 30), seed=3)]", expected=Same("choice", None))
agree.check("random.choice(line, 6000, replace=False, seed=3)", expected=Same("line", None))
agree.check("random.permutation(0, seed=2)", expected=np.zeros(0, int))
for expr in ("random.normal(size=0, seed=1)", "random.gamma(2, size=(0, 3), seed=1)"):
    agree.check(expr, expected=np.zeros((0,) if "=0" in expr else (0, 3)))

# Columns of a covariance have units of their own.
units = "random.multivariate_normal([0, 0], [[1e12, 5e3], [5e3, 1e-4]], size=40000, seed=6)"
distributed(f"{units}[:, 0] / 1e6", numpy.normal(size=MANY))
distributed(f"{units}[:, 1] * 1e2", numpy.normal(size=MANY))
agree.check(f"corrcoef({units}[:, 0], {units}[:, 1])[0, 1]", expected=np.float64(0.5), atol=0.02)

# Bounds are what they are, whatever their dtype.
agree.array("far", np.array([2**63 + 5, 2**63], dtype="u8"))
agree.array("near", np.array([-2, 3]))
agree.check("random.randint(9223372036854775807, far[1], 5, seed=4)", expected=np.full(5, 2**63 - 1))
agree.check("max(random.randint(0, far[1:], 9000, seed=4)) > 9.2e18", expected=np.True_)
agree.check("random.integers(far, far + 1, dtype='uint64', seed=4)", expected="far")
agree.check("random.integers(near, 4, dtype='int8', endpoint=True, seed=4) >= near", expected=np.full(2, True))
for far in ("9223372036854775813", "far[0]"):
    agree.refuses(f"random.randint({far}, 10)", "randint()", "low ≥ high")
    agree.refuses(f"random.integers({far}, {far}, 3, 'uint64')", "low ≥ high")
    agree.refuses(f"random.integers({far}, 10, endpoint=True)", "integers()", "low > high")
    agree.refuses(f"random.random_integers({far}, 10)", "random_integers()", "low > high")
    agree.refuses(f"random.integers(0, {far})", "high is out of bounds for int64")
agree.refuses("random.integers(0, 9223372036854775808, endpoint=True)", "high is out of bounds for int64")
agree.refuses("random.integers(-5, -1, dtype='uint64')", "low is out of bounds for uint64")
agree.refuses("random.integers(near, 4, dtype='uint64')", "low is out of bounds for uint64")
agree.refuses("random.integers(-129, 4, dtype='int8')", "low is out of bounds for int8")

# Sums of p are as near to 1 as its dtype has it.
agree.array("halves", np.array([0.5, 0.5 + 1.4e-8]))
agree.array("rough", np.array([0.5, 0.5001], dtype="f4"))
agree.array("wrong", np.array([0.5, 0.5 + 1.6e-8]))
agree.array("rougher", np.array([0.5, 0.5004], dtype="f4"))
for weights in ("halves", "rough"):
    agree.check(f"max(random.choice(2, 50, p={weights}, seed=3))", expected=np.int64(1))
    agree.check(f"sum(random.choice(2, 2, False, p={weights}, seed=3))", expected=np.int64(1))
for weights in ("wrong", "rougher"):
    agree.refuses(f"random.choice(2, 2, p={weights})", "sum")
    agree.refuses(f"random.choice(2, 2, False, p={weights})", "sum")

# NaN where a parameter is, as NumPy.
agree.array("holes", np.array([0.5, np.nan, 0.75]))
for call in ("chisquare(X)", "exponential(X)", "pareto(X)", "power(X)", "rayleigh(X)", "standard_gamma(X)", "standard_t(X)", "weibull(X)",
             "beta(X, 1)", "beta(1, X)", "f(X, 1)", "f(1, X)", "gamma(X)", "gamma(1, X)", "gumbel(X)", "gumbel(1, X)", "laplace(X)",
             "laplace(1, X)", "logistic(X)", "logistic(1, X)", "lognormal(X)", "lognormal(1, X)", "noncentral_chisquare(X, 1)",
             "noncentral_chisquare(1, X)", "noncentral_f(X, 1, 1)", "noncentral_f(1, X, 1)", "noncentral_f(1, 1, X)", "normal(X)",
             "normal(1, X)", "triangular(X, 1, 2)", "triangular(0, X, 2)", "triangular(0, 0.25, X)", "vonmises(X, 1)", "vonmises(1, X)",
             "wald(X, 1)", "wald(1, X)", "multivariate_normal(X, eye(3))"):
    text = f"random.{call.replace('X', 'holes')}"
    agree.check(f"isnan({text})", expected=f"isnan({text})")
agree.check("isnan(random.gumbel(nan, 2, 4))", expected=np.full(4, True))
agree.check("isnan(random.dirichlet([nan, 1], 3))", expected=np.full((3, 2), True))

# Large parameters.
for shape in (1e13, 3e14, 1e15, 1e17, 1e22):
    distributed(f"(random.standard_gamma({shape}, 40000, seed=7) / {shape} - 1) * {shape ** 0.5}", numpy.normal(size=MANY))
distributed("(random.noncentral_chisquare(3, 1e19, 40000, seed=7) / 1e19 - 1) * 1e19 ** 0.5 / 2", numpy.normal(size=MANY))
# The sum of 1 / x up to 2 ** 63 is 44.25.
near_one = "random.zipf(1 + 1e-12, 100000, seed=5)"
agree.check(f"mean({near_one} == 1)", expected=np.float64(1 / 44.2455), atol=0.002)
agree.check(f"mean({near_one} <= 10)", expected=np.float64(2.928968 / 44.2455), atol=0.003)
agree.check(f"mean({near_one} < 1e9)", expected=np.float64(21.30048 / 44.2455), atol=0.006)
agree.check("mean(random.zipf(1.0001, 100000, seed=5) < 1e9)", expected=np.float64(21.27903 / 44.15029), atol=0.006)

agree.refuses("random.normal(0, -1)", "normal", "scale")
agree.refuses("random.normal(nan, -1)", "normal", "scale")
agree.refuses("random.standard_gamma(-1)", "standard_gamma()", "a shape ≥ 0")
agree.refuses("random.standard_normal(-1)", "standard_normal()", "(-1,)")
agree.refuses("random.dirichlet(ones(2000000))", "dirichlet()", "1398101 elements")
agree.refuses("random.random_sample(-1)", "random_sample()", "(-1,)")
agree.refuses("random.normal(places, means)", "random.normal()", "(60, 50) and (40,)")
agree.refuses("random.noncentral_chisquare(1, 1e19)", "nonc < 9.2e18", "df ≤ 1")
agree.refuses("random.noncentral_f(0.5, 1, 1e19)", "nonc < 9.2e18", "dfnum ≤ 1")
agree.refuses("random.normal(size=-1)", "(-1,)")
agree.refuses("random.normal(places, size=3)", "(60, 50)", "(3,)")
agree.refuses("random.normal(scale=places)", "normal", "scale")
agree.refuses("random.binomial(10, 1.5)", "binomial", "p")
agree.refuses("random.binomial(2.5, 0.5)", "integer")
agree.refuses("random.poisson(-1)", "lam")
agree.refuses("random.poisson(nan)", "lam")
agree.refuses("random.zipf(1)", "a > 1")
agree.refuses("random.integers(3, 3)", "low")
agree.refuses("random.randint(0, 300, dtype='uint8')", "uint8")
agree.refuses("random.randint(0, 2.5)", "randint()", "float64")
agree.refuses("random.randint(3, 4, dtype='float32')", "randint()", "float32")
agree.refuses("random.hypergeometric(3, 4, 8)", "nsample")
agree.refuses("random.multivariate_normal([0, 0], [[1, 2], [2, 1]])", "eigenvalues")
agree.refuses("random.multivariate_normal([0, 0], [[1e12, 5e3], [0, 1e-4]])", "symmetric")
agree.refuses("random.choice(4, 5, replace=False)", "5 of 4")
agree.refuses("random.choice(2, p=[0.5, 0.4])", "sum")
agree.refuses("random.choice(2, p=[0.5, 0.4, 0.1])", "(3,)")
agree.refuses("random.choice(2, p=[1.5, -0.5])", "≥ 0")
agree.refuses("random.choice(0)", "nothing")
agree.refuses("random.triangular(0, 2, 1)", "mode")
agree.refuses("random.normal(0, 1, 3, sized=2)", "sized")
agree.done()
