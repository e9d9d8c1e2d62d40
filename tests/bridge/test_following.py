"""Who leads the transport."""

from __future__ import annotations

import pytest

from bridge.following import Following
from bridge.midi.clock import CLOCK, PULSES_PER_BEAT, START
from bridge.transport import Transport

RATE_HZ = 48_000
PERIOD_SECONDS = 60 / 120 / PULSES_PER_BEAT


class Desk:
    """A transport that follows ports, while time goes on."""

    def __init__(self) -> None:
        self.now = 0.0
        self.transport = Transport(RATE_HZ, lambda: round(self.now * RATE_HZ))
        self.following = Following(self.transport, lambda seconds: seconds * RATE_HZ)

    def clocks(self, port: str, pulses: int, period: float = PERIOD_SECONDS) -> None:
        for _ in range(pulses):
            self.now += period
            self.following.message(port, bytes([CLOCK]), self.now)

    def start(self, port: str) -> None:
        self.following.message(port, bytes([START]), self.now)


def test_a_clock_leads_to_the_frame() -> None:
    desk = Desk()
    desk.following.choose("clock")
    desk.start("drums")
    desk.clocks("drums", 1 + 4 * PULSES_PER_BEAT)
    assert desk.transport.running
    assert desk.following.leader == "drums"
    assert desk.transport.tempo_bpm == pytest.approx(120)
    assert desk.transport.frame_of(8) == pytest.approx((desk.now + 2.0) * RATE_HZ, abs=2)


def test_of_two_clocks_the_first_leads_until_it_is_silent() -> None:
    desk = Desk()
    desk.following.choose("clock")
    desk.start("one")
    desk.clocks("one", 48)
    desk.following.message("two", bytes([START]), desk.now)
    desk.following.message("two", bytes([CLOCK]), desk.now)
    desk.following.message("two", bytes([CLOCK]), desk.now + 0.01)
    assert desk.following.leader == "one"
    desk.now += 1.0
    desk.following.tick(desk.now)
    assert not desk.transport.running
    desk.start("two")
    desk.clocks("two", 48)
    assert desk.following.leader == "two"
    assert desk.transport.running


def test_a_port_that_goes_leaves_the_transport_standing() -> None:
    desk = Desk()
    desk.following.choose("clock")
    desk.start("drums")
    desk.clocks("drums", 48)
    desk.following.lost("drums", desk.now)
    assert not desk.transport.running
    assert desk.transport.beat == pytest.approx(2.0, abs=0.05)
    assert desk.following.leader == ""


def test_a_clock_that_does_not_lead_changes_nothing() -> None:
    desk = Desk()
    desk.start("drums")
    desk.clocks("drums", 48)
    assert not desk.transport.running
    desk.following.play()
    assert desk.transport.running


def test_timecode_leads_by_the_transports_tempo() -> None:
    desk = Desk()
    desk.following.choose("mtc")
    desk.following.set_tempo(90)
    desk.following.message("deck", bytes([0xF0, 0x7F, 0x7F, 1, 1, 0x20, 0, 40, 0, 0xF7]), 0.0)
    assert not desk.transport.running
    assert desk.transport.beat == pytest.approx(60.0)
    for number in range(4):
        for piece, value in enumerate((2 * number, 0, 8, 2, 0, 0, 0, 2)):
            desk.now += 1 / 100
            desk.following.message("deck", bytes([0xF1, piece << 4 | value]), desk.now)
    assert desk.transport.running
    assert desk.transport.tempo_bpm == 90
    seconds = 40 + 31 / 100
    assert desk.transport.beat_at(desk.now * RATE_HZ) == pytest.approx(seconds * 1.5, abs=0.02)
    desk.following.tick(desk.now + 1)
    assert not desk.transport.running
