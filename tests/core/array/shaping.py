# SPDX-License-Identifier: MIT
"""Index lists, masks, shapes, joining, neighbours."""
import numpy as np

from agree import Agree

agree = Agree()
random = np.random.default_rng(5)
agree.array("a", random.integers(-50, 50, (7, 5, 4)), chunks=(3, 2, 4))
agree.array("b", random.random((6, 6)).astype("f4"), chunks=(4, 5))
agree.array("v", random.random(113), chunks=(16,))
agree.array("u", random.integers(0, 255, 40).astype("u1"), chunks=(7,))
agree.array("h", random.random(9).astype("f2"))
agree.array("z", random.random((3, 4)) + 1j * random.random((3, 4)), chunks=(2, 2))
agree.array("flags", random.random((7, 5)) < 0.4, chunks=(2, 5))
agree.array("few", random.random((7, 5, 4)) < 0.1)
agree.array("rows", np.array([True, False, True, True, False, False, True]))
agree.array("list", random.integers(-7, 7, (3, 2)))
agree.array("long", random.integers(-113, 113, 3000), chunks=(100,))
agree.array("small", np.array([3, 0, 1, 2], dtype="i1"))
agree.array("index8", np.array([0, 4, 4, 1], dtype="u1"))
agree.array("counts", random.integers(0, 4, 113), chunks=(10,))
agree.array("text", np.array(["one", "zwei", "trois", "", "5"]))
agree.array("none", np.zeros((0, 3)))
agree.array("one", np.array([[2.5]]))
agree.array("scalar", np.float64(7))
agree.array("nans", np.array([np.nan, 0, np.inf, -0.0, 3, -np.inf]))

# Index lists.
for expr in ("v[long]", "v[[3, 3, -1]]", "v[[]]", "a[list]", "a[list, 0]", "a[0, [1, 2]]",
             "a[:, index8]", "a[:, :, small]", "a[list, :, small[:2]]", "a[[0, 1], :, [2, 3]]",
             "a[:, [0, 1], [2, 3]]", "a[:, [0, 1], ..., [2, 3]]", "a[[[0], [1]], [[2, 3]]]",
             "a[[0, 1], None, [2, 3]]", "a[None, [0, 1]]", "a[1:6:2, [0, 4, 0]]", "a[::-1, index8, 1]",
             "a[0, :, small]", "a[..., [1, 0], None]", "text[[4, 0, 1]]", "b[b[:, 0].astype('int')]",
             "z[[2, 0], ::-1]", "v[long][5:50:3]", "v[long] * 2 + v[long[::-1]]", "none[[], 1]",
             "a[list].T[1:]", "a[list][:, 1][::-1]", "h[[8, 1]]", "flags[[1, -1]]",
             "a.T[[1, 2]]", "b[::2][[0, 2]]", "v[:, None][long[:4]]", "a[scalar.astype('int') - 1]"):
    agree.check(expr)
# Masks.
for expr in ("v[v > 0.5]", "v[v > 2]", "v[v > -1]", "a[flags]", "a[few]", "a[rows]", "a[rows, 1]",
             "a[rows, :, ::2]", "a[:, flags[0]]", "a[:, few[0]]", "a[rows, [0]]",
             "flags[flags]", "a[flags][::-2]", "a[flags, 1]", "a[few][3:]",
             "a[1, few[1]]", "a[None, few]", "a[:, :, small > 0]", "scalar[True]", "a[True]", "a[False]",
             "b[b > b[0, 0]]", "(a[a > 0] + 1)", "a.T[few.T]", "nans[nans > 0]", "none[none > 1]",
             "a[rows, [0, 1, 2, 3], [0, 1, 2, 3]]", "a[a[..., :1] + a[:1] > 0]", "v[v > 0.2][v[v > 0.2] > 0.8]"):
    agree.check(expr)
agree.refuses("a[[0, 7]]", "no index 7", "axis 0", "(7, 5, 4)")
agree.refuses("a[:, [0, -6]]", "no index -6", "axis 1")
agree.refuses("v[long + 113]", "no index", "axis 0")
agree.refuses("a[[0, 1], [0, 1, 2]]", "don't fit")
agree.refuses("a[rows[:3]]", "mask", "(3,)")
agree.refuses("a[[0.5]]", "an index is an integer")

