"""Themes are checked, can be one's own, and can be read."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from rich.cells import cell_len

from tui.no_color import MONOCHROME
from tui.theme_errors import ThemeError
from tui.themes import (
    Latency,
    States,
    TerminalColours,
    TextColours,
    ThemeFile,
    Ui,
    load_themes,
    parse_theme,
    user_folder,
)
from tui.widgets.gauge_layout import landmark
from tui.widgets.row import MARKS
from tui.widgets.status_line import SIGNS

PACKAGED = ("dark", "light", "gruvbox", "high-contrast", "monochrome", "nord")
LEAST_CONTRAST = {"high-contrast": 7.0}
"""WCAG 2.2: 4.5:1 for text (AA), 7:1 for those who need more (AAA)"""


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.fixture
def themes(tmp_path: Path) -> dict[str, ThemeFile]:
    return load_themes(tmp_path).by_name


def source(name: str) -> str:
    return (Path(__file__).parents[2] / "themes" / f"{name}.toml").read_text(encoding="utf-8")


def test_contrast_is_measured_as_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_at_least_six_themes_come_along_the_default_first(tmp_path: Path) -> None:
    themes = load_themes(tmp_path)
    assert themes.errors == {}
    assert themes.names() == list(PACKAGED)
    assert [themes.next_after(name) for name in PACKAGED] == [*PACKAGED[1:], PACKAGED[0]]


@pytest.mark.parametrize("name", PACKAGED)
def test_every_text_can_be_read_on_every_ground_it_stands_on(themes: dict[str, ThemeFile], name: str) -> None:
    """Also dim text: it is to be read. `faint` alone is exempt: lines and bars, which carry no meaning of their own."""
    theme = themes[name]
    text, ui, terminal = theme.text, theme.ui, theme.terminal
    in_rows = {
        **{key: value for key, value in msgspec.to_builtins(text).items() if not key.endswith("background")},
        **msgspec.to_builtins(theme.states),
    }
    in_rows.pop("faint")
    in_lit_rows = {"warning": ui.warning, "error": ui.error} | {
        key: in_rows[key] for key in ("lit", "english", "dim", "japanese", "code", "key", "speaking")
    }
    in_lines = {"text": ui.foreground, "dim": text.dim, "key": text.key, **msgspec.to_builtins(theme.states)}
    in_notices = {"info": ui.accent, "warning": ui.warning, "error": ui.error}
    in_bars = {"text": ui.foreground, "dim": text.dim, "key": text.key}
    in_bars |= {"placeholder": theme.to_textual().variables["text-disabled"]}
    grounds = {
        ui.background: {**in_rows, "accent": ui.accent, "warning": ui.warning, "error": ui.error},
        text.selected_background: in_rows,
        text.lit_background: in_lit_rows,
        ui.surface: {**in_lines, **in_notices, **msgspec.to_builtins(theme.latency)},
        ui.panel: in_bars,
        terminal.background: {"terminal": terminal.foreground},
    }
    pairs = [(role, colour, ground) for ground, roles in grounds.items() for role, colour in roles.items()]
    least = LEAST_CONTRAST.get(name, 4.5)
    too_faint = [f"{r}: {c} on {g} is {contrast(c, g):.2f}" for r, c, g in pairs if contrast(c, g) < least]
    assert too_faint == []


@pytest.mark.parametrize("name", PACKAGED)
def test_the_programs_sixteen_colours_can_be_read(themes: dict[str, ThemeFile], name: str) -> None:
    """All but black in a dark theme: no program writes black on the ground of a dark terminal."""
    terminal = themes[name].terminal
    colours = list(enumerate(terminal.colors))[1 if themes[name].dark else 0 :]
    least = LEAST_CONTRAST.get(name, 4.5)
    too_faint = {n: c for n, c in colours if contrast(c, terminal.background) < least}
    assert too_faint == {}


@pytest.mark.parametrize("name", [name for name in PACKAGED if name != MONOCHROME])
def test_states_are_told_apart_by_colour_too(themes: dict[str, ThemeFile], name: str) -> None:
    states = msgspec.to_builtins(themes[name].states)
    lively = [states[key] for key in ("translating", "translated", "speaking", "spoken", "muted", "failed")]
    assert len(set(lively)) == len(lively)


def test_states_levels_and_latencies_are_told_apart_by_shape() -> None:
    bars = [landmark(ms)[1] for ms in (150, 346, 877, 878)]
    for signs in (list(MARKS.values()), list(SIGNS.values()), bars):
        assert len(set(signs)) == len(signs)
        assert all(cell_len(sign) == 1 for sign in signs)


def test_the_monochrome_theme_has_greys_alone(themes: dict[str, ThemeFile]) -> None:
    theme = themes[MONOCHROME]
    groups = [theme.ui, theme.text, theme.states, theme.latency]
    colours = [colour for group in groups for colour in msgspec.to_builtins(group).values()]
    colours += [theme.terminal.foreground, theme.terminal.background, *theme.terminal.colors]
    assert [c for c in colours if not c[1:3] == c[3:5] == c[5:7]] == []
    assert theme.monochrome
    assert [name for name, other in themes.items() if other.monochrome] == [MONOCHROME]


def test_ones_own_themes_are_beside_the_config_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STREAMTTS_CONFIG", str(tmp_path / "config.toml"))
    assert user_folder() == tmp_path / "themes"
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes" / "x.toml").write_text(source("nord").replace('"nord"', '"fjord"'), encoding="utf-8")
    assert load_themes().by_name["fjord"].ui.background == "#2e3440"


def test_a_theme_of_ones_own_is_found_and_wins_over_the_packaged_one(tmp_path: Path) -> None:
    mine = source("dark").replace('background = "#12141c"', 'background = "#000000"')
    (tmp_path / "a.toml").write_text(mine, encoding="utf-8")
    (tmp_path / "b.toml").write_text(mine.replace('name = "dark"', 'name = "night"'), encoding="utf-8")
    themes = load_themes(tmp_path)
    assert themes.errors == {}
    assert themes.by_name["dark"].ui.background == "#000000"
    assert set(themes.names()) == {*PACKAGED, "night"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("#12141c", "black"), "line 6, ui.background: expected a colour as #rrggbb"),
        (("dark = true", 'dark = "yes"'), "line 3, dark: expected `bool`, got `str`"),
        (("[text]", "[text]\nblink = 1"), "line 18, text.blink: there is no such key"),
        (("[states]", "[stats]"), "line 30, stats: there is no such key"),
        (('name = "dark"', "name = "), "line 2: this is not TOML: invalid value"),
        (('foreground = "#e6e8f0"\nprimary', "primary"), "line 5, ui.foreground: it is missing"),
        (('name = "dark"\n', ""), "name: it is missing"),
        (('"#c0c8e0"', '"grey"'), "line 49, terminal.colors[7]: expected a colour as #rrggbb"),
        (('"#1d2130", ', ""), "line 49, terminal.colors: expected `array` of length >= 16"),
    ],
)
def test_a_wrong_theme_says_where_and_what(change: tuple[str, str], says: str) -> None:
    with pytest.raises(ThemeError) as caught:
        parse_theme(source("dark").replace(*change, 1), "mine.toml")
    assert str(caught.value).removeprefix("mine.toml, ").startswith(says)


def test_a_wrong_theme_of_ones_own_leaves_the_others(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("name = 3", encoding="utf-8")
    (tmp_path / "latin.toml").write_bytes(b"\xff\xfe")
    themes = load_themes(tmp_path)
    assert set(themes.names()) == set(PACKAGED)
    assert sorted(path.name for path in themes.errors) == ["broken.toml", "latin.toml"]
    assert all(str(error).startswith(str(path)) for path, error in themes.errors.items())


def test_the_page_about_themes_names_every_key_and_every_theme() -> None:
    page = (Path(__file__).parents[2] / "docs" / "themes.md").read_text(encoding="utf-8")
    sections = (ThemeFile, Ui, TextColours, States, Latency, TerminalColours)
    keys = [key for section in sections for key in names(section)]
    assert [name for name in (*keys, *PACKAGED) if f"`{name}`" not in page and f"`[{name}]`" not in page] == []


def names(section: type[msgspec.Struct]) -> list[str]:
    return [field.name for field in msgspec.structs.fields(section)]
