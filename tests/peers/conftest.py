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
def jack(log: Path, block_frames: int, *options: str, name: str = "") -> Iterator[str]:
    """Run a JACK server without hardware at 48 kHz; its name."""
    name = name or f"legato-{secrets.token_hex(4)}"
    command = ["jackd", "-n", name, "-r", *options]
    command += ["-d", "dummy", "-r", "48000", "-p", str(block_frames)]
    with log.open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        try:
            wait_for_jack(name, log)
            yield name
        finally:
            if not has_left(process):  # It waits for a client that has died.
                process.kill()
                process.wait()
                # There may be eight servers, with those that were killed; one of its name takes
                # its place, and leaves it.
                process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
                wait_for_jack(name, log)
                assert has_left(process)


def wait_for_jack(name: str, log: Path) -> None:
    """Wait until a server can be used."""
    wait = ["jack_wait", "-s", name, "-w", "-t", str(JACK_WAIT_SECONDS)]
    quiet, limit_seconds = subprocess.DEVNULL, 2 * JACK_WAIT_SECONDS
    came = subprocess.run(wait, stdout=quiet, stderr=quiet, timeout=limit_seconds, check=False)
    assert came.returncode == 0, f"no JACK server came: {log.read_text('utf-8', 'replace')}"


def has_left(process: subprocess.Popen[bytes]) -> bool:
    """Ask a server to leave, and say whether it did."""
    process.terminate()
    try:
        process.wait(JACK_WAIT_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return True


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
