"""Who leads the transport: itself, a port's MIDI clock or timecode, or a Link session."""

from __future__ import annotations

from collections.abc import Callable

from bridge.ableton_link import LinkSession
from bridge.midi.clock import ClockFollower, Fix
from bridge.midi.timecode import TimecodeFollower
from bridge.transport import Place, Source, Transport

_LEAST_DRIFT_BEATS = 0.0005  # A Link session is read again; what it says anew must differ.


class Following:
    """Hears every port, and moves the transport by the one that leads.

    Of several ports that send a clock, the first leads until it falls silent.
    """

    def __init__(self, transport: Transport, frame_at: Callable[[float], float]) -> None:
        """Lead `transport`; `frame_at` is the stream's frame that sounds at a monotonic time."""
        self.transport = transport
        self._frame_at = frame_at
        self._clocks: dict[str, ClockFollower] = {}
        self._codes: dict[str, TimecodeFollower] = {}
        self._leader = ""
        self._link: LinkSession | None = None

    @property
    def leader(self) -> str:
        """The port or session that leads, or nothing."""
        return f"link, {self._link.peers} peers" if self._link else self._leader

    def choose(self, source: Source) -> None:
        """Follow another source from now on. Raises: StartFailed."""
        transport = self.transport
        if source == "link" and self._link is None:
            self._link = LinkSession(transport.tempo_bpm, transport.beats_per_bar)
        elif source != "link":
            self.close()
        if source != transport.source:
            self._leader = ""
        transport.choose(source)
        self.tick(0.0)

    def play(self) -> None:
        """Start, or have the Link session start. Raises: Unsupported."""
        if self._link:
            self._link.play()
        else:
            self.transport.play()

    def stop(self) -> None:
        """Stop, or have the Link session stop. Raises: Unsupported."""
        if self._link:
            self._link.stop()
        else:
            self.transport.stop()

    def locate(self, place: Place) -> None:
        """Go to a place. Raises: Unsupported."""
        self.transport.locate(place)

    def set_tempo(self, bpm: float) -> None:
        """Change the tempo, or the Link session's. Raises: OutOfRange, Unsupported."""
        if self._link:
            self.transport.check_tempo(bpm)
            self._link.tempo_bpm = bpm
        else:
            self.transport.set_tempo(bpm)

    def set_signature(self, numerator: float, denominator: float) -> None:
        """Change the bars. Raises: OutOfRange."""
        self.transport.set_signature(numerator, denominator)
        if self._link:
            self._link.set_bar(self.transport.beats_per_bar)

    def message(self, port: str, data: bytes, arrival_seconds: float) -> None:
        """Take a system message of a port: its clock, its song position or its timecode."""
        clock = self._clocks.setdefault(port, ClockFollower())
        code = self._codes.setdefault(port, TimecodeFollower())
        clock.message(data, arrival_seconds)
        code.message(data, arrival_seconds)
        if self.transport.source == "clock" and self._leads(port, clock, arrival_seconds):
            self._follow_clock(clock)
        elif self.transport.source == "mtc" and self._leads(port, code, arrival_seconds):
            self._follow_code(code)

    def lost(self, port: str, now_seconds: float) -> None:
        """Note that a port is gone: what it led stands still."""
        clock, code = self._clocks.pop(port, None), self._codes.pop(port, None)
        if port == self._leader and clock and code:
            self._leader = ""
            self._stand(clock, code, now_seconds)

    def tick(self, now_seconds: float) -> None:
        """Look at what sends no messages: a Link session, and a port that fell silent."""
        if self._link is not None:
            self._follow_link(self._link)
        elif self.transport.running and self._leader in self._clocks:
            clock, code = self._clocks[self._leader], self._codes[self._leader]
            follower = clock if self.transport.source == "clock" else code
            if follower.is_silent(now_seconds):
                self._stand(clock, code, now_seconds)

    def close(self) -> None:
        """Leave the Link session, where there is one."""
        if self._link is not None:
            self._link.close()
            self._link = None

    def _leads(
        self, port: str, follower: ClockFollower | TimecodeFollower, now_seconds: float
    ) -> bool:
        if port != self._leader and follower.fix is not None:
            followers = self._clocks if self.transport.source == "clock" else self._codes
            leader = followers.get(self._leader)
            if leader is None or leader.is_silent(now_seconds):
                self._leader = port
        return port == self._leader and follower.fix is not None

    def _follow_clock(self, clock: ClockFollower) -> None:
        assert clock.fix is not None
        running = clock.running and clock.fix.rate_hz > 0
        self._follow(clock.fix, clock.fix.position, clock.bpm, running)

    def _follow_code(self, code: TimecodeFollower) -> None:
        assert code.fix is not None
        beat = code.fix.position * self.transport.tempo_bpm / 60
        self._follow(code.fix, beat, 0.0, code.running)

    def _follow_link(self, link: LinkSession) -> None:
        fix, transport = link.read(), self.transport
        expected = transport.beat_at(self._frame_at(fix.at_seconds))
        same = (link.tempo_bpm, link.running) == (transport.tempo_bpm, transport.running)
        if not same or (link.running and abs(expected - fix.position) > _LEAST_DRIFT_BEATS):
            self._follow(fix, fix.position, link.tempo_bpm, link.running)

    def _follow(self, fix: Fix, beat: float, bpm: float, running: bool) -> None:
        self.transport.follow(self._frame_at(fix.at_seconds), beat, bpm, running)

    def _stand(self, clock: ClockFollower, code: TimecodeFollower, now_seconds: float) -> None:
        """Let the transport stand where its leader has stopped sending."""
        if self.transport.source == "clock" and clock.fix is not None:
            clock.stand(now_seconds)
            self._follow_clock(clock)
        elif self.transport.source == "mtc" and code.fix is not None:
            code.stand(now_seconds)
            self._follow_code(code)
