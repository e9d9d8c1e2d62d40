"""The folder of takes: make, find, branch and prune them."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import string
import time
from collections.abc import Collection, Sequence
from pathlib import Path

import msgspec

from bridge.config import Config
from bridge.conversion import Sound
from bridge.records import Record, to_json, to_line
from bridge.score_files import write_asked
from bridge.storage import folder_bytes, link_or_copy, storing, write_whole
from bridge.take import Take
from bridge.wav import WavWriter, copy_audio
from engine.wire import NotFound, OutOfRange

_ID = re.compile(r"\d{8}-\d{6}-[0-9a-z]{4}")
_ID_LETTERS = string.ascii_lowercase + string.digits
_SECONDS_PER_DAY = 86_400
_GROWING_SECONDS = 60


class Takes:
    """All takes of one folder, kept within a budget of space and age."""

    def __init__(self, folder: Path, max_bytes: int, max_age_days: float) -> None:
        """Make the folder where it is missing. Raises: LegatoError."""
        self.folder = folder
        self.max_bytes = max_bytes
        self.max_age_days = max_age_days
        with storing("the folder of takes"):
            folder.mkdir(parents=True, exist_ok=True)

    def create(self, record: Record, midi: bytes = b"", sources: Sequence[Sound] = ()) -> Take:
        """Write a new take down, whole or not at all, and return it.

        The scores travel in `record.request`. Raises: LegatoError on a disk fault.
        """
        created = record.created_seconds or time.time()
        asked = record.request
        bare = msgspec.structs.replace(asked, score=None, source_scores=())
        record = msgspec.structs.replace(record, request=bare, created_seconds=created)
        with storing("the take"):
            take_id = self._free_id(created)
            half = self.folder / f".new-{take_id}"
            try:
                (half / "contexts").mkdir(parents=True)
                # Outlives this process, not a power cut: a disk's sync would keep the client
                # waiting for its acknowledgement, for tens of milliseconds on a busy one.
                write_whole(half / "request.json", to_json(record), durable=False)
                write_asked(half, asked)
                if midi:
                    write_whole(half / "source.mid", midi, durable=False)
                for number, source in enumerate(sources):
                    _write_source(half / f"source-{number}.wav", source)
                half.rename(self.folder / take_id)
            except OSError:
                shutil.rmtree(half, ignore_errors=True)
                raise
        return Take(self.folder / take_id)

    def _free_id(self, created_seconds: float) -> str:
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(created_seconds))
        while True:
            take_id = f"{stamp}-{''.join(secrets.choice(_ID_LETTERS) for _ in range(4))}"
            if not (self.folder / take_id).exists():
                return take_id

    def open(self, take_id: str) -> Take:
        """Return the take of an id. Raises: NotFound."""
        if not _ID.fullmatch(take_id) or not (self.folder / take_id).is_dir():
            raise NotFound(f"there is no take {take_id[:32]!r}: ask /legato/take/list for the ids")
        return Take(self.folder / take_id)

    def all(self) -> list[Take]:
        """Return all takes that can be read, oldest first."""
        takes = []
        for take_id in self._ids():
            with contextlib.suppress(NotFound):
                takes.append(Take(self.folder / take_id))
        return sorted(takes, key=lambda take: (take.record.created_seconds, take.id))

    def _ids(self) -> list[str]:
        with storing("the list of takes"):
            return sorted(name for name in os.listdir(self.folder) if _ID.fullmatch(name))

    def branch(self, take: Take, at_window: int, record: Record | None = None) -> Take:
        """Return a new take that holds another's windows before `at_window`, ready to go on.

        Without a `record` it asks the same again. Raises: OutOfRange, LegatoError.
        """
        held = {entry.window for entry in take.entries}
        if at_window < 0 or any(window not in held for window in range(at_window)):
            raise OutOfRange(
                f"a branch at window {at_window} of take {take.id} was asked; "
                f"it holds {take.held()}: branch at one of those or the next"
            )
        record = record or msgspec.structs.replace(
            take.record, request=take.request(), created_seconds=0.0
        )
        request = msgspec.structs.replace(record.request, from_window=at_window)
        record = msgspec.structs.replace(
            record, request=request, parent=take.id, parent_window=at_window
        )
        source = take.folder / "source.mid"
        new = self.create(record, source.read_bytes() if source.exists() else b"")
        with storing(f"the branch of take {take.id}"):
            for path in take.source_paths():
                link_or_copy(path, new.folder / path.name)
            _copy_windows(take, new, at_window)
        return Take(new.folder)

    def prune(self, in_use: Collection[str] = ()) -> list[str]:
        """Remove the oldest takes until age and space fit the budget; return their ids.

        Never one that is pinned, in use, or still growing. Raises: LegatoError.
        """
        self._clear_halves()
        takes = self.all()
        sizes = {take.id: folder_bytes(take.folder) for take in takes}
        total = sum(sizes.values())
        oldest = time.time() - self.max_age_days * _SECONDS_PER_DAY
        removed = []
        for take in takes:
            if total <= self.max_bytes and take.record.created_seconds >= oldest:
                continue
            if take.pinned or take.id in in_use or _is_growing(take):
                continue
            self.remove(take)
            total -= sizes[take.id]
            removed.append(take.id)
        return removed

    def _clear_halves(self) -> None:
        """Remove what a crash left of making and removing; a new take may be in the making."""
        with storing("the list of takes"):
            for path in self.folder.glob(".new-*"):
                with contextlib.suppress(FileNotFoundError):
                    if path.stat().st_mtime < time.time() - _GROWING_SECONDS:
                        shutil.rmtree(path, ignore_errors=True)
            for path in self.folder.glob(".gone-*"):
                shutil.rmtree(path, ignore_errors=True)

    def remove(self, take: Take) -> None:
        """Remove a take: at once from the list, then from the disk. Raises: LegatoError."""
        take.close()
        with storing(f"the removal of take {take.id}"):
            gone = self.folder / f".gone-{take.id}"
            take.folder.rename(gone)
            shutil.rmtree(gone, ignore_errors=True)


def open_takes(config: Config) -> Takes:
    """Return the folder of takes within the configured budget. Raises: LegatoError."""
    return Takes(config.takes_folder, config.takes_max_bytes, config.takes_max_age_days)


def is_take_id(text: str) -> bool:
    """Say whether a text has the form of a take's id."""
    return bool(_ID.fullmatch(text))


def _is_growing(take: Take) -> bool:
    """Say whether a take may be under way, here or in another process that shares the folder."""
    try:
        touched = (take.folder / "journal.jsonl").stat().st_mtime
    except OSError:
        touched = take.record.created_seconds
    return take.state == "open" and touched > time.time() - _GROWING_SECONDS


def _write_source(path: Path, source: Sound) -> None:
    writer = WavWriter(path, source.rate_hz, source.samples.shape[1])
    try:
        writer.write(source.samples)
    finally:
        writer.close()


def _copy_windows(source: Take, target: Take, windows: int) -> None:
    entries = source.entries[:windows]
    for entry in entries:
        if entry.context_bytes:
            name = f"{entry.window + 1:06d}.ctx"
            link_or_copy(source.folder / "contexts" / name, target.folder / "contexts" / name)
    if entries:
        frames = sum(entry.frames for entry in entries)
        copy_audio(source.audio_path, target.folder / "audio.part.wav", frames, "float32")
        source.stems.copy(target.folder / "stems", frames)
    write_whole(target.folder / "journal.jsonl", b"".join(map(to_line, entries)))
