"""What a performance is, and what of it is to be heard: for the tests that play live."""

from __future__ import annotations

import numpy as np
import pytest

from tests.peers.studio import RATE_HZ, Studio

PITCHES = (60, 64, 67, 72, 55, 62)
NOTE_ON, NOTE_OFF = 0x90, 0x80
SOUNDS_WITHIN_SECONDS = 0.3  # A bound that says a note caused a sound, no figure.
TUNE_TOLERANCE = 0.01  # Far less than a semitone, 0.06.
AUDIBLE = 1e-3
PIECE_FRAMES = 64
LEAST_WHOLE = 0.9


def performance(frame: int) -> list[tuple[int, bytes]]:
    """Return notes half a second apart, each held for half of that."""
    step = RATE_HZ // 2
    return [
        (frame + number * step + part, bytes([status, pitch, 100]))
        for number, pitch in enumerate(PITCHES)
        for part, status in ((0, NOTE_ON), (step // 2, NOTE_OFF))
    ]


def sounding(samples: np.ndarray) -> slice:
    """Return where there is sound, without the silence around it."""
    found = np.flatnonzero(samples.any(axis=1))
    assert len(found), "nothing was heard"
    return slice(int(found[0]), int(found[-1]) + 1)


def check_whole(heard: np.ndarray, made: np.ndarray, xruns: int) -> None:
    """Hold what was heard to what was made, bit by bit; JACK leaves a block out for each xrun."""
    part = heard[sounding(heard)]
    assert np.array_equal(part, made) if xruns == 0 else whole_pieces(part, made) >= LEAST_WHOLE


def whole_pieces(heard: np.ndarray, made: np.ndarray) -> float:
    """Return how much of what was made was heard bit by bit, in order, piece by piece."""
    there, place, found = heard.tobytes(), 0, 0
    pieces = [made[at : at + PIECE_FRAMES] for at in range(0, len(made), PIECE_FRAMES)]
    for piece in pieces:
        at = there.find(piece.tobytes(), place)
        if at >= 0:
            found, place = found + 1, at
    return found / len(pieces)


def hertz(part: np.ndarray) -> float:
    """Return the strongest frequency of a mono sound."""
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), 4 * RATE_HZ))
    return float(np.argmax(spectrum)) / 4


def check_played(studio: Studio, begin: int, messages: list[tuple[int, bytes]]) -> None:
    """Hold the sound since a frame to what was played: a performance, each note in tune, and soon.

    Frames are JACK's, so what is soon is counted from the strike itself.
    """
    notes = [(frame, data[1]) for frame, data in messages if is_on(data)]
    assert [pitch for _, pitch in notes] == list(PITCHES)
    sound = studio.sound.mean(axis=1)
    assert not sound[begin : notes[0][0]].any()
    for frame, pitch in notes:
        before = np.abs(sound[frame - RATE_HZ // 50 : frame]).max()
        loud = np.flatnonzero(np.abs(sound[frame : frame + RATE_HZ // 2]) > 2 * before + AUDIBLE)
        assert len(loud), f"the note {pitch} at frame {frame} was not heard"
        assert loud[0] < SOUNDS_WITHIN_SECONDS * RATE_HZ
        onset = frame + int(loud[0])
        steady = sound[onset + RATE_HZ // 20 : onset + RATE_HZ // 5]
        assert hertz(steady) == pytest.approx(440 * 2 ** ((pitch - 69) / 12), rel=TUNE_TOLERANCE)


def is_on(data: bytes) -> bool:
    """Say whether a message strikes a key."""
    return data[0] == NOTE_ON and data[2] > 0
