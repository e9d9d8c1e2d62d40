"""How a piece goes on: more bars by the same players, in the same key, metre and tempo.

The melody goes on with the motifs it had. The others play what they played, bar for bar, over
new chords; where they played nothing that could be taken up, they play what their role does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeVar

import msgspec
import numpy as np
from numpy.random import Generator

from engine.composing.analysis import (
    BASS_BELOW,
    GRID,
    Grid,
    Part,
    grid_at,
    key_of_score,
    parts_of,
    top_line,
)
from engine.composing.bass import near
from engine.composing.brief import Brief, decide, whole_tempo
from engine.composing.casting import Player
from engine.composing.compose import Writer
from engine.composing.form import phrases
from engine.composing.harmony import Harmony, harmonise, voicing
from engine.composing.instruments import Span
from engine.composing.melody import Motif, Themes
from engine.composing.performing import (
    LOUDEST,
    SOFTEST,
    Line,
    perform,
    settings,
)
from engine.composing.styles import PLAIN
from engine.composing.theory import Bar, Key
from engine.composing.tone import Tone
from engine.composing.words import Wishes, read
from engine.wire import Bend, Control, Metre, Note, OutOfRange, Score, Tempo

T = TypeVar("T", Tempo, Metre)

SUSTAIN, PEDAL_DOWN = 64, 64
PATTERN_BARS = 8
JUST = 0.03  # A hair before the join is on it: a note is not lost for being early.
ACCENT = 18.0 / 127.0
USUAL_PROGRAMS = (0, 48, 33)


def extend(score: Score, seconds: float, more_seconds: float, prompt: str, seed: int) -> Score:
    """Return a score that is the same up to a moment and then goes on for `more_seconds`.

    Notes that sound at the join ring on. Raises: OutOfRange for unknown words.
    """
    wishes = _wishes(prompt)
    found = grid_at(score, seconds)
    grid = _wished(found, wishes, seconds)
    parts = parts_of(score, found, seconds)
    key = _key(wishes, key_of_score(score, seconds))
    brief = _brief(wishes, key, grid, seconds, more_seconds, parts, seed)
    random = np.random.default_rng([seed, 13, round(1000 * seconds)])
    kept = [part for part in parts if part.player in brief.players]
    notes = _goes_on(brief, grid, kept, random, seconds)
    return _joined(score, notes, brief, grid, seconds, more_seconds, parts)


def begin(grid: Grid, key: Key, seconds: float, more_seconds: float, prompt: str, seed: int,
          loudness: float) -> Score:  # fmt: skip
    """Return a score that goes on from sound without one: silence, then music in its beat.

    Raises: OutOfRange for unknown words.
    """
    wishes = _wishes(prompt)
    if not (wishes.programs or wishes.styles or wishes.wants_drums):
        wishes.programs = list(USUAL_PROGRAMS)
    grid = _wished(grid, wishes, seconds)
    wishes.loudness = loudness if wishes.loudness is None else wishes.loudness
    brief = _brief(wishes, _key(wishes, key), grid, seconds, more_seconds, [], seed)
    random = np.random.default_rng([seed, 13, round(1000 * seconds)])
    notes = _goes_on(brief, grid, [], random, seconds)
    return _joined(Score(), notes, brief, grid, seconds, more_seconds, [])


def _wishes(prompt: str) -> Wishes:
    """Read words about what goes on. Raises: OutOfRange for others."""
    wishes = read(prompt)
    if wishes.bars is not None or wishes.seconds is not None:
        raise OutOfRange(
            "words about the length came; what goes on is as long as was asked in seconds: leave "
            "them out"
        )
    return wishes


def _wished(grid: Grid, wishes: Wishes, seconds: float) -> Grid:
    """Return the grid, or that of another metre or tempo from the join on."""
    metre = wishes.metre
    if metre and metre != (grid.bar.numerator, grid.bar.denominator):
        grid = Grid(grid.tempo, Bar(*metre), _next_beat(grid, seconds))
    if wishes.tempo is not None:
        tempo = whole_tempo(sum(wishes.tempo) / 2 * grid.bar.beat)
        since = (seconds - grid.bar_seconds) * grid.tempo / tempo
        grid = Grid(tempo, grid.bar, seconds - since)
    return grid


def _next_beat(grid: Grid, seconds: float) -> float:
    """Return when the first quarter after a moment begins."""
    quarter_seconds = grid.seconds(1.0)
    quarters = np.ceil((seconds - grid.bar_seconds) / quarter_seconds - 1e-3)
    return grid.bar_seconds + float(quarters) * quarter_seconds


def _key(wishes: Wishes, found: Key) -> Key:
    if wishes.tonic is None and wishes.mode is None:
        return found
    tonic = found.tonic if wishes.tonic is None else wishes.tonic
    return Key(tonic, wishes.mode or found.mode)


def _brief(
    wishes: Wishes,
    key: Key,
    grid: Grid,
    seconds: float,
    more_seconds: float,
    parts: Sequence[Part],
    seed: int,
) -> Brief:
    """Settle what goes on: what is there, but for what the words say."""
    decided = decide(replace(wishes, tonic=key.tonic, mode=key.mode), seed)
    bar_seconds = grid.seconds(grid.bar.quarters)
    reach = seconds - grid.bar_seconds + more_seconds
    # The last bar holds the last chord, and may be cut short; one begins, at least.
    is_within = seconds - grid.bar_seconds > 0.03
    bars = max(1 + is_within, round(reach / bar_seconds))
    style = decided.style if wishes.styles or not parts else replace(PLAIN, harmony="functional")
    return replace(
        decided,
        key=key,
        bar=grid.bar,
        tempo=grid.tempo,
        bars=bars,
        style=style,
        players=_players(wishes, parts, decided),
        density=density_of(parts) if parts and wishes.density is None else decided.density,
        loudness=loudness_of(parts) if parts and wishes.loudness is None else decided.loudness,
    )


def _players(wishes: Wishes, parts: Sequence[Part], decided: Brief) -> tuple[Player, ...]:
    """Return who goes on: those who played, or whom the words name; with or without drums."""
    if not parts:
        return decided.players
    drums = tuple(part.player for part in parts if part.player.is_drum)
    if wishes.wants_drums is not None:
        drums = (drums or tuple(p for p in decided.players if p.is_drum)) * wishes.wants_drums
    melodic = tuple(part.player for part in parts if not part.player.is_drum)
    if wishes.programs:
        taken = {(player.channel, player.program) for player in melodic}
        free = iter(c for c in (*range(15, 9, -1), *range(9)) if c not in {t[0] for t in taken})
        melodic = tuple(
            replace(player, channel=next(free, player.channel))
            for player in decided.players
            if not player.is_drum
        )
    melodic = tuple(p for p in melodic if p.program not in wishes.refused)
    if not melodic and not drums:
        return decided.players
    return melodic + drums


def density_of(parts: Sequence[Part]) -> int:
    """Return how busy the melody is: notes a bar against its beats."""
    leads = [part for part in parts if "lead" in part.player.roles]
    counts = [len(top_line(bar)) for part in leads for bar in part.bars if bar]
    mean = float(np.mean(counts)) if counts else 4.0
    return 0 if mean < 2.2 else (1 if mean < 5.5 else 2)


def loudness_of(parts: Sequence[Part]) -> float:
    """Return how loud parts are, 0 to 1."""
    weights = [tone.weight for part in parts for bar in part.bars for tone in bar]
    mean = 127.0 * float(np.mean(weights)) if weights else 70.0
    return min(max((mean - SOFTEST) / (LOUDEST - SOFTEST), 0.05), 1.0)


def _goes_on(
    brief: Brief, grid: Grid, parts: Sequence[Part], random: Generator, seconds: float
) -> tuple[Note, ...]:
    """Write the new bars, from the bar line before the join on; keep what begins after it."""
    form = phrases(brief.bars)
    harmony = harmonise(brief, form, random)
    writer = Writer(brief, harmony, random, _themes(parts))
    for phrase in form:
        writer.write(phrase)
    patterns = {part.player.channel: part for part in parts if _pattern(part)}
    lines = [
        line
        for line in writer.lines()
        if line.role == "lead" or line.player.channel not in patterns
    ]
    for part in patterns.values():
        role = part.player.roles[-1]
        if role != "lead":
            lines.append(Line(part.player, role, _again(brief, harmony, part)))
    notes = perform(brief, lines, random, grid.bar_seconds)
    return tuple(_from(notes, grid, seconds))


def _from(notes: Sequence[Note], grid: Grid, seconds: float) -> Iterator[Note]:
    """Yield what begins after the join, and on the next beat what would sound by then."""
    beat, beat_seconds = _next_beat(grid, seconds), grid.seconds(1.0)
    for note in notes:
        if note.start_seconds > seconds - JUST:
            yield msgspec.structs.replace(note, start_seconds=max(note.start_seconds, seconds))
        elif note.end_seconds > beat + 0.4 * beat_seconds and not note.is_drum:
            yield msgspec.structs.replace(note, start_seconds=beat)


def _themes(parts: Sequence[Part]) -> Themes:
    """Return the melody's own motifs: its two latest bars that have something to say."""
    leads = [part for part in parts if "lead" in part.player.roles]
    motifs: list[Motif] = []
    for part in leads:
        for bar in reversed(part.bars):
            line = top_line(bar)
            if len(line) > 1 and len(motifs) < 2:
                motifs.append(motif_of(line))
    if not motifs:
        return Themes()
    return Themes({"A": tuple(motifs)})


