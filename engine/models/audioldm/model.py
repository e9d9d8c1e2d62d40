"""AudioLDM (Liu et al. 2023): text to audio out of a CLAP embedding alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.models.text_audio.family import TextAudio
from engine.models.text_audio.parameters import Defaults

if TYPE_CHECKING:
    from engine.models.text_audio.conditioning import Conditioner
    from engine.models.text_audio.parts import Parts


class Model(TextAudio):
    """Serves checkpoints of diffusers' AudioLDMPipeline."""

    pipelines: ClassVar[tuple[str, ...]] = ("AudioLDMPipeline",)
    _defaults = Defaults(steps=200, guidance=2.5)
    _text = "AudioLDM: sounds, speech and music from text, and anew from audio."

    def _conditioner(self, parts: Parts) -> Conditioner:
        from engine.models.audioldm.clap import ClapConditioner

        return ClapConditioner(parts)
