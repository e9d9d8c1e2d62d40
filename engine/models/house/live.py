"""The built-in model under someone's hands: each chunk is one block, sounded as it is played.

Every note's partials and noise come from its own envelope, which is asked for one hop at a
time; what has not been played is not known. Imports torch.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import torch

from engine.live_keys import Channel, Keys, Release, Silence, Strike
from engine.models.base import Audio, Tick, window_seed
from engine.models.house.flow import FlowNet
from engine.models.house.live_envelopes import Envelopes
from engine.models.house.live_refinement import Refinement
from engine.models.house.live_sound import Noise, opening, partials
from engine.models.house.live_voices import Voices
from engine.models.house.model import limit
from engine.models.house.notes import (
    HOP,
    MELS,
    RATE_HZ,
    REFERENCE_VOLUME,
    Doubles,
    Floats,
)
from engine.models.house.partials import Bank
from engine.models.house.prior import EnvelopeNet
from engine.models.house.stage import STEEPEST
from engine.models.house.synthesis import (
    BREATH,
    CLEARANCE,
    HIGHEST_GAIN,
    LOWEST_GAIN,
    QUIET,
)
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

HELD_DECAY = 0.7  # how much of its power is left after a block that was only held
PRESSURE_DECIBELS = 6.0  # how much louder full pressure makes a note of an MPE zone


class Now(NamedTuple):
    """How the voices are moved while a block passes, `[voices]` each; `sides` `[2, voices]`."""

    ratio: Doubles
    log_gain: Floats
    sides: Floats


class Parts(NamedTuple):
    """What sounds, what of it partials have, what lies between them: mel powers of any shape."""

    power: Floats
    tonal: Floats
    between: Floats

    def missing(self) -> Floats:
        """Return the power of the noise, as `Synthesizer` has it for a score."""
        short = self.power - np.float32(CLEARANCE) * self.tonal
        return np.float32(BREATH) * np.asarray(np.maximum(short, self.between), np.float32)

    def gain(self) -> Floats:
        """Return the `[MELS]` power gain at which all voices' partials and noise are their sum."""
        whole = Parts(*(part.sum(axis=0) for part in self))
        made = np.maximum(whole.tonal + whole.missing(), QUIET)
        gain = np.clip(whole.power / made, LOWEST_GAIN**2, HIGHEST_GAIN**2)
        return np.asarray(gain, np.float32)