def motif_of(line: Sequence[Tone]) -> Motif:
    """Return the motif of a bar of one line."""
    starts = [max(0.0, round(GRID * tone.at) / GRID) for tone in line]
    lengths = [max(1 / GRID, round(GRID * tone.length) / GRID) for tone in line]
    moves = [0, *(b.pitch - a.pitch for a, b in pairwise(line))]
    return Motif(tuple(zip(starts, lengths, strict=True)), tuple(moves))


def _pattern(part: Part) -> list[tuple[Tone, ...]]:
    """Return the bars of a part that are taken up again: the latest, but for its ending.

    Of a player who has the melody it is what the other hand plays.
    """
    bars = [bar for bar in part.bars if bar]
    if "lead" in part.player.roles:
        melody = {tone for bar in bars for tone in top_line(bar)}
        bars = [found for bar in bars if (found := tuple(t for t in bar if t not in melody))]
    if len(bars) > 4:
        bars = bars[:-1]  # The last bar of a piece holds its last chord.
    return bars[-PATTERN_BARS:]


def _again(brief: Brief, harmony: Harmony, part: Part) -> list[Tone]:
    """Let a part play its bars again, over the new chords."""
    bars = _pattern(part)
    quarters = brief.bar.quarters
    tones: list[Tone] = []
    before: tuple[int, ...] = ()
    for index in range(brief.bars):
        is_end = index == brief.bars - 1
        source = bars[index % len(bars)]
        if is_end:
            first = min(tone.at for tone in source) + 0.2
            source = tuple(t._replace(at=0.0, length=quarters) for t in source if t.at < first)
        for tone in source:
            at = index * quarters + tone.at
            length = min(tone.length, (brief.bars - index) * quarters - tone.at)
            weight = 0.5 + (tone.weight - mean_weight(brief)) / ACCENT
            pitch = tone.pitch
            if not part.player.is_drum:
                before, pitch = _mapped(brief, harmony, part.player, source, tone, at, before)
            tones.append(Tone(at, length, pitch, weight))
    return tones


