"""Fetching checkpoints from the Hugging Face Hub: one revision, whole, checked, or not at all.

A download lies in a hidden folder until everything in it is verified; what was fetched so far
is kept there, so that the next try goes on from it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from bridge.storage import storing
from engine.wire import ForbiddenPath, LegatoError, NotFound, StorageFailed, TooLarge, Unauthorized

INDEX_FILE = "model_index.json"
CARD_FILE = "legato.json"
REPOSITORY = re.compile(r"[\w][\w.-]{0,95}/[\w][\w.-]{0,95}", re.ASCII)
PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
WEIGHTS = re.compile(r"(diffusion_pytorch_model|pytorch_model|model)\b.*\.(safetensors|bin)(\..*)?")
SETTINGS = (".json", ".txt", ".model", ".onnx")
TOP_FILES = re.compile(r"model_index\.json|README\.md|LICEN[CS]E(\.\w+)?")
MAX_FILES = 1000
MAX_FILE_BYTES = 40_000_000_000
MAX_INDEX_BYTES = 1 << 20
SPARE_BYTES = 500_000_000
TRIES = 2

Report = Callable[[int], None]


class RemoteFile(msgspec.Struct, frozen=True):
    """A file of a repository; `digest` is its SHA-256, or git's SHA-1 where it is a small one."""

    path: str
    size: int
    digest: str

    @property
    def is_pickle(self) -> bool:
        """Whether it must be converted before anything reads it."""
        return self.path.endswith(".bin")


