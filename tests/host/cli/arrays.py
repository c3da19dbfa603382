# SPDX-License-Identifier: MIT
"""arrays.py CASE SHEAF FOLDER: `sheaf stat` and `sheaf eval` against NumPy, on files that h5py made."""
import json
import pathlib
import signal
import subprocess
import sys
import time
import warnings

import h5py
import numpy as np

TEXT = h5py.string_dtype("utf-8")
PERCENTS = (1, 5, 25, 50, 75, 95, 99)


def make(path):
    random = np.random.default_rng(7)
    with h5py.File(path, "w") as file:
        x = random.normal(size=(60, 40))
        x[3, 4], x[5, 6], x[7, 8], x[8, 8] = np.nan, np.inf, -np.inf, np.inf
        file["data/x"] = x
        file.create_dataset("data/gz", data=x.astype("f4"), chunks=(7, 11), compression="gzip",
                            shuffle=True)
        file.create_dataset("data/lzf", data=random.integers(-9, 300, (50, 3)).astype("i2"),
                            chunks=(8, 2), compression="lzf", fletcher32=True)
        file["data-old/x"] = np.arange(4.0)
        file["data/large"] = random.normal(size=300_000)
        file["labels"] = random.integers(0, 10, 500)
        file["rgb"] = random.integers(0, 256, (5, 4, 4, 3)).astype("u1")
        file["flags"] = random.random(100) < 0.3
        file["z"] = random.normal(size=30) + 1j * random.normal(size=30)
        file["half"] = random.normal(size=100).astype("f2")
        file["great"] = np.array([2**64 - 1, 2**63, 5], "u8")
        file["names"] = np.array(["cat", "dog", "cat", "V\u00f6gel", "", "cat"], dtype=TEXT)
        file["two words/x"] = np.arange(5)
        file["y"], file["e"], file["scalar"] = np.array([1.0, 2, 4]), np.arange(3.0), 2.5
        file["empty"], file["nans"] = np.zeros((0, 3)), np.full((2, 2), np.nan)
        file["pair"] = np.zeros(3, dtype=[("a", "f8"), ("b", "i4")])
        file["run/7"] = np.arange(3)


def run(sheaf, *arguments, status=0):
    done = subprocess.run([sheaf, *map(str, arguments)], capture_output=True, text=True, timeout=250)
    assert done.returncode == status, (arguments, done.returncode, done.stdout, done.stderr)
    return done


def read(file, path):
    values = file[path]
    return values.asstr()[()] if h5py.check_string_dtype(values.dtype) else values[()]


def close(ours, theirs, what, rtol=1e-12):
    ours = np.asarray(ours, dtype=float)  # null is NaN
    np.testing.assert_allclose(ours, np.asarray(theirs, dtype=float), rtol=rtol, err_msg=str(what))


def check_numbers(got, values, what):
    assert (got["shape"], got["dtype"]) == (list(values.shape), values.dtype.name), what
    assert got["size"] == values.size and got["nan"] == np.isnan(values).sum(), what
    if values.dtype.kind == "c":
        close(got["complex_mean"], [values.mean().real, values.mean().imag], what)
        values = np.abs(values)
    assert got["posinf"] == np.isposinf(values).sum(), what
    assert got["neginf"] == np.isneginf(values).sum(), what
    finite = values[np.isfinite(values)]
    assert got["finite"] == finite.size, what
    close([got["min"], got["max"]], [finite.min(), finite.max()], what, 1e-15)
    if finite.dtype.kind in "iu":
        assert (got["min"], got["max"]) == (finite.min(), finite.max()), what
    wide = finite.astype(float)
    close(got["mean"], wide.mean(), what)
    close(got["std"], wide.std(), what, 1e-10)
    if values.dtype.kind == "b":
        assert got["quantiles"] == {} and got["histogram"]["counts"] == [
            int((~values).sum()), int(values.sum())], what
        return
    close([got["quantiles"][f"{percent}%"] for percent in PERCENTS],
          np.percentile(wide, PERCENTS), what, 1e-9)
    counts, edges = got["histogram"]["counts"], got["histogram"]["edges"]
    assert sum(counts) == finite.size, what
    if values.dtype.kind == "f":
        expected, expected_edges = np.histogram(wide, bins=20)
        close(edges, expected_edges, what)
        assert counts == expected.tolist(), what
    elif finite.max() < 2**53:
        assert len(set(np.diff(edges))) == 1 and edges[0] == finite.min(), what
        assert counts == [int(((wide >= low) & (wide < high)).sum())
                          for low, high in zip(edges, edges[1:])], what


