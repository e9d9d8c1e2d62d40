"""Each check, on a healthy machine and with its fault made for real where that can be done."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import socket
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from bridge import doctor
from bridge.config import Config
from bridge.doctor import Check, Holder, port_holder, probe

ROOT = Path(__file__).parent.parent.parent


def config(tmp_path: Path, **flags: object) -> Config:
    flags = {"takes_folder": str(tmp_path / "takes"), "port": 0, **flags}
    return Config.load(flags, {}, tmp_path)


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_python_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor.check_python().state == "ok"
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    assert doctor.check_python().state == "failure"


def test_the_floors_are_those_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = dict(
        re.match(r"([\w-]+)>=([\d.]+)", line).groups()  # type: ignore[union-attr,misc]
        for line in project["dependencies"]
    )
    assert declared == doctor.FLOORS


def test_packages_that_lack_or_are_old_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [check.state for check in doctor.check_packages()] == ["ok"]
    monkeypatch.setattr(doctor, "FLOORS", {"numpy": "99", "no-such-package": "1", "msgspec": "0"})
    (check,) = doctor.check_packages()
    assert check.state == "failure"
    assert re.fullmatch(r"numpy [\d.]+ is older than 99; no-such-package is missing", check.what)


def test_risky_neighbours_are_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "SAFE_FLOORS", {"numpy": "99", "no-such-package": "1"})
    _, check = doctor.check_packages()
    assert (check.name, check.state) == ("safety", "warning")
    assert "no-such-package" not in check.what


@pytest.mark.parametrize(
    ("flags", "state"),
    [
        ({}, "ok"),
        ({"host": "0.0.0.0"}, "failure"),
        ({"host": "0.0.0.0", "token": "sesame"}, "warning"),
    ],
)
def test_the_address(tmp_path: Path, flags: dict[str, object], state: str) -> None:
    check = doctor.check_address(config(tmp_path, **flags))
    assert check.state == state
    assert "sesame" not in str(check)


def test_a_free_port(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    check = doctor.check_port(config(tmp_path, port=port))
    assert (check.state, check.what) == ("ok", f"port {port} is free; no server runs")
    assert doctor.check_port(config(tmp_path, port=0)).state == "ok"


def test_a_taken_port_says_who_holds_it(tmp_path: Path) -> None:
    # UDP, so that the question whether a Legato answers over TCP ends at once.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]
        check = doctor.check_port(config(tmp_path, port=port))
    assert check.state == "failure"
    assert f"port {port} is taken by" in check.what
    assert f"(process {os.getpid()})" in check.what


def test_an_address_that_is_not_ours(tmp_path: Path) -> None:
    check = doctor.check_port(config(tmp_path, host="192.0.2.1", port=7770, token="x"))
    assert check.state == "failure"
    assert "192.0.2.1 port 7770 cannot be listened on" in check.what


def test_the_holder_of_a_port(taken: int) -> None:
    holder = port_holder("127.0.0.1", taken)
    assert holder is not None
    assert holder.pid == os.getpid()
    assert str(holder) == f"{holder.name} (process {holder.pid})"
    assert str(Holder(0, "somebody")) == "somebody"


def test_nobody_holds_a_free_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert port_holder("127.0.0.1", port) is None


@pytest.mark.parametrize(
    ("free_bytes", "state"), [(10**12, "ok"), (10**9, "warning"), (10**7, "failure")]
)
def test_room_for_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free_bytes: int, state: str
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free_bytes))
    check = doctor.check_takes_folder(config(tmp_path))
    assert check.state == state
    assert not (tmp_path / "takes").exists()


def test_a_takes_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    check = doctor.check_takes_folder(config(tmp_path, takes_folder="file/takes"))
    assert (check.state, "cannot be written" in check.what) == ("failure", True)


def test_media_folders(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    checks = list(doctor.check_media_folders(config(tmp_path, media_folders=[".", "no", "file"])))
    assert [check.state for check in checks] == ["ok", "warning", "warning"]
    assert checks[0].what == str(tmp_path)
    assert "no does not exist" in checks[1].what
    assert "file cannot be read" in checks[2].what


def test_the_default_media_folder_need_not_exist_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    checks = doctor.check_media_folders(config(tmp_path))
    assert [check.state for check in checks] == ["ok"]


def test_weights_are_what_their_card_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "some_weights"
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    assert doctor.check_weights("some_weights").state == "failure"
    (package / "a.safetensors").write_bytes(b"weights")
    digest = hashlib.sha256(b"weights").hexdigest()
    (package / "card.json").write_text(f'{{"sha256": "{digest}"}}')
    assert doctor.check_weights("some_weights").state == "ok"
    (package / "a.safetensors").write_bytes(b"other")
    check = doctor.check_weights("some_weights")
    assert (check.state, "a.safetensors" in check.what) == ("failure", True)


def test_a_probe_survives_what_it_asks() -> None:
    assert probe("print('noise'); print('{\"a\": 1}')") == {"a": 1}
    assert probe("import os; os.abort()") == "it ended with status -6"
    assert probe("import no_such_module") == (
        "ModuleNotFoundError: No module named 'no_such_module'"
    )
    assert probe("import time; time.sleep(60)", 0.1) == "no answer within 0.1 s"
    assert probe("print('[]')") == "it ended with status 0"


def test_a_probe_does_not_import_from_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('planted')")
    monkeypatch.chdir(tmp_path)
    assert probe("import json; print(json.dumps({'a': 1}))") == {"a": 1}


def found(monkeypatch: pytest.MonkeyPatch, answer: dict[str, object] | str) -> None:
    monkeypatch.setattr(doctor, "probe", lambda code: answer)


@pytest.mark.parametrize(
    ("answer", "state", "text"),
    [
        ({"names": ["Built-in"], "default": "Built-in"}, "ok", "Built-in; 1 outputs"),
        ({"names": [], "default": None}, "warning", "no sound card; rendering to files works"),
        ("OSError: PortAudio library not found", "warning", "no audio back end"),
    ],
)
def test_audio(
    monkeypatch: pytest.MonkeyPatch, answer: dict[str, object] | str, state: str, text: str
) -> None:
    found(monkeypatch, answer)
    check = doctor.check_audio()
    assert check.state == state
    assert text in check.what


def test_a_missing_portaudio_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    found(monkeypatch, "OSError: PortAudio library not found")
    monkeypatch.setattr("platform.system", lambda: "Linux")
    assert doctor.check_audio().next == "sudo apt install libportaudio2"
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    assert doctor.check_audio().next == "brew install portaudio"


def test_midi(monkeypatch: pytest.MonkeyPatch) -> None:
    found(monkeypatch, {"inputs": ["a"], "outputs": []})
    assert doctor.check_midi() == Check("midi", "ok", "1 inputs, 0 outputs")
    found(monkeypatch, "ModuleNotFoundError: No module named 'rtmidi'")
    check = doctor.check_midi()
    assert (check.state, check.next) == ("warning", "pip install 'legato[midi]'")


NO_GPU = {"names": [], "memory": [], "mps": False, "built_for": None}
GPU = {"names": ["Big"], "memory": [[1e9, 8e9]], "mps": False, "built_for": "13.0"}


@pytest.mark.parametrize(
    ("device", "answer", "state", "text"),
    [
        ("auto", NO_GPU, "ok", "the CPU renders"),
        ("cpu", GPU, "ok", "Big, 1.0 of 8.0 GB free"),
        ("cuda:0", GPU, "ok", "Big"),
        ("cuda", NO_GPU, "failure", "torch finds none"),
        ("mps", GPU, "failure", "torch finds none"),
        ("auto", "OSError: libtorch is broken", "failure", "libtorch is broken"),
    ],
)
def test_gpu(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    device: str,
    answer: dict[str, object] | str,
    state: str,
    text: str,
) -> None:
    found(monkeypatch, answer)
    check = doctor.check_gpu(config(tmp_path, device=device))
    assert check.state == state
    assert text in check.what


def test_every_probe_answers_here_or_says_why() -> None:
    """The probes' own code runs on this machine, whatever it has."""
    for code in (doctor.AUDIO_PROBE, doctor.MIDI_PROBE):
        answer = probe(code)
        assert not (isinstance(answer, str) and "SyntaxError" in answer)
        assert answer


def test_what_is_not_well_says_what_to_do(tmp_path: Path) -> None:
    checks = list(doctor.examine(config(tmp_path)))
    names = [check.name for check in checks]
    assert names[:6] == ["python", "packages", "address", "port", "takes", "media"]
    assert names[-4:] == ["weights", "audio", "midi", "gpu"]
    assert all(check.next for check in checks if check.state != "ok")
