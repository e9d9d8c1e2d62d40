"""From a log-mel alone to audio, hop by hop: for sounds of which no notes are known.

Magnitudes are the mel spread to bins by Richardson and Lucy's deconvolution, which keeps them
positive and true to the mel. Phases are joined from differences: a small network reads from the
magnitudes around a bin how its phase goes on from the frame before and from the bin below, and
how sure that is; a tridiagonal least-squares problem puts both together; and a few turns of
Griffin and Lim's projection, one frame ahead, make neighbouring frames agree.

Sources: Masuyama et al., Online phase reconstruction via DNN-based phase differences estimation
(arXiv 2211.08246); Zhu, Beauregard and Wyse, Real-time signal estimation from modified short-time
Fourier transform magnitude spectra (2007). Imports torch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file
from scipy import fft as scipy_fft
from scipy.linalg.lapack import zptsv
from torch import Tensor, nn
from torch.nn import functional

from engine.models.house.grouped import Grouped, Lines
from engine.models.house.notes import (
    FFT,
    FLOOR,
    HOP,
    LOG_FLOOR,
    MELS,
    Floats,
    hann_window,
    log_mel_of_power,
)
from engine.models.house.spreading import DECONVOLUTIONS, bin_power, spreading
from engine.wire import ModelFailed

Complexes: TypeAlias = NDArray[np.complex128]

FILE = Path(__file__).with_name("vocoder.safetensors")
BINS = FFT // 2 + 1
# A sample of block b is heard in the mel up to hop b + LOOKAHEAD_HOPS, and not beyond.
LOOKAHEAD_HOPS = 2
# Frames that the network reads: before the one it is asked about, and after it.
PAST, AHEAD = 3, 1
QUIETEST_POWER = 1e-7  # of a bin, as the network sees it
PROJECTIONS = 3
UNKNOWN = 1e-3
SURE = 1.05  # a phase difference is never surer than 1 / (SURE - 1)


class PhaseNet(nn.Module):
    """Reads phase differences from log magnitudes; the same for every bin, but for its place."""

    place: Tensor

    def __init__(self, width: int = 24, layers: int = 3) -> None:
        super().__init__()
        bins = torch.arange(BINS) / (BINS - 1)
        place = torch.stack((2.0 * bins - 1.0, torch.log2(1.0 + 120.0 * bins) / 4.0))
        self.register_buffer("place", place, persistent=False)
        self.enter = nn.Conv1d(PAST + AHEAD + 4, width, 7, padding=3)
        self.layers = nn.ModuleList(nn.Conv1d(width, width, 5, padding=2) for _ in range(layers))
        self.leave = nn.Conv1d(width, 4, 3, padding=1)

    def forward(self, logs: Tensor, ahead: Tensor) -> Tensor:
        """Return `[frames, 4, BINS]`: what to turn the phase by, as means of unit vectors.

        The first pair is real and imaginary part of the turn since the frame before (beyond the
        bin's own), the second of that from the bin below; their length is how sure they are.
        `logs` `[frames, PAST + 1 + AHEAD, BINS]` are natural log magnitudes, `ahead` `[frames]`
        is 1 where the frame after is known, else 0.
        """
        x = self.told(logs, ahead)[:, :, None].contiguous(memory_format=torch.channels_last)
        x = functional.relu(_along(self.enter, x))
        for layer in self.layers:
            x = x + functional.relu(_along(layer, x))
        return _along(self.leave, x)[:, :, 0]

    def told(self, logs: Tensor, ahead: Tensor) -> Tensor:
        """Return what the first layer reads, `[frames, channels, BINS]`."""
        x = (logs + 1.0) / 3.0
        now, known = x[:, PAST : PAST + 1], ahead[:, None, None].expand(-1, 1, BINS)
        later = (x[:, PAST + 1 :] - now) * known
        place = self.place.expand(len(x), -1, -1)
        return torch.cat((now, x[:, :PAST] - now, later, known, place), 1)


def _along(layer: nn.Module, x: Tensor) -> Tensor:
    """Convolve bins, `[frames, channels, 1, BINS]`: twice as fast where channels lie together."""
    assert isinstance(layer, nn.Conv1d)
    kernel = layer.weight[:, :, None]
    return functional.conv2d(x, kernel, layer.bias, padding=(0, kernel.shape[-1] // 2))


def bin_powers(mel: Tensor) -> Tensor:
    """Spread log-mels `[..., MELS]` in nats to the power of bins, `[..., BINS]`.

    Source: Richardson (1972) and Lucy (1974), the multiplicative deconvolution.
    """
    spread = spreading(mel.device)
    power = (torch.exp(2.0 * mel) - FLOOR**2).clamp(min=0.0)
    bins = spread.over(power / spread.size)
    for _ in range(DECONVOLUTIONS):
        bins *= spread.over(power / (bins @ spread.onto_mel).add_(1e-12))
    return bins


def seen(powers: Tensor) -> Tensor:
    """Return powers of bins as the network sees them: natural log magnitudes with a floor."""
    return 0.5 * torch.log(powers + QUIETEST_POWER)


class Turns(NamedTuple):
    """What the network says of one frame: `since` the last frame and from the bin `below`.

    Both `[BINS] complex128`; the length is how sure it is, 0 to about 1.
    """

    since: Complexes
    below: Complexes


class Frame(NamedTuple):
    """A spectrum about its centre: `[BINS]` magnitudes, and phases as unit vectors."""

    magnitude: NDArray[np.float64]
    phase: Complexes


class Vocoder:
    """The network and its tables; it may serve any number of streams."""

    def __init__(self, net: PhaseNet) -> None:
        self._net = net.eval().requires_grad_(False)
        layers = [layer for layer in net.modules() if isinstance(layer, nn.Conv1d)]
        self._enter, *self._layers, self._leave = map(Grouped, layers)

    @classmethod
    def load(cls, path: Path = FILE) -> Vocoder:
        """Read the weights. Raises: ModelFailed."""
        net = PhaseNet()
        try:
            net.load_state_dict({name: value.float() for name, value in load_file(path).items()})
        except (OSError, SafetensorError, RuntimeError) as error:
            raise ModelFailed(
                f"the vocoder's weights ({path.name}) cannot be used: {error}; "
                "install Legato again, or make them with `legato train vocoder`"
            ) from None
        return cls(net)

    def sound(self, mel: Floats, frames: int, seed: int = 0) -> Floats:
        """Turn a whole `[hops, MELS] float32` log-mel into `[frames] float32` at RATE_HZ."""
        stream = self.stream(seed)
        found = np.concatenate((stream.push(mel), stream.finish()))[:frames]
        return np.pad(found, (0, frames - len(found)))

    def stream(self, seed: int = 0) -> Stream:
        """Begin a sound; equal seeds make equal sounds."""
        return Stream(self, seed)

    def turns(self, logs: Tensor) -> tuple[Turns, Turns]:
        """Ask about the last frame but one, knowing the last, and about the last.

        `logs` is `[PAST + 1 + AHEAD, BINS] float32`.
        """
        both = torch.stack((logs, torch.cat((logs[1:], logs[-1:]))))
        with torch.inference_mode():
            told = self._net.told(both, torch.tensor([1.0, 0.0]))
            pairs = self._found(told).double().reshape(2, BINS, 2, 2).movedim(2, 1)
            first, second = torch.view_as_complex(pairs.contiguous()).numpy()
        return Turns(*first), Turns(*second)

    def _found(self, told: Tensor) -> Tensor:
        """Do what the network does, in two thirds of the time: return `[frames, BINS, 4]`."""
        frames, channels, _ = told.shape
        lines = Lines(frames, BINS, channels)
        lines.inner.copy_(told.mT)
        entered = self._enter.over(lines).relu_()
        lines = Lines(*entered.shape)
        lines.inner.copy_(entered)
        for layer in self._layers:
            lines.inner.add_(layer.over(lines).relu_())
        return self._leave.over(lines)


class Stream:
    """One sound in the making; however its mel comes in pieces, the samples are the same."""

    def __init__(self, vocoder: Vocoder, seed: int) -> None:
        self._vocoder, self._seed = vocoder, seed
        silent = bin_powers(torch.full((PAST + 1 + AHEAD, MELS), LOG_FLOOR))
        self._logs = seen(silent)
        self._power = silent[-1].double().numpy()
        self._heard = -1  # hops
        self._known: Frame | None = None  # the last hop's spectrum, where it need not be found
        self._last = Frame(np.zeros(BINS), np.ones(BINS, np.complex128))
        self._sum = np.zeros(FFT)  # of the frames that are settled, from the next one's start on
        self._half = np.zeros(HOP)

    def push(self, mel: Floats) -> Floats:
        """Take `[hops, MELS] float32` more of the log-mel; return the samples that are due.

        Block b of HOP samples is due when hop b + LOOKAHEAD_HOPS has come.
        """
        blocks = [block for hop in mel for block in self._hear(hop, None)]
        return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)

    def follow(self, sound: Floats) -> None:
        """Begin after `[FFT + hops * HOP] float32` of a sound, to go on in its phases.

        The hop pushed next is centred HOP frames after the last that the sound has whole.
        """
        frames = np.lib.stride_tricks.sliding_window_view(sound, FFT)[::HOP]
        spectra = scipy_fft.rfft(frames * WINDOW) * ALTERNATE
        for spectrum in spectra:
            mel = log_mel_of_power(np.square(np.abs(spectrum)).astype(np.float32)[None])[0]
            for _ in self._hear(mel, Frame(np.abs(spectrum), _unit(spectrum))):
                pass

    def packed(self) -> dict[str, NDArray[np.generic]]:
        """Return all that is needed to go on after the last `push`, as arrays."""
        return {
            "logs": self._logs.numpy(),
            "power": self._power,
            "magnitude": self._last.magnitude,
            "phase": self._last.phase,
            "sum": self._sum,
            "half": self._half,
            "heard": np.array(self._heard),
        }

    def resume(self, packed: Mapping[str, NDArray[np.generic]]) -> None:
        """Go on where another stream of the same seed was packed."""
        found = {name: np.array(value) for name, value in packed.items()}
        self._logs = torch.from_numpy(found["logs"])
        self._power, self._sum, self._half = (found[key] for key in ("power", "sum", "half"))
        self._last = Frame(found["magnitude"], found["phase"])
        self._heard = int(found["heard"])

    def finish(self) -> Floats:
        """Return the rest, as if silence followed: what is due up to the last hop's centre."""
        return self.push(np.full((LOOKAHEAD_HOPS, MELS), LOG_FLOOR, np.float32))

    def _hear(self, mel: Floats, known: Frame | None) -> Iterator[Floats]:
        power = bin_power(np.asarray(mel, np.float32))
        self._logs = torch.cat((self._logs[1:], seen(torch.from_numpy(power[None]))))
        before, self._power = self._power, power.astype(np.float64)
        self._heard += 1
        self._known, settled = known, self._known
        if self._heard == 0:
            return
        if settled is None:
            pair = self._joined(np.sqrt(before), np.sqrt(self._power))
            settled = agreed(self._sum, *pair)
        block = self._settle(settled)
        if self._heard > 1:
            yield block

    def _joined(
        self, magnitude: NDArray[np.float64], following: NDArray[np.float64]
    ) -> tuple[Frame, Frame]:
        """Join the next two frames to the last that is settled."""
        random = np.random.default_rng([self._seed, self._heard])
        turns, later = self._vocoder.turns(self._logs)
        frame = joined(self._last, magnitude, turns, random)
        return frame, joined(frame, following, later, random)

    def _settle(self, frame: Frame) -> Floats:
        """Add a frame to the sound; return the block before it."""
        wave = waveform(frame)
        summed = self._sum + wave * WINDOW
        self._sum = np.concatenate((summed[HOP:], np.zeros(HOP)))
        centre = wave[FFT // 2 - HOP : FFT // 2 + HOP] * EMPHASIS
        block, self._half = self._half + centre[:HOP], centre[HOP:]
        self._last = frame
        return block.astype(np.float32)


def joined(
    last: Frame, magnitude: NDArray[np.float64], turns: Turns, random: np.random.Generator
) -> Frame:
    """Find the phases that turn most nearly as told from the last frame and from bin to bin.

    A least-squares problem in the phases' unit vectors, weighed by power and sureness; what is
    not known at all is random.
    """
    level = magnitude + 1e-6
    told = np.square(level)
    since = _sureness(turns.since) * np.square(np.minimum(level, last.magnitude))
    below = _sureness(turns.below[1:]) * np.minimum(told[1:], told[:-1])
    own = since + 1e-7 * told
    own[1:] += below
    own[:-1] += below
    wanted = since * last.phase * ADVANCE * _unit(turns.since)
    wanted += UNKNOWN * told * _turned(random.random(BINS))
    # What weighs bins' differences is Hermitian, and the larger in the diagonal: so definite.
    *_, phase, _ = zptsv(own, -below * _unit(turns.below[1:]), wanted)
    return Frame(magnitude, _unit(phase))


def _sureness(turn: Complexes) -> NDArray[np.float64]:
    length = np.minimum(_length(turn), 1.0)
    return np.asarray(length / (SURE - length))


def _length(values: Complexes) -> NDArray[np.float64]:
    return np.asarray(np.sqrt(np.square(values.real) + np.square(values.imag)))


def _unit(values: Complexes) -> Complexes:
    """Return values over their length, and 1 for what has none."""
    length = _length(values)
    unit = values * (1.0 / np.maximum(length, 1e-30))
    unit[length <= 1e-30] = 1.0
    return unit


def _turned(turns: NDArray[np.float64]) -> Complexes:
    """Return the unit vectors of turns."""
    out = np.empty(turns.shape, np.complex128)
    angle = 2.0 * np.pi * turns
    out.real, out.imag = np.cos(angle), np.sin(angle)
    return out


def agreed(settled: NDArray[np.float64], frame: Frame, following: Frame) -> Frame:
    """Turn a frame's phases towards those of the sound that it, its past and its follower make.

    `settled` is `[FFT] float64`: the windowed sum of the frames before, over this frame.
    """
    magnitudes = np.stack((frame.magnitude, following.magnitude))
    phases = np.stack((frame.phase, following.phase))
    summed = np.empty(FFT + HOP)
    for _ in range(PROJECTIONS):
        waves = waveform(Frame(magnitudes, phases)) * WINDOW
        summed[:FFT], summed[FFT:] = settled, 0.0
        summed[:FFT] += waves[0]
        summed[HOP:] += waves[1]
        both = np.stack((summed[:FFT], summed[HOP:])) * EVENED
        phases = _unit(scipy_fft.rfft(both) * ALTERNATE)
    return Frame(frame.magnitude, phases[0])


def waveform(frame: Frame) -> NDArray[np.float64]:
    """Return the `[..., FFT] float64` samples of which frames are the spectra."""
    return np.asarray(scipy_fft.irfft(frame.magnitude * frame.phase * ALTERNATE, FFT))


def _overlap() -> NDArray[np.float64]:
    """Return the sum of squared windows over a frame and its follower, `[FFT + HOP]`."""
    total = np.zeros(FFT + HOP)
    for place in range(-FFT // HOP + 1, 2):
        first, last = max(place * HOP, 0), place * HOP + FFT
        total[first:last] += np.square(WINDOW[first - place * HOP :])
    return total


def _emphasis() -> NDArray[np.float64]:
    """Return what makes of a frame's window one that lasts a hop to both sides, `[2 * HOP]`."""
    narrow = 0.5 - 0.5 * np.cos(np.pi * np.arange(2 * HOP) / HOP)
    return np.asarray(narrow / WINDOW[FFT // 2 - HOP : FFT // 2 + HOP])


WINDOW = hann_window().astype(np.float64)
# A frame's window, and its follower's, over the sum of all that overlap there.
EVENED = np.stack([WINDOW / np.maximum(_overlap(), 1e-2)[at : at + FFT] for at in (0, HOP)])
EMPHASIS = _emphasis()
# Phases are told about a frame's centre, and beyond what a bin's own frequency turns in a hop.
ALTERNATE = np.where(np.arange(BINS) % 2, -1.0, 1.0)
ADVANCE = np.exp(0.5j * np.pi * (np.arange(BINS) % 4))
