"""Real clients: a test names what it needs by `@pytest.mark.peer("pd")`."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

JACK_WAIT_SECONDS = 60


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose program is absent; with LEGATO_REQUIRE_PEERS=1 that is a failure."""
    programs = [program for marker in item.iter_markers("peer") for program in marker.args]
    missing = [program for program in programs if shutil.which(program) is None]
    if missing and os.environ.get("LEGATO_REQUIRE_PEERS") == "1":
        pytest.fail(f"not installed, but required here: {', '.join(missing)}")
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


@contextmanager
def jack(log: Path, block_frames: int, *options: str) -> Iterator[str]:
    """Run a JACK server without hardware at 48 kHz; its name."""
    name = f"legato-{secrets.token_hex(4)}"
    command = ["jackd", "-n", name, "-r", *options]
    command += ["-d", "dummy", "-r", "48000", "-p", str(block_frames)]
    with log.open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        wait = ["jack_wait", "-s", name, "-w", "-t", str(JACK_WAIT_SECONDS)]
        subprocess.run(wait, check=True, stdout=subprocess.DEVNULL, timeout=2 * JACK_WAIT_SECONDS)
        yield name
    finally:
        process.terminate()
        try:
            process.wait(JACK_WAIT_SECONDS)
        except subprocess.TimeoutExpired:  # It waits for a client that has died.
            process.kill()
            process.wait()


@pytest.fixture
def jack_server(tmp_path: Path) -> Iterator[str]:
    """A JACK server in blocks of 256 frames; its name.

    It waits for its clients (`-S`), so that a busy machine makes it late instead of lossy.
    """
    with jack(tmp_path / "jackd.log", 256, "-S", "-t", "5000") as name:
        yield name


@pytest.fixture
def steady_jack_server(tmp_path: Path) -> Iterator[str]:
    """A JACK server in blocks of 1024 frames whose time goes on, whoever is late; its name."""
    with jack(tmp_path / "jackd.log", 1024) as name:
        yield name


@pytest.fixture
def far_jack_server(tmp_path: Path) -> Iterator[str]:
    """Another such server, as on another machine: its time is its own; its name."""
    with jack(tmp_path / "far jackd.log", 1024) as name:
        yield name
