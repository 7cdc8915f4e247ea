"""How a model's chat looks as one text, taken apart so that prompts can be put together quickly, from the left."""

from __future__ import annotations

from dataclasses import dataclass, replace

_SYSTEM, _USERS, _ANSWERS = "\ue000s\ue001", ("\ue000u1\ue001", "\ue000u2\ue001"), ("\ue000a1\ue001",)
"""Stand for the texts while a template is rendered: private characters, which no template contains."""


class TemplateError(Exception):
    """A chat template cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Chat:
    """The text around system prompt, user's turn and model's answer.

    The whole is `start` system `after_system` user `before_answer` answer `after_answer` user `before_answer` …
    """

    start: str
    after_system: str
    before_answer: str
    after_answer: str
    start_without_system: str
    """begins the first user's turn where there are no instructions"""


CHATML = Chat(
    "<|im_start|>system\n",
    "<|im_end|>\n<|im_start|>user\n",
    "<|im_end|>\n<|im_start|>assistant\n",
    "<|im_end|>\n<|im_start|>user\n",
    "<|im_start|>user\n",
)
_BRIEF_ANSWER = "<|im_end|><|im_start|>"
PLAIN = Chat("", "\n\nEnglish: ", "\nTranslation: ", "\nEnglish: ", "English: ")
"""For models that were never taught to chat."""


def brief(chat: Chat) -> Chat:
    """ChatML that leaves out who answers: two tokens instead of five between a sentence's end and its translation.

    Examples in the same form show the model what comes there. Other chats stay as they are.
    """
    return replace(chat, before_answer=_BRIEF_ANSWER) if chat.before_answer == CHATML.before_answer else chat


def from_template(template: str, bos: str, eos: str) -> Chat:
    """Take a Jinja chat template apart. It runs in a sandbox: it comes from a file. Raises TemplateError."""
    try:
        text = _render(template, bos, eos, _turns())
        bare_start, before_answer, after_answer = _parts_of_turns(text)
    except Exception as error:  # a stranger's program: it may raise anything
        raise TemplateError(f"the chat template cannot be used: {error}") from error
    try:
        start, rest = _split(_render(template, bos, eos, [("system", _SYSTEM), *_turns()]), _SYSTEM)
        after_system = _parts_of_turns(rest)[0]
    except Exception:
        # Many models know no system prompt, and their templates say so by an error: it begins the first turn instead.
        start, after_system = bare_start, "\n\n"
    return Chat(start, after_system, before_answer, after_answer, bare_start)


def _turns() -> list[tuple[str, str]]:
    return [("user", _USERS[0]), ("assistant", _ANSWERS[0]), ("user", _USERS[1])]


def _parts_of_turns(text: str) -> tuple[str, str, str]:
    before_user, rest = _split(text, _USERS[0])
    _, rest = _split(rest, _ANSWERS[0])
    after_answer, before_answer = _split(rest, _USERS[1])
    # What stands before an answer is taken from the end: there the model is asked to go on.
    return before_user, before_answer, after_answer


def _split(text: str, mark: str) -> tuple[str, str]:
    if text.count(mark) != 1:
        raise TemplateError("the chat template leaves out or repeats a turn")
    before, _, after = text.partition(mark)
    return before, after


def _render(template: str, bos: str, eos: str, turns: list[tuple[str, str]]) -> str:
    from jinja2 import TemplateError as JinjaError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    def refuse(message: str) -> None:
        raise JinjaError(message)

    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
    )
    environment.globals.update(raise_exception=refuse, strftime_now=lambda _: "")
    messages = [{"role": role, "content": content} for role, content in turns]
    return environment.from_string(template).render(
        messages=messages, add_generation_prompt=True, bos_token=bos, eos_token=eos, enable_thinking=False
    )