for expr in ("take(v, long)", "take(a, list, axis=0)", "take(a, [1, 2], -1)", "take(a, [100, -200], mode='wrap')",
             "take(a, [100, -200], 1, mode='clip')", "take_along_axis(b, array([[1], [0], [5], [2], [2], [3]]), 1)",
             "take_along_axis(v, long, None)", "compress(rows, a, axis=0)", "compress([True, False, True], v)"):
    agree.check(expr)

# Views.
for expr in ("reshape(a, (5, 28))", "reshape(a, (-1, 2))", "a.reshape(4, -1)", "reshape(a, -1)",
             "reshape(a.T, (10, 14))", "reshape(a, (28, 5), order='F')", "reshape(a[::2, ::-1], (-1, 5))",
             "ravel(a)", "a.ravel()", "ravel(a, 'F')", "a.flatten()", "reshape(none, (3, 0))", "reshape(scalar, (1, 1))",
             "reshape(one, ())", "moveaxis(a, 0, -1)", "moveaxis(a, (0, 1), (2, 0))", "rollaxis(a, 2)", "rollaxis(a, 0, 3)",
             "rollaxis(a, -1, 1)", "swapaxes(a, 0, 2)", "transpose(a)", "transpose(a, (1, 0, 2))", "a.transpose(2, 0, 1)",
             "atleast_1d(scalar)", "atleast_2d(v)", "atleast_3d(v)", "atleast_3d(b)", "atleast_3d(scalar)", "atleast_2d(scalar)",
             "expand_dims(a, 1)", "expand_dims(v, (0, -1))", "squeeze(one)", "squeeze(a[:1, :, :1], 0)",
             "broadcast_to(small, (3, 2, 4))", "broadcast_arrays(small, a)", "flip(a)", "flip(a, 1)", "flip(a, (0, -1))",
             "fliplr(b)", "flipud(b)", "rot90(b)", "rot90(b, 2)", "rot90(a, -1, (1, 2))", "rot90(a, 4)", "diagonal(b)",
             "diagonal(b, 2)", "diagonal(a, -1)", "diagonal(a, 1, 2, 0)", "diagonal(b, 9)", "diag(b, -2)", "b.reshape(36)[3::7]",
             "shape(a)", "ndim(a)", "size(a)", "size(a, 1)", "reshape(a, (7, 20)) + reshape(a.T, (20, 7)).T",
             "reshape(ravel(a)[10:130], (6, 20))[:, ::3]", "broadcast_to(v, (50, 113)).reshape(113, 50)[7:90:5]"):
    agree.check(expr)
agree.refuses("reshape(a, (3, 3))", "can't be reshaped", "(7, 5, 4)")
agree.refuses("reshape(a, (-1, 3))", "left over")
agree.refuses("moveaxis(a, 3, 0)", "axes")
agree.refuses("squeeze(a, 0)", "more than one")
agree.refuses("transpose(a, (0, 0, 1))", "twice")

