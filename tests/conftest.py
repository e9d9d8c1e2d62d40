"""What several rooms' tests share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import engine.models
from engine.discovery import Models

PROBES = Path(__file__).parent / "engine" / "probes"


@pytest.fixture
def probe_models() -> Iterator[Models]:
    """Every model, with the test's own `probe` among them."""
    engine.models.__path__.append(str(PROBES))
    yield Models(device="cpu")
    engine.models.__path__.remove(str(PROBES))


@pytest.fixture
def probe_command() -> list[str]:
    """The command that starts an engine process with the model `probe`."""
    return [sys.executable, str(PROBES.parent / "serve_probe.py")]
