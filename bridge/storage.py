"""Files that are either whole or absent, and disk faults that say what to do."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.wire import StorageFailed

_ADVICE = {
    errno.ENOENT: "make its folder again or choose another, then ask again",
    errno.ENOSPC: "free some space or lower the budget for takes, then ask again",
    errno.EDQUOT: "free some space or raise the quota, then ask again",
    errno.EFBIG: "the system allows no larger file here: raise its limit or render a shorter piece",
    errno.EROFS: "the disk is read-only: choose a folder on another one",
    errno.EACCES: "Legato may not write here: change the folder's permissions or choose another",
    errno.EPERM: "Legato may not write here: change the folder's permissions or choose another",
    errno.EIO: "the disk reports a fault: check it, or choose a folder on another one",
}


@contextmanager
def storing(what: str) -> Iterator[None]:
    """Turn an OSError of the block into an error with advice and without a path.

    Raises: StorageFailed.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        advice = _ADVICE.get(error.errno or 0, "check the disk and the folder, then ask again")
        raise StorageFailed(f"{what} could not be stored: {reason}; {advice}") from error


def write_whole(path: Path, data: bytes, durable: bool = True) -> None:
    """Write a file that is whole or absent under its name, whenever the process dies.

    With `durable` it also outlives the machine's power. Raises: OSError.
    """
    half = path.with_name(f".{path.name}.half")
    try:
        with half.open("wb") as file:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        half.replace(path)
    except OSError:
        half.unlink(missing_ok=True)
        raise


def link_or_copy(source: Path, target: Path) -> None:
    """Give a file that never changes a second name, by copy where links are not to be had."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def write_all(file: int, data: memoryview) -> None:
    """Write every byte at the descriptor's place, however the system splits them.

    Raises: OSError.
    """
    while data:
        data = data[os.write(file, data) :]


def folder_bytes(folder: Path) -> int:
    """Return the bytes of a folder's files; what vanishes meanwhile counts nothing."""
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(root, name)).st_size
            except FileNotFoundError:
                continue
    return total
