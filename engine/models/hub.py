"""Fetch files from the Hugging Face hub. The library resumes what was broken off and renames when whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.catalog import Hub, WeightFile
from engine.protocols import Progress, ProgressFn

_PATIENCE_S = 10.0


def download(hub: Hub, wanted: WeightFile, folder: Path, progress: ProgressFn, *, afresh: bool = False) -> None:
    """Fetch one file into `folder`; `afresh` trusts nothing that is already on this machine.

    Raises OSError when the hub cannot be reached or has no such file.
    """
    from huggingface_hub import hf_hub_download

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
    except Exception as error:
        # Which exceptions its HTTP and transfer libraries raise changes from version to version.
        raise OSError(str(error)) from error


def is_reachable(hub: Hub, name: str, timeout_s: float = 1.5) -> bool:
    """True when the hub answers for this file within `timeout_s`. No exception escapes."""
    try:
        _head(hub, name, timeout_s)
    except OSError:
        return False
    return True


def _head(hub: Hub, name: str, timeout_s: float) -> None:
    import httpx
    from huggingface_hub import constants, hf_hub_url

    if constants.HF_HUB_OFFLINE:
        raise OSError("HF_HUB_OFFLINE is set")
    url = hf_hub_url(hub.repository, name, revision=hub.revision)
    try:
        status = httpx.head(url, timeout=timeout_s).status_code
    except httpx.HTTPError as error:
        raise OSError(str(error)) from error
    if status >= 400:
        raise OSError(f"{url} answers {status}")


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
