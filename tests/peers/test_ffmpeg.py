"""ffmpeg as a reader: a take's WAV is whole at every moment of its making."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile

if TYPE_CHECKING:
    from bridge.remote import Reply
    from tests.conftest import Server

BARS, CHORD = 60, 8  # A render of two minutes, far longer than the first reading takes.
READINGS = 8

pytestmark = pytest.mark.peer("ffmpeg")


def decode(path: Path) -> np.ndarray:
    """Let ffmpeg decode a WAV to `[frames, 2] float32`; whatever it complains of is an error."""
    command = ["ffmpeg", "-nostdin", "-v", "error", "-xerror", "-i", str(path)]
    command += ["-f", "f32le", "-c:a", "pcm_f32le", "-"]
    run = subprocess.run(command, capture_output=True, check=False, timeout=180)
    assert (run.returncode, run.stderr.decode()) == (0, "")
    return np.frombuffer(run.stdout, "<f4").reshape(-1, 2)


def test_ffmpeg_reads_the_growing_and_the_finished_wav(
    serve: Callable[..., Server],
    write_song: Callable[..., Path],
    tmp_path: Path,
) -> None:
    server = serve()
    write_song(server.folder / "long.mid", BARS, CHORD)
    growing: list[np.ndarray] = []
    own_name = tmp_path / "growing.wav"  # The take renames its file in the end.
    with server.remote() as remote:
        for reply in remote.render(Path("long.mid"), {"play": 0}):
            if reply.address == "/window" and len(growing) < READINGS:
                if not own_name.exists():
                    (part,) = (tmp_path / "takes").glob("*/audio.part.wav")
                    own_name.hardlink_to(part)
                growing.append(decode(own_name))
                # Windows end in order, and this one was stored before it was told.
                assert len(growing[-1]) >= round(end_seconds(reply) * 48_000)
    assert reply.address == "/done"
    finished = decode(Path(str(reply.arguments[2])))
    assert np.array_equal(finished, soundfile.read(reply.arguments[2], dtype="float32")[0])
    lengths = [len(audio) for audio in growing]
    assert lengths == sorted(lengths)
    assert lengths[0] < len(finished)
    assert all(np.array_equal(audio, finished[: len(audio)]) for audio in growing)


def end_seconds(reply: Reply) -> float:
    return float(reply.arguments[3])
