from __future__ import annotations

import pytest

from engine.redaction import has_secret, redact

RANDOM = "aB3" + "xY9q" * 8
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\nAAAA\n-----END OPENSSH PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (f"The key is sk-ant-{RANDOM}.", "The key is [secret]."),
        (f"Set `ghp_{RANDOM}` as the token.", "Set `[secret]` as the token."),
        ("AKIA" + "ABCDEFGHIJ234567 is in the log", "[secret] is in the log"),
        ("AIza" + "B" * 35, "[secret]"),
        ("xoxb-" + "123456789012-abcdef", "[secret]"),
        ("hf_" + "a" * 30, "[secret]"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-_1", "[secret]"),
        (f"Look:\n{KEY}\nDone.", "Look:\n[secret]\nDone."),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE", "[secret]"),
        ("postgres://admin:hunter2!@db.internal:5432/app", "postgres://[secret]@db.internal:5432/app"),
        ("DB_PASSWORD=hunter22", "DB_PASSWORD=[secret]"),
        ('"api_key": "abc-123-def"', '"api_key": "[secret]"'),
        ("curl -H 'Authorization: Bearer abcdef0123456789'", "curl -H 'Authorization: Bearer [secret]'"),
        (f"It is {RANDOM} now.", "It is [secret] now."),
    ],
)
def test_a_secret_is_replaced_and_what_is_around_it_stays(text: str, clean: str) -> None:
    assert redact(text) == clean
    assert has_secret(text)
    assert not has_secret(clean)


@pytest.mark.parametrize(
    "text",
    [
        "Set ANTHROPIC_API_KEY in your environment.",
        "password: str, token: Token",
        "API_KEY=$API_KEY and token=<your token>",
        "api_key = os.environ['KEY']",
        "The token count is 1234567890.",
        "Commit 3f786850e387550fdab836ed7e6dc881de23001b fixed it.",
        "src/components/UserProfileSettingsPage2.tsx",
        "See https://example.com/docs/ApiReference2024#Section",
        "test_a_permission_that_is_refused_interrupts_the_turn",
        "UPPER_CASE_CONSTANT_NAME_42",
        "123e4567-e89b-12d3-a456-426614174000",
        "The sk-learn package and the ghp_ prefix",
        "日本語の文です。",
        "",
    ],
)
def test_ordinary_words_of_a_coding_assistant_stay(text: str) -> None:
    assert redact(text) == text
    assert not has_secret(text)


def test_the_caller_may_name_what_was_found() -> None:
    seen: list[str] = []

    def name(secret: str) -> str:
        seen.append(secret)
        return f"S{len(seen)}"

    assert redact("ftp://me:pass1word@host and ghp_" + "a1" * 15, name) == "ftp://S1@host and S2"
    assert seen == ["me:pass1word", "ghp_" + "a1" * 15]


def test_a_long_text_without_spaces_is_looked_through_once_and_not_from_every_character() -> None:
    # From every character it takes minutes, and the test's own time limit ends it.
    text = "とても長い文です" * 12_500
    assert redact(text + " password=hunter2hunter2") == text + " password=[secret]"
