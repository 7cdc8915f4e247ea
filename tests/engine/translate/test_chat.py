from __future__ import annotations

import pytest

from engine.translate import chat
from engine.translate.chat import Chat, TemplateError
from tests.support.gguf_file import CHATML, GEMMA


def test_chatml_is_taken_apart() -> None:
    assert chat.from_template(CHATML, "<s>", "</s>") == chat.CHATML


def test_a_model_without_system_turns_is_told_in_the_first_users_turn() -> None:
    assert chat.from_template(GEMMA, "<bos>", "<eos>") == Chat(
        "<bos><start_of_turn>user\n",
        "\n\n",
        "<end_of_turn>\n<start_of_turn>model\n",
        "<end_of_turn>\n<start_of_turn>user\n",
        "<bos><start_of_turn>user\n",
    )


def test_a_default_system_prompt_stays_where_there_are_no_instructions() -> None:
    template = "{% if messages[0]['role'] != 'system' %}<sys>Be kind.</sys>{% endif %}" + CHATML
    made = chat.from_template(template, "", "")
    assert made.start_without_system == "<sys>Be kind.</sys><|im_start|>user\n"
    assert made.start == "<|im_start|>system\n"


@pytest.mark.parametrize(
    "template",
    [
        "{% for message in messages %}",
        "{{ raise_exception('never') }}",
        "no turns at all",
        "{% for message in messages %}{{ message['content'] }}{{ message['content'] }}{% endfor %}",
        "{{ messages[0]['content'] }}",
        "{{ 1 / 0 }}",
        "{{ messages.nothing.at.all }}",
    ],
)
def test_a_template_that_cannot_be_used_is_refused(template: str) -> None:
    with pytest.raises(TemplateError, match="template"):
        chat.from_template(template, "", "")


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ messages.append(1) }}" + CHATML,
        "{% include '/etc/passwd' %}",
        "{% for i in range(10**9) %}{{ i }}{% endfor %}",
    ],
)
def test_a_template_can_do_no_harm(template: str) -> None:
    with pytest.raises(TemplateError):
        chat.from_template(template, "", "")
