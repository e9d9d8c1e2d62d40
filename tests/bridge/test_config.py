"""Defaults, the file, the environment and the flags, in that order; nothing unknown passes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bridge.config import Config, find_file, is_loopback, split_address
from engine.wire import StartFailed


@pytest.fixture(autouse=True)
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user with an empty home, so that nobody's own configuration is read."""
    home = tmp_path / "home"
    home.mkdir()
    for variable in list(os.environ):
        if variable.startswith(("LEGATO_", "XDG_")):
            monkeypatch.delenv(variable)
    monkeypatch.setenv("HOME", str(home))
    return home


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def test_defaults(folder: Path, user: Path) -> None:
    config = Config.load(environ={}, folder=folder)
    assert (config.host, config.port, config.model, config.sinks) == (
        "127.0.0.1",
        7770,
        "house",
        (),
    )
    assert (config.rate_hz, config.channels) == (48_000, 2)
    assert config.takes_folder.is_relative_to(user)
    assert config.media_folders == (folder, user / "Music/Legato")


@pytest.mark.parametrize("wide", ["home", "/"])
def test_home_and_root_are_no_media_folders(user: Path, wide: str) -> None:
    folder = user if wide == "home" else Path(wide)
    assert Config.load(environ={}, folder=folder).media_folders == (user / "Music/Legato",)


def test_later_layers_win(folder: Path) -> None:
    (folder / "legato.toml").write_text('port = 1\nseed = 1\nmodel = "tone"\nchannels = 1\n')
    config = Config.load(
        {"seed": 3, "model": None}, {"LEGATO_PORT": "2", "LEGATO_SEED": "2"}, folder
    )
    assert (config.port, config.seed, config.model, config.channels) == (2, 3, "tone", 1)


def test_the_budget_of_space_may_be_endless(folder: Path) -> None:
    assert Config.load({"takes_max_gigabytes": 0.5}, {}, folder).takes_max_bytes == 500_000_000
    assert Config.load({"takes_max_gigabytes": "inf"}, {}, folder).takes_max_bytes > 1 << 59


def test_paths_start_from_where_they_are_written(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other/my.toml"
    other.parent.mkdir()
    other.write_text('takes_folder = "takes"\nmedia_folders = ["a", "/b", "~/c"]')
    environ = {"LEGATO_LOG_FILE": "log.json"}
    config = Config.load({"config": "../other/my.toml"}, environ, folder)
    assert config.takes_folder == folder / "../other/takes"
    assert config.media_folders[1:] == (Path("/b"), Path("~/c").expanduser())
    assert config.log_file == folder / "log.json"


def test_the_users_file_is_read_where_the_folder_has_none(folder: Path, user: Path) -> None:
    assert find_file(folder) is None
    file = user / ".config/legato/legato.toml"
    file.parent.mkdir(parents=True)
    file.write_text("port = 9")
    assert find_file(folder) == file
    assert Config.load(environ={}, folder=folder).port == 9
    (folder / "legato.toml").write_text("port = 10")
    assert Config.load(environ={}, folder=folder).port == 10


def test_the_environment_names_lists_and_the_file(folder: Path) -> None:
    (folder / "other.toml").write_text("port = 5")
    environ = {
        "LEGATO_CONFIG": "other.toml",
        "LEGATO_MEDIA_FOLDERS": os.pathsep.join(["x", "/y"]),
        "LEGATO_SINKS": "device, wav:a.wav",
        "LEGATO_TAKES_MAX_AGE_DAYS": "inf",
        "LEGATO_REQUIRE_PEERS": "1",
        "LEGATO_TOKEN": "",
    }
    config = Config.load(environ=environ, folder=folder)
    assert config.port == 5
    assert config.media_folders == (folder / "x", Path("/y"))
    assert config.sinks == ("device", "wav:a.wav")
    assert config.takes_max_age_days == float("inf")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("prot = 1", r'legato\.toml: unknown setting "prot"; did you mean "port"\?'),
        ("xyzzy = 1", r'unknown setting "xyzzy"$'),
        ("port = 70000", "port: 70000 came: .*65535"),
        ('port = "7770"', "port: '7770' came: .*int"),
        ("port = true", "port: True came"),
        ("takes_max_gigabytes = 0", "takes_max_gigabytes: 0 came"),
        ("takes_max_gigabytes = nan", "takes_max_gigabytes: nan came"),
        ("takes_max_age_days = -inf", "takes_max_age_days: -inf came"),
        ('device = "cuda; rm"', "device"),
        ('dtype = "int8"', "dtype"),
        ("media_folders = [1]", "media_folders"),
        ('takes_folder = ""', "takes_folder: '' came: expected a path"),
        ('takes_folder = "a\\u0000b"', "takes_folder: .* came: expected a path"),
        ('sinks = "device"', "sinks"),
        ("port = ", "cannot be read"),
        ("[server]\nport = 1", "unknown setting"),
        ('engine_address = "nowhere"', "expected host:port"),
    ],
)
def test_mistakes_are_named(folder: Path, text: str, expected: str) -> None:
    (folder / "legato.toml").write_text(text)
    with pytest.raises(StartFailed, match=expected):
        Config.load(environ={}, folder=folder)