def mean_weight(brief: Brief) -> float:
    """Return the velocity / 127 that is neither accented nor light."""
    return (SOFTEST + (LOUDEST - SOFTEST) * brief.loudness) / 127.0


def _mapped(
    brief: Brief,
    harmony: Harmony,
    player: Player,
    source: Sequence[Tone],
    tone: Tone,
    at: float,
    before: tuple[int, ...],
) -> tuple[tuple[int, ...], int]:
    """Return a note's place in the new chord: the same voice, counted from the lowest."""
    chord = harmony.at(max(at, 0.0))
    ranks = sorted({each.pitch for each in source})
    rank = ranks.index(tone.pitch)
    span = Span(max(player.span.low, ranks[0] - 4), min(player.span.high, ranks[-1] + 5))
    if "bass" in player.roles:
        root = near(chord.root, player.span, before[0] if before else ranks[0])
        wanted = root + tone.pitch - ranks[0]
        fitting = [p for p in range(player.span.low, player.span.high + 1) if p % 12 in chord.tones]
        return (root,), min(fitting or [root], key=lambda pitch: abs(pitch - wanted))
    if rank == 0 and tone.pitch < BASS_BELOW and not brief.having("bass"):
        return before, near(chord.root, Span(ranks[0] - 7, ranks[0] + 7), ranks[0])
    if span.high - span.low < 12:
        span = Span(max(player.span.low, span.high - 14), min(player.span.high, span.low + 14))
    count = min(len(ranks), 4)
    laid = voicing(chord, count, span, before if len(before) == count else ())
    octave, place = divmod(rank, len(laid))
    pitch = laid[place] + 12 * octave
    return laid, pitch if pitch <= player.span.high else pitch - 12


