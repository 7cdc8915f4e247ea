"""Themes are checked, can be one's own, and can be read."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tui.themes import ThemeError, ThemeFile, load_themes, parse_theme

PACKAGED = ("dark", "light")


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.fixture
def themes(tmp_path: Path) -> dict[str, ThemeFile]:
    return load_themes(tmp_path)[0]


def source(name: str) -> str:
    return (Path(__file__).parents[2] / "themes" / f"{name}.toml").read_text(encoding="utf-8")


def test_contrast_is_measured_as_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", PACKAGED)
def test_every_text_can_be_read_on_every_ground_it_stands_on(themes: dict[str, ThemeFile], name: str) -> None:
    theme = themes[name]
    text, ui = theme.text, theme.ui
    in_rows = {
        **{key: value for key, value in msgspec.to_builtins(text).items() if not key.endswith("background")},
        **msgspec.to_builtins(theme.states),
    }
    in_rows.pop("faint")  # lines and bars, never text
    in_lines = {"text": ui.foreground, "dim": text.dim, "key": text.key, **msgspec.to_builtins(theme.latency)}
    in_notices = {"info": ui.accent, "warning": ui.warning, "error": ui.error}
    pairs = [
        *(
            (role, colour, ground)
            for role, colour in in_rows.items()
            for ground in (ui.background, text.selected_background)
        ),
        *(
            (role, theme_colour, text.lit_background)
            for role, theme_colour in {
                "lit": text.lit,
                "english": text.english,
                "speaking": theme.states.speaking,
            }.items()
        ),
        *((role, colour, ui.surface) for role, colour in {**in_lines, **in_notices}.items()),
        *((role, colour, ui.panel) for role, colour in {"dim": text.dim, "key": text.key}.items()),
        ("terminal", theme.terminal.foreground, theme.terminal.background),
    ]
    too_faint = [f"{r}: {c} on {g} is {contrast(c, g):.2f}" for r, c, g in pairs if contrast(c, g) < 4.5]
    assert too_faint == []


@pytest.mark.parametrize("name", PACKAGED)
def test_states_are_told_apart_by_colour_too(themes: dict[str, ThemeFile], name: str) -> None:
    states = msgspec.to_builtins(themes[name].states)
    lively = [states[key] for key in ("translating", "translated", "speaking", "spoken", "muted", "failed")]
    assert len(set(lively)) == len(lively)


def test_a_theme_of_ones_own_is_found_and_wins_over_the_packaged_one(tmp_path: Path) -> None:
    mine = source("dark").replace('background = "#12141c"', 'background = "#000000"')
    (tmp_path / "a.toml").write_text(mine, encoding="utf-8")
    (tmp_path / "b.toml").write_text(mine.replace('name = "dark"', 'name = "night"'), encoding="utf-8")
    themes, errors = load_themes(tmp_path)
    assert errors == []
    assert themes["dark"].ui.background == "#000000"
    assert set(themes) == {"dark", "light", "night"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("#12141c", "black"), r"mine\.toml.*a colour as #rrggbb.*ui\.background"),
        (("dark = true", 'dark = "yes"'), r"mine\.toml.*bool.*dark"),
        (("[text]", "[text]\nblink = 1"), r"mine\.toml.*unknown field `blink`"),
        (('name = "dark"', "name = "), r"mine\.toml.*Invalid value"),
        (('foreground = "#e6e8f0"\nprimary', "primary"), r"mine\.toml.*missing required field `foreground`"),
    ],
)
def test_a_wrong_theme_says_where_and_what(change: tuple[str, str], says: str) -> None:
    with pytest.raises(ThemeError, match=says):
        parse_theme(source("dark").replace(*change, 1), "mine.toml")


def test_a_wrong_theme_of_ones_own_leaves_the_others(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("name = 3", encoding="utf-8")
    (tmp_path / "latin.toml").write_bytes(b"\xff\xfe")
    themes, errors = load_themes(tmp_path)
    assert set(themes) == {"dark", "light"}
    assert sorted(str(error).split(":")[0].rsplit("/", 1)[-1] for error in errors) == ["broken.toml", "latin.toml"]