class Live:
    """The instruments of the built-in model, played; keeps `engine.models.base.Live`."""

    chunk_frames = HOP

    def __init__(self, net: EnvelopeNet, flow: FlowNet, request: Request) -> None:
        self._steps = int(request.parameters.get("follow_steps", 0))
        self.efforts = efforts_of(self._steps)
        self._effort = 0
        self._refinement = Refinement(flow, request.seed)
        gain = float(request.parameters.get("gain_decibels", 0.0))
        self._gain = np.float32(10.0 ** (gain / 20.0))
        self._keys = Keys(bool(request.parameters.get("mpe", False)))
        self._voices = Voices(Envelopes(net), Bank())
        self._noise = Noise(window_seed(request.seed, 0))
        self._block = 0
        self._thread = 0

    @classmethod
    def rehearsed(cls, net: EnvelopeNet, flow: FlowNet, request: Request) -> Live:
        """Return one that is ready to be played, after another has taken the first notes' delay."""
        other = cls(net, flow, request)
        strikes = (MidiEvent(0, 0x90, 60, 80), MidiEvent(9, 0x99, 38, 80))
        for events in (strikes, (), ()):
            other.play(events, 0, lambda fraction: None)
            other.follow(lambda fraction: None)
        return cls(net, flow, request)

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
        for event in events:
            self._hear(event)
        self._effort = effort
        is_held = effort == len(self.efforts) - 1
        sound = self._hold(first) if is_held else self._sound(first)
        self._block += 1
        self._clear()
        tick(1.0)
        both = np.broadcast_to(sound * self._gain, (2, HOP))
        return limit(np.ascontiguousarray(both.T))

    @torch.inference_mode()
    def follow(self, tick: Tick) -> None:
        """Refine the last block, for the next one's sake."""
        steps = self._steps >> self._effort
        if steps and self._effort < len(self.efforts) - 2:
            self._refinement.follow(steps)

    def _settle_on_thread(self) -> None:
        """Compute on the calling thread alone, as `renderer.one_thread` does, and not in denormals.

        Both are settings of the thread; rendering sets the first one back for the process.
        """
        if torch.get_num_threads() != 1 or self._thread != threading.get_ident():
            self._thread = threading.get_ident()
            torch.set_num_threads(1)
            torch.set_flush_denormal(True)

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
        voices, end_frame = self._voices, (self._block + 1) * HOP
        if not voices.count:
            return self._noise.block(np.zeros((1, MELS), np.float32))
        everyone, begun = slice(0, voices.count), slice(first, voices.count)
        now = self._moves()
        voices.refresh()
        power = voices.power_at(end_frame, everyone, now.log_gain)
        power[voices.fading[everyone]] = 0.0
        if self._steps:
            self._refinement.hear(power, voices.instrument[everyone])
            power[:first] *= np.exp(2.0 * self._refinement.colour)
        if first < voices.count:
            later = voices.power_at(end_frame + HOP, begun, now.log_gain[begun])
            self._begin(first, power[begun], later)
        levels = voices.levels_of(power, everyone)
        levels *= voices.audible(power)
        sides = 1 if voices.is_central(now.sides) else 2
        parts = Parts(power, voices.tonal_power(levels, everyone), power * voices.breath[everyone])
        gain = parts.gain()
        levels *= voices.at_peaks(np.sqrt(gain))
        sound = self._partials(first, levels, now, sides)
        sound = sound + self._noises(first, parts, gain, now.sides[:sides])
        self._go_on(first, power, levels, now)
        return sound

    def _moves(self) -> Now:
        """Read off the channels how every voice is bent, how loud it is, and where."""
        voices, seconds = self._voices, (self._block + 0.5) * HOP / RATE_HZ
        wheel = vibrato_at(np.array(seconds))
        rows = zip(
            voices.channel[: voices.count].tolist(),
            voices.key[: voices.count].tolist(),
            strict=True,
        )
        moves = [self._move(self._keys.channels[channel], key) for channel, key in rows]
        table = np.array(moves, np.float64).reshape(-1, 5)
        voices.bend(table[:, 0])
        ratio = 2.0 ** ((table[:, 0] + wheel * table[:, 1]) / 12.0)
        sides = np.sqrt(2.0) * pan_gains(table[:, 3], table[:, 4]).T
        return Now(ratio, table[:, 2].astype(np.float32), sides.astype(np.float32))

    def _move(self, channel: Channel, key: int) -> tuple[float, float, float, float, float]:
        """Return a voice's bend, vibrato, logarithmic gain, pan and balance."""
        note = self._keys.sounding.get(key)
        pressure = max(channel.pressure, note.pressure if note else 0) / 127.0
        wheel = channel.value(MODULATION) / 127.0
        gain = max((channel.value(VOLUME) * channel.value(EXPRESSION) / 127.0**2) ** 2, 1e-9)
        log_gain = np.log(gain) - 2.0 * np.log(REFERENCE_VOLUME / 127.0)
        if channel.leader is not None:
            log_gain += pressure * PRESSURE_DECIBELS * np.log(10.0) / 20.0
            pressure = 0.0
        pan, balance = channel.value(PAN), channel.value(BALANCE)
        return channel.semitones, max(wheel, pressure), log_gain, pan, balance

    def _begin(self, first: int, power: Floats, later: Floats) -> None:
        """Work out how loud notes begin, from their first two hops; see `stage._track`."""
        voices = self._voices
        begun = slice(first, voices.count)
        slope = np.minimum(power / np.maximum(later, 1e-18), STEEPEST)
        distance = (self._block + 1) - voices.onset[begun] / HOP
        start = power * slope ** distance[:, None].astype(np.float32)
        voices.power[begun] = start
        voices.level[begun] = voices.levels_of(start, begun)

    def _partials(self, first: int, levels: Floats, now: Now, sides: int) -> Floats:
        """Sound the partials, `[sides, HOP]`: old notes together, each new one from its onset."""
        voices = self._voices
        sound = self._oscillate(slice(0, first), levels, now, sides, voices.played[:first])
        for row in range(first, voices.count):
            silent = int(voices.onset[row]) - self._block * HOP
            played = np.array([-silent * now.ratio[row]])
            one = self._oscillate(slice(row, row + 1), levels, now, sides, played)
            sound = sound + one * opening(silent)
        return sound

    def _oscillate(
        self, rows: slice, levels: Floats, now: Now, sides: int, played: Doubles
    ) -> Floats:
        voices = self._voices
        voice, partial = np.nonzero((voices.level[rows] > 0.0) | (levels[rows] > 0.0))
        before, after = voices.sides[rows].T[:sides, voice], now.sides[:sides, rows][:, voice]
        begin = before * voices.level[rows][voice, partial]
        end = after * levels[rows][voice, partial]
        cycles, start = (column[rows][voice, partial] for column in (voices.cycles, voices.start))
        turns = cycles * played[voice] + start
        return partials(begin, end, turns, cycles * now.ratio[rows][voice])

    def _noises(self, first: int, parts: Parts, gain: Floats, sides: Floats) -> Floats:
        """Sound what is not partials, `[sides, HOP]`: breath, bows, drums."""
        voices, places, power = self._voices, np.square(sides), parts.power
        old = Parts(*(places[:, :first] @ part[:first] for part in parts))
        sound = self._noise.block(gain * old.missing())
        for row in range(first, voices.count):
            silent = int(voices.onset[row]) - self._block * HOP
            before = np.sqrt(voices.power[row].sum() / max(float(power[row].sum()), 1e-18))
            mine = places[:, row, None] * gain * Parts(*(part[row] for part in parts)).missing()
            sound = sound + self._noise.onset(mine, silent, float(before))
        return sound

    def _go_on(self, first: int, power: Floats, levels: Floats, now: Now) -> None:
        """Remember where every voice is at the block's end."""
        voices = self._voices
        everyone, begun = slice(0, voices.count), slice(first, voices.count)
        voices.power[everyone], voices.level[everyone] = power, levels
        voices.sides[everyone] = now.sides.T
        silent = voices.onset[begun] - self._block * HOP
        voices.played[:first] += HOP * now.ratio[:first]
        voices.played[begun] = (HOP - silent) * now.ratio[begun]

    def _hold(self, first: int) -> Floats:
        """Go on with what sounded, fading; what begins now will fade in with the next block."""
        voices, now = self._voices, self._moves()
        levels = voices.level[: voices.count] * np.float32(np.sqrt(HELD_DECAY))
        levels[voices.fading[: voices.count]] = 0.0
        sides = 1 if voices.is_central(now.sides) else 2
        rows = slice(0, first)
        sound = self._oscillate(rows, levels, now, sides, voices.played[:first])
        sound = sound + self._noise.block(np.zeros((sides, MELS), np.float32))
        power = voices.power[: voices.count] * np.float32(HELD_DECAY)
        self._go_on(first, power, levels, now)
        return sound

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
