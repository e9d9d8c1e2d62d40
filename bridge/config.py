"""One frozen Config: defaults < legato.toml < environment (LEGATO_*) < flags."""

from __future__ import annotations

import difflib
import ipaddress
import os
import tomllib
import typing
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import msgspec
import platformdirs
from msgspec import Meta

from engine.wire import StartFailed

FILE_NAME = "legato.toml"
PREFIX = "LEGATO_"
SECRETS = ("token", "engine_token")
# Variables of Legato's that are no settings: the configuration file and the tests' switch.
OTHER_VARIABLES = ("LEGATO_CONFIG", "LEGATO_REQUIRE_PEERS")

Port: TypeAlias = Annotated[int, Meta(ge=0, le=65535)]
Positive: TypeAlias = Annotated[float, Meta(gt=0)]


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting of the bridge, checked; each field's name is its key in `legato.toml`.

    `models_folder` holds checkpoints, a folder each. `port` 0 takes any free port.
    `token` must be set to listen beyond loopback.
    `engine_address` ("host:port") names an engine that already runs elsewhere; when empty,
    the bridge starts its own. `sinks` are opened at start, each "kind", "kind:name" or
    "kind:name option=value ...". `audio_hosts` are the addresses and networks beyond this
    machine that audio may be sent to unasked.
    `takes_max_gigabytes` and `takes_max_age_days` may be `inf`. `rate_hz` and `channels`
    are the main stream's. `transport_source` says whose bars and beats are kept.
    `midi_inputs` are opened as they come and go: each a port's name or a part of it, "*" for
    every one, or "virtual:NAME" for one of our own. `midi_channels` are played live from the
    start, each "CHANNELS MODEL" or "CHANNELS MODEL PROGRAM". `settings_folder` has maps.toml
    and presets.toml.
    """

    takes_folder: Path
    media_folders: tuple[Path, ...]
    models_folder: Path
    settings_folder: Path
    host: Annotated[str, Meta(min_length=1)] = "127.0.0.1"
    port: Port = 7770
    token: str = ""
    engine_address: str = ""
    engine_token: str = ""
    device: Annotated[str, Meta(pattern=r"^(auto|cpu|mps|cuda(:\d{1,2})?)$")] = "auto"
    dtype: Literal["float32", "float16", "bfloat16"] = "float32"
    model: Annotated[str, Meta(min_length=1)] = "house"
    seed: Annotated[int, Meta(ge=0, le=0x7FFF_FFFF)] = 0
    takes_max_gigabytes: Positive = 20.0
    takes_max_age_days: Positive = float("inf")
    rate_hz: Annotated[int, Meta(ge=8000, le=384_000)] = 48_000
    channels: Annotated[int, Meta(ge=1, le=64)] = 2
    sinks: tuple[Annotated[str, Meta(min_length=1)], ...] = ()
    audio_hosts: tuple[Annotated[str, Meta(min_length=1)], ...] = ()
    transport_source: Literal["internal", "clock", "mtc", "link"] = "internal"
    midi_inputs: tuple[Annotated[str, Meta(min_length=1)], ...] = ()
    midi_channels: tuple[Annotated[str, Meta(min_length=1)], ...] = ()
    midi_backend: Literal["auto", "alsa", "jack", "coremidi", "winmm"] = "auto"
    queue_limit: Annotated[int, Meta(ge=1, le=64)] = 64
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["console", "json"] = "console"
    log_file: Path | None = None

    @classmethod
    def load(
        cls,
        flags: Mapping[str, object] | None = None,
        environ: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> Config:
        """Join defaults, `legato.toml`, `environ` and `flags` (those not None), in that order.

        `folder` (default: the current one) is searched for `legato.toml` and is what relative
        paths of the environment and the flags start from; the flag `config` names another file.
        Raises: StartFailed.
        """
        environ = os.environ if environ is None else environ
        folder = folder.absolute() if folder else _current_folder()
        given = {key: value for key, value in (flags or {}).items() if value is not None}
        named = given.pop("config", None) or environ.get("LEGATO_CONFIG")
        settings = default_folders(folder)
        file = find_file(folder, str(named) if named else None)
        if file:
            settings |= _checked(_read_toml(file), file.name, file.parent, strict=True)
        settings |= _checked(_from_environ(environ), "environment", folder, strict=False)
        settings |= _checked(given, "flags", folder, strict=False)
        config = cls(**settings)  # type: ignore[arg-type]  # _checked converted every value
        if config.engine_address:
            split_address(config.engine_address)
        return config

    def check_exposure(self) -> None:
        """Refuse to listen beyond this machine without a token. Raises: StartFailed."""
        if not self.token and not is_loopback(self.host):
            raise StartFailed(
                f"host {self.host} can be reached from other machines and no token is set; "
                'set one (token = "…" in legato.toml, or LEGATO_TOKEN), or listen on 127.0.0.1'
            )

    @property
    def takes_max_bytes(self) -> int:
        """The takes' budget of space in bytes; `inf` gigabytes are more than any disk has."""
        return int(min(self.takes_max_gigabytes, 1e9) * 1e9)

    def shown(self) -> dict[str, str]:
        """Return every setting as text, secrets masked."""
        values = {name: getattr(self, name) for name in self.__struct_fields__}
        return {
            name: "***" if name in SECRETS and value else _text(value)
            for name, value in values.items()
        }

    def __repr__(self) -> str:
        """Return the settings without the tokens, so that no log can hold one."""
        return f"Config({', '.join(f'{name}={text}' for name, text in self.shown().items())})"


