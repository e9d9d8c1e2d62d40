"""`legato doctor`: what could keep Legato from working here, each with what to do about it.

Libraries that may crash, hang or write to the terminal while they look for hardware (torch,
PortAudio, RtMidi) are asked in processes of their own.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import msgspec

from bridge.config import Config, default_folders, is_loopback
from engine.wire import LegatoError, StartFailed

State: TypeAlias = Literal["ok", "warning", "failure"]

PROBE_SECONDS = 90.0
LOW_BYTES = 2_000_000_000
TOO_LOW_BYTES = 100_000_000
PYTHONS = ((3, 11), (3, 13))
WEIGHTS_PACKAGE = "engine.models.house"

# The least version of each package, as in pyproject.toml.
FLOORS = {
    "diffusers": "0.42",
    "huggingface-hub": "2.4",
    "librosa": "0.11",
    "mido": "1.3.3",
    "msgspec": "0.19",
    "note-seq": "0.0.5",
    "numpy": "1.26",
    "onnxruntime": "1.20",
    "pillow": "11",
    "platformdirs": "4.2",
    "pretty_midi": "0.2.10",
    "psutil": "6",
    "pyloudnorm": "0.2",
    "python-osc": "1.9.3",
    "rich": "13.7",
    "safetensors": "0.5",
    "scipy": "1.11",
    "sounddevice": "0.5",
    "soundfile": "0.12",
    "soxr": "0.5",
    "structlog": "24.4",
    "tomlkit": "0.13",
    "torch": "2.11",
    "transformers": "5.4",
}
# Older ones run code out of a model's files; they are not ours, but may lie beside us.
SAFE_FLOORS = {"transformers": "5.3"}

AUDIO_PROBE = """
import json, sounddevice
found = [d for d in sounddevice.query_devices() if d["max_output_channels"] > 0]
default = sounddevice.default.device[1]
names = [d["name"] for d in found]
main = sounddevice.query_devices(default)["name"] if default >= 0 else None
print(json.dumps({"names": names, "default": main}))
"""
MIDI_PROBE = """
import json, mido
print(json.dumps({"inputs": mido.get_input_names(), "outputs": mido.get_output_names()}))
"""
GPU_PROBE = """
import json, torch
cuda = range(torch.cuda.device_count()) if torch.cuda.is_available() else ()
names = [torch.cuda.get_device_name(i) for i in cuda]
free = [torch.cuda.mem_get_info(i) for i in cuda]
mps = getattr(torch.backends, "mps", None)
mps = bool(mps and mps.is_available())
print(json.dumps({"names": names, "memory": free, "mps": mps, "built_for": torch.version.cuda}))
"""


class Check(msgspec.Struct, frozen=True):
    """What was looked at and found; `next` says what to do where it is not well."""

    name: str
    state: State
    what: str
    next: str = ""


@dataclass(frozen=True)
class Holder:
    """The process that holds a port; `pid` is 0 where the system does not tell."""

    pid: int
    name: str

    def __str__(self) -> str:
        """Return "name (process 123)"."""
        return f"{self.name} (process {self.pid})" if self.pid else self.name


def examine(config: Config) -> Iterator[Check]:
    """Look at everything, quick things first, yielding each finding as it is made."""
    yield check_python()
    yield from check_packages()
    yield check_address(config)
    yield check_port(config)
    yield check_takes_folder(config)
    yield from check_media_folders(config)
    yield check_weights()
    yield check_audio()
    yield check_midi()
    yield check_gpu(config)


def check_python() -> Check:
    """Is this Python one that Legato is made for?"""
    found = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    if PYTHONS[0] <= sys.version_info[:2] < PYTHONS[1]:
        return Check("python", "ok", found)
    return Check("python", "failure", found, "install Python 3.11 or 3.12, and Legato into it")


def check_packages() -> Iterator[Check]:
    """Is every package there, and new enough?"""
    old = [text for name, floor in FLOORS.items() if (text := _outdated(name, floor))]
    risky = [
        text
        for name, floor in SAFE_FLOORS.items()
        if _version_of(name) and (text := _outdated(name, floor))
    ]
    if old:
        yield Check("packages", "failure", "; ".join(old), "pip install --upgrade legato")
    else:
        yield Check("packages", "ok", f"all {len(FLOORS)} there, torch {_version_of('torch')}")
    if risky:
        update = "pip install --upgrade " + " ".join(SAFE_FLOORS)
        yield Check("safety", "warning", "; ".join(risky), update)


def check_address(config: Config) -> Check:
    """Who can reach the server?"""
    try:
        config.check_exposure()
    except StartFailed as error:
        return Check("address", "failure", str(error), "set LEGATO_TOKEN, or LEGATO_HOST=127.0.0.1")
    if is_loopback(config.host):
        return Check("address", "ok", f"{config.host} is reached from this machine alone")
    what = f"{config.host} is reached from other machines, which need the token"
    advice = "OSC is not encrypted: use it in a network you trust"
    return Check("address", "warning", what, advice)


def check_port(config: Config) -> Check:
    """Is the port free, or does a Legato answer on it?"""
    from bridge.remote import RemoteServer

    if not config.port:
        return Check("port", "ok", "any free port is taken at start")
    try:
        with RemoteServer(config.host, config.port, config.token) as server:
            what = f"Legato {server.version} answers on port {config.port}"
            return Check("port", "ok", f"{what}: {server.status().state}")
    except LegatoError as error:
        refusal = str(error)
    trouble = _cannot_bind(config.host, config.port)
    if not trouble:
        return Check("port", "ok", f"port {config.port} is free; no server runs")
    holder = port_holder(config.host, config.port)
    what = f"port {config.port} is taken by {holder}: {refusal}" if holder else trouble
    return Check("port", "failure", what, "end that program, or set LEGATO_PORT to another port")


def check_takes_folder(config: Config) -> Check:
    """Can takes be written, and is there room?"""
    folder = _nearest(config.takes_folder)
    if not (folder.is_dir() and os.access(folder, os.W_OK)):
        what = f"{config.takes_folder} cannot be written"
        return Check(
            "takes", "failure", what, "set takes_folder in legato.toml to a folder of yours"
        )
    free_bytes = shutil.disk_usage(folder).free
    what = f"{config.takes_folder}, {free_bytes / 1e9:.1f} GB free"
    if free_bytes < TOO_LOW_BYTES:
        return Check("takes", "failure", what, "make room, or set takes_folder to another disk")
    if free_bytes < LOW_BYTES:
        return Check("takes", "warning", what, "make room: a minute of stereo is 23 MB")
    return Check("takes", "ok", what)


def check_media_folders(config: Config) -> Iterator[Check]:
    """Can the media folders be read?"""
    readable = [folder for folder in config.media_folders if _is_readable(folder)]
    if readable:
        yield Check("media", "ok", ", ".join(map(str, readable)))
    default = default_folders(Path.cwd())["media_folders"]
    for folder in config.media_folders:
        # The default folder under the user's music is made when it is first written to.
        if folder in readable or (not folder.exists() and folder in default):  # type: ignore[operator]
            continue
        trouble = "cannot be read" if folder.exists() else "does not exist"
        advice = "make it, or correct media_folders in legato.toml"
        yield Check("media", "warning", f"{folder} {trouble}", advice)


def check_weights(package: str = WEIGHTS_PACKAGE) -> Check:
    """Are the built-in model's weights there, as the card beside them says?"""
    spec = importlib.util.find_spec(package)
    folders = (spec and spec.submodule_search_locations) or []
    weights = [file for folder in folders for file in sorted(Path(folder).glob("*.safetensors"))]
    advice = "install Legato again: pip install --force-reinstall legato"
    if not weights:
        return Check("weights", "failure", "the built-in model's weights are missing", advice)
    cards = "".join(
        card.read_text("utf-8") for folder in folders for card in Path(folder).glob("*.json")
    )
    wrong = [file.name for file in weights if _sha256(file) not in cards]
    if wrong:
        what = f"{', '.join(wrong)} are not the weights that their card names"
        return Check("weights", "failure", what, advice)
    return Check("weights", "ok", ", ".join(f"{file.name} as published" for file in weights))