def stat(sheaf, folder):
    make(folder / "lab.h5")
    paths = ["data/x", "data/gz", "data/lzf", "data/large", "labels", "rgb", "flags", "z", "great"]
    for how in ([], ["--memory", "64K", "--workers", "1"]):
        got = json.loads(run(sheaf, "stat", folder / "lab.h5", *paths, "--json", *how).stdout)
        with h5py.File(folder / "lab.h5") as file:
            for path, one in zip(paths, got):
                assert one["path"] == "/" + path
                check_numbers(one, read(file, path), (path, how))
            half = json.loads(run(sheaf, "stat", folder / "lab.h5", "half", "--json").stdout)
            close(half["mean"], read(file, "half").astype(float).mean(), "half")
            close(half["quantiles"]["50%"], np.median(read(file, "half").astype(float)), "half")


def extremes(sheaf, folder):
    """Numbers whose sums, squares and differences are beyond their dtype, and neighbours."""
    wide = {"f4": np.array([-3e38, 2e38, 3e38], "f4"), "f8": np.array([-1.7e308, 1.2e308, 1.7e308]),
            "high": np.array([1.6e308, 1.7e308]), "near": np.array([1, np.nextafter(1, 2)])}
    file = folder / "wide.h5"
    with h5py.File(file, "w") as made:
        for name, values in wide.items():
            made[name] = values
    for name, values in wide.items():
        got = json.loads(run(sheaf, "stat", file, name, "--json").stdout)
        eighth = np.longdouble(values) / 8
        close(got["mean"] / 8, eighth.mean(), name)
        if name != "near":  # there it is a matter of rounding
            close(got["std"] / 8, eighth.std(), name)
        close([got["quantiles"][f"{percent}%"] / 8 for percent in PERCENTS],
              np.percentile(eighth, PERCENTS), name)
        shown = run(sheaf, "stat", file, name).stdout.split("\n", 1)[1]
        assert "inf" not in shown and "nan" not in shown, shown
        range_is = {"f8": "too wide", "near": "too narrow"}
        assert range_is.get(name, "") in shown, shown
    rows = json.loads(run(sheaf, "stat", file, "f4", "--axis", "0", "--json").stdout)["rows"]
    close(rows[0]["25%"], np.percentile(wide["f4"].astype(float), 25), "rows")


def rows_of(values, axes):
    """What a row says, by its index."""
    kept = [axis for axis in range(values.ndim) if axis not in axes]
    turned = values.transpose(kept + list(axes))
    shape = turned.shape[:len(kept)]
    for index in np.ndindex(*shape):
        row = turned[index].ravel().astype(float)
        row = row[np.isfinite(row)]
        yield list(index), [row.size, row.mean(), row.std(), row.min(),
                            *np.percentile(row, (25, 50, 75)), row.max()]


def axis(sheaf, folder):
    make(folder / "lab.h5")
    names = ["finite", "mean", "std", "min", "25%", "50%", "75%", "max"]
    with h5py.File(folder / "lab.h5") as file:
        for path, text, axes, how in [("data/x", "0", (0,), []), ("data/x", "-1", (1,), []),
                                      ("data/gz", "1", (1,), ["--memory", "16K"]),
                                      ("data/x", "0,1", (0, 1), []), ("rgb", "0,1,2", (0, 1, 2), []),
                                      ("rgb", "3", (3,), []), ("rgb", "1,-1", (1, 3), []),
                                      ("rgb", "2", (2,), ["--rows", "7"]),
                                      ("flags", "0", (0,), []), ("data/lzf", "0", (0,), [])]:
            got = json.loads(run(sheaf, "stat", folder / "lab.h5", path, "--axis", text, "--json",
                                 *how).stdout)
            expected = list(rows_of(read(file, path), axes))
            if "--rows" in how:
                expected = expected[:4] + expected[-3:]
            assert got["axis"] == list(axes)
            assert [row["index"] for row in got["rows"]] == [index for index, _ in expected]
            for row, (index, numbers) in zip(got["rows"], expected):
                close([row[name] for name in names], numbers, (path, text, index), 1e-9)