def _joined(
    score: Score,
    notes: tuple[Note, ...],
    brief: Brief,
    grid: Grid,
    seconds: float,
    more_seconds: float,
    parts: Sequence[Part],
) -> Score:
    """Put the new notes after the old ones, and let go of pedals and bends at the join."""
    old = tuple(note for note in score.notes if note.start_seconds <= seconds - JUST)
    controls = tuple(control for control in score.controls if control.seconds < seconds)
    bends = tuple(bend for bend in score.bends if bend.seconds < seconds)
    known = {part.player.channel for part in parts}
    new = tuple(player for player in brief.players if player.channel not in known)
    tempos = _until(score.tempos, seconds)
    metres = _until(score.metres, seconds)
    if not tempos or abs(tempos[-1].quarters_per_minute - grid.tempo) > 1e-3:
        tempos = (*tempos, Tempo(seconds if tempos else 0.0, grid.tempo))
    metre = (grid.bar.numerator, grid.bar.denominator)
    if not metres or (metres[-1].numerator, metres[-1].denominator) != metre:
        metres = (*metres, Metre(max(grid.bar_seconds, 0.0), *metre))
    return msgspec.structs.replace(
        score,
        notes=tuple(sorted((*old, *notes), key=lambda n: (n.start_seconds, n.channel, n.pitch))),
        controls=(*controls, *_released(controls, seconds), *settings(new, seconds)),
        bends=(*bends, *_straightened(bends, seconds)),
        tempos=tempos,
        metres=metres,
        duration_seconds=seconds + more_seconds,
    )


def _until(changes: tuple[T, ...], seconds: float) -> tuple[T, ...]:
    return tuple(change for change in changes if change.seconds < seconds)


def _released(controls: Sequence[Control], seconds: float) -> list[Control]:
    """Let up the pedals that are down."""
    last = {(one.channel, one.number): one.value for one in controls}
    return [
        Control(seconds, channel, number, 0)
        for (channel, number), value in last.items()
        if number in (SUSTAIN, 66) and value >= PEDAL_DOWN
    ]


def _straightened(bends: Sequence[Bend], seconds: float) -> list[Bend]:
    last = {bend.channel: bend.semitones for bend in bends}
    return [Bend(seconds, channel, 0.0) for channel, bent in last.items() if bent]
