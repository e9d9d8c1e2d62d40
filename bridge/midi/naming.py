"""Instruments by the names of tracks, on channels where a file sets none.

Many DAWs put every track on channel 1 and leave out which instrument plays it; the name of the
track is all that is left. Tracks of one channel whose names tell of different instruments were
played by different ones, and their controllers were apart, too: they get channels of their own.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from bridge.midi.channels import (
    BEND,
    CHANNELS,
    CONTROL,
    NOTE_ON,
    PROGRAM,
    Events,
    is_drum_channel,
    of_track,
)
from bridge.midi.smf import MAX_PORTS, MidiFile
from bridge.midi.smf_bytes import text_of
from bridge.midi.smf_track import INSTRUMENT_NAME, TRACK_NAME, Track, Warnings, unpack
from engine.wire import DRUM_KITS, INSTRUMENTS, instrument_words

LONGEST_PHRASE = 4
MAX_TOLD = 4
# Abbreviations of scores and DAWs, and what is written on other desks.
ABROAD: dict[str, str] = {
    "pno": "piano", "klavier": "piano", "kbd": "piano", "keys": "electric piano", "ep": "rhodes",
    "epiano": "rhodes", "elec piano": "rhodes", "viole": "viola", "flote": "flute",
    "gtr": "guitar", "gitarre": "guitar", "guitare": "guitar", "guitarra": "guitar",
    "chitarra": "guitar", "basso": "bass", "basse": "bass", "bajo": "bass",
    "kontrabass": "contrabass", "vln": "violin", "vl": "violin", "violine": "violin",
    "violino": "violin", "violini": "violin",
    "geige": "violin", "violon": "violin", "vla": "viola", "bratsche": "viola", "vc": "cello",
    "vlc": "cello", "celli": "cello", "cb": "contrabass", "str": "strings", "streicher": "strings",
    "archi": "strings", "fl": "flute", "flauto": "flute", "querflote": "flute", "ob": "oboe",
    "cl": "clarinet", "clar": "clarinet", "klarinette": "clarinet", "clarinetto": "clarinet",
    "bsn": "bassoon", "fg": "bassoon", "fagott": "bassoon", "fagotto": "bassoon", "hn": "horn",
    "corno": "horn", "corni": "horn", "tpt": "trumpet", "trp": "trumpet", "tromba": "trumpet",
    "trompete": "trumpet", "tbn": "trombone", "posaune": "trombone", "tba": "tuba", "hp": "harp",
    "harfe": "harp", "arpa": "harp", "orgel": "organ", "org": "organ", "timp": "timpani",
    "pauken": "timpani", "chor": "choir", "coro": "choir", "soprano": "choir", "alto": "choir",
    "tenor": "choir", "baritone": "choir", "vox": "choir", "drumkit": "drums", "kit": "drums",
    "perc": "percussion", "beat": "drums", "kick": "drums", "snare": "drums", "hihat": "drums",
    "hi hat": "drums", "hats": "drums", "cymbals": "drums", "clap": "drums", "shaker": "drums",
    "tambourine": "drums", "congas": "drums", "bongos": "drums", "schlagzeug": "drums",
    "batterie": "drums", "batteria": "drums", "bateria": "drums",
}  # fmt: skip
PEDALS = frozenset((64, 66, 67))
BEND_WHEEL = 128  # beyond controllers' numbers
# These name a part in a texture, not who plays it.
PARTS = frozenset(("voice", "voices", "chorus"))
CHOIR_PARTS = frozenset(("soprano", "alto", "tenor"))


class Instrument(NamedTuple):
    """A program, or that of a drum kit."""

    program: int
    is_drum: bool


@dataclass
class _Home:
    """Where tracks of one channel and instrument go; `moves` are the controllers they move."""

    came_from: int
    instrument: Instrument | None
    channel: int
    moves: set[int]

    def takes(self, came_from: int, instrument: Instrument | None, moves: set[int]) -> bool:
        """Say whether one more track belongs here.

        Two players of an instrument part where both move the same controllers. Hands of one
        player do not: there the pedal of one is for both.
        """
        if (came_from, instrument) != (self.came_from, self.instrument):
            return False
        have_pedals = bool(moves & PEDALS), bool(self.moves & PEDALS)
        clash = (moves & self.moves) - PEDALS
        return instrument is None or not clash or have_pedals[0] != have_pedals[1]


def name_instruments(midi: MidiFile, warnings: Warnings) -> dict[int, Instrument]:
    """Return the instruments of channels by the names of their tracks, where nothing else tells.

    Tracks that shared a channel with tracks of other instruments are moved to free ones.
    """
    if midi.kind == 2:
        return {}
    events = [of_track(track) for track in midi.tracks]
    told = {one for found in events for one in np.unique(found.channel[found.kind == PROGRAM])}
    used = {int(one) for found in events for one in np.unique(found.channel)}
    is_choir = any(CHOIR_PARTS & {*_words(name)} for track in midi.tracks for name in _names(track))
    homes: list[_Home] = []
    taken: dict[str, Instrument] = {}
    for track, found in zip(midi.tracks, events, strict=True):
        channel = _only_channel(found)
        if channel is None or channel in told or is_drum_channel(channel):
            continue
        name, instrument = _instrument(track, is_choir)
        moves = _moves(found)
        home = next((one for one in homes if one.takes(channel, instrument, moves)), None)
        if home is None:
            is_first = not any(one.came_from == channel for one in homes)
            home = _Home(channel, instrument, channel if is_first else _free(used), set())
            homes.append(home)
        home.moves |= moves
        used.add(home.channel)
        _move(track, home.channel)
        if instrument is not None:
            taken[name] = instrument
    if taken:
        warnings.add(_told(taken))
    return {home.channel: home.instrument for home in homes if home.instrument is not None}


def _moves(events: Events) -> set[int]:
    """Return the numbers of the controllers that are moved, the bend wheel among them."""
    numbers = np.unique(events.data1[events.kind == CONTROL]).tolist()
    return {*numbers, *([BEND_WHEEL] if (events.kind == BEND).any() else [])}


def _only_channel(events: Events) -> int | None:
    """Return the channel that a track's notes are on, if all that it holds is for that one."""
    channels = np.unique(events.channel)
    has_notes = ((events.kind == NOTE_ON) & (events.data2 > 0)).any()
    return int(channels[0]) if has_notes and len(channels) == 1 else None


