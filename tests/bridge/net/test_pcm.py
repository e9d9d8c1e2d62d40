from __future__ import annotations

import struct

import numpy as np
import pytest

from bridge.net.pcm import SAMPLE_BYTES, ByteOrder, PcmFormat, encode

LOUD = np.array([[-1.0, 1.0], [0.5, -2.0], [np.nan, np.inf], [2**-15, -(2**-15)]], np.float32)


@pytest.mark.parametrize(("order", "sign"), [("little", "<"), ("big", ">")])
def test_whole_numbers_are_rounded_and_clipped(order: ByteOrder, sign: str) -> None:
    numbers = struct.unpack(f"{sign}8h", encode(LOUD, "s16", order))
    assert numbers == (-32768, 32767, 16384, -32768, 0, 32767, 1, -1)
    raw = encode(LOUD, "s24", order)
    whole = [int.from_bytes(raw[at : at + 3], order, signed=True) for at in range(0, 24, 3)]
    assert whole == [-(1 << 23), (1 << 23) - 1, 1 << 22, -(1 << 23), 0, (1 << 23) - 1, 256, -256]


@pytest.mark.parametrize(("order", "sign"), [("little", "<"), ("big", ">")])
def test_floats_are_bit_exact(order: ByteOrder, sign: str) -> None:
    audio = np.random.default_rng(1).uniform(-1, 1, (101, 3)).astype(np.float32)
    read = np.array(struct.unpack(f"{sign}303f", encode(audio, "f32", order)), np.float32)
    assert np.array_equal(read.reshape(-1, 3), audio)


@pytest.mark.parametrize("pcm_format", ["f32", "s16", "s24"])
def test_sizes(pcm_format: PcmFormat) -> None:
    audio = np.zeros((7, 5), np.float32)
    assert len(encode(audio, pcm_format)) == 35 * SAMPLE_BYTES[pcm_format]
    assert encode(audio[:0], pcm_format) == b""


@pytest.mark.parametrize(("pcm_format", "scale"), [("s16", 1 << 15), ("s24", 1 << 23)])
def test_what_a_whole_number_can_say_comes_back_exact(pcm_format: PcmFormat, scale: int) -> None:
    whole = np.random.default_rng(2).integers(-scale, scale, (500, 1))
    raw = encode((whole / scale).astype(np.float32), pcm_format)
    size = SAMPLE_BYTES[pcm_format]
    read = [
        int.from_bytes(raw[at : at + size], "little", signed=True)
        for at in range(0, len(raw), size)
    ]
    assert read == whole[:, 0].tolist()
