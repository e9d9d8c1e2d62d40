"""One component of a checkpoint, read from its subfolder and brought to a device.

The classes of diffusers and transformers that the four pipelines are made of are reached by
name from a list; a family's own class is handed in. Nothing else is ever imported for a
checkpoint, and nothing but safetensors is read.
"""

from __future__ import annotations

import filecmp
import functools
import importlib
import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from engine.checkpoints import Checkpoint, Component, JsonObject
from engine.models.devices import fault_of
from engine.wire import LegatoError, ModelFailed

if TYPE_CHECKING:
    import torch

LOG = logging.getLogger(__name__)

# A class of diffusers or transformers, or whatever makes a module out of a configuration.
Maker: TypeAlias = "Callable[[JsonObject], torch.nn.Module]"
Stamp: TypeAlias = tuple[Path, int, int]

MODULES = {
    "AudioLDM2ProjectionModel": "diffusers",
    "AudioLDM2UNet2DConditionModel": "diffusers",
    "AutoencoderKL": "diffusers",
    "T5FilmDecoder": "diffusers",
    "UNet2DConditionModel": "diffusers",
    "UNet2DModel": "diffusers",
    "VQModel": "diffusers",
    "ClapModel": "transformers",
    "ClapTextModelWithProjection": "transformers",
    "GPT2LMHeadModel": "transformers",
    "GPT2Model": "transformers",
    "SpeechT5HifiGan": "transformers",
    "T5EncoderModel": "transformers",
}
PROCESSORS = {
    *("ClapFeatureExtractor", "ClapProcessor", "GPT2Tokenizer", "GPT2TokenizerFast"),
    *("RobertaTokenizer", "RobertaTokenizerFast", "T5Tokenizer", "T5TokenizerFast"),
}
SHOWN_KEYS = 3


def load_component(
    checkpoint: Checkpoint,
    name: str,
    device: str,
    dtype: str,
    kind: type[Any] | Maker | None = None,
) -> Any:
    """Return a component in evaluation mode, the one in memory where its files are the same.

    Its class is the one that the index names, or `kind`: a class of diffusers or transformers,
    or a callable that makes a module out of the configuration, whose keys must be the files'.
    It is shared with other models: do not train, move or cast it. `dtype` is a name such as
    "bfloat16". Raises: ModelFailed.
    """
    component = checkpoint.component(name)
    maker = kind or _module_class(component)
    weights = component.weights(half=dtype != "float32")
    what = (_name_of(maker), str(sorted(component.config().items())), device, dtype)
    stamps = tuple(_stamp(file) for file in weights.files)
    shelf = checkpoint.shelf.items
    for (other, others), module in list(shelf.items()):
        if other == what and _same_files(stamps, others):
            return module
    with _Explained(checkpoint, name):
        module = _make(maker, component, weights.variant, weights.files, device, dtype)
    shelf[what, stamps] = module
    return module


def load_processor(checkpoint: Checkpoint, name: str) -> Any:
    """Return a tokenizer or feature extractor of transformers. Raises: ModelFailed."""
    component = checkpoint.component(name)
    if component.class_name not in PROCESSORS:
        raise ModelFailed(
            f"{checkpoint.name}'s {name} is a {component.class_name}, which Legato does not read"
        )
    with _Explained(checkpoint, name):
        kind = getattr(importlib.import_module("transformers"), component.class_name)
        return kind.from_pretrained(component.folder, local_files_only=True)


def read_weights(
    files: Iterable[Path], device: str = "cpu", dtype: str = ""
) -> dict[str, torch.Tensor]:
    """Return the tensors of safetensors files by their own keys, cast where `dtype` is given.

    Raises: what safetensors raises for broken files, ModelFailed for a key that comes twice.
    """
    import torch
    from safetensors.torch import load_file

    wanted = getattr(torch, dtype) if dtype else None
    tensors: dict[str, torch.Tensor] = {}
    for file in files:
        for key, tensor in load_file(file, device=device).items():
            if key in tensors:
                raise ModelFailed(f"{key[:60]} lies in two shards; fetch the checkpoint again")
            is_cast = wanted is not None and tensor.is_floating_point()
            tensors[key] = tensor.to(wanted) if is_cast else tensor
    return tensors


def _module_class(component: Component) -> Any:
    """Return the class that the index names, if it is one of those that are read."""
    if component.class_name not in MODULES:
        raise ModelFailed(
            f"{component.name} is a {component.class_name}, which Legato does not read; "
            f"it reads {', '.join(MODULES)}"
        )
    return getattr(importlib.import_module(MODULES[component.class_name]), component.class_name)


def _make(
    maker: Any, component: Component, variant: str, files: tuple[Path, ...], device: str, dtype: str
) -> torch.nn.Module:
    if hasattr(maker, "from_pretrained"):
        module = _make_of_library(maker, component, variant, dtype)
    else:
        module = _make_own(maker, component, files, dtype)
    module.requires_grad_(False).eval()
    return module.to(device)