EXPRESSIONS = [
    ("mean(data/lzf, axis=0)", "np.mean(f['data/lzf'], axis=0)"),
    ("data/x[data/x > 0.5].sum()", "f['data/x'][f['data/x'] > 0.5].sum()"),
    ("data/x/2", "f['data/x'] / 2"),
    ("data/x / y[1]", "f['data/x'] / f['y'][1]"),
    ("data-old/x - y[0]", "f['data-old/x'] - 1"),
    ("y-e", "f['y'] - f['e']"),
    ("y//e[1]", "f['y'] // 1.0"),
    ("/data/x[0,:3] * 2", "f['data/x'][0, :3] * 2"),
    ("`two words/x`[::-1]", "f['two words/x'][::-1]"),
    ("e + np.pi", "f['e'] + np.pi"),
    ("run/7 + run/7[0]", "f['run/7']"),
    ("run/7.mean()", "1.0"),
    ("(y).sum()/run/7[2]", "3.5"),
    ("quantile(data/large, [0.1, 0.9])", "np.quantile(f['data/large'], [0.1, 0.9])"),
    ("modf(y / 4)[0]", "np.modf(f['y'] / 4)[0]"),
    ("modf(y / 4)[-1]", "np.modf(f['y'] / 4)[1]"),
    ("where(flags[:3], y, 0)", "np.where(f['flags'][:3], f['y'], 0)"),
    ("abs(z)", "np.abs(f['z'])"),
    ("names == 'cat'", "f['names'] == 'cat'"),
    ("names[:2]", "f['names'][:2]"),
    ("sum(rgb, axis=(0, 1), dtype=int64)", "np.sum(f['rgb'], axis=(0, 1), dtype='i8')"),
]


class Arrays(dict):
    def __init__(self, file):
        super().__init__()
        self.file = file

    def __missing__(self, path):
        return read(self.file, path)


def differs(ours, theirs):
    theirs = np.asarray(theirs)
    if ours.shape != theirs.shape:
        return True
    if theirs.dtype.kind in "OU":
        return ours.astype(str).tolist() != theirs.astype(str).tolist()
    return ours.dtype != theirs.dtype or not np.allclose(ours, theirs, rtol=1e-12, equal_nan=True)


def evaluate(sheaf, folder):
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    lab, out = folder / "lab.h5", folder / "out.h5"
    make(lab)
    with h5py.File(lab) as file:
        expected = [np.asarray(eval(theirs, {"np": np, "f": Arrays(file)}))
                    for _, theirs in EXPRESSIONS]
    for number, (ours, theirs) in enumerate(zip(EXPRESSIONS, expected)):
        run(sheaf, "eval", ours[0], lab, "-o", f"{out}:/group/{number}", "--memory", "64K")
        run(sheaf, "eval", ours[0], lab, "-o", f"{lab}:/results/{number}")
        for path, group in ((out, "group"), (lab, "results")):
            with h5py.File(path) as file:
                stored = read(file, f"{group}/{number}")
            assert not differs(np.asarray(stored), theirs), (ours[0], str(path), stored, theirs)
    printed = run(sheaf, "eval", "data/large[:2000].reshape((40, 50))", lab).stdout
    with h5py.File(lab) as file:
        whole = file["data/large"][:2000].reshape(40, 50)
    assert printed == f"{whole}\n(40, 50) float64\n", printed