def test_mistakes_in_the_environment_and_flags_are_named(folder: Path) -> None:
    with pytest.raises(
        StartFailed, match='environment: unknown setting "prot"; did you mean "port"'
    ):
        Config.load(environ={"LEGATO_PROT": "1"}, folder=folder)
    with pytest.raises(StartFailed, match="flags: port: 'x' came"):
        Config.load({"port": "x"}, {}, folder)
    with pytest.raises(StartFailed, match=r"no configuration file absent\.toml"):
        Config.load({"config": "absent.toml"}, {}, folder)


def test_a_file_that_is_no_text_is_refused(folder: Path) -> None:
    (folder / "legato.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(StartFailed, match="cannot be read"):
        Config.load(environ={}, folder=folder)


def test_a_folder_that_is_gone_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    folder.rmdir()
    with pytest.raises(StartFailed, match="current folder does not exist"):
        Config.load(environ={})


def test_nobodys_home_is_no_crash(folder: Path) -> None:
    config = Config.load({"takes_folder": "~no-such-user/takes"}, {}, folder)
    assert config.takes_folder == folder / "~no-such-user/takes"


def test_tokens_are_never_shown(folder: Path) -> None:
    config = Config.load({"token": "sesame", "engine_token": "simsim"}, {}, folder)
    assert config.token == "sesame"
    for text in (repr(config), str(config), str(config.shown())):
        assert "sesame" not in text
        assert "simsim" not in text
    (folder / "legato.toml").write_text("token = 12345")
    with pytest.raises(StartFailed) as caught:
        Config.load(environ={}, folder=folder)
    assert "12345" not in str(caught.value)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "studio.local", ""])
def test_listening_beyond_loopback_needs_a_token(folder: Path, host: str) -> None:
    assert not is_loopback(host)
    if host:
        with pytest.raises(StartFailed, match="no token is set"):
            Config.load({"host": host}, {}, folder).check_exposure()
        Config.load({"host": host, "token": "sesame"}, {}, folder).check_exposure()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost", "LOCALHOST"])
def test_loopback_needs_none(folder: Path, host: str) -> None:
    Config.load({"host": host}, {}, folder).check_exposure()


def test_addresses() -> None:
    assert split_address("10.0.0.5:7771") == ("10.0.0.5", 7771)
    assert split_address("[::1]:80") == ("::1", 80)
    for wrong in ("", ":80", "host:", "host:0", "host:65536", "host:²", "host:" + "9" * 5000):
        with pytest.raises(StartFailed):
            split_address(wrong)