def _make_of_library(maker: Any, component: Component, variant: str, dtype: str) -> torch.nn.Module:
    """Let diffusers or transformers read it: they rename what older versions called otherwise."""
    import torch

    _quieten(maker)
    word = "dtype" if maker.__module__.startswith("transformers") else "torch_dtype"
    module, told = maker.from_pretrained(
        component.folder,
        variant=variant or None,
        use_safetensors=True,
        local_files_only=True,
        output_loading_info=True,
        **{word: getattr(torch, dtype)},
    )
    wrong = [str(key[0] if isinstance(key, tuple) else key) for key in told["mismatched_keys"]]
    _check_keys(component, told["missing_keys"], (), wrong)
    if unexpected := sorted(told["unexpected_keys"]):
        LOG.warning("%s has weights that are not used: %s", component.name, _few(unexpected))
    made: torch.nn.Module = module
    return made


def _make_own(
    maker: Maker, component: Component, files: tuple[Path, ...], dtype: str
) -> torch.nn.Module:
    tensors = read_weights(files, dtype=dtype)
    with _no_first_values():
        module = maker(component.config())
    own = module.state_dict()
    wrong = [key for key in own.keys() & tensors.keys() if own[key].shape != tensors[key].shape]
    _check_keys(component, own.keys() - tensors.keys(), tensors.keys() - own.keys(), wrong)
    module.load_state_dict(tensors, assign=True)
    return module


def _check_keys(
    component: Component, missing: Iterable[str], unknown: Iterable[str], wrong: Iterable[str]
) -> None:
    """Refuse weights that are not those of the configuration. Raises: ModelFailed."""
    faults = {"lack": missing, "have, and should not,": unknown, "have in another shape": wrong}
    told = [f"{fault} {_few(sorted(keys))}" for fault, keys in faults.items() if list(keys)]
    if told:
        raise ModelFailed(
            f"the weights of {component.name} are not those of its configuration: they "
            f"{'; they '.join(told)}; fetch the checkpoint again"
        )


def _few(keys: list[str]) -> str:
    more = f" and {len(keys) - SHOWN_KEYS} more" if len(keys) > SHOWN_KEYS else ""
    return ", ".join(key[:80] for key in keys[:SHOWN_KEYS]) + more


def _no_first_values() -> Any:
    """Return a context in which new modules leave their memory as it is: weights follow."""
    import torch
    from torch.overrides import TorchFunctionMode

    class NoFirstValues(TorchFunctionMode):
        def __torch_function__(
            self,
            func: Callable[..., Any],
            types: object,
            args: tuple[Any, ...] = (),
            kwargs: dict[str, Any] | None = None,
        ) -> Any:
            kwargs = kwargs or {}
            if getattr(func, "__module__", None) == torch.nn.init.__name__:
                return kwargs["tensor"] if "tensor" in kwargs else args[0]
            return func(*args, **kwargs)

    return NoFirstValues()


def _quieten(maker: Any) -> None:
    """Keep the libraries' progress bars out of the log."""
    library = maker.__module__.partition(".")[0]
    importlib.import_module(f"{library}.utils.logging").disable_progress_bar()


def _name_of(maker: Any) -> str:
    maker = maker.func if isinstance(maker, functools.partial) else maker
    return f"{maker.__module__}.{maker.__qualname__}"


def _stamp(file: Path) -> Stamp:
    status = file.stat()
    return file, status.st_size, status.st_mtime_ns


def _same_files(mine: tuple[Stamp, ...], others: Any) -> bool:
    """Whether two components' files hold the same bytes, the others still as they were read."""
    if [size for _, size, _ in mine] != [size for _, size, _ in others]:
        return False
    return all(
        other[0].exists()
        and _stamp(other[0]) == other
        and (mine[0].samefile(other[0]) or filecmp.cmp(mine[0], other[0], shallow=False))
        for mine, other in zip(mine, others, strict=True)
    )


class _Explained:
    """Turns what the libraries raise into ModelFailed; faults of the device pass."""

    def __init__(self, checkpoint: Checkpoint, component: str) -> None:
        self._what = f"{component} of {checkpoint.name}"

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        """Raise ModelFailed in place of an error that is not ours."""
        if error is None or isinstance(error, LegatoError) or not isinstance(error, Exception):
            return
        if fault_of(error) != "other":
            return
        LOG.error("%s cannot be loaded", self._what, exc_info=error)
        if isinstance(error, ImportError):
            advice = "pip install --upgrade legato"
        else:
            advice = "fetch it again with `legato pull`; the engine's log says more"
        raise ModelFailed(
            f"{self._what} cannot be loaded ({type(error).__name__}): {advice}"
        ) from error