def check_audio() -> Check:
    """Can a sound card be played?"""
    found = probe(AUDIO_PROBE)
    if isinstance(found, str):
        advice = {
            "Linux": "sudo apt install libportaudio2",
            "Darwin": "brew install portaudio",
        }.get(platform.system(), "pip install --force-reinstall sounddevice")
        missing = "PortAudio" in found or "sounddevice" in found
        what = f"no audio back end: {found}; rendering to files works"
        return Check("audio", "warning", what, advice if missing else "see your audio driver")
    if not found["names"]:
        what = "no sound card; rendering to files works"
        return Check("audio", "warning", what, "plug one in, or listen to the WAV elsewhere")
    return Check("audio", "ok", f"{found['default']}; {len(found['names'])} outputs")


def check_midi() -> Check:
    """Can MIDI ports be opened?"""
    found = probe(MIDI_PROBE)
    if isinstance(found, str):
        missing = "No module named" in found
        what = f"no MIDI back end: {found}; MIDI files work"
        advice = "pip install 'legato[midi]'" if missing else "see that your system has MIDI"
        return Check("midi", "warning", what, advice)
    return Check("midi", "ok", f"{len(found['inputs'])} inputs, {len(found['outputs'])} outputs")


def check_gpu(config: Config) -> Check:
    """Is there a GPU, and is it the one that is asked for?"""
    found = probe(GPU_PROBE)
    wanted = config.device.partition(":")[0]
    if isinstance(found, str):
        return Check(
            "gpu", "failure", f"torch does not work: {found}", "pip install --upgrade torch"
        )
    there = {"cuda": bool(found["names"]), "mps": found["mps"]}
    if wanted in there and not there[wanted]:
        what = f"device is {config.device}, and torch finds none"
        if wanted == "cuda" and not found["built_for"]:
            return Check("gpu", "failure", what, "install a torch that is built for CUDA")
        return Check("gpu", "failure", what, "set LEGATO_DEVICE=auto, or look at the driver")
    if found["names"]:
        free, total = found["memory"][0]
        memory = f"{free / 1e9:.1f} of {total / 1e9:.1f} GB free"
        return Check("gpu", "ok", f"{', '.join(found['names'])}, {memory}")
    return Check("gpu", "ok", "Apple GPU" if found["mps"] else "none; the CPU renders")


