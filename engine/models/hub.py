"""Fetch files from the Hugging Face hub. The library resumes what was broken off and renames when whole."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from engine.catalog import Hub, WeightFile
from engine.protocols import Progress, ProgressFn

CHUNK_BYTES = 1_000_000
"""At most so much is lost when a transfer breaks off, and so often it reports."""

LOOK_S = 1.5
"""So long a start waits to hear whether the hub answers."""

_PATIENCE_S = 10.0
_PARTS = Path(".cache") / "huggingface" / "download"
"""where the library keeps what has not arrived whole, below the folder of the files"""


@dataclass(frozen=True, slots=True)
class Listing:
    """What the hub says of a repository at one commit."""

    commit: str
    files: tuple[WeightFile, ...]
    """each with its size and a digest"""
    licence: str | None


def list_files(hub: Hub) -> Listing:
    """Ask the hub for a repository's commit, licence and files.

    Raises OSError when the hub cannot be reached, has no such repository or answers something else.
    """
    from huggingface_hub import HfApi, constants

    if constants.HF_HUB_OFFLINE:
        raise OSError("HF_HUB_OFFLINE is set")
    try:
        info = HfApi(endpoint=constants.ENDPOINT).model_info(
            hub.repository, revision=hub.revision, files_metadata=True, timeout=_PATIENCE_S, token=False
        )
    except Exception as error:
        # Which exceptions its HTTP library and its reading of the answer raise changes from version to version.
        raise OSError(f"{hub.repository}: {error}") from error
    files = tuple(_listed(sibling) for sibling in info.siblings or () if sibling.blob_id is not None)
    if info.sha is None or not files:
        raise OSError(f"{hub.repository}: the hub lists no files")
    return Listing(info.sha, files, _licence(info))


def download(hub: Hub, wanted: WeightFile, folder: Path, progress: ProgressFn, *, afresh: bool = False) -> None:
    """Fetch one file into `folder`, going on where an earlier attempt ended; `afresh` trusts nothing that is here.

    Raises OSError when the hub cannot be reached or has no such file, or the disk is full (ENOSPC).
    """
    from huggingface_hub import constants, hf_hub_download

    # Its other way of transfer begins anew after a break.
    constants.HF_HUB_DISABLE_XET = True
    constants.DOWNLOAD_CHUNK_SIZE = CHUNK_BYTES
    # The library retries for many seconds and then hides the cause; a first look says at once what is wrong.
    _head(hub, wanted.name, _PATIENCE_S)
    try:
        hf_hub_download(
            hub.repository,
            wanted.name,
            revision=hub.revision,
            local_dir=folder,
            force_download=afresh,
            # The files are public: nobody's token has to travel.
            token=False,
            tqdm_class=_bar(f"Fetching {wanted.name}", wanted.size_bytes, progress),
        )
    except OSError:
        raise
    except Exception as error:
        raise OSError(str(error)) from error


def partial_bytes(folder: Path) -> int:
    """How much of files that have not arrived whole is here already."""
    return sum(path.stat().st_size for path in (folder / _PARTS).glob("**/*.incomplete"))


def is_reachable(hub: Hub, name: str | None) -> bool:
    """True when the hub answers for this file, or this repository, within LOOK_S. No exception escapes."""
    import httpx  # noqa: F401  (here, so that its import is no part of the wait)

    answers: list[bool] = []

    def look() -> None:
        with suppress(OSError):
            _head(hub, name, LOOK_S)
            answers.append(True)

    # In a thread: looking up the hub's name obeys no time limit.
    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    thread.join(LOOK_S)
    return bool(answers)


def _head(hub: Hub, name: str | None, timeout_s: float) -> None:
    import httpx
    from huggingface_hub import constants  # alone, as the rest of the library takes its time

    if constants.HF_HUB_OFFLINE:
        raise OSError("HF_HUB_OFFLINE is set")
    if name is None:
        url = f"{constants.ENDPOINT}/api/models/{hub.repository}/revision/{hub.revision}"
    else:
        url = constants.HUGGINGFACE_CO_URL_TEMPLATE.format(
            repo_id=hub.repository, revision=quote(hub.revision, safe=""), filename=quote(name)
        )
    try:
        status = httpx.request("HEAD" if name else "GET", url, timeout=timeout_s).status_code
    except httpx.HTTPError as error:
        raise OSError(str(error)) from error
    if status >= 400:
        raise OSError(f"{url} answers {status}")


def _listed(sibling: Any) -> WeightFile:
    sha256 = sibling.lfs.sha256 if sibling.lfs else None
    return WeightFile(sibling.rfilename, sibling.size, sha256, None if sha256 else sibling.blob_id)


def _licence(info: Any) -> str | None:
    """The licence as the repository's page names it."""
    card = info.card_data
    named = (card.get("license_name") or card.get("license")) if card else None
    if isinstance(named, str) and named:
        return named
    tags = (tag.removeprefix("license:") for tag in info.tags or () if tag.startswith("license:"))
    return next(tags, None)


def _bar(what: str, total: int | None, progress: ProgressFn) -> Any:
    """A progress bar class for the hub's library that draws nothing and reports."""
    from tqdm import tqdm  # type: ignore[import-untyped]

    class Bar(tqdm):  # type: ignore[misc]
        def __init__(self, *args: Any, **options: Any) -> None:
            self.seen = float(options.get("initial") or 0)
            self.whole = options.get("total") or total
            super().__init__(*args, **(options | {"disable": True}))

        def update(self, n: float | None = 1) -> bool | None:
            self.seen += n or 0
            progress(Progress(what, self.seen, self.whole))
            return None

    return Bar
