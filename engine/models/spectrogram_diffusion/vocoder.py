"""From mel spectrograms to sound, window by window, through the checkpoint's own MelGAN in ONNX.

A window is decoded together with as much of the window before as its first samples depend on, and
its last hops wait for the next window where they depend on that. How far the network looks
is measured when it is loaded. So windows joined are what upstream makes of the whole song at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.models.devices import fault_of
from engine.wire import ModelFailed

Floats: TypeAlias = NDArray[np.float32]

HOP = 320
MELS = 128
MAX_REACH_HOPS = 32
LOUDEST = 4.0  # the top of the scale, a natural log; the bottom is ln 1e-5
QUIETEST = float(np.log(1e-5))
PROBES = 2
NOTICEABLE = 1e-5  # relative to the largest change


@dataclass(frozen=True)
class Reach:
    """How many hops before and after its own a sample depends on, MAX_REACH_HOPS at most."""

    before: int
    after: int

    @property
    def held_hops(self) -> int:
        """How many hops at a window's end wait for the next one: one of them is faded over."""
        return self.after + 1


class Vocoder:
    """A network from log mel magnitudes to samples, HOP of them a hop."""

    def __init__(self, file: Path, device: str, threads: int) -> None:
        """Read a graph. Raises: ModelFailed."""
        self._session = _session(file, device, threads)
        self.reach = _measured(self)

    def decode(self, mel: Floats) -> Floats:
        """Turn `[hops, MELS] float32` into `[hops * HOP] float32` samples. Raises: ModelFailed."""
        samples = np.asarray(self._run(mel), np.float32).reshape(-1)
        if len(samples) != len(mel) * HOP or not np.isfinite(samples).all():
            raise ModelFailed(
                f"the vocoder made {len(samples)} samples of {len(mel)} hops, or some that are no "
                f"numbers; it should make {HOP} a hop: fetch the checkpoint again"
            )
        return samples

    def _run(self, mel: Floats) -> object:
        try:
            name = self._session.get_inputs()[0].name
            return self._session.run(None, {name: np.ascontiguousarray(mel)[None]})[0]
        except Exception as error:  # onnxruntime has no common class for what it raises.
            if fault_of(error) != "other":
                raise
            raise ModelFailed(
                f"the vocoder cannot decode {mel.shape} hops and mels ({type(error).__name__}): "
                "fetch the checkpoint again"
            ) from error

    def join(
        self, mel: Floats, before: Floats | None, tail: Floats | None, is_last: bool
    ) -> tuple[Floats, Floats]:
        """Decode a window `[hops, MELS]` after the window `before`, whose `tail` fades into it.

        Returns the samples from where the last call's ended, those of the last held hops only
        where `is_last`; and the tail `[HOP]` for the next call.
        """
        held = self.reach.held_hops
        earlier = _last(before, held + self.reach.before)
        sound = self.decode(np.concatenate((earlier, mel)))
        start = max(0, len(earlier) - held) * HOP
        end = len(sound) if is_last else len(sound) - held * HOP
        _fade_from(tail, sound[start : start + HOP])
        return sound[start:end], sound[end : end + HOP]

    def go_on(
        self, mel: Floats, before: Floats | None, tail: Floats | None
    ) -> tuple[Floats, Floats]:
        """Decode all of a window at once, and what would follow if nothing changed any more.

        Returns `[hops * HOP]` samples and a tail `[HOP]`. The last samples do not know of
        the next window, into which the tail fades.
        """
        earlier = _last(before, self.reach.before)
        guess = np.repeat(mel[-1:], self.reach.held_hops, axis=0)
        sound = self.decode(np.concatenate((earlier, mel, guess)))
        start = len(earlier) * HOP
        end = start + len(mel) * HOP
        _fade_from(tail, sound[start : start + HOP])
        return sound[start:end], sound[end : end + HOP]


def _last(mel: Floats | None, hops: int) -> Floats:
    """Return the last hops of a window, or none of no window."""
    if mel is None:
        return np.empty((0, MELS), np.float32)
    return mel[max(0, len(mel) - hops) :]


def _fade_from(tail: Floats | None, sound: Floats) -> None:
    """Let `[HOP]` samples begin as the tail of the sound before them."""
    if tail is not None:
        sound[:] = tail + (sound - tail) * np.linspace(0.0, 1.0, HOP, dtype=np.float32)


def _session(file: Path, device: str, threads: int) -> Any:
    try:
        import onnxruntime
    except ImportError:
        raise ModelFailed("onnxruntime is missing: pip install --upgrade legato") from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    wanted = ["CUDAExecutionProvider"] if device.startswith("cuda") else []
    there = [name for name in wanted if name in onnxruntime.get_available_providers()]
    providers: list[Any] = [(name, {"device_id": _number(device)}) for name in there]
    try:
        return onnxruntime.InferenceSession(
            str(file), options, providers=[*providers, "CPUExecutionProvider"]
        )
    except Exception as error:  # onnxruntime has no common class for what it raises.
        raise ModelFailed(
            f"the vocoder {file.name} cannot be read ({type(error).__name__}); fetch it again with "
            "`legato pull`"
        ) from error


def _number(device: str) -> int:
    return int(device.partition(":")[2] or 0)


def _measured(vocoder: Vocoder) -> Reach:
    """Change one hop in the middle of noise, and see which samples change."""
    noise = np.random.default_rng(0)
    changed = np.zeros(2 * MAX_REACH_HOPS + 1)
    for _ in range(PROBES):
        mel = noise.uniform(QUIETEST, LOUDEST, (len(changed), MELS)).astype(np.float32)
        plain = vocoder.decode(mel)
        mel[MAX_REACH_HOPS] = noise.uniform(QUIETEST, LOUDEST, MELS)
        difference = np.abs(vocoder.decode(mel) - plain).reshape(-1, HOP).max(axis=1)
        changed += difference > NOTICEABLE * difference.max(initial=0.0)
    hops = np.flatnonzero(changed) if changed.any() else np.array([MAX_REACH_HOPS])
    # A sample before the changed hop looks ahead; one after it looks back.
    return Reach(int(max(0, hops[-1] - MAX_REACH_HOPS)), int(max(0, MAX_REACH_HOPS - hops[0])))
