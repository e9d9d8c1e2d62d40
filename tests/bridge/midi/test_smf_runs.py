"""Runs of events read at once: the same as one by one, and as mido reads them."""

from __future__ import annotations

import io
import random

import mido
import pytest

from bridge.midi import smf, smf_track
from bridge.midi.smf_runs import SHORTEST_EVENTS, read_run
from bridge.midi.smf_track import Warnings

PRESSED = 0.01  # strange in so many events, and all others have one data byte
HEADER = b"MThd\0\0\0\6\0\1\0\1\0\x60"


def quantity(value: int) -> bytes:
    found = [value & 0x7F]
    while value := value >> 7:
        found.append(value & 0x7F | 0x80)
    return bytes(reversed(found))


def track(chance: random.Random, events: int, strange: float) -> bytes:
    """Channel messages with and without running status; some metas and exclusives between."""
    body, running = bytearray(), -1
    for _ in range(events):
        body += quantity(chance.choice((0, 1, 1, 5, 127, 128, 20_000, 3_000_000)))
        if chance.random() < strange:
            body += chance.choice((b"\xff\x01\x03abc", b"\xf0\x04\x7e\x7f\x09\xf7", b"\xc3\x05"))
            running = -1
            continue
        status = chance.choice((0x90, 0x80, 0xB0, 0xB1, 0xE5, 0xAF))
        if strange and chance.random() < 0.2:
            status = 0xD2
        if strange == PRESSED:
            status = chance.choice((0xD2, 0xD2, 0xC3))
        if status != running or chance.random() < 0.3:
            body.append(status)
        running = status
        body += bytes(chance.randrange(128) for _ in range(1 if 0xC0 <= status < 0xE0 else 2))
    body += b"\0\xff\x2f\0"
    return b"MTrk" + len(body).to_bytes(4, "big") + bytes(body)


def read(data: bytes) -> tuple[list[int], int, tuple[str, ...]]:
    warnings = Warnings()
    found = smf.read(data, warnings).tracks[0]
    return found.channel_events.tolist(), found.end_tick, warnings.texts()


@pytest.mark.parametrize("strange", [0.0, 0.001, 0.02, 0.3, PRESSED])
@pytest.mark.parametrize("seed", range(3))
def test_long_tracks_are_what_mido_reads(seed: int, strange: float) -> None:
    data = HEADER + track(random.Random(seed), 3_000, strange)
    wanted, now = [], 0
    for message in mido.MidiFile(file=io.BytesIO(data)).tracks[0]:
        now += message.time
        if not message.is_meta and message.type != "sysex":
            status, first, *second = message.bytes()
            wanted.append(now << 24 | status << 16 | first << 8 | (second[0] if second else 0))
    events, end_tick, warnings = read(data)
    assert events == wanted
    assert end_tick == now
    assert not warnings


@pytest.mark.parametrize("seed", range(12))
def test_damage_is_read_as_it_is_one_by_one(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    data = bytearray(HEADER + track(chance, 2_000, 0.01))
    for _ in range(chance.randrange(1, 6)):
        data[chance.randrange(len(HEADER) + 8, len(data))] = chance.randrange(256)
    if seed % 3 == 0:
        del data[chance.randrange(1_000, len(data)) :]
    at_once = read(bytes(data))
    monkeypatch.setattr(smf_track, "read_run", lambda *_: None)
    assert at_once == read(bytes(data))


def test_a_run_ends_at_its_limit_and_before_what_is_no_part_of_it() -> None:
    clean = b"\1\xb0\7\x40" + b"\1\7\x41" * 99
    run = read_run(clean + b"\0\xff\x2f\0" + b"\1\7\x41" * 50, 4, 1_000, 10, 0xB0)
    assert run is not None
    assert (len(run.events), run.position, run.tick, run.running) == (99, 4 + 3 * 99, 109, 0xB0)
    cut = read_run(clean, 4, len(clean) - 1, 10, 0xB0)
    assert cut is not None
    assert len(cut.events) == 98
    assert read_run(clean, 4, 4 + 3 * SHORTEST_EVENTS - 1, 10, 0xB0) is None
    assert read_run(clean, 4, len(clean), 10, 0) is None
    pressed = read_run(b"\1\x40" * 50 + clean, 0, 1_000, 0, 0xD0)
    assert pressed is not None
    assert (len(pressed.events), pressed.position) == (50, 100)
    assert read_run(b"", 0, 0, 0, 0x90) is None