# Joining.
for expr in ("concatenate((a, a[:2]))", "concatenate((a, a * 2), axis=-1)", "concatenate([b, z[:, :1]], axis=None)",
             "concatenate((u, small))", "concatenate((v, h, u))", "concatenate((none, none, b[:, :3]))", "stack((b, b.T))",
             "stack((b, b), -1)", "vstack((v[:5], h[:5]))", "vstack((b, b))", "row_stack((u[:4], small))", "hstack((v, u))",
             "hstack((b, b[:, :2]))", "dstack((b, b))", "dstack((small, small))", "column_stack((small, u[:4], b[:4]))",
             "block([[b, b], [b.T, b]])", "block([v, u])", "block(v)", "block([[one, 2, 3]])",
             "append(v, [1, 2])", "append(b, b[:1], axis=0)", "append(u, 5)", "concatenate((text, text[::-1]))",
             "split(v[:112], 4)", "split(a, [2, 3], axis=1)", "array_split(v, 7)", "array_split(a, 3, axis=1)", "split(v, [3, 200, 5])",
             "vsplit(b, 2)", "hsplit(b, [1, 4])", "hsplit(u, 4)", "dsplit(a, 2)", "array_split(v, [])",
             "tile(v, 3)", "tile(b, (2, 3))", "tile(small, (2, 1, 2))", "tile(a, 2)", "tile(v, 0)", "tile(text, 2)", "tile(scalar, 3)",
             "repeat(v, 3)", "repeat(a, 2, axis=1)", "repeat(v, counts)", "repeat(a, rows, axis=0)", "repeat(small, 0)", "repeat(text, [0, 1, 2, 1, 3])",
             "delete(v, 5)", "delete(a, -1, axis=1)", "delete(a, [0, 3, 3], 0)", "delete(a, rows, 0)", "delete(v, [])",
             "delete(a, 3)", "insert(v, 3, 9.5)", "insert(v, [1, 50, 1, -1], [1, 2, 3, 4])", "insert(a, 1, 5, axis=1)", "insert(b, [1, 3], [[7.0, 8]], axis=1)",
             "insert(b, 2, small[:1], axis=0)", "insert(b, 1, v[:6], axis=1)", "insert(b, [1], v[:6, None], axis=1)", "insert(u, 40, 7)", "insert(u, [0, 40], 7.9)",
             "resize(v, (4, 50))", "resize(v, (3, 2))", "resize(none, (2, 2))", "resize(small, 9)", "roll(v, 3)", "roll(a, -2, axis=1)", "roll(a, (1, 2), axis=(0, 2))",
             "roll(a, 5)", "roll(a, (1, 1), axis=0)", "roll(none, 1, axis=0)", "trim_zeros(concatenate((small * 0, small, small * 0)))", "trim_zeros(small * 0)",
             "trim_zeros(concatenate(([0], small, [0])), 'b')", "concatenate((v, v))[100:120]", "tile(b, (40, 30))[7::50, ::9]"):
    agree.check(expr)
for expr in ("reshape(a=a, newshape=-1)", "take(a=v, indices=[1, 2])", "roll(a=v, shift=2)", "delete(arr=v, obj=3)",
             "take(v, [])", "take(scalar, 0, axis=0)", "repeat(scalar, 3, axis=0)", "squeeze(scalar, -1)", "diff(scalar, 0)",
             "insert(arr=v, obj=2, values=1)"):
    agree.check(expr)
agree.refuses("a[:0][0, []]", "no index 0", "axis 0")
agree.refuses("gradient(flags)", "bool")
agree.refuses("ediff1d([1, 2, 4], to_end=1.5)", "int64")
agree.refuses("ediff1d(asarray([1, 2, 4]).astype('uint8'), to_end=-1)", "uint8")
agree.refuses("concatenate((a, b))", "don't fit together")
agree.refuses("concatenate((scalar, scalar))", "axes")
agree.refuses("split(v, 2)", "equal parts", "array_split")
agree.refuses("stack((a, b))", "one shape")
agree.refuses("delete(v, 113)", "no index 113")
agree.refuses("repeat(v, [1, 2])", "113")
agree.refuses("repeat(small, [1, -1, 2, 3])", "-1")
agree.refuses("roll(v, 1, fold=3)", "'fold'", "axis")

# Neighbours.
for expr in ("diff(v)", "diff(a, axis=0)", "diff(a, 2)", "diff(flags)", "diff(v, 0)", "diff(u)", "diff(v, prepend=0.0)",
             "diff(a, axis=1, append=a[:, :1], prepend=0)", "diff(v[:1])", "ediff1d(v)", "ediff1d(a)", "ediff1d(v, to_end=[1.0, 2], to_begin=5.0)",
             "gradient(v)", "gradient(v, 2.0)", "gradient(b)", "gradient(a.astype('float32'), axis=1)", "gradient(b, 2.0, 3.0)", "gradient(h)",
             "gradient([1.0, 2, 4], asarray([0, 100000, 200000]).astype('int32'))",
             "gradient([1.0, 2, 4], asarray([200, 100, 0]).astype('uint8'))", "gradient(v, edge_order=2)", "gradient(a, axis=(0, 2), edge_order=2)", "gradient(b[0], v[:6])", "gradient(b.astype('float64'), v[:6], 2.0, edge_order=2)",
             "gradient(z, axis=0)", "cross(a[..., :3], a[..., 1:])", "cross(b[:, :3], b[:, 3:5])", "cross(b[:, :2], b[:, 3:])", "cross(b[:, :2], b[:, 2:4])",
             "cross(b[:3], b[3:], axis=0)",
             "convolve(v, [1.0, 2, 3])", "convolve(v, v)", "convolve(u, small)", "convolve(u, u, 'same')", "convolve(v, [1.0, 0, 2, 5], 'same')",
             "convolve(small, v, 'valid')", "convolve(v, [2.0])", "convolve(h, h)", "convolve(z[0], z[1])", "convolve(rows, rows)"):
    agree.check(expr, rtol=2e-3 if "(h" in expr else 3e-5 if "float32" in expr or "(b" in expr else 1e-11, atol=1e-6)
