"""The sizes of an Audio Diffusion checkpoint, read from its configurations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.checkpoints import Checkpoint
from engine.wire import ModelFailed

UNETS = ("UNet2DModel", "UNet2DConditionModel")
VAE = "vqvae"  # The pipeline's name for it; it is an AutoencoderKL.
LEAST_COLUMNS = 16


@dataclass(frozen=True)
class Geometry:
    """How audio, spectrogram and the UNet's samples line up.

    A column is `hop` sample frames; the spectrogram is an image of `rows` mel bands by
    `columns`, and a sample has `channels` by `rows / factor` by `columns / factor` numbers.
    A conditional UNet attends to vectors of `encoding_size` numbers; others have 0. Images may
    be wider by whole `unit_columns`.
    """

    rate_hz: int
    fft_frames: int
    hop: int
    range_decibels: float
    phase_iterations: int
    rows: int
    columns: int
    factor: int = 1
    channels: int = 1
    encoding_size: int = 0
    unit_columns: int = 32

    @property
    def is_latent(self) -> bool:
        """Whether the UNet works on a VAE's latents."""
        return self.factor > 1

    @property
    def sample_shape(self) -> tuple[int, int, int, int]:
        """The shape of one sample, in a batch of its own."""
        return self.shape_of(self.columns)

    def shape_of(self, columns: int) -> tuple[int, int, int, int]:
        """Return the shape of a sample of so many columns, in a batch of its own."""
        return (1, self.channels, self.rows // self.factor, columns // self.factor)

    @property
    def slice_frames(self) -> int:
        """How much audio goes into an image: that of which the last column just begins."""
        return self.columns * self.hop - 1

    @property
    def window_frames(self) -> int:
        """How much audio comes out of an image: from its first column's middle to its last's."""
        return (self.columns - 1) * self.hop

    @property
    def edge_columns(self) -> int:
        """How many columns at a slice's end see beyond it, in whole latents."""
        return self.whole(self.fft_frames // 2 // self.hop)

    @property
    def least_overlap_columns(self) -> int:
        """The fewest columns that a window can go on from."""
        return self.whole(self.edge_columns + 2)

    def whole(self, columns: int) -> int:
        """Return a number of columns rounded up to whole latents."""
        return -(-columns // self.factor) * self.factor

    def seconds(self, columns: int) -> float:
        """Return how long a number of columns lasts."""
        return columns * self.hop / self.rate_hz


def read_geometry(checkpoint: Checkpoint) -> Geometry:
    """Read the sizes of a checkpoint. Raises: ModelFailed."""
    try:
        return _read(checkpoint)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ModelFailed(f"{checkpoint.name} has a broken configuration ({error!r})") from None


def _read(checkpoint: Checkpoint) -> Geometry:
    mel, unet = checkpoint.config("mel"), checkpoint.config("unet")
    _check_class(checkpoint, "unet", UNETS)
    factor, channels = 1, int(unet["in_channels"])
    if VAE in checkpoint.components:
        _check_class(checkpoint, VAE, ("AutoencoderKL",))
        factor = 2 ** (len(checkpoint.config(VAE)["block_out_channels"]) - 1)
    rows, columns = _size(unet, mel, factor)
    is_conditional = checkpoint.component("unet").class_name == UNETS[1]
    geometry = Geometry(
        rate_hz=int(mel.get("sample_rate", 22_050)),
        fft_frames=int(mel.get("n_fft", 2048)),
        hop=int(mel.get("hop_length", 512)),
        range_decibels=float(mel.get("top_db", 80)),
        phase_iterations=int(mel.get("n_iter", 32)),
        rows=rows,
        columns=columns,
        factor=factor,
        channels=channels,
        encoding_size=_encoding_size(unet) if is_conditional else 0,
        unit_columns=factor * 2 ** (len(unet["block_out_channels"]) - 1),
    )
    _check(checkpoint.name, geometry)
    return geometry


def _size(unet: Mapping[str, Any], mel: Mapping[str, Any], factor: int) -> tuple[int, int]:
    """Return the image's rows and columns: what the UNet makes counts, not the mel's own."""
    size = unet.get("sample_size")
    if size is None:
        return int(mel.get("y_res", 256)), int(mel.get("x_res", 256))
    rows, columns = size if isinstance(size, list) else (size, size)
    return int(rows) * factor, int(columns) * factor


def _encoding_size(unet: Mapping[str, Any]) -> int:
    size = unet.get("cross_attention_dim", 1280)
    return int(size[0] if isinstance(size, list) else size)


def _check_class(checkpoint: Checkpoint, name: str, known: tuple[str, ...]) -> None:
    found = checkpoint.component(name).class_name
    if found not in known:
        raise ModelFailed(
            f"{checkpoint.name}'s {name} is a {found[:60]}; Audio Diffusion has {known[0]} there"
        )


def _check(name: str, geometry: Geometry) -> None:
    sizes = (geometry.rate_hz, geometry.hop, geometry.rows, geometry.channels)
    is_sound = min(sizes) > 0 and geometry.range_decibels > 0 and geometry.phase_iterations > 0
    fits = geometry.hop * 2 <= geometry.fft_frames and geometry.columns >= LEAST_COLUMNS
    if not (is_sound and fits and geometry.columns > 4 * geometry.least_overlap_columns):
        raise ModelFailed(
            f"{name} has a spectrogram of {geometry.rows} by {geometry.columns}, hop "
            f"{geometry.hop}, FFT {geometry.fft_frames}, {geometry.rate_hz} Hz, which is none "
            "that audio can be made of; fetch the checkpoint again"
        )
