"""ONE schema for every setting: validation, TOML file, environment and command-line flags come from it.

Order, the later wins: defaults, the config file, `STREAMTTS_SECTION_KEY` in the environment, flags.
"""

# Without `annotations` of `__future__`: as strings they would be compiled at each start, and Claude waits for that.
import argparse
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, get_args, get_type_hints

import msgspec
from msgspec import Meta, Struct

ENV_PREFIX = "STREAMTTS_"
KEYS = "keys"
Device = Literal["auto", "cpu", "mps", "cuda"]
Manner = Literal["read", "name", "skip"]


class SettingsError(Exception):
    """A setting is wrong. The message names file, line and key, or the variable or flag, and what it may be."""


class Translate(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """English to Japanese."""

    translator: Annotated[
        str, Meta(description="Translator id (see `streamtts models`), or auto", extra={"flag": "--translator"})
    ] = "auto"
    device: Annotated[Device, Meta(description="Where torch runs", extra={"flag": "--device"})] = "auto"
    to: Annotated[
        str,
        Meta(pattern=r"^[a-z]{2,3}$", description="Language to translate into, ISO 639 code", extra={"flag": "--to"}),
    ] = "ja"
    quality: Annotated[
        Literal["fast", "best"],
        Meta(description="best searches with beams where the translator can: better and slower"),
    ] = "fast"
    fallback: Annotated[
        str, Meta(description="Translators to go on with when one fails, by id, comma between; empty chooses")
    ] = ""
    context: Annotated[int, Meta(ge=0, le=8, description="Earlier sentences given as context")] = 0
    threads: Annotated[int, Meta(ge=0, le=64, description="CPU threads of the translator; 0 chooses")] = 0
    glossary: Annotated[str, Meta(description="Your glossary file; empty is glossary.toml beside the config file")] = ""
    http_url: Annotated[str, Meta(description="Base URL of the server for http:openai, up to and with /v1")] = (
        "http://127.0.0.1:11434/v1"
    )
    http_model: Annotated[str, Meta(description="Model that http:openai asks for; empty is the server's first")] = ""
    http_key_env: Annotated[
        str, Meta(description="Environment variable that holds the server's key, such as OPENAI_API_KEY")
    ] = "STREAMTTS_HTTP_KEY"


class Speech(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Japanese to sound."""

    voice: Annotated[str, Meta(description="Voice id (see `streamtts voices`), or none", extra={"flag": "--voice"})] = (
        "openjtalk:mei"
    )
    fallback: Annotated[
        str,
        Meta(description="Voices to go on with when one fails, by id, comma between; openjtalk:mei always follows"),
    ] = ""
    subagent_voice: Annotated[str, Meta(description="Voice of what subagents write; empty is the same voice")] = ""
    notice_voice: Annotated[
        str, Meta(description="Voice of announcements (Claude waits for a permission); empty is the same voice")
    ] = ""
    rate: Annotated[
        float, Meta(ge=0.5, le=3.0, description="Speed of speech, 1.0 is normal", extra={"flag": "--rate"})
    ] = 1.0
    volume: Annotated[float, Meta(ge=0.0, le=1.0, description="Loudness, 1.0 is full")] = 1.0
    muted: Annotated[bool, Meta(description="Start muted", extra={"flag": "--mute"})] = False
    gap_ms: Annotated[int, Meta(ge=0, le=2000, description="Silence between sentences, ms")] = 150
    announce: Annotated[bool, Meta(description="Say it when Claude waits for a permission or an answer")] = True
    voicevox_url: Annotated[str, Meta(description="Where VOICEVOX or AivisSpeech (port 10101) answers")] = (
        "http://127.0.0.1:50021"
    )
    openai_url: Annotated[
        str, Meta(description="Base URL of a server for the openai voices, up to and with /v1; empty is none")
    ] = ""
    openai_model: Annotated[str, Meta(description="Speech model that the openai voices ask for")] = "tts-1"
    openai_voices: Annotated[str, Meta(description="Voices of that server to list, comma between")] = "alloy"
    openai_key_env: Annotated[
        str, Meta(description="Environment variable that holds that server's key, such as OPENAI_API_KEY")
    ] = "STREAMTTS_VOICE_KEY"
    catch_up: Annotated[
        Literal["off", "faster", "skip"],
        Meta(
            description="When the voice falls behind Claude: nothing, faster, or faster and then skip the oldest prose"
        ),
    ] = "skip"
    barge_in: Annotated[
        Literal["ignore", "duck", "pause", "stop"],
        Meta(description="What the voice does while you type to Claude: go on, softer, paused, or silent"),
    ] = "duck"
    code: Annotated[
        Manner, Meta(description="Code blocks and tables: read code out, say what they are, or skip them")
    ] = "name"
    urls: Annotated[Manner, Meta(description="URLs in a sentence: read out, just 'URL', or left out")] = "name"
    paths: Annotated[Manner, Meta(description="Paths in a sentence: read out, only the last part, or left out")] = (
        "read"
    )
    hashes: Annotated[Manner, Meta(description="Hashes in a sentence: digit by digit, just named, or left out")] = (
        "name"
    )


class Audio(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where sound goes."""

    sink: Annotated[
        str, Meta(pattern=r"^(device|null|wav:.+)$", description="device, null or wav:FILE", extra={"flag": "--sink"})
    ] = "device"
    device: Annotated[str, Meta(description="Output device by name; empty is the system's choice")] = ""
    cache_mb: Annotated[
        int, Meta(ge=0, le=100_000, description="Disk space for sound already made, MB; 0 keeps none on disk")
    ] = 200


class Capture(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the text comes from."""

    source: Annotated[
        Literal["auto", "mod", "hook", "screen", "transcript"],
        Meta(description="How Claude's text is captured", extra={"flag": "--source"}),
    ] = "auto"
    subagents: Annotated[bool, Meta(description="Include what subagents write")] = False


class Screen(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How it looks and which keys it takes."""

    theme: Annotated[str, Meta(description="Theme name, from themes/ or your own", extra={"flag": "--theme"})] = "dark"
    layout: Annotated[
        Literal["auto", "side", "stacked", "bilingual", "claude"],
        Meta(description="How the two panes share the window", extra={"flag": "--layout"}),
    ] = "auto"
    leader: Annotated[str, Meta(description="The key before a command key, while Claude has the keyboard")] = (
        "ctrl+right_square_bracket"
    )
    languages: Annotated[
        Literal["both", "english", "japanese"], Meta(description="What the bilingual view shows: both, or one alone")
    ] = "both"
    readings: Annotated[
        Literal["off", "furigana", "romaji"],
        Meta(description="What stands above the Japanese: nothing, hiragana over kanji, or Latin letters"),
    ] = "off"
    ambiguous_wide: Annotated[
        bool, Meta(description="This terminal draws characters of ambiguous width (○ … ─) two cells wide")
    ] = False
    motion: Annotated[
        Literal["full", "reduced"],
        Meta(description="reduced: nothing blinks or glides, scrolling jumps"),
    ] = "full"
    reader: Annotated[
        bool,
        Meta(
            description="Plain lines instead of a screen, for a screen reader (streamtts-tui)",
            extra={"flag": "--screen-reader"},
        ),
    ] = False


class History(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The record of what was said."""

    enabled: Annotated[bool, Meta(description="Keep a record of what was said, on this machine only")] = True
    days: Annotated[int, Meta(ge=0, description="Days that a session is kept; 0 is for ever")] = 365
    size_mb: Annotated[int, Meta(ge=0, description="Most MB of the record; the oldest sessions go; 0 is no limit")] = (
        500
    )


ActionKeys = str | list[str]
"""The keys of one action: a text with `, ` between them, or a list."""
Keys = Annotated[
    dict[str, ActionKeys],
    Meta(description="Every key that an action has, such as `f2, leader m, view m`; see docs/keys.md"),
]


class Settings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All settings; immutable, `replace` makes a changed copy."""

    translate: Translate = Translate()
    speech: Speech = Speech()
    audio: Audio = Audio()
    capture: Capture = Capture()
    screen: Screen = Screen()
    history: History = History()
    keys: Keys = {}
    """a table whose keys are not known here: only the screen knows what actions there are"""

    def replace(self, section: str, **changes: Any) -> "Settings":
        """Return a copy with `section`'s keys changed. Raises SettingsError when a value is not allowed."""
        raw = msgspec.to_builtins(self)
        raw[section] |= changes
        return _convert(raw, "settings")


@dataclass(frozen=True, slots=True)
class Field:
    """One setting as flags, docs and the settings screen need it."""

    section: str
    key: str
    type: Any
    """the plain type, without its Meta"""
    meta: Meta
    default: Any

    @property
    def name(self) -> str:
        """`section.key`, as the config file nests it."""
        return f"{self.section}.{self.key}"

    @property
    def env(self) -> str:
        """The environment variable that sets it."""
        return f"{ENV_PREFIX}{self.section}_{self.key}".upper()

    @property
    def flag(self) -> str | None:
        """The command-line flag, for the few that have one."""
        return (self.meta.extra or {}).get("flag")

    @property
    def choices(self) -> tuple[str, ...]:
        """The allowed words, where there is a fixed list."""
        return get_args(self.type) if getattr(self.type, "__origin__", None) is Literal else ()


def fields() -> Iterator[Field]:
    """Every setting that has a name of its own, in the order of the schema."""
    for section, struct in get_type_hints(Settings).items():
        if section == KEYS:
            continue
        hints = get_type_hints(struct, include_extras=True)
        defaults = msgspec.to_builtins(struct())
        for key, hint in hints.items():
            plain, meta = get_args(hint)
            yield Field(section, key, plain, meta, defaults[key])


def keys_field(action: str) -> Field:
    """The setting `keys.ACTION`. Its default is None: only the screen knows the keys that an action has."""
    plain, meta = get_args(get_type_hints(Settings, include_extras=True)[KEYS])
    return Field(KEYS, action, get_args(plain)[1], meta, None)


def find_field(name: str) -> Field:
    """The setting `section.key`. Raises SettingsError, naming near ones, when there is none."""
    names = {field.name: field for field in fields()}
    if name in names:
        return names[name]
    section, _, action = name.partition(".")
    if section == KEYS and action.isidentifier():
        return keys_field(action)
    import difflib

    near = difflib.get_close_matches(name, names, n=3, cutoff=0.4) or [n for n in names if n.endswith(f".{name}")]
    hint = f"did you mean {' or '.join(near)}?" if near else "`streamtts config` lists them"
    raise SettingsError(f"there is no setting {name}; {hint}")


def plain_value(field: Field, text: str) -> Any:
    """What `text` means for this setting, as TOML keeps it. Raises SettingsError when it is not allowed."""
    value = _listed(text) if field.section == KEYS else text
    settings = _convert({field.section: {field.key: value}}, field.name)
    return msgspec.to_builtins(settings)[field.section][field.key]


def _listed(text: str) -> Any:
    """A list as TOML writes it, or the text."""
    try:
        return msgspec.json.decode(text, type=list[str])
    except msgspec.MsgspecError:
        return text


def check(content: bytes, origin: str) -> None:
    """Check a config file's content. Raises SettingsError with `origin`, line and key of the first that is wrong."""
    from engine.config_values import right_values

    right_values(content, origin, _fault, _refuse)


def json_schema() -> dict[str, Any]:
    """The schema of the config file, as JSON Schema."""
    return msgspec.json.schema(Settings)


def config_path(env: Mapping[str, str] = os.environ) -> Path:
    """The user's config file: `STREAMTTS_CONFIG`, else `config.toml` in the platform's config folder."""
    from platformdirs import user_config_path

    return Path(env.get("STREAMTTS_CONFIG") or user_config_path("streamtts") / "config.toml")


def log_folder() -> Path:
    """Where the screen and the workers write their logs."""
    from platformdirs import user_log_path

    return user_log_path("streamtts")


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the schema's flags to `parser`; unset ones stay None so that `load` can tell."""
    for f in fields():
        if f.flag is None:
            continue
        if f.type is bool:
            parser.add_argument(f.flag, dest=f.name, action="store_true", default=None, help=f.meta.description)
        else:
            parser.add_argument(
                f.flag,
                dest=f.name,
                choices=f.choices or None,
                metavar=None if f.choices else f.key.upper(),
                help=f"{f.meta.description} (default: {f.default})",
            )


def load(flags: Mapping[str, Any] | None = None, env: Mapping[str, str] = os.environ) -> Settings:
    """Read file, environment and flags into checked settings.

    `flags` maps `section.key` to a value (None is ignored), as `vars()` of the parsed arguments does.
    Raises SettingsError, naming where the wrong value came from.
    """
    return load_with_origins(flags, env)[0]


def load_with_origins(
    flags: Mapping[str, Any] | None = None,
    env: Mapping[str, str] = os.environ,
    tell: Callable[[str], object] | None = None,
) -> tuple[Settings, dict[str, str]]:
    """As `load`; also where each setting that is no default comes from, by `section.key`.

    With `tell`, what is wrong in file or environment is told to it, and keeps its default.
    """
    return _load(flags or {}, env, tell or _refuse)


def load_what_is_right(
    flags: Mapping[str, Any] | None = None, env: Mapping[str, str] = os.environ
) -> tuple[Settings, list[str]]:
    """As `load`, for a program that starts all the same: what is wrong in file or environment keeps its default.

    Returns also what is wrong, a text for each. Raises SettingsError for a wrong flag alone.
    """
    problems: list[str] = []
    settings, _ = _load(flags or {}, env, problems.append)
    return settings, problems


def _load(
    flags: Mapping[str, Any], env: Mapping[str, str], on_wrong: Callable[[str], object]
) -> tuple[Settings, dict[str, str]]:
    path = config_path(env)
    raw = _file_values(path, on_wrong)
    origins = {f"{section}.{key}": str(path) for section, values in raw.items() for key in values}
    for name in env:
        if name.startswith(f"{ENV_PREFIX}{KEYS}_".upper()):
            action = name[len(ENV_PREFIX) + len(KEYS) + 1 :].lower()
            raw.setdefault(KEYS, {})[action] = env[name]
            origins[f"{KEYS}.{action}"] = name
    for f in fields():
        from_flag = flags.get(f.name)
        for origin, value, wrong in ((f.env, env.get(f.env), on_wrong), (f.flag or f.name, from_flag, _refuse)):
            if value is None:
                continue
            if fault := _fault({f.section: {f.key: value}}):
                wrong(f"{origin}: {fault}")
            else:
                raw.setdefault(f.section, {})[f.key] = value
                origins[f.name] = origin
    return _convert(raw, str(path)), origins


def _refuse(problem: str) -> NoReturn:
    raise SettingsError(problem)


def _file_values(path: Path, on_wrong: Callable[[str], object]) -> dict[str, dict[str, Any]]:
    """The values in the config file that are right, by section and key; none where there is no file."""
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return {}  # As most people have it, and Claude waits: nothing more is imported.
    except OSError as error:
        on_wrong(f"{path} cannot be read: {error.strerror or error}")
        return {}
    from engine.config_values import right_values

    return right_values(content, str(path), _fault, on_wrong)


def _convert(raw: Mapping[str, Any], origin: str) -> Settings:
    try:
        return msgspec.convert(raw, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{origin}: {_said_clearly(error, raw)}") from error


def _fault(raw: Mapping[str, Any]) -> str | None:
    try:
        msgspec.convert(raw, Settings, strict=False)
    except msgspec.ValidationError as error:
        return _said_clearly(error, raw)
    return None


def _said_clearly(error: msgspec.ValidationError, raw: Mapping[str, Any]) -> str:
    said = _with_action(str(error), raw)
    start, _, place = said.partition(" - at `$.")
    if not start.startswith("Invalid enum value"):
        return said
    choices = " or ".join(find_field(place.rstrip("`")).choices)
    return f"{start}: it may be {choices} - at `$.{place}"


def _with_action(said: str, raw: Mapping[str, Any]) -> str:
    """Msgspec says `keys[...]`: find which one is meant."""
    if f"`$.{KEYS}[...]" not in said:
        return said
    wrong = next(action for action, value in raw[KEYS].items() if not _is_keys(value))
    return f"Expected a key, or a list of keys - at `$.{KEYS}.{wrong}`"


def _is_keys(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(one, str) for one in value))
