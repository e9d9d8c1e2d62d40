"""Takes as older versions of Legato left them: listed, gone on with, branched and rendered again.

What an older one did not know is left out of its files: wire version 1 wrote neither sources nor
stems, nor whose they were.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bridge.app import Bridge
from tests.bridge.scenes import Client, run, samples_of

REQUEST = """{
  "request": {
    "operation": "render", "model": "tone", "seed": 5, "parameters": {"gain_decibels": 0.0},
    "score": null, "from_window": 0%s
  },
  "title": "song", "client": "cli", "client_id": 0, "created_seconds": 1795286689.5,
  "parent": "", "parent_window": 0
}"""
PLAN = '{"windows": %d, "frames": %d, "rate_hz": 48000, "channels": 2, "first_window": 0%s}'
ENTRY = (
    '{"window":%d,"first_frame":%d,"frames":%d,"rate_hz":48000,"channels":2,'
    '"context_bytes":%d,"checksum":%d%s}\n'
)
OUTCOME = '{"state": "done", "code": "", "text": "", "seconds": %f}'
# What each added, from the version on: to the request, to the plan and to each line of the journal.
ADDED = {1: ("", "", ""), 2: (', "source_frames": []', "", "")}
ADDED[4] = (ADDED[2][0], ', "stems": []', ',"stems_checksum":0')
PLACES = ("window", "first_frame", "frames", "context_bytes", "checksum")


def as_of(version: int, folder: Path) -> None:
    """Write a take's files anew as a wire version wrote them."""
    in_request, in_plan, in_entry = ADDED[version]
    entries = [json.loads(line) for line in (folder / "journal.jsonl").read_text().splitlines()]
    frames = sum(entry["frames"] for entry in entries)
    lines = [ENTRY % (*(entry[place] for place in PLACES), in_entry) for entry in entries]
    (folder / "request.json").write_text(REQUEST % in_request)
    (folder / "plan.json").write_text(PLAN % (len(entries), frames, in_plan))
    (folder / "journal.jsonl").write_text("".join(lines))
    (folder / "outcome.json").write_text(OUTCOME % (frames / 48_000))
    (folder / "spectrogram.png").unlink(missing_ok=True)  # Nor did the first one draw any.


async def asked(client: Client, id: int, address: str, *arguments: object) -> list[object]:
    client.send(f"/legato{address}", id, *arguments)
    return await client.wait("/legato/done", id)


@pytest.mark.usefixtures("probe_models")
@pytest.mark.parametrize("version", ADDED)
def test_a_take_of_an_older_version_is_used_like_any_other(tmp_path: Path, version: int) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        path = Path(str((await asked(client, 1, "/render", "song.mid", "play", 0))[3]))
        take, audio = path.parent.name, samples_of(str(path))
        as_of(version, path.parent)
        client.send("/legato/take/list", 2)
        assert (await client.wait("/legato/take/list", 2))[3:7] == [take, "done", "render", "tone"]
        again = await asked(client, 3, "/render", "song.mid", "from_window", 1, "play", 0)
        assert np.array_equal(samples_of(str(again[3])), audio)
        assert (
            json.loads((Path(str(again[3])).parent / "request.json").read_text())["parent"] == take
        )
        _, branch = await asked(client, 4, "/take/branch", take, 2)
        assert bridge.takes.open(str(branch)).next_window == 2
        longer = await asked(client, 5, "/continue", take, 1.0, "model", "echo", "play", 0)
        assert longer[1] == pytest.approx(len(audio) / 48_000 + 1.0)
        await asked(client, 6, "/take/export", take, "copy.wav")
        assert np.array_equal(samples_of(str(tmp_path / "media" / "copy.wav")), audio)

    run(tmp_path, scene)