def probe(code: str, timeout_seconds: float = PROBE_SECONDS) -> dict[str, Any] | str:
    """Run code in a process of its own; return the JSON it prints last, or what went wrong."""
    command = [sys.executable, "-P", "-c", code]  # -P: a mido.py in this folder is not meant
    try:
        run = subprocess.run(command, capture_output=True, timeout=timeout_seconds, check=False)
    except subprocess.TimeoutExpired:
        return f"no answer within {timeout_seconds:g} s"
    lines = run.stdout.decode(errors="replace").splitlines()
    with contextlib.suppress(ValueError, IndexError):
        found = json.loads(lines[-1])
        if run.returncode == 0 and isinstance(found, dict):
            return found
    said = run.stderr.decode(errors="replace").strip().splitlines()
    return said[-1] if said else f"it ended with status {run.returncode}"


def port_holder(host: str, port: int) -> Holder | None:
    """Return who holds a TCP or UDP port of this machine, or None where nobody is seen to."""
    import psutil

    try:
        connections = psutil.net_connections("inet")
    except psutil.Error:  # macOS tells root alone
        return Holder(0, "a program that this system does not name")
    for connection in connections:
        if not connection.laddr or connection.laddr.port != port or connection.raddr:
            continue
        if not connection.pid:
            return Holder(0, "a program of another user")
        with contextlib.suppress(psutil.Error):
            return Holder(connection.pid, psutil.Process(connection.pid).name())
    return None


def _cannot_bind(host: str, port: int) -> str:
    """Try a port as the server will; return what is wrong with it, or nothing."""
    try:
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            family, _, _, _, address = socket.getaddrinfo(host, port, type=kind)[0]
            with socket.socket(family, kind) as bound:
                if kind == socket.SOCK_STREAM and os.name == "posix":
                    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                bound.bind(address)
    except OSError as error:
        return f"{host} port {port} cannot be listened on: {error.strerror}"
    return ""


def _version_of(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _outdated(package: str, floor: str) -> str:
    """Return what is wrong with a package's version, or nothing."""
    found = _version_of(package)
    if not found:
        return f"{package} is missing"
    return f"{package} {found} is older than {floor}" if _numbers(found) < _numbers(floor) else ""


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version.partition("+")[0])[:3])


def _nearest(path: Path) -> Path:
    """Return a path, or the nearest above it that exists."""
    return next(here for here in (path, *path.parents) if here.exists())


def _is_readable(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.R_OK | os.X_OK)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
