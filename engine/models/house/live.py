"""The built-in model under someone's hands: each chunk is one block, sounded as it is played.

Every note is its key's wave, as loud and of the colour that its own envelope says, which is asked
for one hop at a time; what has not been played is not known. Imports torch.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import msgspec
import numpy as np
import torch

from engine.live_keys import NOTE_ON, Channel, Keys, Release, Silence, Strike
from engine.models.base import Audio, Tick, window_seed
from engine.models.house.flow import FlowNet
from engine.models.house.live_colour import (
    Filters,
    Match,
    Spectra,
    fading,
    match,
    mixed,
    sounded,
    spectra,
)
from engine.models.house.live_envelopes import Envelopes
from engine.models.house.live_noise import Noise
from engine.models.house.live_refinement import Refinement
from engine.models.house.live_voices import Flags, Now, Voices, heard_whole
from engine.models.house.model import limit
from engine.models.house.notes import (
    HOP,
    MELS,
    RATE_HZ,
    REFERENCE_VOLUME,
    Doubles,
    Floats,
    Integers,
    instrument_of,
)
from engine.models.house.prior import EnvelopeNet
from engine.models.house.shelf import Shelf
from engine.models.house.stage import fallen
from engine.performance import (
    BALANCE,
    EXPRESSION,
    MODULATION,
    PAN,
    SOFT,
    SOFTENED,
    VOLUME,
    pan_gains,
    vibrato_at,
)
from engine.wire import MidiEvent, Request

HELD_DECAY = 0.7  # of the power of what was let go is left after a block that was only held
# How much louder full pressure makes a note of an MPE zone: 6 dB.
PRESSURE_NATS = 6.0 * np.log(10.0) / 20.0

READING_SECONDS = 0.3  # that a job may begin later for what it may be asked to play
MOST_BEGUN = 6  # notes in a block
COLOUR_SHARE = 0.5  # of the way to a new colour that is gone in a block
ATTACK_HOPS = np.arange(1, 5)  # after the block of an onset: by them a note begins


class Setting(NamedTuple):
    """How a voice is moved: bend, how much vibrato, gain in nats, pan and balance, 0 to 127."""

    semitones: float
    vibrato: float
    log_gain: float
    pan: float
    balance: float


class Live:
    """The instruments of the built-in model, played; keeps `engine.models.base.Live`."""

    chunk_frames = HOP

    def __init__(self, net: EnvelopeNet, flow: FlowNet, shelf: Shelf, request: Request) -> None:
        self._steps = int(request.parameters.get("follow_steps", 0))
        self.efforts = efforts_of(self._steps)
        self._effort = 0
        self._refinement = Refinement(flow, request.seed)
        gain = float(request.parameters.get("gain_decibels", 0.0))
        self._gain = np.float32(10.0 ** (gain / 20.0))
        self._keys = Keys(bool(request.parameters.get("mpe", False)))
        self._voices = Voices(Envelopes(net), shelf.waves)
        self._filters = Filters()
        self._noise = Noise(window_seed(request.seed, 0))
        self._shelf = shelf
        self._late: list[MidiEvent] = []
        self._is_spared = False
        self._block = 0
        self._thread = 0

    @classmethod
    def rehearsed(cls, net: EnvelopeNet, flow: FlowNet, shelf: Shelf, request: Request) -> Live:
        """Return one that is ready to be played, after another has taken the first notes' delay."""
        other = cls(net, flow, shelf, request)
        strikes = (MidiEvent(0, 0x90, 60, 80), MidiEvent(9, 0x99, 38, 80))
        for events in (strikes, (), ()):
            other.play(events, 0, lambda fraction: None)
            other.follow(lambda fraction: None)
        shelf.wait(READING_SECONDS)
        return cls(net, flow, shelf, request)

    @property
    def _refining(self) -> int:
        """How many steps there are time for."""
        return self._steps >> self._effort if self._effort < len(self.efforts) - 2 else 0

    @property
    def sounding(self) -> int:
        """How many notes sound or ring on."""
        return self._voices.count

    # A job may begin and be played within another's step, so in its mode: always in the same one.
    @torch.inference_mode()
    def play(self, events: Sequence[MidiEvent], effort: int, tick: Tick) -> Audio:
        """Render the next block as `[HOP, 2] float32`."""
        self._settle_on_thread()
        first = self._voices.count
        self._hear_all(events)
        self._effort = effort
        is_held = effort == len(self.efforts) - 1
        if not self._voices.count:
            sound = self._noise.block(np.zeros((1, MELS), np.float32))
        else:
            sound = self._hold() if is_held else self._sound(first)
        self._block += 1
        self._clear()
        tick(1.0)
        both = np.broadcast_to(sound * self._gain, (2, HOP))
        return limit(np.ascontiguousarray(both.T))

    @torch.inference_mode()
    def follow(self, tick: Tick) -> None:
        """Refine the last block, for the next one's sake, and read what may be struck soon."""
        if self._refining:
            self._refinement.follow(self._refining)
        self._shelf.expect(
            (instrument_of(each.head.program, each.is_drum) for each in self._keys.channels),
            self._voices.unread(),
        )

    def _settle_on_thread(self) -> None:
        """Compute on the calling thread alone, as `renderer.one_thread` does, and not in denormals.

        Both are settings of the thread; rendering sets the first one back for the process.
        """
        if torch.get_num_threads() != 1 or self._thread != threading.get_ident():
            self._thread = threading.get_ident()
            torch.set_num_threads(1)
            torch.set_flush_denormal(True)

    def _hear_all(self, events: Sequence[MidiEvent]) -> None:
        """Hear the events of a block; what follows MOST_BEGUN strikes waits for the next one.

        A block in which more begin takes longer than it lasts; nothing waits for two.
        """
        late, self._late = self._late, []
        strikes = sum(event.status >> 4 == NOTE_ON and event.data2 > 0 for event in late)
        for event in late:
            self._hear(msgspec.structs.replace(event, frame=0))
        for place, event in enumerate(events):
            strikes += event.status >> 4 == NOTE_ON and event.data2 > 0
            if strikes > MOST_BEGUN:
                self._late = list(events[place:])
                return
            self._hear(event)

    def _hear(self, event: MidiEvent) -> None:
        voices, start = self._voices, self._block * HOP
        for change in self._keys.feed(event):
            match change:
                case Strike():
                    channel = self._keys.channels[change.channel]
                    if channel.is_down(SOFT):
                        softer = max(1, round(change.velocity * SOFTENED))
                        change = replace(change, velocity=softer)
                    if not voices.add(change, start + change.frame, channel.semitones):
                        self._keys.forget(change.key)
                case Release(key=key, frame=frame):
                    voices.release[voices.row(key)] = start + frame
                case Silence(key=key):
                    voices.fading[voices.row(key)] = True

    def _sound(self, first: int) -> Floats:
        """Sound one block, `[sides, HOP]`; the voices from row `first` on begin in it."""
        voices = self._voices
        now = self._moves()
        voices.refresh()
        played = voices.go_to_next(now.ratio)
        found, changed = self._matched(first, now, played)
        response = voices.response[: voices.count].copy()
        response[changed] = self._filters.responses(found.colour[changed])
        fresh = np.flatnonzero(voices.is_new[: voices.count])
        voices.response[fresh], voices.is_new[fresh] = response[fresh], False
        return self._mixed(first, now, played, found, response)

    def _matched(self, first: int, now: Now, played: Doubles) -> tuple[Match, Flags]:
        """Work out how loud and of what colour voices are at the block's end, and whose changes."""
        voices, end_frame = self._voices, (self._block + 1) * HOP
        is_new, early = voices.is_new[: voices.count], voices.is_beginning(end_frame)
        self._begin(np.flatnonzero(is_new), now)
        found = voices.as_before(now.log_gain)
        # A block in which notes begin has no time for those that sound; the next one has.
        self._is_spared = bool(is_new.any()) and not self._is_spared
        due = voices.is_ending() if self._is_spared else voices.is_due(end_frame, self._block)
        due = due & ~early | bool(self._refining)
        if due.any():
            self._renew(found, np.flatnonzero(due), first, now, played)
        gain = np.exp(now.log_gain[early])
        found.level[early] = voices.attack[: voices.count][early] * gain
        found.colour[early] = voices.tint[: voices.count][early]
        found.breath[early] = voices.puff[: voices.count][early] * np.square(gain)[:, None]
        return found, due | is_new

    def _renew(self, found: Match, rows: Integers, first: int, now: Now, played: Doubles) -> None:
        """Ask the network how some voices are at the block's end."""
        voices = self._voices
        heard = voices.reading.heard_at_end(rows)
        power = voices.power_at((self._block + 1) * HOP, rows, heard, now.log_gain[rows])
        power[voices.fading[rows]] = 0.0
        if self._refining:
            self._refinement.hear(power, voices.instrument[rows])
            power[rows < first] *= np.exp(2.0 * self._refinement.colour)
        own = heard_whole(heard.power, (played + HOP * now.ratio)[rows])
        found.level[rows], colour, found.breath[rows] = match(power, own)
        found.colour[rows] += COLOUR_SHARE * (colour - found.colour[rows])

    def _begin(self, rows: Integers, now: Now) -> None:
        """Work out how notes begin, from their first hops, as if they were held."""
        if not len(rows):
            return
        voices, shape = self._voices, (len(rows), len(ATTACK_HOPS), MELS)
        frames = (voices.onset[rows, None] // HOP + ATTACK_HOPS) * HOP
        since = (frames - voices.onset[rows, None]) * now.ratio[rows, None]
        many, at = np.repeat(rows, len(ATTACK_HOPS)), frames.reshape(-1)
        plain = np.zeros(len(many), np.float32)
        heard = voices.heard_at(since, rows, now.ratio)
        wanted = voices.power_at(at, many, heard, plain).reshape(shape).sum(axis=1)
        own = heard_whole(heard.power, since.reshape(-1)).reshape(shape).sum(axis=1)
        found = match(wanted, own)
        voices.attack[rows], voices.colour[rows] = found.level, found.colour
        voices.tint[rows], voices.puff[rows] = found.colour, found.breath / len(ATTACK_HOPS)

    def _mixed(
        self, first: int, now: Now, played: Doubles, found: Match, response: Spectra
    ) -> Floats:
        """Sound all voices, `[sides, HOP]`: old notes together, each new one from its onset."""
        voices = self._voices
        sides = 1 if voices.is_central(now.sides) else 2
        sound = voices.reading.block(voices.count)
        spectrum = spectra(voices.heard[: voices.count], sound)
        after = now.sides[:sides] * found.level
        filters = (voices.response, response)
        block = self._gone_on(first, now.sides[:sides], found.level, filters, spectrum)
        for silent, rows in self._begun(first):
            one = sounded(mixed(after[:, rows], spectrum[rows] * response[rows]))
            one[:, :silent] = 0.0
            block = block + one
        block = block + self._breathed(first, now.sides[:sides], found.breath)
        voices.go_on(played + HOP * now.ratio, now, found, response, sound)
        return block

    def _gone_on(
        self,
        old: int,
        places: Floats,
        level: Floats,
        filters: tuple[Spectra, Spectra],
        spectrum: Spectra,
    ) -> Floats:
        """Sound the first `old` voices: together, but for those that fall steeply since let go."""
        voices = self._voices
        let_go = (voices.release[:old] - self._block * HOP) / HOP
        steep, falling = fallen(voices.level[:old], level[:old], let_go)
        sides = voices.sides[:old].T[: len(places)], places[:, :old]
        whole, alone = [], []
        for side, loud, response in zip(
            sides, (voices.level[:old], level[:old]), filters, strict=True
        ):
            gains = side * loud
            gains[:, steep] = 0.0
            whole.append(sounded(mixed(gains, spectrum[:old] * response[:old])))
            alone.append(side[:, steep, None] * sounded(spectrum[steep] * response[steep]))
        block: Floats = fading(*whole) + (falling * fading(*alone)).sum(axis=1)
        return block

    def _moves(self) -> Now:
        """Read off the channels how every voice is bent, how loud it is, and where."""
        voices, seconds = self._voices, (self._block + 0.5) * HOP / RATE_HZ
        numbers = voices.channel[: voices.count].tolist()
        channels = {number: self._keys.channels[number] for number in set(numbers)}
        settings = {number: self._set(channel) for number, channel in channels.items()}
        table = np.array([settings[number] for number in numbers], np.float64).reshape(-1, 5)
        semitones, vibrato, log_gain, pan, balance = table.T
        pressure = self._pressures(numbers)
        is_zoned = np.array([channels[number].leader is not None for number in numbers], np.bool_)
        vibrato = np.where(is_zoned, vibrato, np.maximum(vibrato, pressure))
        log_gain = log_gain + is_zoned * pressure * PRESSURE_NATS
        voices.bend(semitones)
        wheel = vibrato_at(np.array(seconds))
        ratio = 2.0 ** ((semitones + wheel * vibrato) / 12.0)
        sides = np.sqrt(2.0) * pan_gains(pan, balance).T
        return Now(ratio, log_gain.astype(np.float32), sides.astype(np.float32))

    def _set(self, channel: Channel) -> Setting:
        """Read off a channel what holds for all its keys."""
        gain = max((channel.value(VOLUME) * channel.value(EXPRESSION) / 127.0**2) ** 2, 1e-9)
        log_gain = np.log(gain) - 2.0 * np.log(REFERENCE_VOLUME / 127.0)
        wheel = channel.value(MODULATION) / 127.0
        place = channel.value(PAN), channel.value(BALANCE)
        return Setting(channel.semitones, wheel, log_gain, *place)

    def _pressures(self, numbers: Sequence[int]) -> Doubles:
        """Return how voices of channels are pressed, by their own keys or all, `[voices]` to 1."""
        keys = self._voices.key[: self._voices.count].tolist()
        notes = map(self._keys.sounding.get, keys)
        own = [note.pressure if note else 0 for note in notes]
        of_all = [self._keys.channels[number].pressure for number in numbers]
        return np.maximum(own, of_all) / 127.0

    def _breathed(self, first: int, sides: Floats, breath: Floats) -> Floats:
        """Sound what no wave has, `[sides, HOP]`: old notes' together, new ones' from its onset."""
        places = np.square(sides)
        block = self._noise.block(places[:, :first] @ breath[:first])
        for silent, rows in self._begun(first):
            block = block + self._noise.onset(places[:, rows] @ breath[rows], silent)
        return block

    def _begun(self, first: int) -> list[tuple[int, Integers]]:
        """Return after how many frames of the block voices from row `first` on begin, and which."""
        silent = self._voices.onset[first : self._voices.count] - self._block * HOP
        return [(int(s), first + np.flatnonzero(silent == s)) for s in np.unique(silent)]

    def _hold(self) -> Floats:
        """Go on as it was, without asking the network; what begins now fades in a block later.

        What was let go fades.
        """
        voices, now = self._voices, self._moves()
        found, fading_out = voices.as_before(now.log_gain), voices.is_ending()
        decay = np.where(voices.fading[: voices.count], 0.0, np.float32(HELD_DECAY))[fading_out]
        found.level[fading_out] *= np.sqrt(decay)
        found.breath[fading_out] *= decay[:, None]
        played, response = voices.go_to_next(now.ratio), voices.response[: voices.count]
        return self._mixed(voices.count, now, played, found, response)

    def _clear(self) -> None:
        """Let go of the voices that have rung out."""
        gone = self._voices.rung_out(self._block * HOP)
        for key in self._voices.key[gone].tolist():
            self._keys.forget(key)
        self._voices.remove(gone)


def efforts_of(steps: int) -> tuple[str, ...]:
    """Return what can be given: half the steps each time, then the prior, then what sounded."""
    halves = [steps >> times for times in range(steps.bit_length())]
    return (*(f"{count} step{'s' * (count > 1)}" for count in halves), "prior", "hold")
