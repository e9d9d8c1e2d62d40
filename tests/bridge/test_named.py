"""Named tables in a file that people edit too."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.named import NamedTables
from engine.wire import NotFound, OutOfRange, StartFailed

EDITED = """\
# My controller, 2026.
[maps.volume]
cc = 7  # the first fader
to = "/sink/set"

[maps."big pad"]
note = 36
to = "/generate"
"""


def test_comments_and_order_outlive_our_changes(tmp_path: Path) -> None:
    tables = NamedTables(tmp_path / "maps.toml", "maps")
    tables.path.write_text(EDITED)
    tables.put("new", {"cc": 74, "to": "brightness"})
    tables.remove("big pad")
    text = tables.path.read_text()
    assert text.startswith("# My controller, 2026.\n[maps.volume]\ncc = 7  # the first fader\n")
    assert tables.read() == {
        "volume": {"cc": 7, "to": "/sink/set"},
        "new": {"cc": 74, "to": "brightness"},
    }


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    tables = NamedTables(tmp_path / "below" / "maps.toml", "maps")
    assert tables.read() == {}
    tables.put("one", {"note": 1, "arguments": ["a", 1, 0.5]})
    assert tables.read() == {"one": {"note": 1, "arguments": ["a", 1, 0.5]}}
    assert list(tables.path.parent.iterdir()) == [tables.path]


@pytest.mark.parametrize(
    "text", ["maps = 3", "[map.one]\ncc = 1", "maps.one = 2", "no toml", "[maps]\n[maps", "\xff"]
)
def test_a_file_that_is_no_such_is_neither_read_nor_written_over(tmp_path: Path, text: str) -> None:
    tables = NamedTables(tmp_path / "maps.toml", "maps")
    tables.path.write_bytes(text.encode("latin-1"))
    for work in (tables.read, lambda: tables.put("one", {"cc": 1})):
        with pytest.raises(StartFailed, match=r"maps\.toml"):
            work()
    assert tables.path.read_bytes() == text.encode("latin-1")


@pytest.mark.parametrize("name", ["", " ", "x" * 65, "two\nlines"])
def test_names_are_short_and_printable(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutOfRange):
        NamedTables(tmp_path / "maps.toml", "maps").put(name, {})


def test_what_is_not_there_cannot_be_removed(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="none"):
        NamedTables(tmp_path / "maps.toml", "maps").remove("one")