def replaced(sheaf, folder):
    """What is computed of a dataset takes its place, or that of the group around it."""
    lab = folder / "lab.h5"
    make(lab)
    with h5py.File(lab) as file:
        large, y = file["data/large"][()], file["y"][()]
    for number in (2, 3):
        run(sheaf, "eval", "data/large * 2 - data/large[::-1]", lab, "-f", "-o",
            f"{lab}:/data/large", "--memory", "64K")
        large = large * 2 - large[::-1]
        with h5py.File(lab) as file:
            np.testing.assert_array_equal(file["data/large"][()], large)
            assert set(file) & {f"__eval_{n}__" for n in range(3)} == set()
    run(sheaf, "eval", "data/large[:9]", lab, "-f", "-o", f"{lab}:/data")
    with h5py.File(lab) as file:
        np.testing.assert_array_equal(file["data"][()], large[:9])
        np.testing.assert_array_equal(file["y"][()], y)


def size_of(folder):
    return sum(path.stat().st_size for path in folder.glob("out.h5*"))


def ended(sheaf, folder, how, is_there):
    """A run that ends while it stores leaves what was there before."""
    out = folder / "out.h5"
    for path in folder.glob("out.h5*"):
        path.unlink()
    if is_there:
        run(sheaf, "eval", "y * 3", folder / "lab.h5", "-o", f"{out}:/before")
    begin = size_of(folder)
    process = subprocess.Popen(
        [sheaf, "eval", "sin(arange(90000000.0))", folder / "lab.h5", "-o", f"{out}:/x",
         "--workers", "1", "--memory", "2M"], stderr=subprocess.PIPE, text=True)
    while size_of(folder) < begin + (2 << 20):
        assert process.poll() is None, "it ended by itself"
        time.sleep(0.005)
    process.send_signal(how)
    error = process.communicate(timeout=250)[1]
    if how == signal.SIGINT:
        assert process.returncode == 130 and "interrupted" in error, (process.returncode, error)
        assert [path.name for path in folder.glob("out.h5*")] == (["out.h5"] if is_there else [])
    else:
        assert process.returncode == -how
    assert out.exists() == is_there
    run(sheaf, "eval", "y * 5", folder / "lab.h5", "-o", f"{out}:/after")  # recovers
    with h5py.File(out) as file:
        assert sorted(file) == (["after", "before"] if is_there else ["after"]), sorted(file)
        np.testing.assert_array_equal(file["after"][()], [5, 10, 20])
    assert [path.name for path in folder.glob("out.h5*")] == ["out.h5"]


def end(sheaf, folder):
    make(folder / "lab.h5")
    for how in (signal.SIGKILL, signal.SIGINT):
        for is_there in (False, True):
            ended(sheaf, folder, how, is_there)


def packed(sheaf, folder):
    """Sheaf's own files: features by their names, compressed by all that Sheaf has."""
    random = np.random.default_rng(3)
    parts = [random.normal(size=(size, 4)).astype("f4") for size in (300, 200)]
    (folder / "in").mkdir()
    for number, part in enumerate(parts):
        np.save(folder / "in" / f"{number}.npy", part)
    own = folder / "own.h5"
    run(sheaf, "ingest", folder / "in", "-o", own, "-f", "npy")
    whole = np.concatenate(parts)
    for name in ("none", "gzip", "lzf", "lz4", "zstd", "blosc"):
        run(sheaf, "pack", own, "--compression", name, "--chunk-rows", "64")
        check_numbers(json.loads(run(sheaf, "stat", own, "npy", "--json").stdout), whole, name)
        mean = run(sheaf, "eval", "mean(npy, axis=0, dtype=float64)", own, "--json").stdout
        close(json.loads(mean)["values"], whole.mean(axis=0, dtype=float), name)
        run(sheaf, "eval", "npy * 2", own, "-o", f"{own}:/mine/{name}", "--memory", "64K")
        with h5py.File(own) as file:
            np.testing.assert_array_equal(file[f"mine/{name}"][()], whole * 2)
    refused = run(sheaf, "eval", "npy", own, "-f", "-o", f"{own}:/npy", status=1)
    assert "Sheaf knows which rows" in refused.stderr, refused.stderr


globals()[sys.argv[1]](*([sys.argv[2], pathlib.Path(sys.argv[3])]
                         if sys.argv[1] != "make" else sys.argv[2:3]))
