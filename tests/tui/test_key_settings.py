"""Keys of one's own: what may be written, what is refused, and that everything else goes on with the default."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.settings import load
from tests.tui.conftest import FakeProgram, RunApp
from tui.actions import ACTIONS, find_action
from tui.key_settings import KeyProblem, parse_keys, read_keymap
from tui.keymap import DEFAULT_LEADER, Keymap, Keys, Scope, chosen_keymap

Wanted = dict[str, str | Sequence[str]]


def read(wanted: Wanted, leader: str = DEFAULT_LEADER) -> tuple[Keymap, list[KeyProblem]]:
    return read_keymap(leader, wanted)


def why(wanted: Wanted, leader: str = DEFAULT_LEADER) -> dict[str, str]:
    return {problem.setting: problem.reason for problem in read(wanted, leader)[1]}


@pytest.mark.parametrize(
    ("value", "keys"),
    [
        ("f2", Keys(("f2",))),
        ("F2, leader m, view m", Keys(("f2",), ("m",), ("m",))),
        (["leader m", "view m"], Keys((), ("m",), ("m",))),
        (["Ctrl+] m", "VIEW PgUp", "view Page Down"], Keys((), ("m",), ("pageup", "pagedown"))),
        ("everywhere shift+f2", Keys(("shift+f2",))),
        ("view ,, leader ,", Keys((), ("comma",), ("comma",))),
        (["view m", "view m"], Keys((), (), ("m",))),
        ("", Keys()),
        ([], Keys()),
    ],
)
def test_ways_to_write_keys(value: str | list[str], keys: Keys) -> None:
    assert parse_keys(value) == keys


def test_a_value_is_every_key_that_the_action_has() -> None:
    keymap, problems = read({"mute": "f2", "skip": []})
    assert problems == []
    assert keymap.keys(find_action("mute")) == Keys(("f2",))
    assert keymap.keys(find_action("skip")) == Keys()
    assert keymap.keys(find_action("pause")) == Keys.default(find_action("pause"))


def test_two_actions_may_change_places() -> None:
    keymap, problems = read({"mute": "f3, view s", "skip": "f2, view m"})
    assert problems == []
    assert keymap.table(Scope.EVERYWHERE)["f3"].id == "mute"
    assert keymap.table(Scope.VIEW)["m"].id == "skip"


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ({"mutee": "f2"}, "there is no action 'mutee'; did you mean mute?"),
        ({"xyzzy": "f2"}, "there is no action 'xyzzy'; the palette of commands shows their names"),
        ({"mute": "f99"}, "no key is called this"),
        ({"mute": "view cmd+m"}, "terminals do not send cmd"),
        ({"mute": [""]}, "no key is named"),
        ({"mute": "m"}, "Claude needs m: it is typed; say “leader m” or “view m”"),
        ({"mute": "Enter"}, "Claude needs Enter: sends"),
        ({"mute": "Ctrl+O"}, "Claude needs Ctrl+O: everything that was said"),
        ({"mute": "Alt+P"}, "Claude needs Alt+P: chooses the model"),
        ({"mute": "view ctrl+c"}, "Ctrl+C is Claude's everywhere"),
        ({"mute": "leader Ctrl+]"}, "Ctrl+] is the leader"),
        ({"mute": "leader esc"}, "ends the waiting"),
        ({"mute": "f3"}, "F3 is “Skip” too; give skip another key"),
        ({"mute": "leader s"}, "Ctrl+] s is “Skip” too"),
        ({"mute": "view s"}, "s in the view is “Skip” too"),
        ({"mute": "view f3"}, "F3 in the view is “Skip” too"),
        ({"quit": "view q"}, "there must be a way out"),
    ],
)
def test_what_cannot_be_is_told_and_the_default_stays(wanted: Wanted, reason: str) -> None:
    keymap, (problem,) = read(wanted)
    (action_id,) = wanted
    assert problem.setting == f"keys.{action_id}"
    assert reason in problem.reason
    assert all(keymap.keys(action) == Keys.default(action) for action in ACTIONS)


def test_two_of_ones_own_on_one_key_are_both_told() -> None:
    wanted: Wanted = {"mute": "ctrl+f1", "skip": "ctrl+f1", "pause": "ctrl+f2"}
    keymap, problems = read(wanted)
    assert {problem.setting for problem in problems} == {"keys.mute", "keys.skip"}
    assert keymap.keys(find_action("pause")) == Keys(("ctrl+f2",))


def test_a_key_whose_owner_has_to_stay_is_told_too() -> None:
    """Mute wants a key that is Claude's and keeps F2; so Skip cannot have F2."""
    problems = why({"mute": "ctrl+o", "skip": "f2"})
    assert "Claude needs" in problems["keys.mute"]
    assert "F2 is “Mute” too" in problems["keys.skip"]


def test_whatever_is_wanted_no_key_does_two_things() -> None:
    ids = [action.id for action in ACTIONS]
    wanted: Wanted = {one: f"view {chr(97 + n % 20)}, f{n % 12 + 1}, leader q" for n, one in enumerate(ids)}
    keymap, problems = read(wanted)
    assert problems
    for scope in Scope:
        keys = [key for action in ACTIONS for key in keymap.keys(action).of(scope)]
        assert len(keys) == len(set(keys))


def test_the_leader_as_people_write_it() -> None:
    assert read({}, "Ctrl+G")[0].leader == "ctrl+g"
    assert read({"mute": "Ctrl+G m"}, "C-g")[0].keys(find_action("mute")) == Keys((), ("m",))


def test_the_place_of_a_mistake_is_told(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[screen]\nleader = "x"\n\n[keys]\nmute = "f3"\nstop = [\n "view x",\n "x",\n]\n"a b" = "f1"\n')
    env = {"STREAMTTS_CONFIG": str(config), "STREAMTTS_KEYS_SKIP": "view"}
    _, problems = chosen_keymap(load({}, env), env)
    assert [problem.partition(": ")[0] for problem in problems] == [
        f"{config}, line 2, screen.leader",
        f"{config}, line 6, keys.stop",
        f"{config}, line 10, keys.a b",
        "STREAMTTS_KEYS_SKIP",
        f"{config}, line 5, keys.mute",
    ]
    assert problems[0].endswith("Ctrl+] is used.")
    assert problems[-1].endswith("The default keys are used: F2 · Ctrl+] m · m.")


async def test_keys_of_ones_own_work_and_wrong_ones_are_a_notice(run_app: RunApp, program: FakeProgram) -> None:
    wanted = {"mute": "ctrl+f1, view M", "skip": "f2", "pause": "f6"}
    async with run_app(keys=wanted) as screen:
        notices = [notice for notice in screen.app.main.status.notices if notice.code == "keys_invalid"]
        assert ["keys.pause" in notice.message for notice in notices] == [True]
        screen.engine.calls.clear()
        await screen.press("ctrl+f1", "f2", "f3", "f4")
        assert screen.engine.calls[:2] == [("set_muted", True), ("skip",)]
        assert ("set_paused", True) in screen.engine.calls
        assert screen.engine.calls.count(("skip",)) == 1
        bar = screen.app.main.query_one("ActionBar").render().plain  # type: ignore[union-attr]
        assert "Ctrl+F1 Mute" in bar
        assert "F2 Skip" in bar
        assert "F4 Pause" in bar
        await screen.press("f1")
        page = screen.app.screen.query_one("HelpPage").render().plain  # type: ignore[union-attr]
        assert any(line.startswith("Ctrl+F1") and "Mute or unmute" in line for line in page.splitlines())
