"""Spectrogram Diffusion under someone's hands: what was played in 5.12 s is heard in the next.

The network knows only whole windows of that length, so each chunk is one. Imports torch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from engine.audio import limit_peaks
from engine.live_keys import Keys, Strike
from engine.models.base import Audio, Tick, window_seed
from engine.models.spectrogram_diffusion.model import (
    DENOISED,
    RATE_HZ,
    WINDOW_FRAMES,
    Settings,
)
from engine.models.spectrogram_diffusion.renderer import Renderer
from engine.models.spectrogram_diffusion.tokens import (
    STEPS_PER_SECOND,
    Event,
    Key,
    Teller,
    Tokens,
    slakh_program,
)
from engine.models.spectrogram_diffusion.vocoder import HOP, MELS, QUIETEST, Floats
from engine.wire import MidiEvent, TooLate

# What is left out where it would not be less than what is asked for.
EFFORTS = ("full", "short", "draft", "hold")
SHORT_STEPS, DRAFT_STEPS = 20, 4
# How long sound that is only held dies away.
HELD_HOPS = 50


class Live:
    """The network's instruments, played; keeps `engine.models.base.Live`."""

    chunk_frames = WINDOW_FRAMES

    def __init__(self, renderer: Renderer, budget: int, settings: Settings, seed: int) -> None:
        too_much = {"short": settings.steps <= SHORT_STEPS, "draft": settings.steps <= DRAFT_STEPS}
        self.efforts = tuple(name for name in EFFORTS if not too_much.get(name))
        self._renderer, self._settings, self._seed = renderer, settings, seed
        self._budget, self._is_rehearsed = budget, False
        self._keys, self._teller = Keys(most_ringing=1), Teller(budget)
        self._held: dict[int, Event] = {}
        self._mel: Floats | None = None
        self._tail: Floats | None = None
        self._chunk = 0

    def play(self, events: Sequence[MidiEvent], effort: int, tick: Tick) -> Audio:
        """Render the next chunk, `[WINDOW_FRAMES, 1] float32`. Raises: JobCancelled."""
        row = self._teller.row([event for one in events for event in self._heard(one)])
        sound = self._rendered(row, effort, tick)
        self._chunk += 1
        tick(1.0)
        return limit_peaks(sound)[:, None]

    def _rendered(self, row: Tokens, effort: int, tick: Tick) -> Floats:
        """Render a chunk with so much effort, or with less where it would come too late."""
        if self.efforts[effort] == "hold":
            return self._hold()
        settings = self._settings_at(effort)
        try:
            mel = self._renderer.mel(row, self._mel, settings, lambda part: tick(DENOISED * part))
        except TooLate:
            return self._rendered(row, effort + 1, tick)
        sound, self._tail = self._renderer.vocoder.go_on(mel, self._mel, self._tail)
        self._mel = mel
        return sound

    def follow(self, tick: Tick) -> None:
        """Rehearse before the first chunk: the networks' first run takes longer than any other."""
        if self._is_rehearsed:
            return
        self._is_rehearsed = True
        settings = replace(self._settings, steps=1)
        nothing, silence = Teller(self._budget).row([]), np.full((1, MELS), QUIETEST, np.float32)
        mel = self._renderer.mel(nothing, silence, settings, lambda part: tick(DENOISED * part))
        self._renderer.vocoder.go_on(mel, None, None)

    def _settings_at(self, effort: int) -> Settings:
        """Return how the next chunk is denoised: in fewer steps, at last without guidance."""
        settings = replace(self._settings, seed=window_seed(self._seed, self._chunk))
        match self.efforts[effort]:
            case "short":
                return replace(settings, scheduler="dpm++", steps=SHORT_STEPS)
            case "draft":
                return replace(settings, scheduler="unipc", steps=DRAFT_STEPS, guidance=1.0)
            case _:
                return settings

    def _hold(self) -> Floats:
        """Let the last moment of what sounded die away; what follows begins anew."""
        sound = np.zeros(WINDOW_FRAMES, np.float32)
        if self._mel is not None:
            falling = np.linspace(0.0, 1.0, HELD_HOPS, dtype=np.float32)[:, None]
            last = np.broadcast_to(self._mel[-1], (HELD_HOPS, MELS))
            mel = (last + (QUIETEST - last) * falling).astype(np.float32)
            ringing, _ = self._renderer.vocoder.go_on(mel, self._mel, self._tail)
            sound[: len(ringing)] = ringing * np.linspace(1.0, 0.0, len(ringing), dtype=np.float32)
        self._mel, self._tail = None, np.zeros(HOP, np.float32)
        return sound

    def _heard(self, message: MidiEvent) -> Iterator[Event]:
        """Return which notes begin and end by a message."""
        step = round(message.frame * STEPS_PER_SECOND / RATE_HZ)
        for change in self._keys.feed(message):
            if isinstance(change, Strike):
                yield self._begun(change, step)
            elif change.key in self._held:
                begun = self._held.pop(change.key)
                self._keys.forget(change.key)
                if begun.key.program >= 0:
                    yield begun._replace(step=step, is_on=False)

    def _begun(self, strike: Strike, step: int) -> Event:
        program = -1 if strike.is_drum else int(slakh_program(np.array(strike.program)))
        # Loud notes matter most, then the latest.
        rank = (127 - strike.velocity) * 2**32 - strike.key
        event = Event(step, strike.key, rank, Key(program, strike.pitch), True)
        self._held[strike.key] = event
        return event