class Listing(msgspec.Struct, frozen=True):
    """One revision of a repository, pinned: its files, and the licence its card names."""

    repository: str
    revision: str
    licence: str
    files: tuple[RemoteFile, ...]

    @property
    def size(self) -> int:
        """The bytes of all its files."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True)
class Hub:
    """The hub at an address; empty means the public one, or HF_ENDPOINT."""

    endpoint: str = ""

    def listing(self, repository: str, revision: str = "main") -> Listing:
        """Return what lies in a repository now. Raises: NotFound, Unauthorized, ForbiddenPath."""
        from huggingface_hub import HfApi

        if not REPOSITORY.fullmatch(repository):
            raise NotFound(f"{repository[:60]!r} is no repository; name one as owner/name")
        with _Explained(repository):
            info = HfApi(endpoint=self.endpoint or None).model_info(
                repository, revision=revision, files_metadata=True
            )
        siblings = info.siblings or []
        if len(siblings) > MAX_FILES:
            raise TooLarge(f"{repository} has {len(siblings)} files; at most {MAX_FILES} are read")
        files = tuple(_remote_file(repository, sibling) for sibling in siblings)
        return Listing(
            repository, str(info.sha or ""), _text(getattr(info.card_data, "license", None)), files
        )

    def fetch(self, listing: Listing, file: RemoteFile, folder: Path, report: Report) -> Path:
        """Return a file, verified, in a folder; what is there of it already is not sent again.

        `report` hears of every piece's bytes. Raises: NotFound, Unauthorized, StorageFailed.
        """
        target = folder / checked_path(file.path)
        if target.is_file() and is_same(target, file):
            report(file.size)
            return target
        with storing(f"keeping {file.path}"):
            target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.{file.digest[:12]}.part")
        for _ in range(TRIES):
            self._download(listing, file, partial, report)
            if is_same(partial, file):
                os.replace(partial, target)
                return target
            report(-partial.stat().st_size)
            partial.unlink()
        raise StorageFailed(
            f"{file.path} came {TRIES} times with other contents than the hub announces; "
            "try again later, or look at what is between you and the hub"
        )

    def _download(self, listing: Listing, file: RemoteFile, partial: Path, report: Report) -> None:
        from huggingface_hub import hf_hub_url
        from huggingface_hub.file_download import http_get
        from huggingface_hub.utils._headers import build_hf_headers
        from huggingface_hub.utils.tqdm import disable_progress_bars

        disable_progress_bars()
        with storing(f"keeping {file.path}"):
            opened = partial.open("ab")
        with opened as stream, _Explained(listing.repository):
            held = stream.tell()
            if held > file.size:
                held = stream.truncate(0)
            report(held)
            url = hf_hub_url(
                listing.repository,
                file.path,
                revision=listing.revision,
                endpoint=self.endpoint or None,
            )
            # As sent: a compressed answer has another length than the file.
            headers = build_hf_headers() | {"Accept-Encoding": "identity"}
            http_get(
                url,
                _Counted(stream, file, report),  # type: ignore[arg-type]  # all that it uses
                resume_size=held,
                headers=headers,
                expected_size=file.size,
            )


class _Counted:
    """A file being downloaded: says how much came, and takes no more than was announced."""

    def __init__(self, stream: BinaryIO, file: RemoteFile, report: Report) -> None:
        self._stream, self._file, self._report = stream, file, report

    def write(self, data: bytes) -> int:
        if self._stream.tell() + len(data) > self._file.size:
            raise StorageFailed(
                f"more than the {self._file.size} bytes that were announced came for "
                f"{self._file.path}; try again later"
            )
        with storing(f"keeping {self._file.path}"):
            self._stream.write(data)
        self._report(len(data))
        return len(data)

    def tell(self) -> int:
        return self._stream.tell()

    def seek(self, place: int) -> int:
        return self._stream.seek(place)

    def truncate(self) -> int:
        """Begin again, because the server does not send parts of files."""
        size = self._stream.seek(0, os.SEEK_END)
        self._report(self._stream.truncate(0) - size)
        return 0


def choose(files: Sequence[RemoteFile], components: Sequence[str], half: bool) -> list[RemoteFile]:
    """Return the files that are needed: settings, and one set of weights for each component.

    Safetensors go before pickles, 16-bit weights first where `half`.
    """
    chosen = [file for file in files if TOP_FILES.fullmatch(file.path)]
    for component in components:
        inside = [file for file in files if file.path.startswith(f"{component}/")]
        inside = [file for file in inside if file.path.count("/") == 1]
        weights = [file for file in inside if WEIGHTS.fullmatch(_name(file))]
        chosen += [f for f in inside if f not in weights and f.path.endswith(SETTINGS)]
        chosen += _one_set(weights, half)
    return chosen


def _one_set(weights: Sequence[RemoteFile], half: bool) -> list[RemoteFile]:
    variants = ("fp16", "") if half else ("", "fp16")
    for kind in (".safetensors", ".bin"):
        for variant in variants:
            found = [f for f in weights if kind in _name(f) and _variant(_name(f)) == variant]
            if any(not file.path.endswith(".json") for file in found):
                return found
    return []


def _variant(name: str) -> str:
    """Return "fp16" or the like out of a weights file's name, without its shard's number."""
    middle = re.sub(r"-\d{5}-of-\d{5}", "", name).split(".")[1:]
    return ".".join(w for w in middle if w not in ("safetensors", "bin", "index", "json"))


def components_of(index: Path) -> tuple[str, ...]:
    """Return the names of an index's components. Raises: NotFound."""
    try:
        if index.stat().st_size > MAX_INDEX_BYTES:
            raise NotFound(f"{INDEX_FILE} has over {MAX_INDEX_BYTES} bytes; it is none")
        entries = msgspec.json.decode(index.read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NotFound(f"its {INDEX_FILE} cannot be read; it is no diffusers checkpoint") from None
    return tuple(
        name
        for name, entry in entries.items()
        if isinstance(entry, list) and len(entry) == 2 and any(entry) and PART.fullmatch(name)
    )


def checked_path(path: str) -> str:
    """Return a repository's path that stays within a folder. Raises: ForbiddenPath."""
    parts = path.split("/")
    if len(parts) > 2 or not all(PART.fullmatch(part) for part in parts):
        raise ForbiddenPath(f"the repository names a file {path[:60]!r}, which is not fetched")
    return path


def is_same(path: Path, file: RemoteFile) -> bool:
    """Whether a file holds what the hub announces, by its size and digest."""
    if path.is_symlink() or path.stat().st_size != file.size:
        return False
    digest = hashlib.sha256()
    if len(file.digest) == 40:  # git's own, of small files
        digest = hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest() == file.digest


def check_room(folder: Path, size: int) -> None:
    """Refuse a download that the disk cannot hold. Raises: StorageFailed."""
    free = shutil.disk_usage(folder).free
    if size + SPARE_BYTES > free:
        raise StorageFailed(
            f"{size / 1e9:.1f} GB are to be fetched and {free / 1e9:.1f} GB are free; make room, "
            "or set models_folder in legato.toml to another disk"
        )


def _remote_file(repository: str, sibling: Any) -> RemoteFile:
    digest = str(sibling.lfs.sha256 if sibling.lfs else sibling.blob_id or "")
    size = int((sibling.lfs.size if sibling.lfs else sibling.size) or 0)
    if not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", digest) or not 0 <= size < MAX_FILE_BYTES:
        raise NotFound(
            f"{repository} announces {str(sibling.rfilename)[:60]!r} without a size or a digest; "
            "it cannot be verified and is not fetched"
        )
    return RemoteFile(str(sibling.rfilename), size, digest)


def _name(file: RemoteFile) -> str:
    return file.path.rpartition("/")[2]


def _text(value: object) -> str:
    """Return what a card says as one short line."""
    words = value if isinstance(value, list) else [value]
    return ", ".join(str(word) for word in words if word)[:100]


class _Explained:
    """Turns what huggingface_hub raises into errors of ours, with advice."""

    def __init__(self, repository: str) -> None:
        self._repository = repository

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        """Raise one of ours in place of an error of the hub's."""
        if isinstance(error, LegatoError) or not isinstance(error, Exception):
            return
        raise next(_explanations(error, self._repository)) from error


def _explanations(error: Exception, repository: str) -> Iterator[LegatoError]:
    """Yield what an error means, the most exact first."""
    from huggingface_hub import errors

    if isinstance(error, errors.GatedRepoError):
        yield Unauthorized(
            f"{repository} is gated: accept its terms on its page, then set HF_TOKEN to your token"
        )
    if isinstance(error, errors.OfflineModeIsEnabled):
        yield NotFound(f"{repository} is not here, and offline mode is on: unset HF_HUB_OFFLINE")
    if isinstance(error, errors.RepositoryNotFoundError):
        yield NotFound(f"there is no public repository {repository}; a private one needs HF_TOKEN")
    if isinstance(error, errors.RevisionNotFoundError | errors.EntryNotFoundError):
        yield NotFound(f"{repository} has no such revision or file; look at its page")
    if isinstance(error, errors.HfHubHTTPError):
        status = getattr(error.response, "status_code", "an error")
        yield NotFound(f"the hub answered {status} for {repository}; try again later")
    if isinstance(error, KeyError | TypeError | ValueError):
        yield NotFound(f"the hub answered for {repository} in a way that cannot be read")
    yield NotFound(
        f"the hub cannot be reached, or cut the answer off ({type(error).__name__}); what came is "
        "kept: run the same command again to go on"
    )
