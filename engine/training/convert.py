"""`python -m engine.training.convert FOLDER`: a checkpoint's pickled weights to safetensors.

Run by `legato pull` in a process of its own. Only tensors are unpickled (torch's weights-only
reader); keys stay as they are, and each pickle goes once its safetensors are whole.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from engine.wire import LegatoError, ModelFailed

LOG = logging.getLogger("convert")
INDEX_SUFFIX = ".bin.index.json"
MAX_INDEX_BYTES = 16 << 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Convert every `.bin` below a folder; return 0, or 1 after saying what is wrong."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(message)s")
    given = sys.argv[1:] if arguments is None else list(arguments)
    if len(given) != 1:
        LOG.error("%d arguments came; give one: the checkpoint's folder", len(given))
        return 2
    try:
        for file in sorted(Path(given[0]).glob("*/*.bin")):
            convert(file)
        for index in sorted(Path(given[0]).glob(f"*/*{INDEX_SUFFIX}")):
            convert_index(index)
    except LegatoError as error:
        LOG.error("%s", error)
        return 1
    return 0


def convert(file: Path) -> Path:
    """Write a `.bin` file's tensors as safetensors beside it and remove it; return the new file.

    Raises: ModelFailed when it holds anything but tensors by name.
    """
    import torch
    from safetensors.torch import save_file

    try:
        held = torch.load(file, map_location="cpu", weights_only=True)
    except Exception as error:
        raise ModelFailed(
            f"{file.parent.name}/{file.name} is no file of weights alone ({type(error).__name__}); "
            "it was not opened further"
        ) from error
    if not isinstance(held, dict) or not all(
        isinstance(key, str) and isinstance(value, torch.Tensor) for key, value in held.items()
    ):
        raise ModelFailed(f"{file.parent.name}/{file.name} holds other things than named tensors")
    # Cloned, because safetensors takes no two tensors that share their memory.
    tensors = {key: value.detach().clone().contiguous() for key, value in held.items()}
    target = file.with_name(new_name(file.name))
    whole = target.with_suffix(".writing")
    save_file(tensors, whole, metadata={"format": "pt"})
    os.replace(whole, target)
    file.unlink()
    return target


def convert_index(index: Path) -> Path:
    """Rewrite the index of sharded `.bin` weights for the safetensors; return the new file.

    Raises: ModelFailed.
    """
    try:
        if index.stat().st_size > MAX_INDEX_BYTES:
            raise ModelFailed(f"{index.name} has over {MAX_INDEX_BYTES} bytes")
        table = json.loads(index.read_bytes())
        table["weight_map"] = {k: new_name(str(v)) for k, v in table["weight_map"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelFailed(f"{index.name} is no index of shards ({type(error).__name__})") from None
    stem = index.name.removesuffix(INDEX_SUFFIX)
    target = index.with_name(f"{_stem(stem)}.safetensors.index.json")
    target.write_text(json.dumps(table), "utf-8")
    index.unlink()
    return target


def new_name(name: str) -> str:
    """Return what the libraries call a `.bin` file's safetensors."""
    return _stem(name.removesuffix(".bin")) + ".safetensors"


def _stem(stem: str) -> str:
    """Return a stem without "pytorch_", which transformers puts before pickles alone."""
    return stem.removeprefix("pytorch_") if stem.startswith("pytorch_model") else stem


if __name__ == "__main__":
    sys.exit(main())
