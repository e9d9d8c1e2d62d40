"""Notes and controllers with times: what crosses the door as a score."""

from __future__ import annotations

import msgspec

# A long score has hundreds of thousands of these; they hold numbers alone, and so need no part in
# the collector's rounds, during which everything stands still.
CHANNEL_PRESSURE = 128  # the number of a Control that is a channel's pressure


class Note(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One note as written: `end_seconds` is the key's release, before any pedal.

    `channel` is the MIDI channel, 0 to 15; those of a second MIDI port follow, 16 to 31, and so on.
    """

    start_seconds: float
    end_seconds: float
    pitch: int
    velocity: int
    program: int = 0
    channel: int = 0
    is_drum: bool = False


class Control(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A controller's value (0-127) on a channel, numbered as in Note, from a moment on.

    `number` is the controller's, 0 to 127, or CHANNEL_PRESSURE.
    """

    seconds: float
    channel: int
    number: int
    value: int


class Bend(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A pitch bend on a channel, numbered as in Note, in semitones, from a moment on."""

    seconds: float
    channel: int
    semitones: float


class MidiEvent(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A MIDI channel message as it came, `frame` sample frames into its chunk.

    `status` is 0x80 to 0xEF with the channel in its low half; a message of one data byte has
    it in `data1`.
    """

    frame: int
    status: int
    data1: int
    data2: int = 0


class Tempo(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The tempo in quarter notes a minute from a moment on."""

    seconds: float
    quarters_per_minute: float


class Metre(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The time signature from a moment on."""

    seconds: float
    numerator: int
    denominator: int


class Score(msgspec.Struct, frozen=True):
    """Notes and controllers with times in seconds, each list sorted by time."""

    notes: tuple[Note, ...] = ()
    controls: tuple[Control, ...] = ()
    bends: tuple[Bend, ...] = ()
    tempos: tuple[Tempo, ...] = ()
    metres: tuple[Metre, ...] = ()
    duration_seconds: float = 0.0
    title: str = ""
