"""Changes single values in the user's config file; comments and the order of what is there stay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.settings import SettingsError, check, find_field, plain_value
from engine.whole_file import whole_file


def set_value(path: Path, name: str, text: str) -> Any:
    """Set `section.key` to what `text` says; return the value as kept.

    Raises SettingsError when there is no such setting, the value is not allowed, or the file cannot be read or written.
    """
    field = find_field(name)
    value = plain_value(field, text)
    document = _read(path)
    section = document.setdefault(field.section, {})
    if not isinstance(section, dict):
        raise SettingsError(f"{path}: {field.section} is no section")
    section[field.key] = value
    check(document.as_string().encode(), str(path))
    _write(path, document.as_string())
    return value


def unset_value(path: Path, name: str) -> bool:
    """Take `section.key` out of the file; False when it was not in it. Raises SettingsError."""
    field = find_field(name)
    document = _read(path)
    section = document.get(field.section)
    if not isinstance(section, dict) or field.key not in section:
        return False
    del section[field.key]
    _write(path, document.as_string())
    return True


def _read(path: Path) -> Any:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        return tomlkit.parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return tomlkit.document()
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        raise SettingsError(f"{path}: {error}") from error


def _write(path: Path, text: str) -> None:
    """Whole or not at all; a link to a file kept elsewhere stays a link."""
    target = path.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(target) as partial:
            partial.write_text(text, encoding="utf-8")
            if target.exists():
                partial.chmod(target.stat().st_mode & 0o777)
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror or error}") from error
