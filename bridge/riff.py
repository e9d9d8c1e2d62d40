"""What stands behind the samples of a finished WAV: chunks that say where it came from.

Source: Microsoft and IBM, "Multimedia Programming Interface and Data Specifications 1.0", INFO.
"""

from __future__ import annotations

import datetime
import struct
from collections.abc import Mapping

from bridge.records import Record
from bridge.version import version

MAX_TEXT = 500


def chunk(key: bytes, body: bytes) -> bytes:
    """Return a whole chunk, padded to an even length."""
    return key + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def info(title: str, comment: str, day: datetime.date) -> bytes:
    """Return a `LIST INFO` chunk: title, comment, date and the program's name."""
    words: Mapping[bytes, str] = {
        b"INAM": title,
        b"ISFT": f"Legato {version()}",
        b"ICMT": comment,
        b"ICRD": day.isoformat(),
    }
    texts = ((key, text[:MAX_TEXT].encode(errors="replace")) for key, text in words.items())
    return chunk(b"LIST", b"INFO" + b"".join(chunk(key, text + b"\0") for key, text in texts))


def info_of_take(take_id: str, record: Record, stem: str = "") -> bytes:
    """Return what a copy of a take's audio says of itself: enough to make it again."""
    request = record.request
    prompt = request.parameters.get("prompt", "")
    comment = f"{request.operation} by {request.model}, seed {request.seed}, take {take_id}"
    title = ": ".join(filter(None, (record.title, stem)))
    day = datetime.datetime.fromtimestamp(record.created_seconds, tz=datetime.UTC).date()
    return info(title, f"{comment}: {prompt}" if prompt else comment, day)