def default_folders(folder: Path) -> dict[str, object]:
    """Return the default folders of a bridge started in `folder`.

    The home folder and a file system's root are no media folders: too much lies in them.
    """
    here = folder.resolve()
    # Not Path.home(), which raises where a container's user has no home.
    too_wide = here in (Path(os.path.expanduser("~")).resolve(), Path(here.anchor))
    music = platformdirs.user_music_path() / "Legato"
    return {
        "takes_folder": platformdirs.user_data_path("legato", appauthor=False) / "takes",
        "media_folders": (music,) if too_wide else (folder, music),
        "models_folder": platformdirs.user_data_path("legato", appauthor=False) / "models",
        "settings_folder": platformdirs.user_config_path("legato", appauthor=False),
    }


def find_file(folder: Path, named: str | None = None) -> Path | None:
    """Return the configuration file: the named one, `folder`'s, the user's, or None.

    Raises: StartFailed, when the named one does not exist.
    """
    if named:
        file = folder / os.path.expanduser(named)
        if not os.path.isfile(file):
            raise StartFailed(f"no configuration file {named} exists; check --config")
        return file
    user = platformdirs.user_config_path("legato", appauthor=False)
    files = (folder / FILE_NAME, user / FILE_NAME)
    return next((file for file in files if os.path.isfile(file)), None)


def split_address(address: str) -> tuple[str, int]:
    """Split "host:port" (or "[::1]:7771") into its two parts. Raises: StartFailed."""
    host, _, port = address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not (port.isascii() and port.isdigit()) or not 0 < int(port[:6]) < 65536:
        raise StartFailed(f'engine_address "{address}" came; expected host:port, as 10.0.0.5:7771')
    return host, int(port)


def is_loopback(host: str) -> bool:
    """Say whether an address can be reached from this machine alone; other names count as not."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a hint for an unknown name: '; did you mean "port"?', or nothing."""
    close = difflib.get_close_matches(name, list(known), n=1)
    return f'; did you mean "{close[0]}"?' if close else ""


def _current_folder() -> Path:
    try:
        return Path.cwd()
    except OSError:
        raise StartFailed("the current folder does not exist any more; change to another") from None


def _read_toml(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise StartFailed(f"{file.name} cannot be read: {error}") from None


def _from_environ(environ: Mapping[str, str]) -> dict[str, object]:
    settings: dict[str, object] = {}
    for variable, text in environ.items():
        if not variable.startswith(PREFIX) or variable in OTHER_VARIABLES or not text:
            continue
        key = variable.removeprefix(PREFIX).lower()
        settings[key] = _split(key, text)
    return settings


def _split(key: str, text: str) -> object:
    """Split lists as the platform writes them: folders like PATH, the others by commas."""
    separators = {
        "media_folders": os.pathsep,
        "sinks": ",",
        "midi_inputs": ",",
        "midi_channels": ";",
        "audio_hosts": ",",
    }
    if key not in separators:
        return text
    return [part.strip() for part in text.split(separators[key]) if part.strip()]


def _checked(
    settings: Mapping[str, object], source: str, folder: Path, *, strict: bool
) -> dict[str, object]:
    """Convert each setting to its field's type, paths made absolute from `folder`."""
    types = typing.get_type_hints(Config, include_extras=True)

    def to_path(kind: type, value: object) -> object:
        text = str(value) if kind is Path and isinstance(value, (str, Path)) else ""
        if not text.strip() or "\0" in text:
            raise ValueError("expected a path")
        return folder / os.path.expanduser(text)

    checked: dict[str, object] = {}
    for key, value in settings.items():
        if key not in Config.__struct_fields__:
            hint = nearest(key, Config.__struct_fields__)
            raise StartFailed(f'{source}: unknown setting "{key}"{hint}')
        try:
            checked[key] = msgspec.convert(value, types[key], strict=strict, dec_hook=to_path)
        except msgspec.ValidationError as error:
            came = "a secret" if key in SECRETS else repr(value)[:80]
            raise StartFailed(f"{source}: {key}: {came} came: {error}") from None
    return checked


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
