"""The models folder: which checkpoints are known, fetched, shown and removed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import msgspec

from bridge.config import nearest
from bridge.hub import (
    CARD_FILE,
    INDEX_FILE,
    PART,
    Hub,
    Listing,
    RemoteFile,
    check_room,
    checked_path,
    choose,
    components_of,
)
from bridge.storage import storing, write_whole
from engine import wire
from engine.wire import ForbiddenPath, NotFound, StorageFailed

REPORT_SECONDS = 0.1
# Licences that allow any use; whoever fetches another has to agree to it.
FREE_LICENCES = {
    *("apache-2.0", "mit", "bsd-2-clause", "bsd-3-clause", "cc0-1.0", "cc-by-4.0", "unlicense"),
}


class Known(msgspec.Struct, frozen=True):
    """A public checkpoint that Legato knows; `licence` as far as known, `gigabytes` roughly."""

    name: str
    repo: str
    pipeline: str
    licence: str
    gigabytes: float
    text: str


class Card(msgspec.Struct, frozen=True):
    """What is kept beside a fetched checkpoint: where it is from, and what was verified."""

    name: str
    repository: str
    revision: str
    licence: str
    fetched_seconds: float = 0.0
    files: tuple[RemoteFile, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A download before it begins: what would be fetched, from where, under which licence."""

    name: str
    listing: Listing
    licence: str
    files: tuple[RemoteFile, ...]

    @property
    def size(self) -> int:
        """The bytes that would be fetched, those already here included."""
        return sum(file.size for file in self.files)

    @property
    def is_free(self) -> bool:
        """Whether the licence allows any use, so that nobody has to be asked."""
        return self.licence.lower() in FREE_LICENCES


def known_checkpoints() -> dict[str, Known]:
    """Return the public checkpoints that Legato knows, by name."""
    data = (files("bridge") / "data" / "checkpoints.json").read_bytes()
    return {known.name: known for known in msgspec.json.decode(data, type=list[Known])}


