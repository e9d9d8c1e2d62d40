"""Contexts as bytes: what a window leaves for the next one, stored by takes, sent through the door.

A msgpack array of `(name, dtype, shape, raw little-endian bytes)`; never pickle.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.wire import BadFrame, Bytes

DTYPES = (
    *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    *("float16", "float32", "float64", "complex64", "complex128"),
)
MAX_ARRAYS = 256
MAX_DIMENSIONS = 16


class _Array(msgspec.Struct, array_like=True):
    name: str
    dtype: str
    shape: tuple[int, ...]
    data: memoryview


_DECODER = msgspec.msgpack.Decoder(list[_Array])


def pack(context: Mapping[str, NDArray[np.generic]]) -> bytes:
    """Return a context as bytes, from which `unpack` gives the same arrays bit for bit.

    Raises: ValueError for an array of a dtype that cannot travel (objects, strings).
    """
    return msgspec.msgpack.encode([_packed(name, array) for name, array in context.items()])


def unpack(data: Bytes) -> dict[str, NDArray[np.generic]]:
    """Return the context in `data`; its arrays are read-only views of it.

    Raises: BadFrame when the bytes are not a context.
    """
    try:
        arrays = _DECODER.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadFrame(f"a context that cannot be read came: {error}") from None
    if len(arrays) > MAX_ARRAYS or len({array.name for array in arrays}) < len(arrays):
        raise BadFrame(f"a context of {len(arrays)} arrays came, too many or with one name twice")
    return {array.name: _unpacked(array) for array in arrays}


def _packed(name: str, array: NDArray[np.generic]) -> _Array:
    if array.dtype.name not in DTYPES:
        raise ValueError(f"context array {name!r} is {array.dtype}; it may be one of {DTYPES}")
    little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    return _Array(name, array.dtype.name, array.shape, memoryview(little.tobytes()))


def _unpacked(array: _Array) -> NDArray[np.generic]:
    if (
        array.dtype not in DTYPES
        or len(array.shape) > MAX_DIMENSIONS
        or min(array.shape, default=0) < 0
    ):
        raise BadFrame(
            f"a context array of dtype {array.dtype[:20]!r} and that shape cannot come in"
        )
    dtype = np.dtype(array.dtype).newbyteorder("<")
    size = memoryview(array.data).nbytes
    if math.prod(array.shape) * dtype.itemsize != size:
        raise BadFrame(
            f"a context array of shape {array.shape} and {array.dtype} came with {size} bytes; "
            "the two must agree"
        )
    return np.frombuffer(array.data, dtype).reshape(array.shape)
