"""The media folders: no file outside them is read or written for a client."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterable
from pathlib import Path, PurePath, PureWindowsPath

from engine.wire import ForbiddenPath, NotFound, TooLarge

MAX_NAME_CHARACTERS = 1024
MAX_PART_BYTES = 255
MAX_READ_BYTES = 4 << 30
SHOWN_CHARACTERS = 80
ADVICE = "name a file in one of the media folders (see media_folders in legato.toml)"


class MediaFolders:
    """The folders that clients may name files in, absolute or relative to any of them."""

    def __init__(self, folders: Iterable[Path], max_bytes: int = MAX_READ_BYTES) -> None:
        """Keep `folders`, the first being where relative names are written."""
        self.folders = tuple(folder.absolute() for folder in folders)
        self.max_bytes = max_bytes

    def find(self, name: str, max_bytes: int = 0) -> Path:
        """Return the real path of the regular file that `name` means, to be read.

        It may have `max_bytes`, or as many as the folders allow where that is 0.
        Raises: ForbiddenPath, NotFound, TooLarge.
        """
        _check_text(name)
        # Every candidate is judged by where it lies before anything about it is told, so
        # that nobody can ask which files exist elsewhere.
        candidates = self._candidates(name)
        inside = [path for path in candidates if self._holds(path)]
        for path in inside:
            if _exists(path):
                return self._readable(path, name, max_bytes or self.max_bytes)
        if not inside or len(inside) < len(candidates):
            raise ForbiddenPath(f"{shown(name)} lies outside the media folders; {ADVICE}")
        raise NotFound(f"{shown(name)} does not exist; {ADVICE}")

    def place(self, name: str, *, overwrite: bool = False, suffix: str = ".wav") -> Path:
        """Return the real path where `name` may be written, its folder made when missing.

        Raises: ForbiddenPath (also when the file exists and `overwrite` is false), NotFound.
        """
        _check_text(name)
        if PurePath(name).suffix.lower() != suffix:
            raise ForbiddenPath(f"{shown(name)} may not be written; its name must end in {suffix}")
        path = next(iter(self._candidates(name)), None)
        if path is None or not self._holds(path):
            raise ForbiddenPath(f"{shown(name)} lies outside the media folders; {ADVICE}")
        if _exists(path) and not (overwrite and path.is_file()):
            raise ForbiddenPath(f"{shown(name)} exists already; choose another name")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = error.strerror or "the folder cannot be made"
            raise ForbiddenPath(f"{shown(name)} cannot be written: {reason}") from None
        return path

    def _candidates(self, name: str) -> list[Path]:
        """Return the real paths `name` may mean, whether or not they exist."""
        try:
            # Joining an absolute name gives the name itself, once.
            joined = dict.fromkeys(folder / name for folder in self.folders)
            return [path.resolve() for path in joined]
        except (OSError, RuntimeError, ValueError):
            raise NotFound(f"{shown(name)} cannot be followed: its links form a circle") from None

    def _holds(self, path: Path) -> bool:
        roots = (folder.resolve() for folder in self.folders)
        return any(path != root and path.is_relative_to(root) for root in roots)

    def _readable(self, path: Path, name: str, max_bytes: int) -> Path:
        try:
            # A FIFO or a device would block or flood whoever opens it: look, do not open.
            status = path.stat()
        except OSError:
            raise NotFound(f"{shown(name)} cannot be read; check its permissions") from None
        if not stat.S_ISREG(status.st_mode):
            raise ForbiddenPath(f"{shown(name)} is no regular file; {ADVICE}")
        if status.st_size > max_bytes:
            raise TooLarge(
                f"{shown(name)} has {status.st_size} bytes; at most {max_bytes} are read"
            )
        if not os.access(path, os.R_OK):
            raise NotFound(f"{shown(name)} cannot be read; check its permissions")
        return path


def shown(name: str) -> str:
    """Return a name that a client sent, quoted, printable and short, for an error's text."""
    text = name if len(name) <= SHOWN_CHARACTERS else name[:SHOWN_CHARACTERS] + "…"
    return '"' + "".join(c if c.isprintable() else "?" for c in text) + '"'


def _check_text(name: str) -> None:
    """Refuse what no honest name holds, before the file system is touched."""
    if not name.strip() or len(name) > MAX_NAME_CHARACTERS:
        raise ForbiddenPath(
            f"a file name of {len(name)} characters came; 1 to {MAX_NAME_CHARACTERS} are allowed"
        )
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
        raise ForbiddenPath(f"{shown(name)} holds characters that no file name may; {ADVICE}")
    if any(len(part.encode()) > MAX_PART_BYTES for part in re.split(r"[/\\]", name)):
        raise ForbiddenPath(f"{shown(name)} holds a part longer than {MAX_PART_BYTES} bytes")
    if escapes_on_windows(name, on_windows=os.name == "nt"):
        raise ForbiddenPath(f"{shown(name)} lies outside the media folders; {ADVICE}")


def escapes_on_windows(name: str, *, on_windows: bool) -> bool:
    """Say whether `name` would leave any folder it is joined to on Windows.

    Opening a UNC name sends the user's credentials to whoever it names; "C:x" is relative to
    a drive's own folder; "NUL" is a device; "a.wav:b" is a hidden stream. A full "C:\\x" is
    honest there, and judged by where it lies; elsewhere colons are ordinary, drives are not.
    """
    path = PureWindowsPath(name)
    if name.startswith(("//", "\\\\")):
        return True
    if not on_windows:
        return bool(path.drive)
    full = path.is_absolute() and len(path.drive) == 2
    parts = path.parts[1:] if full else path.parts
    return bool(path.drive and not full) or path.is_reserved() or any(":" in p for p in parts)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False
