"""What lies between two scores: music of its own that has something of both.

At a mix of 0 it is the one, at 1 the other. Between, tempo, key, metre and length are on the way
from one to the other (meeting.py); every voice of the one has become one of the other by as much
(pairing.py, blending.py); instruments, chords and bars change one by one, each at a mix of its own,
so that what has changed stays changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import msgspec
import numpy as np

from engine.composing.beats import Beats
from engine.composing.blending import accompanied, drummed, sung
from engine.composing.instruments import SPANS, Span
from engine.composing.meeting import Meeting, Side
from engine.composing.pairing import Pair, channels_of, pairs_of
from engine.composing.sheet import Voice
from engine.composing.tidy import recast, untangled
from engine.composing.tone import Tone
from engine.composing.words import Wishes, read
from engine.performance import Performance
from engine.wire import Control, Note, OutOfRange, Score

VOLUME, PAN, CENTRE = 7, 10, 64
SOFTEST, HARDEST = 8, 125
MAX_TITLE = 120
FADED = 0.35  # By how much who comes and goes is softer at the edge of being there.
LEAST_SECONDS = 0.01
MEANT = ("programs", "refused", "wants_drums", "loudness")


def between(first: Score, second: Score, mix: float, prompt: str, seed: int) -> Score:
    """Return the score that lies between two that have notes; the same seed gives the same one.

    `mix` goes from 0, the first itself, to 1, the second. Words may change instruments and
    dynamics. Raises: OutOfRange for others.
    """
    wishes = _wishes(prompt)
    if mix in (0.0, 1.0):
        return recast(second if mix else first, wishes)
    sides = Side(first), Side(second)
    pairs = pairs_of(sides, np.random.default_rng([seed, 41]))
    meeting = Meeting(sides, mix, np.random.default_rng([seed, 42]))
    frame, channels = meeting.frame(), channels_of(pairs, mix)
    beats, notes, controls = Beats(frame), [], []
    levels = [Performance(score) for score in (first, second)]
    for place, channel in channels.items():
        tones = _played(meeting, pairs[place], (seed, 43, place))
        notes += _notes(tones, pairs[place], mix, channel, beats)
    if not notes:  # A stroke or two of one side has gone, and the other has not begun.
        return recast(second if mix >= 0.5 else first, wishes)
    for channel in sorted(set(channels.values())):
        mine = [pairs[place] for place, on in channels.items() if on == channel]
        controls += _settings(mine, mix, channel, levels)
    made = msgspec.structs.replace(
        frame,
        notes=untangled(notes),
        controls=tuple(controls),
        title=f"{first.title} / {second.title}"[:MAX_TITLE].strip(" /"),
    )
    return recast(made, wishes)


def _wishes(prompt: str) -> Wishes:
    """Read words about who plays and how loud. Raises: OutOfRange for others."""
    wishes, nothing = read(prompt), Wishes()
    for one in fields(Wishes):
        if one.name not in MEANT and getattr(wishes, one.name) != getattr(nothing, one.name):
            raise OutOfRange(
                f"words came that say more than who plays and how loud ({one.name}): what lies "
                "between two pieces has all else from them; name instruments, no drums, softer"
            )
    return wishes


def _played(meeting: Meeting, pair: Pair, seed: tuple[int, ...]) -> list[Tone]:
    """Return what a pair plays, in quarters."""
    voice = pair.voice(meeting.mix)
    if voice is None:
        return []
    if voice.player.is_drum:
        return drummed(meeting, pair, seed)
    if voice.leads:
        return sung(meeting, pair, _span(voice), seed)
    return accompanied(meeting, pair, _span(voice), np.random.default_rng(seed))


def _span(voice: Voice) -> Span:
    """Return what a voice's player can reach, or does."""
    low, high = SPANS[min(max(voice.player.program, 0), 127)]
    pitches = [one.tone.pitch for one in voice.played]
    return Span(min(low, *pitches), max(high, *pitches))


def _notes(tones: Sequence[Tone], pair: Pair, mix: float, channel: int, beats: Beats) -> list[Note]:
    """Put tones into seconds, as hard as both voices play on average."""
    voice = pair.voice(mix)
    assert voice is not None
    harder = _wanted(pair, mix) - _mean([tone.weight for tone in tones])
    player, found = voice.player, []
    for tone in tones:
        start = beats.exactly(max(tone.at, 0.0))
        end = max(beats.exactly(max(tone.at, 0.0) + tone.length), start + LEAST_SECONDS)
        velocity = min(max(round(127.0 * (tone.weight + harder)), SOFTEST), HARDEST)
        found.append(
            Note(start, end, tone.pitch, velocity, player.program, channel, player.is_drum)
        )
    return found


def _wanted(pair: Pair, mix: float) -> float:
    """Return how hard a pair plays on average; who comes and goes plays softer at the edge."""
    means = [_mean([one.tone.weight for one in v.played]) if v else None for v in pair.voices]
    if means[0] is not None and means[1] is not None:
        return (1.0 - mix) * means[0] + mix * means[1]
    only = next(mean for mean in means if mean is not None)
    return only * (1.0 - FADED * _nearness(pair, mix))


def _nearness(pair: Pair, mix: float) -> float:
    """Return how near the mix is, 0 to 1, to where a voice without counterpart begins or ends."""
    if pair.second is None:
        return min(mix / pair.turn, 1.0)
    return min((1.0 - mix) / (1.0 - pair.turn), 1.0)


def _mean(weights: Sequence[float]) -> float:
    return float(np.mean(weights)) if weights else 0.0


def _settings(
    pairs: Sequence[Pair], mix: float, channel: int, levels: Sequence[Performance]
) -> list[Control]:
    """Return how loud those on a channel are and where in stereo: between both sides' ways."""
    heard = np.mean([_between(pair, mix, levels) for pair in pairs], axis=0)
    volume, pan = (round(value) for value in heard.tolist())
    settings = [Control(0.0, channel, VOLUME, volume)]
    return [*settings, Control(0.0, channel, PAN, pan)] if pan != CENTRE else settings


def _between(pair: Pair, mix: float, levels: Sequence[Performance]) -> tuple[float, float]:
    """Return a pair's volume and pan, 0 to 127."""
    heard = [_heard(v, levels[side]) for side, v in enumerate(pair.voices) if v is not None]
    first, second = heard[0], heard[-1]
    volume, pan = ((1.0 - mix) * a + mix * b for a, b in zip(first, second, strict=True))
    return volume, pan


def _heard(voice: Voice, performance: Performance) -> tuple[float, float]:
    """Return a voice's volume, expression included, and its pan, 0 to 127, on average."""
    channel = voice.player.channel
    starts = np.array([one.note.start_seconds for one in voice.played])
    gain = float(np.mean(performance.gain_at(channel, starts)))
    pan = float(np.mean(performance.value_at(channel, PAN, starts)))
    return 127.0 * min(gain, 1.0) ** 0.5, pan
