"""The sink `null`: takes the stream and counts it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from bridge.sinks.base import Audio, Stats, Surroundings
from engine.wire import Parameter, Value


class Sink:
    """Counts frames and nothing else: for measuring, and for a server without a way out."""

    text: ClassVar[str] = "counts frames, plays nothing"
    options: ClassVar[tuple[Parameter, ...]] = ()
    suffix: ClassVar[str] = ""

    def __init__(self, around: Surroundings | None = None) -> None:
        self.rate_hz = 0
        self.channels = 0
        self.stats = Stats()

    def open(self, name: str, options: Mapping[str, Value], rate_hz: int, channels: int) -> None:
        """Take the stream as it is."""
        self.rate_hz, self.channels = rate_hz, channels

    def write(self, first_frame: int, block: Audio) -> None:
        """Count the block."""
        self.stats.frames += len(block)

    def surplus_frames(self) -> None:
        """Keep no clock."""

    def close(self) -> None:
        """Hold nothing to let go of."""