agree.refuses("gradient(small, edge_order=3)", "order")
agree.refuses("convolve(b, v)", "one axis")

# Text, as printed.
shown = ["u", "a", "v", "b", "z", "flags", "text", "none", "one", "scalar", "nans", "h", "rows"]
values = {
    "p0": [1.5, 2.25, 3], "p1": [1e-5, 1, 1000], "p2": [1e10, 1], "p3": [np.nan, 1, 2.5], "p4": [np.nan] * 3, "p5": [np.inf, -np.inf],
    "p6": [0.1, 0.12345678901, -3], "p7": [1e-300, 1e300], "p8": [123456789.0], "p9": [99999999.5, 3], "p10": [0.0, -0.0],
    "p11": [1e8], "p12": [1e-4, 0.1], "p13": [1e-4, 0.0999], "p14": [1, -np.inf, 12345.678], "p15": [5e-324, 1.7e308],
    "p16": [1 / 3, 2 / 3e5], "p17": [0.5, np.nan, -np.inf], "p18": [1e16, 3e22], "p19": [0.99999999999, 0.3], "p20": [-1.5, 22.123456789]}
for name, numbers in values.items():
    agree.array(name, np.array(numbers))
    with np.errstate(all="ignore"):
        agree.array(name + "f", np.array(numbers).astype("f4"))
    shown += [name, name + "f"]
with np.errstate(all="ignore"):
    for name in ("p0", "p1", "p3", "p6", "p12", "p16"):
        agree.array(name + "h", np.array(values[name]).astype("f2"))
        shown.append(name + "h")
agree.array("half", np.arange(65536, dtype="u2").view("f2").reshape(64, 1024)[::3, ::5])
agree.array("c0", np.array([1 + 2j, -1.5 - 3j, 0, 1e-9j]))
agree.array("c1", np.array([1 + 2j, complex(np.nan, 1), complex(2, np.inf), complex(0, -np.inf)]))
agree.array("c2", np.array([[1.25 + 2j], [100 - 3.5j]]).astype("c8"))
agree.array("cube", random.integers(-9, 9000, (12, 11, 13)), chunks=(5, 5, 5))
agree.array("wide", random.random((3, 400)))
agree.array("tall", random.standard_normal((400, 3)))
agree.array("deep", random.integers(0, 2, (2, 2, 2, 2)).astype(bool))
agree.array("line", np.arange(1001) * 1000)
agree.array("words", np.array(["it's", 'say "x"', "é" * 9, "tab\t", "back\\"] * 5).reshape(5, 5))
agree.array("big", np.array([2**64 - 1, 0], dtype="u8"))
agree.array("least", np.array([[-2**63, 1]]))
for name in (*shown, "c0", "c1", "c2", "cube", "wide", "tall", "deep", "line", "words", "big", "least",
             "cube[0]", "cube[:, :1, :1]", "v[:1]", "wide.T", "none.T", "none[:0, 0]", "half[:9]", "half[10:, ::40]",
             "half", "p0[0]", "p18[1]", "p1[0]"):
    plain = {"ways": [{"max_memory": 1 << 20, "threads": 2}]}
    agree.check(f"array_str({name})", expected=f"str(np.asarray({name}))", **plain)
    agree.check(f"array_repr({name})", expected=f"repr(np.asarray({name}))", **plain)
agree.done()
