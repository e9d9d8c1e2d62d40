"""AudioLDM 2 (Liu et al. 2023): text to audio out of CLAP, T5 and what GPT-2 makes of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.checkpoints import Checkpoint
from engine.models.text_audio.family import TextAudio
from engine.models.text_audio.parameters import Defaults
from engine.wire import ModelFailed, Parameter

if TYPE_CHECKING:
    from engine.models.text_audio.conditioning import Conditioner
    from engine.models.text_audio.parts import Parts

DEFAULT_TOKENS = 8
MAX_TOKENS = 512


class Model(TextAudio):
    """Serves checkpoints of diffusers' AudioLDM2Pipeline, but for those that speak (VITS)."""

    pipelines: ClassVar[tuple[str, ...]] = ("AudioLDM2Pipeline",)
    _defaults = Defaults(steps=200, guidance=3.5)
    _text = "AudioLDM 2: sounds and music from text, and anew from audio."

    @staticmethod
    def _own_parameters(checkpoint: Checkpoint) -> tuple[Parameter, ...]:
        encoder = checkpoint.component("text_encoder_2").class_name
        if encoder != "T5EncoderModel":
            raise ModelFailed(
                f"{checkpoint.name} reads text with a {encoder}, for speech; Legato serves "
                "AudioLDM 2 with a T5EncoderModel"
            )
        config = checkpoint.config("language_model")
        tokens = config.get("max_new_tokens") or DEFAULT_TOKENS
        text = "how many embeddings GPT-2 writes for the UNet; the default is what it was made for"
        return (Parameter("max_new_tokens", "int", tokens, 1, MAX_TOKENS, text=text),)

    def _conditioner(self, parts: Parts) -> Conditioner:
        from engine.models.audioldm2.text import TextConditioner

        return TextConditioner(parts)