class Library:
    """The models folder, each checkpoint a folder in it."""

    def __init__(self, folder: Path, hub: Hub | None = None) -> None:
        self.folder, self._hub = folder, hub or Hub()

    def names(self) -> list[str]:
        """Return the checkpoints that are here."""
        try:
            places = sorted(self.folder.iterdir())
        except OSError:
            return []
        return [place.name for place in places if (place / INDEX_FILE).is_file() and _shown(place)]

    def card(self, name: str) -> Card | None:
        """Return what was kept of a checkpoint's fetching, or None where it was not fetched."""
        try:
            return msgspec.json.decode((self._place(name) / CARD_FILE).read_bytes(), type=Card)
        except (OSError, msgspec.DecodeError):
            return None

    def size(self, name: str) -> int:
        """Return a checkpoint's bytes on the disk."""
        found = self._place(name).rglob("*")
        return sum(path.stat().st_size for path in found if path.is_file())

    def plan(self, asked: str, revision: str = "main", half: bool = False) -> Plan:
        """Ask the hub what a known name or an owner/name would bring; nothing big is fetched.

        Raises: NotFound, Unauthorized, ForbiddenPath, StorageFailed.
        """
        known = known_checkpoints().get(asked)
        if known is None and "/" not in asked:
            hint = nearest(asked, known_checkpoints())
            raise NotFound(f"{asked[:60]!r} is not known{hint}; name another as owner/name")
        name = known.name if known else asked.rpartition("/")[2]
        place = self._place(name)
        if place.exists():
            raise NotFound(f"{name} is here already; `legato rm {name}` removes it")
        listing = self._hub.listing(known.repo if known else asked, revision)
        index = next((file for file in listing.files if file.path == INDEX_FILE), None)
        if index is None:
            raise NotFound(f"{listing.repository} has no {INDEX_FILE}: no diffusers checkpoint")
        components = components_of(self._hub.fetch(listing, index, self._half(name), _unheard))
        chosen = choose(listing.files, components, half)
        for file in chosen:
            checked_path(file.path)
        return Plan(
            name, listing, listing.licence or (known.licence if known else ""), tuple(chosen)
        )

    def pull(self, plan: Plan, progress: Callable[[float, str], None]) -> Path:
        """Fetch, verify and convert what was planned; the checkpoint appears when it is whole.

        Raises: NotFound, Unauthorized, StorageFailed.
        """
        place, half = self._place(plan.name), self._half(plan.name)
        held = sum(path.stat().st_size for path in half.rglob("*") if path.is_file())
        check_room(half, plan.size - held)
        counter = _Counter(plan.size, progress)
        for file in plan.files:
            counter.stage = file.path
            self._hub.fetch(plan.listing, file, half, counter)
        if any(file.is_pickle for file in plan.files):
            progress(1.0, "converting to safetensors")
            convert(half)
        repository, revision = plan.listing.repository, plan.listing.revision
        card = Card(plan.name, repository, revision, plan.licence, time.time(), plan.files)
        with storing(f"keeping {plan.name}"):
            write_whole(half / CARD_FILE, msgspec.json.format(msgspec.json.encode(card)))
            for rest in half.rglob(".*.part"):
                rest.unlink()
            os.replace(half, place)
        return place

    def adopt(self, folder: Path) -> str:
        """Copy a checkpoint's folder here, its pickles converted; return its name.

        Raises: NotFound when there is one of that name, StorageFailed.
        """
        name = folder.resolve().name
        place, half = self._place(name), self._half(name)
        if place.exists():
            raise NotFound(f"{name} is here already; `legato rm {name}` removes it")
        with storing(f"keeping {name}"):
            shutil.copytree(folder, half, dirs_exist_ok=True)
            convert(half)
            os.replace(half, place)
        return name

    def remove(self, name: str) -> int:
        """Remove a checkpoint, or what was fetched of one; return the bytes. Raises: NotFound."""
        places = [place for place in (self._place(name), self._half(name, make=False))
                  if place.is_dir() or place.is_symlink()]  # fmt: skip
        if not places:
            here = ", ".join(self.names()) or "none"
            raise NotFound(f"there is no checkpoint {name[:60]!r} here; there are: {here}")
        size = 0
        with storing(f"removing {name}"):
            for place in places:
                if place.is_symlink():
                    place.unlink()  # The user's own folder stays.
                    continue
                size += sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
                shutil.rmtree(place)
        return size

    def _place(self, name: str) -> Path:
        if not PART.fullmatch(name):
            raise ForbiddenPath(f"{name[:60]!r} is no checkpoint's name; `legato ls` lists them")
        return self.folder / name

    def _half(self, name: str, make: bool = True) -> Path:
        """Return the hidden folder where a checkpoint lies until it is whole."""
        half = self.folder / f".{self._place(name).name}.pulling"
        if make:
            with storing(f"keeping {name}"):
                half.mkdir(parents=True, exist_ok=True)
        return half


class _Counter:
    """Adds up what came, and tells how far the whole is now and then."""

    def __init__(self, total: int, progress: Callable[[float, str], None]) -> None:
        self._total, self._progress = max(total, 1), progress
        self._came, self._told_seconds = 0, 0.0
        self.stage = ""

    def __call__(self, size: int) -> None:
        self._came += size
        if (now := time.monotonic()) - self._told_seconds >= REPORT_SECONDS:
            self._told_seconds = now
            self._progress(min(self._came / self._total, 1.0), self.stage)


def convert(folder: Path) -> None:
    """Turn a checkpoint's pickles into safetensors, in a process of its own.

    Raises: StorageFailed when they are not weights alone.
    """
    home = str(Path(wire.__file__).parents[1])
    start = f"import sys; sys.path.append({home!r}); from engine.training.convert import main; "
    command = [sys.executable, "-P", "-c", start + "sys.exit(main())", str(folder)]
    run = subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL)
    if run.returncode:
        said = run.stderr.decode(errors="replace").strip().splitlines() or ["it ended early"]
        raise StorageFailed(f"the weights cannot be converted: {said[-1][:200]}")


def _shown(place: Path) -> bool:
    return not place.name.startswith(".")


def _unheard(size: int) -> None:
    """Report nothing: the file is small."""
