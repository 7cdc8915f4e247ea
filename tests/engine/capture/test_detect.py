"""The kind of input is told from its first bytes."""

from __future__ import annotations

import json

import pytest

from engine.capture.detect import MOST_BYTES, InputKind, detect
from tests.support.recordings import lines

TEXT, STREAM_JSON, TRANSCRIPT = InputKind.TEXT, InputKind.STREAM_JSON, InputKind.TRANSCRIPT


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"H", TEXT),
        (b"# Heading\n", TEXT),
        ("日本".encode()[:2], TEXT),
        (b"\xff\xfe", TEXT),
        (b"event", None),
        (b"events are\n", TEXT),
        (b"data: here\n", TEXT),
        (b"  \n ", None),
        (b"", None),
        (b"{", None),
        (b'{"type":"sys', None),
        (b'{\n  "type": "text"\n}\n', TEXT),
        (b'{"name":"a document"}\n', TEXT),
        (b"{not json}\n", TEXT),
        (b"[1, 2]\n", TEXT),
        (b'\n{"type":"system","subtype":"init"}\n', STREAM_JSON),
        (b'\xef\xbb\xbf{"type":"system"}\n', STREAM_JSON),
        (b'{"type":"stream_event","event":{}}\n', STREAM_JSON),
        (b'{"content":[{"type":"text","text":"Hi."}]}\n', STREAM_JSON),
        (b'{"content":[{"type":"text","text":"Hi."}]}', STREAM_JSON),
        (b"event: message_start\ndata: {", STREAM_JSON),
        (b'data: {"type"', STREAM_JSON),
        (b'{"type":"mode","mode":"normal","sessionId":"s"}\n', TRANSCRIPT),
        (b'{"type":"summary","summary":"x","leafUuid":"u"}\n', TRANSCRIPT),
        (b'{"type":"file-history-snapshot","messageId":"m"}\n', TRANSCRIPT),
        (b'{"parentUuid":null,"isSidechain":false,"type":"user"}\n', TRANSCRIPT),
    ],
)
def test_the_first_bytes_tell(start: bytes, kind: InputKind | None) -> None:
    assert detect(start) is kind


@pytest.mark.parametrize("start", [b"", b"  ", b"{", b'{"type":', b"event", b"dat"])
def test_at_the_end_there_is_always_an_answer(start: bytes) -> None:
    assert detect(start, is_all=True) is TEXT


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b'{"type":"user","sessionId":"s","message":{"content":"', TRANSCRIPT),
        (b'{"parentUuid":null,"isSidechain":false,"message":{"content":"', TRANSCRIPT),
        (b'{"type":"stream_event","event":{"delta":{"text":"', STREAM_JSON),
        (b'{"name":"', TEXT),
    ],
)
@pytest.mark.parametrize("rest", [b"x" * MOST_BYTES, b"\n"], ids=["very long", "cut off"])
def test_a_first_line_that_is_not_whole_is_told_by_its_beginning(start: bytes, kind: InputKind, rest: bytes) -> None:
    assert detect(start + rest) is kind


def test_a_first_line_without_end_is_text_after_a_while() -> None:
    assert detect(b'{"' + b"x" * MOST_BYTES) is TEXT


@pytest.mark.parametrize("name", ["print-many-turns", "print-permission"])
def test_every_recorded_line_is_told_as_stream_json(name: str) -> None:
    first = json.loads(lines(name, "stream.jsonl")[0]["line"])
    assert detect((json.dumps(first) + "\n").encode()) is STREAM_JSON
