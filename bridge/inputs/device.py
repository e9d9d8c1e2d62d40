"""The input `device`: a sound card, JACK or a virtual cable, by PortAudio."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, ClassVar

from bridge.inputs.base import Audio, Hear
from bridge.jack_output import LEFT
from bridge.sinks.device import find_device, sounddevice_module
from engine.wire import Parameter, StartFailed, Value


class Input:
    """Records through sounddevice, which is imported at the first `open`."""

    text: ClassVar[str] = "hears an audio device, JACK or a virtual cable"
    options: ClassVar[tuple[Parameter, ...]] = (
        Parameter("device", "str", "", text="a name or part of it, or a number; empty: default"),
        Parameter("hostapi", "str", "", text="the audio system, such as ALSA or JACK"),
        Parameter("channels", "int", 2, 1, 64, text="at most this many"),
        Parameter("rate", "int", 0, 0, 768_000, unit="Hz", text="0: the device's own"),
        Parameter("block_frames", "int", 0, 0, 16_384, unit="frames", text="0: the device's own"),
    )

    def __init__(self) -> None:
        self.rate_hz = 0
        self.channels = 0
        self.lost_blocks = 0
        self._device: Mapping[str, Any] = {}
        self._block_frames = 0
        self._stream: Any = None
        self._hear: Hear = _deaf

    def open(self, name: str, options: Mapping[str, Value]) -> None:
        """Find the device. Raises: StartFailed without PortAudio, NotFound."""
        sounddevice = sounddevice_module()
        wanted, hostapi = str(options["device"]), str(options["hostapi"])
        self._device = find_device(sounddevice, wanted, hostapi, "input")
        if LEFT and "JACK" in sounddevice.query_hostapis()[self._device["hostapi"]]["name"]:
            raise StartFailed("PortAudio has lost JACK, whose server died: open the input jack")
        self.channels = min(int(options["channels"]), int(self._device["max_input_channels"]))
        self.rate_hz = int(options["rate"]) or round(float(self._device["default_samplerate"]))
        self._block_frames = int(options["block_frames"])

    def start(self, hear: Hear) -> None:
        """Start the device. Raises: StartFailed when it refuses."""
        sounddevice = sounddevice_module()
        self._hear = hear
        try:
            self._stream = sounddevice.InputStream(
                samplerate=self.rate_hz,
                blocksize=self._block_frames,
                device=self._device["index"],
                channels=self.channels,
                dtype="float32",
                latency="low",
                callback=self._callback,
            )
            self._stream.start()
        except sounddevice.PortAudioError as error:
            self.close()
            raise StartFailed(
                f"device {self._device['name']!r} does not open at {self.rate_hz} Hz and "
                f"{self.channels} channels: {error}; give another rate, or close what uses it"
            ) from error

    def _callback(self, block: Audio, frames: int, moment: Any, status: Any) -> None:
        self.lost_blocks += bool(status.input_overflow)
        # The converter's time says when the first frame was sound in the air.
        ago_seconds = max(0.0, moment.currentTime - moment.inputBufferAdcTime)
        age = ago_seconds if moment.inputBufferAdcTime else frames / self.rate_hz
        self._hear(block, time.monotonic() - age + frames / self.rate_hz)

    def close(self) -> None:
        """Stop the device."""
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.stop(ignore_errors=True)
            stream.close(ignore_errors=True)


def _deaf(block: Audio, end_seconds: float) -> None:
    """Hear nothing."""