def _free(used: set[int]) -> int:
    """Return a channel where nobody plays; where there is none, the last is shared."""
    channels = (one for one in range(MAX_PORTS * CHANNELS) if not is_drum_channel(one))
    return next((one for one in channels if one not in used), MAX_PORTS * CHANNELS - 1)


def _move(track: Track, channel: int) -> None:
    """Put all of a track's messages on another channel."""
    packed = unpack(track.channel_events) & ~(0xF << 16) | channel % CHANNELS << 16
    track.channel_events = array("q", packed.tobytes())
    track.port = channel // CHANNELS


def _names(track: Track) -> list[str]:
    """Return what a track and its instrument are called."""
    metas = (content for _, kind, content in track.metas if kind in (TRACK_NAME, INSTRUMENT_NAME))
    return [text_of(content) for content in metas]


def _words(name: str) -> list[str]:
    """Return a name's words in lower case, without accents and numbers; 808 is a word."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    bare = unicodedata.normalize("NFKD", parted).encode("ascii", "ignore").decode().lower()
    return re.findall(r"[a-z]+|808", bare)


def _instrument(track: Track, is_choir: bool) -> tuple[str, Instrument | None]:
    """Return the first of a track's names that tells of an instrument, and which."""
    for name in _names(track):
        words = ["choir" if is_choir and word == "bass" else word for word in _words(name)]
        phrases = (
            " ".join(words[first : first + length])
            for length in range(LONGEST_PHRASE, 0, -1)
            for first in range(len(words) - length, -1, -1)
        )
        found = next((_known()[phrase] for phrase in phrases if phrase in _known()), None)
        if found is not None:
            return name, found
    return "", None


@lru_cache(maxsize=1)
def _known() -> dict[str, Instrument]:
    melodic = {
        name: Instrument(programs[0], False) for name, programs in instrument_words().items()
    }
    known = melodic | {name: Instrument(program, True) for name, program in DRUM_KITS.items()}
    known |= {name: known[same] for name, same in ABROAD.items()}
    return {name: known[name] for name in known.keys() - PARTS}


def _told(taken: dict[str, Instrument]) -> str:
    said = [
        f"{name!r} {'' if number else 'is taken '}for "
        f"{'drums' if one.is_drum else INSTRUMENTS[one.program]}"
        for number, (name, one) in enumerate(taken.items())
    ]
    more = f" and {len(said) - MAX_TOLD} more" if len(said) > MAX_TOLD else ""
    return f"no instruments are set: {', '.join(said[:MAX_TOLD])}{more}"
