"""The MIDI systems that python-rtmidi speaks to, and what ports each of them has.

`rtmidi` is imported when the first port is wanted.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Iterator
from typing import Any, Literal, TypeAlias

from engine.wire import StartFailed

Backend: TypeAlias = Literal["auto", "alsa", "jack", "coremidi", "winmm"]

CLIENT_NAME = "Legato"
QUEUE_MESSAGES = 16_384
ATTEMPTS_TO_NAME = 10

_APIS: dict[Backend, str] = {
    "alsa": "API_LINUX_ALSA",
    "jack": "API_UNIX_JACK",
    "coremidi": "API_MACOSX_CORE",
    "winmm": "API_WINDOWS_MM",
}
_ALSA_DEVICE = "/dev/snd/seq"


class Backends:
    """The MIDI system that is used, and its clients."""

    def __init__(self, wanted: Backend = "auto") -> None:
        """Choose a system; automatic is ALSA where the kernel has it, else JACK, or the native.

        Raises: StartFailed without python-rtmidi, or where it lacks the wanted system.
        """
        try:
            import rtmidi
        except ImportError as error:
            raise StartFailed(
                f"MIDI ports need the package python-rtmidi ({error}): pip install 'legato[midi]'"
            ) from None
        self._rtmidi: Any = rtmidi
        compiled = set(rtmidi.get_compiled_api())
        there = [name for name, api in _APIS.items() if getattr(rtmidi, api) in compiled]
        if wanted == "auto" and "alsa" in there and not os.path.exists(_ALSA_DEVICE):
            there.remove("alsa")
        if not there or (wanted != "auto" and wanted not in there):
            raise StartFailed(
                f"the MIDI system {wanted} was asked; this python-rtmidi has: "
                f"{', '.join(there) or 'none'}"
            )
        self.name: Backend = there[0] if wanted == "auto" else wanted
        self._jack: _Joiner | None = None

    def client(self, name: str = CLIENT_NAME) -> Any:
        """Return a new input client. Raises: StartFailed where the system does not answer."""
        try:
            api = getattr(self._rtmidi, _APIS[self.name])
            return self._rtmidi.MidiIn(api, name, QUEUE_MESSAGES)
        except self._rtmidi.RtMidiError as error:
            raise StartFailed(f"the MIDI system {self.name} does not answer: {error}") from None

    def ports(self, client: Any) -> list[str]:
        """Return the names of the ports there are. Raises: StartFailed.

        The library counts them first and names them one by one: where one goes in between it
        fails, and is asked again.
        """
        for _ in range(ATTEMPTS_TO_NAME):
            with self.trouble("the MIDI ports cannot be listed"):
                try:
                    return [name for name in client.get_ports() if name]
                except self._rtmidi.InvalidPortError:
                    continue
        raise StartFailed("the MIDI ports cannot be listed: they come and go all the time")

    def joined(self, names: Collection[str]) -> set[str]:
        """Return which of the ports that were opened are joined to ours, after trying to join them.

        JACK joins no port whose client is not active yet, and the library does not say so. Where
        JACK cannot be asked, by the package JACK-Client, all are taken to be joined.
        """
        if self.name != "jack" or not names:
            self._let_jack_go()
            return set(names)
        try:
            jack = self._jack = self._jack or _Joiner()
            return {name for name in names if jack.join(name)}
        except StartFailed:
            return set(names)

    def _let_jack_go(self) -> None:
        joiner, self._jack = self._jack, None
        if joiner is not None:
            joiner.close()

    @contextlib.contextmanager
    def trouble(self, what: str) -> Iterator[None]:
        """Turn what the library raises into an error with advice. Raises: StartFailed."""
        try:
            yield
        except self._rtmidi.UnsupportedOperationError:
            raise StartFailed(
                f"{what}: this system has no virtual ports; on Windows install loopMIDI and "
                "name its port instead"
            ) from None
        except self._rtmidi.RtMidiError as error:
            raise StartFailed(f"{what}: {error}") from None


class _Joiner:
    """A JACK client that joins others' ports."""

    def __init__(self) -> None:
        """Join the server. Raises: StartFailed, without the package or a server."""
        try:
            import jack
        except (ImportError, OSError) as error:
            raise StartFailed(f"JACK cannot be asked who is joined: {error}") from None
        jack.set_error_function(lambda _: None)  # What cannot be joined yet is no error.
        try:
            self._client: Any = jack.Client(f"{CLIENT_NAME} joins", no_start_server=True)
        except jack.JackError as error:
            raise StartFailed(f"JACK does not take us in: {error}") from None
        self._jack: Any = jack

    def join(self, name: str) -> bool:
        """Join a port to ours that was opened for it, and say whether it is joined now."""
        ours = [
            port
            for port in self._client.get_ports(is_midi=True, is_input=True)
            if port.name.startswith(CLIENT_NAME) and port.shortname == own_name(name)
        ]
        try:
            theirs = self._client.get_port_by_name(name)
            for port in ours:
                joined = self._client.get_all_connections(theirs)
                if not any(other.name == port.name for other in joined):
                    self._client.connect(theirs, port)
        except self._jack.JackError:
            return False
        return True

    def close(self) -> None:
        """Leave the server."""
        self._client.close(ignore_errors=True)


def own_name(port: str) -> str:
    """Return what our port is called that hears another one."""
    return port.replace(":", " ")


def list_inputs(backend: Backend = "auto") -> tuple[Backend, tuple[str, ...]]:
    """Return the MIDI system's name and the ports that could be opened. Raises: StartFailed."""
    backends = Backends(backend)
    client = backends.client(f"{CLIENT_NAME} looks")
    try:
        return backends.name, tuple(backends.ports(client))
    finally:
        client.delete()
