"""The ONE registry of actions. Key bindings, the action bar, the hint line and the help screen all read it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from tui.key_names import key_sign as key_sign


class Group(StrEnum):
    """What an action is about: the help screen shows the groups one after the other."""

    SOUND = "Sound"
    VIEW = "The bilingual view"
    WINDOW = "The window"
    SCREENS = "Screens"


@dataclass(frozen=True, slots=True)
class Action:
    """Something a key does. Keys are Textual's key names."""

    id: str
    """the name of its handler in `tui.handlers`"""
    label: str
    """one or two words, for the action bar"""
    help: str
    """one line, for the help screen"""
    function_key: str = ""
    """works everywhere, also while Claude has the keyboard"""
    leader_key: str = ""
    """works everywhere after the leader"""
    view_keys: tuple[str, ...] = ()
    """work while the bilingual view has the keyboard"""
    is_in_bar: bool = False
    """shown in the action bar"""
    group: Group = Group.WINDOW
    """set where the action stands in the registry"""


def _in(group: Group, *actions: Action) -> tuple[Action, ...]:
    return tuple(replace(action, group=group) for action in actions)


ACTIONS: tuple[Action, ...] = (
    *_in(
        Group.SOUND,
        Action("mute", "Mute", "Mute or unmute the voice; text goes on", "f2", "m", ("m",), is_in_bar=True),
        Action("skip", "Skip", "Skip the sentence that is sounding", "f3", "s", ("s",), is_in_bar=True),
        Action("pause", "Pause", "Pause the voice, or go on", "f4", "space", ("space",), is_in_bar=True),
        Action("replay_last", "Replay", "Say the last spoken sentence again", "f5", "r", ("r",), is_in_bar=True),
        Action("replay_selected", "Replay row", "Say the selected sentence again", "", "enter", ("enter",)),
        Action("replay_in_voice", "Replay as", "Say the selected sentence in another voice", view_keys=("R",)),
        Action("slower", "Slower", "Speak slower", "f7", "minus", ("minus", "left_square_bracket")),
        Action("faster", "Faster", "Speak faster", "f8", "plus", ("plus", "equals_sign", "right_square_bracket")),
        Action("stop", "Silence", "Silence now, and skip everything that waits to be spoken", "f12", "x", ("x",)),
    ),
    *_in(
        Group.VIEW,
        Action("select_next", "Down", "Select the next sentence", view_keys=("j", "down")),
        Action("select_previous", "Up", "Select the sentence before", view_keys=("k", "up")),
        Action("timeline_back", "Back", "Go back along the timeline: the sentence before", view_keys=("left",)),
        Action("timeline_on", "On", "Go on along the timeline: the next sentence", view_keys=("right",)),
        Action("page_down", "Page down", "Scroll a page down", view_keys=("pagedown",)),
        Action("page_up", "Page up", "Scroll a page up", view_keys=("pageup",)),
        Action("first", "Top", "Go to the first sentence", view_keys=("g", "home")),
        Action("follow", "Follow", "Go to the end and follow what is new", view_keys=("G", "end")),
        Action("search", "Search", "Search in both languages; Enter keeps the matches marked", "", "slash", ("slash",)),
        Action("next_match", "Next match", "Go to the next sentence that was searched for", view_keys=("n",)),
        Action("previous_match", "Match before", "Go to the one before", view_keys=("N",)),
        Action("copy", "Copy", "Copy the selected sentence in both languages, or the code", view_keys=("y",)),
        Action("copy_japanese", "Copy 日本語", "Copy the selected sentence in Japanese", view_keys=("Y",)),
        Action("languages", "Languages", "Both languages, English only, or Japanese only", "", "b", ("b",)),
        Action("readings", "Readings", "Above the Japanese: nothing, hiragana or Latin letters", "", "u", ("u",)),
        Action("fold", "Fold", "Fold or unfold the selected block of code, or the last one", view_keys=("z",)),
    ),
    *_in(
        Group.WINDOW,
        Action(
            "focus", "Switch", "Keyboard to Claude, or to the bilingual view", "f6", "tab", ("tab",), is_in_bar=True
        ),
        Action(
            "layout", "Layout", "Side by side, stacked, bilingual or Claude only", "f10", "l", ("l",), is_in_bar=True
        ),
        Action("claude_smaller", "Shrink", "Less room for Claude's pane", "", "less_than_sign", ("less_than_sign",)),
        Action("claude_larger", "Grow", "More room for Claude's pane", "", "greater_than_sign", ("greater_than_sign",)),
        Action("divider_reset", "Even", "The divider where it was at first", "", "vertical_line", ("vertical_line",)),
        Action("mark_text", "Mark", "Mark and copy text of Claude's pane, or open a link there, by keys", "", "y"),
        Action("waterfall", "Where", "Where the milliseconds of a sentence went, or not", "", "w", ("w",)),
        Action("gauges", "Gauges", "All gauges, or the few that are always there", "", "g"),
        Action("theme", "Theme", "Next theme", "", "t", ("t",)),
        Action("dismiss", "Dismiss", "Put the notice away and drop the selection", "", "d", ("escape",)),
        Action("quit", "Quit", "Leave; asks once more while Claude is running", "", "q", ("q",), is_in_bar=True),
    ),
    *_in(
        Group.SCREENS,
        Action("help", "Help", "Keys, marks, figures and notices", "f1", "h", ("question_mark",), is_in_bar=True),
        Action(
            "palette", "Commands", "Find any command by a few letters, and carry it out", "f11", "p", ("p", "ctrl+p")
        ),
        Action("voice", "Voice", "Choose the voice, with a preview", "f9", "v", ("v",), is_in_bar=True),
        Action("translator", "Translator", "Choose the translator, and fetch its weights", "", "T", ("T",)),
        Action("device", "Device", "Choose the device that sound goes to", "", "o", ("o",)),
        Action("history", "History", "What was said before: read it, search it, hear it again", "", "H", ("H",)),
        Action("export", "Export", "Export this session: a document, subtitles, a page, sound", "", "e", ("e",)),
        Action("settings", "Settings", "Every setting: see it, change it, keep it", "", "comma", ("comma",)),
    ),
)

_BY_ID = {action.id: action for action in ACTIONS}


def find_action(action_id: str) -> Action:
    """The action of that id. Raises KeyError."""
    return _BY_ID[action_id]


def action_ids() -> list[str]:
    """Every action's id, in the registry's order."""
    return list(_BY_ID)
