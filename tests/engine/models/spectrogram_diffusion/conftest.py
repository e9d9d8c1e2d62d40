"""One tiny checkpoint for all these tests, and upstream mended so that it can be asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from engine.checkpoints import read_checkpoint
from engine.models.spectrogram_diffusion.model import Model
from tests.engine.models.spectrogram_diffusion import upstream
from tests.engine.models.tiny import spectrogram_diffusion as tiny


@pytest.fixture(scope="package", autouse=True)
def mended() -> Iterator[None]:
    """Let upstream run, on one thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        upstream.mend(patch)
        yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="package")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny checkpoint's folder."""
    return tiny.write(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="package")
def model(home: Path) -> Model:
    """The tiny checkpoint, loaded."""
    made = Model(read_checkpoint(home))
    made.load("cpu", "float32")
    return made


@pytest.fixture(scope="package")
def theirs(home: Path) -> upstream.Upstream:
    """Upstream's pipeline of the same checkpoint."""
    return upstream.pipeline(home)
