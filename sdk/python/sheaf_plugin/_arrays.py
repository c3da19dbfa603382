# SPDX-License-Identifier: MIT
"""Between NumPy and the host: dtypes, values, and whether rows are what an output declares."""
from __future__ import annotations

import typing

import numpy as np

from ._feature import Output
from ._wire import In, Out

UTF8 = 200  # of the ABI
# The ABI's codes (DLPack's) and core/dtype.hpp's kinds.
_CODES = {"i": 0, "u": 1, "f": 2, "c": 5, "b": 6}
_KINDS = {"i": 0, "u": 1, "f": 2, "c": 3, "b": 4}
_STRING_KIND = 5


def abi_dtype(dtype: np.dtype | None) -> tuple[int, int]:
    return (UTF8, 0) if dtype is None else (_CODES[dtype.kind], dtype.itemsize * 8)


def dtype_of(code: int, bits: int) -> np.dtype:
    kind = next(kind for kind, number in _CODES.items() if number == code)
    return np.dtype(bool) if kind == "b" else np.dtype(f"{kind}{bits // 8}")


def put_value(out: Out, value: typing.Any) -> Out:
    """As wire::In::value() takes it: a scalar or array, or text."""
    array = np.asarray(value)
    if array.dtype.kind == "U" or array.dtype.kind == "O" and all(
            isinstance(text, str) for text in array.flat):
        return out.put("BH", _STRING_KIND, 0).shape(array.shape).text(b"").texts(list(array.flat))
    if array.dtype.kind not in _KINDS:
        raise TypeError(f"{value!r} can't be an attribute; numbers and str can, and arrays of them")
    # ascontiguousarray makes an array of a scalar.
    data = np.asarray(array, array.dtype.newbyteorder("="), order="C")
    out.put("BH", _KINDS[array.dtype.kind], array.dtype.itemsize * 8).shape(array.shape)
    return out.text(data.tobytes()).put("Q", 0)


def take_value(answer: In) -> typing.Any:
    kind, bits = answer.get("BH")
    shape, data, texts = answer.shape(), answer.bytes(), answer.texts()
    if kind == _STRING_KIND:
        return np.array(texts, object).reshape(shape) if shape else texts[0]
    code = next(_CODES[name] for name, number in _KINDS.items() if number == kind)
    array = np.frombuffer(data, dtype_of(code, bits)).reshape(shape)
    return array if shape else array[()]


def take_input(answer: In, memory) -> typing.Any:
    code, bits = answer.get("BB")
    shape = answer.shape()
    if code == UTF8:
        return [answer.text() for _ in range(int(np.prod(shape)))]
    mapping, offset = memory.place(answer)
    array = view(mapping, offset, dtype_of(code, bits), shape)
    array.flags.writeable = False
    return array


def view(mapping, offset: int, dtype: np.dtype, shape: tuple[int, ...]) -> np.ndarray:
    """An array that is this memory."""
    if 0 in shape:
        return np.empty(shape, dtype)
    return np.ndarray(shape, dtype, mapping, offset)


def texts_of(name: str, value: typing.Any) -> list[str]:
    texts: list[str] = [value] if isinstance(value, (str, bytes)) else list(value)  # type: ignore
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"output '{name}' is text and takes str, not {type(text).__name__}")
    return texts


def rows_of(name: str, spec: Output, value: typing.Any) -> np.ndarray:
    """The value as rows of the output, in its dtype where that loses nothing but precision."""
    array = np.asarray(value)
    ndim = len(spec.shape)
    if array.ndim == ndim:
        array = array[np.newaxis]  # one row
    item = array.shape[1:]
    fits = array.ndim == ndim + 1 and all(
        wanted in (-1, extent) for wanted, extent in zip(spec.shape, item))
    if not fits:
        raise ValueError(f"output '{name}' has rows of shape {spec.shape}, where -1 may be any; an "
                         f"array of shape {np.shape(value)} is neither one nor several of them")
    assert spec.dtype is not None  # text goes another way
    return _converted(name, spec.dtype, array)


def _converted(name: str, dtype: np.dtype, array: np.ndarray) -> np.ndarray:
    if array.dtype == dtype or np.can_cast(array.dtype, dtype, "safe"):
        return array.astype(dtype, order="C", copy=False)
    if array.dtype.kind in "iu" and dtype.kind in "iu":
        limits = np.iinfo(dtype)
        worst = [extreme for extreme in ([array.min(), array.max()] if array.size else [])
                 if not limits.min <= extreme <= limits.max]
        if worst:
            raise ValueError(f"output '{name}' is {dtype}, which can't hold {worst[0]}")
    elif not np.can_cast(array.dtype, dtype, "same_kind"):
        raise TypeError(f"output '{name}' is {dtype} and this is {array.dtype}; convert it, as in "
                        f".astype('{dtype}')")
    with np.errstate(over="raise"):
        return array.astype(dtype, order="C")
