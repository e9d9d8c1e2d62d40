"""Nothing outside the media folders is read or written, whatever the name."""

from __future__ import annotations

import itertools
import os
import socket
from pathlib import Path

import pytest

from bridge.files import MediaFolders, escapes_on_windows
from engine.wire import ForbiddenPath, NotFound, RequestError, TooLarge


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Two media folders with a file each, and a secret beside them."""
    for folder in ("songs", "bounces/deep"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "songs/a.mid").write_bytes(b"MThd")
    (tmp_path / "bounces/deep/b.mid").write_bytes(b"MThd")
    (tmp_path / "secret.mid").write_bytes(b"secret")
    (tmp_path / "secret.wav").write_bytes(b"secret")
    return tmp_path


@pytest.fixture
def media(house: Path) -> MediaFolders:
    return MediaFolders([house / "songs", house / "bounces"], max_bytes=1000)


def test_finds_relative_names_in_each_folder(media: MediaFolders, house: Path) -> None:
    assert media.find("a.mid") == house / "songs/a.mid"
    assert media.find("deep/b.mid") == house / "bounces/deep/b.mid"
    assert media.find("deep/../deep/./b.mid") == house / "bounces/deep/b.mid"


def test_finds_absolute_names_inside(media: MediaFolders, house: Path) -> None:
    assert media.find(str(house / "songs/a.mid")) == house / "songs/a.mid"


@pytest.mark.parametrize(
    "name", ["Lied für Ü.mid", "曲.mid", "12:30 take.mid", "🎹👩‍🎤.mid", "a b.mid"]
)
def test_honest_names_are_found(media: MediaFolders, house: Path, name: str) -> None:
    (house / "songs" / name).write_bytes(b"MThd")
    assert media.find(name).read_bytes() == b"MThd"


def test_follows_links_inside_and_refuses_links_out(media: MediaFolders, house: Path) -> None:
    (house / "songs/inside.mid").symlink_to(house / "bounces/deep/b.mid")
    (house / "songs/outside.mid").symlink_to(house / "secret.mid")
    (house / "songs/folder").symlink_to(house)
    assert media.find("inside.mid") == house / "bounces/deep/b.mid"
    for name in ("outside.mid", "folder/secret.mid"):
        with pytest.raises(ForbiddenPath):
            media.find(name)


def test_circular_links_are_not_found(media: MediaFolders, house: Path) -> None:
    (house / "songs/x.mid").symlink_to(house / "songs/y.mid")
    (house / "songs/y.mid").symlink_to(house / "songs/x.mid")
    with pytest.raises(NotFound):
        media.find("x.mid")


def test_outside_names_tell_nothing_of_what_exists(media: MediaFolders, house: Path) -> None:
    texts = []
    for name in ("../secret.mid", "../absent.mid"):
        with pytest.raises(ForbiddenPath) as caught:
            media.find(name)
        texts.append(str(caught.value).replace(name, ""))
    assert texts[0] == texts[1]
    assert str(house) not in texts[0]


def test_refuses_what_is_no_regular_file(media: MediaFolders, house: Path) -> None:
    os.mkfifo(house / "songs/pipe.mid")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(house / "songs/socket.mid"))
    (house / "songs/null.mid").symlink_to("/dev/null")
    for name in ("pipe.mid", "socket.mid", "null.mid", "deep"):
        with pytest.raises(ForbiddenPath):
            media.find(name)


def test_refuses_what_is_too_large(media: MediaFolders, house: Path) -> None:
    (house / "songs/long.mid").write_bytes(bytes(1001))
    with pytest.raises(TooLarge, match=r"1001 bytes.*1000"):
        media.find("long.mid")


def test_absent_files_are_not_found(media: MediaFolders) -> None:
    with pytest.raises(NotFound, match=r'"c\.mid" does not exist'):
        media.find("c.mid")


def test_places_in_the_first_folder_and_makes_its_folders(media: MediaFolders, house: Path) -> None:
    assert media.place("new/out.wav") == house / "songs/new/out.wav"
    assert (house / "songs/new").is_dir()
    assert media.place(str(house / "bounces/x.wav")) == house / "bounces/x.wav"


def test_never_overwrites_unless_asked(media: MediaFolders, house: Path) -> None:
    (house / "songs/out.wav").write_bytes(b"mine")
    with pytest.raises(ForbiddenPath, match="exists already"):
        media.place("out.wav")
    assert media.place("out.wav", overwrite=True) == house / "songs/out.wav"
    (house / "songs/folder.wav").mkdir()
    with pytest.raises(ForbiddenPath):
        media.place("folder.wav", overwrite=True)


def test_writes_only_the_kind_of_file_that_is_meant(media: MediaFolders) -> None:
    for name in (".git/hooks/pre-commit", "run.sh", ".wav", "out.wav.exe"):
        with pytest.raises(ForbiddenPath, match=r"must end in \.wav"):
            media.place(name)


def test_does_not_write_through_links_out(media: MediaFolders, house: Path) -> None:
    (house / "songs/out.wav").symlink_to(house / "absent.wav")
    (house / "songs/folder").symlink_to(house)
    for name in ("out.wav", "folder/new.wav"):
        with pytest.raises(ForbiddenPath):
            media.place(name, overwrite=True)


def test_a_file_in_the_way_is_a_refusal(media: MediaFolders) -> None:
    with pytest.raises(ForbiddenPath, match="cannot be written"):
        media.place("a.mid/out.wav")


def traversals(house: Path) -> list[str]:
    """Return over 500 names that try to reach `secret` from inside the media folders."""
    ups = [
        "..",
        "...",
        "....",
        ". .",
        ".. ",
        "..\x00",
        "%2e%2e",
        "%252e%252e",
        "..%c0%af",
        "\uff0e\uff0e",
        "\u2025",
    ]
    slashes = ["/", "\\", "//", "/./", "\\/", "%2f", "%5c", "\u2215", "\u29f8", "\uff0f"]
    targets = ["secret.wav", "secret.mid", "etc/passwd.wav", "songs/../secret.wav"]
    steps = [
        f"{(up + slash) * depth}{target}"
        for up, slash, target, depth in itertools.product(ups, slashes, targets, (1, 3))
    ]
    absolute = [
        "/etc/passwd",
        "/etc/shadow.wav",
        "/dev/zero",
        "/proc/self/mem",
        f"{house}/secret.wav",
    ]
    windows = [
        "C:\\Windows\\win.wav", "C:x.wav", "c:/x.wav", "\\\\host\\share\\x.wav", "//host/x.wav",
        "\\\\?\\C:\\x.wav", "\\\\.\\pipe\\x.wav", "\\\\?\\UNC\\host\\share\\x.wav", "Z:x.wav",
    ]  # fmt: skip
    odd = [
        "", " ", ".", "..", "/", "\x00", "a\x00.wav", "\n", "\ud800.wav", "x" * 300 + ".wav",
        "x" * 100_000 + ".wav", "../" * 300 + "secret.wav", "~/secret.wav", "~root/x.wav",
        "file:///etc/passwd", "songs/../../secret.wav", "deep/../../../x.wav", "$HOME/x.wav",
        "http://host/x.wav", "\u202e../secret.wav", "\ufeff../secret.wav", "|id.wav", "-.wav/..",
    ]  # fmt: skip
    return steps + absolute + windows + odd


def test_no_traversal_reads_anything(media: MediaFolders, house: Path) -> None:
    names = traversals(house)
    assert len(names) > 500
    for name in names:
        with pytest.raises(RequestError) as caught:
            media.find(name)
        assert str(house) not in str(caught.value).replace(name, "")
        assert len(str(caught.value)) < 300


def test_no_traversal_writes_outside(media: MediaFolders, house: Path) -> None:
    before = {path for path in house.iterdir()}
    for name in traversals(house):
        try:
            path = media.place(name, overwrite=True)
        except ForbiddenPath:
            continue
        assert path.is_relative_to(house / "songs")
        assert len(os.fsencode(path.name)) <= 255
    assert {path for path in house.iterdir()} == before


@pytest.mark.parametrize(
    "name",
    ["NUL", "con.wav", "a.wav:hidden", "C:x", "\\\\host\\share\\x", "//host/x", "\\\\?\\C:\\x"],
)
def test_names_that_leave_on_windows(name: str) -> None:
    assert escapes_on_windows(name, on_windows=True)


@pytest.mark.parametrize("name", ["C:\\Users\\me\\a.wav", "a.wav", "deep\\a.wav", "deep/a.wav"])
def test_names_that_stay_on_windows(name: str) -> None:
    assert not escapes_on_windows(name, on_windows=True)
