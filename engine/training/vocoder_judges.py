"""What the vocoder's sound is compared by: spectra, log-mels, and networks that learn to tell.

Sources: Kong et al., HiFi-GAN (arXiv 2010.05646), and Jang et al., UnivNet (2106.07889).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional

from engine.models.house.notes import FFT, FLOOR, HOP, hann_window, mel_filters

# FFT and window, in frames; hops are a quarter.
RESOLUTIONS = (1024, 512, 256)


def log_mels(spectrum: Tensor) -> Tensor:
    """Return the `[..., MELS]` log-mels of spectra `[..., BINS]`."""
    filters = torch.from_numpy(mel_filters()).to(spectrum.device)
    return 0.5 * torch.log(spectrum.abs().square() @ filters.T + FLOOR**2)


def pictures(sound: Tensor, size: int) -> Tensor:
    """Return `[count, bins, spectral frames]` magnitudes of `[count, frames]` sounds."""
    window = torch.hann_window(size, device=sound.device, dtype=sound.dtype)
    found = torch.stft(sound, size, size // 4, size, window, center=False, return_complex=True)
    return (found.abs().square() + 1e-8).sqrt()


class Judge(nn.Module):
    """Tells true spectrograms of one resolution from made ones, patch by patch."""

    def __init__(self, size: int, width: int = 12) -> None:
        super().__init__()
        self.size = size
        steps = ((1, width), (width, 2 * width), (2 * width, 2 * width))
        self.layers = nn.ModuleList(
            nn.Conv2d(before, after, (5, 3), (2, 1), padding=(2, 1)) for before, after in steps
        )
        self.leave = nn.Conv2d(2 * width, 1, 3, padding=1)

    def forward(self, sound: Tensor) -> list[Tensor]:
        """Return what each layer sees in `[count, frames]`, the verdict (true: over 0) last."""
        x = pictures(sound, self.size).log()[:, None] / 4.0
        found: list[Tensor] = []
        for layer in self.layers:
            x = functional.leaky_relu(layer(x), 0.2)
            found.append(x)
        return [*found, self.leave(x)]


def judged(judge: nn.Module, made: Tensor, truth: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    real, fake = judge(truth), judge(made.detach())
    own = functional.relu(1.0 - real[-1]).mean() + functional.relu(1.0 + fake[-1]).mean()
    still = {name: value.detach() for name, value in judge.named_parameters()}
    seen_so = functional_call(judge, still, (made,))
    pairs = zip(seen_so[:-1], real[:-1], strict=True)
    apart = [(one - two.detach()).abs().mean() / two.detach().abs().mean() for one, two in pairs]
    return own, -seen_so[-1].mean(), torch.stack(apart).mean()


def sound_losses(made: Tensor, truth: Tensor) -> dict[str, Tensor]:
    """Compare `[count, frames]` sounds by magnitudes, complex spectra and log-mels."""
    shares, wholes = [], []
    for size in RESOLUTIONS:
        one, two = pictures(made, size), pictures(truth, size)
        convergence = torch.linalg.norm(one - two) / torch.linalg.norm(two)
        shares.append(convergence + (one.log() - two.log()).abs().mean())
    for size in RESOLUTIONS[:1]:
        window = torch.hann_window(size, device=made.device)
        one, two = (
            torch.stft(each, size, size // 4, size, window, center=False, return_complex=True)
            for each in (made, truth)
        )
        wholes.append((one - two).abs().mean() / two.abs().mean())
    window = torch.from_numpy(hann_window()).to(made)
    mels = [log_mels(torch.fft.rfft(each.unfold(-1, FFT, HOP) * window)) for each in (made, truth)]
    return {
        "spectra": torch.stack(shares).mean(),
        "complex": torch.stack(wholes).mean(),
        "mel": (mels[0] - mels[1]).abs().mean(),
    }
