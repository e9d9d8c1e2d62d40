"""Contexts as bytes: the same arrays come back, and nothing that was not an array gets in."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from engine.context import DTYPES, MAX_ARRAYS, pack, unpack
from engine.wire import BadFrame

ANY_ARRAY = st.sampled_from([np.dtype(name) for name in DTYPES]).flatmap(
    lambda dtype: arrays.arrays(dtype, arrays.array_shapes(min_dims=0, max_dims=4, min_side=0))
)


@given(st.dictionaries(st.text(max_size=8), ANY_ARRAY, max_size=4))
def test_what_is_packed_comes_back_bit_for_bit(context: dict[str, np.ndarray]) -> None:
    back = unpack(pack(context))
    assert list(back) == list(context)
    for name, array in context.items():
        assert back[name].dtype == array.dtype
        assert back[name].shape == array.shape
        assert back[name].tobytes() == array.tobytes()


def test_order_and_endianness_do_not_matter() -> None:
    grid = np.arange(6, dtype=">i4").reshape(2, 3).T
    back = unpack(pack({"grid": grid}))["grid"]
    assert (back == grid).all()
    assert pack({"grid": back}) == pack({"grid": grid})


def test_what_comes_back_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        unpack(pack({"a": np.zeros(3)}))["a"][0] = 1.0


@pytest.mark.parametrize("array", [np.array([object()]), np.array(["text"]), np.zeros(1, "V8")])
def test_only_numbers_travel(array: np.ndarray) -> None:
    with pytest.raises(ValueError, match="may be one of"):
        pack({"a": array})


@pytest.mark.parametrize(
    "arrays",
    [
        [("a", "float32", (2,), b"1234567")],
        [("a", "float32", (2**62,), b"12345678")],
        [("a", "float32", (2**40, 2**40), b"")],
        [("a", "float32", (-2, -1), b"12345678")],
        [("a", "float32", (0,) * 17, b"")],
        [("a", "object", (1,), b"12345678")],
        [("a", "O", (1,), b"12345678")],
        [("a", "<f4", (1,), b"1234")],
        [("a", "U2", (1,), b"12345678")],
        [("a", "float32", (1,), b"1234"), ("a", "float32", (1,), b"1234")],
        [(str(i), "bool", (1,), b"1") for i in range(MAX_ARRAYS + 1)],
        [("a", "float32", (1,))],
        [("a", "float32", "1", b"1234")],
        [("a", "float32", (1.5,), b"1234")],
        [(1, "float32", (1,), b"1234")],
        {"a": 1},
        7,
    ],
)
def test_what_does_not_add_up_is_refused(arrays: object) -> None:
    with pytest.raises(BadFrame):
        unpack(msgspec.msgpack.encode(arrays))


@given(st.binary(max_size=64))
def test_noise_is_refused_or_is_a_context(data: bytes) -> None:
    try:
        context = unpack(data)
    except BadFrame:
        return
    assert all(array.dtype.name in DTYPES for array in context.values())


def test_a_cut_context_is_refused_wherever_it_is_cut() -> None:
    whole = pack({"a": np.arange(5, dtype=np.float32), "b": np.zeros((2, 2), np.int8)})
    for end in range(len(whole)):
        with pytest.raises(BadFrame):
            unpack(whole[:end])
