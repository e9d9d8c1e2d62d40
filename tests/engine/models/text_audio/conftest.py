"""Both families' tiny checkpoints, side by side, and their models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.models.audioldm.model import Model as AudioLdm
from engine.models.audioldm2.model import Model as AudioLdm2
from tests.engine.models.tiny import text_audio
from tests.engine.models.tiny.audioldm import write_audioldm, write_audioldm2


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder with `one`, an AudioLDM, and `two`, an AudioLDM 2."""
    folder = tmp_path_factory.mktemp("models")
    write_audioldm(folder / "one")
    write_audioldm2(folder / "two")
    return folder


@pytest.fixture(scope="session")
def models(folder: Path) -> dict[str, Any]:
    """Both models, loaded."""
    return {
        "one": text_audio.load(AudioLdm, folder / "one"),
        "two": text_audio.load(AudioLdm2, folder / "two"),
    }


@pytest.fixture(params=["one", "two"])
def model(request: pytest.FixtureRequest, models: dict[str, Any]) -> Any:
    """Each of the two models in turn."""
    return models[request.param]
