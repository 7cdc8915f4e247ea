from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from engine.models import ModelError
from engine.protocols import Pair, Progress, TranslatorError
from engine.settings import Translate
from engine.translate import http_openai, http_openai_connection
from engine.translate.http_openai import OpenAiTranslator
from engine.translate.http_openai_connection import Patience
from engine.translate.http_openai_errors import Limited
from engine.translate.load import create_async
from tests.support.chat_server import ChatServer, events, plainly, send, serving, start, whole

KEY = "-".join(("sk", "test", "0123456789" * 2))
SENTENCE = "The tests pass."
USUAL = Patience()
QUICK = Patience(first_s=0.3, next_s=0.3, load_s=0.3)


@pytest.fixture
async def server() -> AsyncIterator[ChatServer]:
    async with serving() as made:
        yield made


def _make(server: ChatServer, patience: Patience = USUAL, **settings: Any) -> OpenAiTranslator:
    chosen = {"http_url": server.url, "http_key_env": "TEST_KEY"} | settings
    return OpenAiTranslator(Translate(**chosen), {"TEST_KEY": KEY}, patience)


async def _loaded(server: ChatServer, patience: Patience = USUAL, **settings: Any) -> OpenAiTranslator:
    made = _make(server, **settings)
    await made.load(lambda _: None)
    if patience != USUAL:
        await made.close()
        made._patience = patience
        made._connection = made._connect()
    return made


async def _pieces(
    translator: OpenAiTranslator, english: str = SENTENCE, *context: Pair, again: bool = False
) -> list[str]:
    return [piece async for piece in translator.translate(english, context, again)]


async def _error(translator: OpenAiTranslator, english: str = SENTENCE) -> TranslatorError:
    with pytest.raises(TranslatorError) as caught:
        await _pieces(translator, english)
    await translator.close()
    return caught.value


async def test_the_pieces_come_as_they_are_sent(server: ChatServer) -> None:
    translator = await _loaded(server)
    assert await _pieces(translator) == ["こん", "にちは", "。"]
    assert translator.info.device == "remote"
    assert translator.info.streams
    await translator.close()


async def test_the_first_piece_does_not_wait_for_the_second(server: ChatServer) -> None:
    may_go_on = asyncio.Event()

    async def slowly(request: web.Request) -> web.StreamResponse:
        response = await start(request)
        await send(response, {"choices": [{"delta": {"content": "前"}}]})
        await asyncio.wait_for(may_go_on.wait(), 30)
        await send(response, {"choices": [{"delta": {"content": "後"}, "finish_reason": "stop"}]})
        return response

    translator = await _loaded(server)
    server.chat = slowly
    async with aclosing(translator.translate(SENTENCE, (), False)) as pieces:
        assert await anext(pieces) == "前"
        may_go_on.set()
        assert await anext(pieces) == "後"
    await translator.close()


async def test_a_server_that_cannot_stream_answers_in_one_piece(server: ChatServer) -> None:
    server.chat = whole("こんにちは。")
    translator = await _loaded(server)
    assert await _pieces(translator) == ["こんにちは。"]
    await translator.close()


async def test_the_request_has_words_examples_and_context(server: ChatServer) -> None:
    translator = await _loaded(server)
    await _pieces(translator, f"  {SENTENCE}\n", Pair("Before.", "前。"))
    body = server.requests[-1]
    roles = [message["role"] for message in body["messages"]]
    assert roles[0] == "system"
    assert roles[1:] == ["user", "assistant"] * (len(roles) // 2 - 1) + ["user"]
    assert [message["content"] for message in body["messages"][-3:]] == ["Before.", "前。", SENTENCE]
    assert len(roles) > 4, "examples"
    assert body["model"] == "tiny-chat"
    assert body["stream"] is True
    assert body["temperature"] == 0
    await translator.close()


async def test_a_heading_has_headings_before_it(server: ChatServer) -> None:
    translator = await _loaded(server)
    await _pieces(translator, "What changed", Pair("Before.", "前。"))
    heading = [message["content"] for message in server.requests[-1]["messages"]]
    await _pieces(translator, "This is what changed.", Pair("Before.", "前。"))
    prose = [message["content"] for message in server.requests[-1]["messages"]]
    assert len(heading) > len(prose)
    assert heading.index("前。") == prose.index("前。"), "after the context, where they weigh most"
    await translator.close()


async def test_the_second_try_varies_and_the_length_is_bounded(server: ChatServer) -> None:
    translator = await _loaded(server)
    await _pieces(translator, again=True)
    await _pieces(translator, "word " * 100)
    short, long = server.requests[-2:]
    assert short["temperature"] > 0
    assert 0 < short["max_tokens"] < long["max_tokens"] < 2000
    await translator.close()


async def test_another_language_is_asked_for(server: ChatServer) -> None:
    translator = await _loaded(server, to="fr")
    assert "French" in json.dumps(server.requests[-1]["messages"])
    await translator.close()


async def test_an_unknown_language_is_a_model_error(server: ChatServer) -> None:
    with pytest.raises(ModelError, match="no language xx") as caught:
        await _loaded(server, to="xx")
    assert caught.value.code == "no_language"


async def test_the_glossary_stands_in_the_sentence(server: ChatServer, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('keep = ["Foo"]\n[translate]\n"pull request" = "プルリクエスト"\n')
    translator = await _loaded(server, glossary=str(tmp_path / "own.toml"))
    await _pieces(translator, "Open a pull request for Foo.")
    assert server.requests[-1]["messages"][-1]["content"] == "Open a プルリクエスト for Foo."
    await translator.close()


async def test_a_glossary_that_cannot_be_read_is_left_out(server: ChatServer, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text("keep = 3")
    translator = await _loaded(server, glossary=str(tmp_path / "own.toml"))
    assert await _pieces(translator)
    await translator.close()


async def test_one_connection_is_kept(server: ChatServer) -> None:
    translator = await _loaded(server)
    for _ in range(3):
        await _pieces(translator)
    assert len(server.connections) == 1
    await translator.close()


async def test_the_key_goes_into_the_header_and_nowhere_else(server: ChatServer) -> None:
    seen: list[Progress] = []
    translator = _make(server)
    await translator.load(seen.append)
    assert {headers["Authorization"] for headers in server.headers} == {f"Bearer {KEY}"}
    server.chat = plainly(json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}}), status=401)
    error = await _error(translator)
    assert error.code == "refused"
    assert "TEST_KEY" in str(error)
    assert KEY not in f"{error!r} {seen!r} {server.requests!r} {translator!r}"


async def test_no_key_sends_none(server: ChatServer) -> None:
    for environment in ({}, {"TEST_KEY": "  "}):
        translator = OpenAiTranslator(Translate(http_url=server.url, http_key_env="TEST_KEY"), environment)
        await translator.load(lambda _: None)
        await translator.close()
    assert not any("Authorization" in headers for headers in server.headers)


async def test_a_key_that_cannot_be_one_is_refused_without_showing_it(server: ChatServer) -> None:
    translator = OpenAiTranslator(Translate(http_url=server.url, http_key_env="TEST_KEY"), {"TEST_KEY": "鍵\nあ"})
    with pytest.raises(ModelError, match="TEST_KEY") as caught:
        await translator.load(lambda _: None)
    assert caught.value.code == "bad_key"
    assert "鍵" not in str(caught.value)


async def test_closing_the_generator_ends_the_request(server: ChatServer) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = await start(request)
        while True:
            await send(response, {"choices": [{"delta": {"content": "あ"}}]})
            await asyncio.sleep(0.01)

    translator = await _loaded(server)
    server.chat = endless
    pieces = translator.translate(SENTENCE, (), False)
    assert await anext(pieces) == "あ"
    await pieces.aclose()
    await asyncio.wait_for(server.was_left.wait(), 30)
    server.chat = events("次。")
    assert await _pieces(translator) == ["次。"]
    await translator.close()


async def test_cancelling_the_task_ends_the_request(server: ChatServer) -> None:
    has_begun = asyncio.Event()

    async def silent(_: web.Request) -> web.StreamResponse:
        has_begun.set()
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    translator = await _loaded(server)
    server.chat = silent
    task = asyncio.create_task(_pieces(translator))
    await asyncio.wait_for(has_begun.wait(), 30)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(server.was_left.wait(), 30)
    await translator.close()


async def test_a_server_that_never_answers_is_slow(server: ChatServer) -> None:
    async def silent(_: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    translator = await _loaded(server, QUICK)
    server.chat = silent
    assert (await _error(translator)).code == "slow"
    await asyncio.wait_for(server.was_left.wait(), 30)


async def test_a_server_that_stops_in_the_middle_is_slow(server: ChatServer) -> None:
    async def half(request: web.Request) -> web.StreamResponse:
        response = await start(request)
        await send(response, {"choices": [{"delta": {"content": "こん"}}]})
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    translator = await _loaded(server, QUICK)
    server.chat = half
    assert (await _error(translator)).code == "slow"


async def test_a_server_that_begins_at_once_and_then_reads_has_the_patience_for_a_first_text(
    server: ChatServer,
) -> None:
    async def reading(request: web.Request) -> web.StreamResponse:
        response = await start(request)
        await send(response, {"choices": [{"delta": {"role": "assistant", "content": None}}]})
        await asyncio.sleep(0.3)
        await send(response, {"choices": [{"delta": {"content": "はい。"}, "finish_reason": "stop"}]})
        return response

    translator = await _loaded(server, Patience(first_s=30, next_s=0.01))
    server.chat = reading
    assert await _pieces(translator) == ["はい。"]
    await translator.close()


async def test_a_server_that_only_says_that_it_lives_is_slow_in_the_end(server: ChatServer) -> None:
    async def waiting(request: web.Request) -> web.StreamResponse:
        response = await start(request)
        while True:
            await response.write(b": still working\n\n")
            await asyncio.sleep(0.05)

    translator = await _loaded(server, Patience(first_s=0.3, next_s=10, whole_s=0.3))
    server.chat = waiting
    assert (await _error(translator)).code == "slow"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (plainly('{"error": {"message": "no"}}', status=401), "refused"),
        (plainly("no", status=403, kind="text/html"), "refused"),
        (plainly('{"error": "model \'x\' not found"}', status=404), "no_model"),
        (plainly("{}", status=429), "limit"),
        (plainly("busy", status=503), "offline"),
        (plainly("", status=504), "slow"),
        (plainly('{"error": {"message": "bad request"}}', status=400), "bad_reply"),
        (plainly("<html>Sign in</html>", kind="text/html"), "bad_reply"),
        (plainly('{"choices": [{"mess'), "bad_reply"),
        (plainly("[]"), "bad_reply"),
        (plainly('{"choices": [{}]}'), "bad_reply"),
        (plainly('{"choices": [{"message": {"content": 7}}]}'), "bad_reply"),
        (plainly('{"error": {"message": "out of memory"}}'), "bad_reply"),
        (whole("こん", finish_reason="length"), "bad_reply"),
        (whole("", finish_reason="content_filter"), "refused"),
        (whole(""), "bad_reply"),
        (events("こん", reason=None, end=""), "bad_reply"),
        (events("こん", reason="length"), "bad_reply"),
        (events("こん", reason=None, end='data: {"error": {"message": "out of memory"}}\n\n'), "bad_reply"),
        (events("こん", reason=None, end='data: {"choi'), "bad_reply"),
        (events(), "bad_reply"),
        (events("考え中", field="reasoning_content"), "bad_reply"),
    ],
)
async def test_each_failure_has_its_code(server: ChatServer, answer: Any, code: str) -> None:
    translator = await _loaded(server)
    server.chat = answer
    error = await _error(translator)
    assert error.code == code
    assert server.url.removeprefix("http://").removesuffix("/v1") in str(error) or code == "refused"
    assert "\n" not in str(error)


@pytest.mark.parametrize(("header", "seconds"), [("20", 20.0), ("soon", None), ("", None)])
async def test_a_limit_says_how_long_to_wait(server: ChatServer, header: str, seconds: float | None) -> None:
    translator = await _loaded(server)
    server.chat = plainly("{}", 429, **{"Retry-After": header})
    error = await _error(translator)
    assert isinstance(error, Limited)
    assert error.retry_after_s == seconds


async def test_an_answer_without_end_is_cut_off(server: ChatServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.translate.http_openai_stream.MOST_BYTES", 10_000)
    translator = await _loaded(server)
    server.chat = plainly("data: " + "x" * 20_000, kind="text/event-stream")
    assert (await _error(translator)).code == "bad_reply"


async def test_a_server_that_has_gone_is_offline(server: ChatServer) -> None:
    translator = await _loaded(server)

    async def hang_up(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        raise ConnectionError

    server.chat = hang_up
    assert (await _error(translator)).code == "offline"


async def test_a_kept_connection_that_was_closed_meanwhile_is_no_error(server: ChatServer) -> None:
    translator = await _loaded(server)
    asked = len(server.requests)

    async def hang_up_once(request: web.Request) -> web.StreamResponse:
        if len(server.requests) > asked + 1:
            return await events("はい。")(request)
        assert request.transport is not None
        request.transport.abort()
        raise ConnectionError

    server.chat = hang_up_once
    assert await _pieces(translator) == ["はい。"]
    await translator.close()


async def test_nobody_there_is_a_model_error_that_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    translator = OpenAiTranslator(Translate(http_url=f"http://user:pass@127.0.0.1:{port}/v1"), {})
    with pytest.raises(ModelError, match=r"translate\.http_url") as caught:
        await translator.load(lambda _: None)
    assert caught.value.code == "offline"
    assert "pass" not in str(caught.value)


async def test_a_redirect_is_not_followed(server: ChatServer) -> None:
    async with serving() as other:
        translator = await _loaded(server)
        server.chat = plainly("", 307, Location=f"{other.url}/chat/completions")
        error = await _error(translator)
        assert error.code == "bad_reply"
        assert "another address" in str(error)
        assert other.headers == []


@pytest.mark.parametrize(
    "url", ["", "nonsense", "ftp://host/v1", "http://", "http://host:99999/v1", "file:///etc/passwd"]
)
async def test_what_is_no_address_is_a_model_error(url: str) -> None:
    with pytest.raises(ModelError, match=r"translate\.http_url") as caught:
        await OpenAiTranslator(Translate(http_url=url), {}).load(lambda _: None)
    assert caught.value.code == "bad_url"


@pytest.mark.parametrize("name", ["qwen2.5:7b", "/cache/streamtts/embedded/qwen-q4.gguf", "org/Battstts-7B"])
async def test_the_first_model_that_chats_is_taken(server: ChatServer, name: str) -> None:
    server.names = ("nomic-embed-text", "org/bge-m3", "whisper-1", "gpt-4o-mini-tts", name, "other")
    translator = await _loaded(server)
    assert server.requests[-1]["model"] == name
    await translator.close()


async def test_the_model_of_the_settings_is_taken_and_the_list_not_asked_for(server: ChatServer) -> None:
    server.models = plainly("", status=404)
    translator = await _loaded(server, http_model="own-model")
    assert server.requests[-1]["model"] == "own-model"
    await translator.close()


@pytest.mark.parametrize(
    ("models", "code"),
    [
        (plainly('{"data": []}'), "no_model"),
        (plainly('{"data": [{"id": "bge-embedding"}]}'), "no_model"),
        (plainly('{"data": null}'), "no_model"),
        (plainly("[]"), "bad_reply"),
        (plainly('{"models": []}'), "bad_reply"),
        (plainly("<html>", kind="text/html"), "bad_reply"),
        (plainly("{}", status=401), "refused"),
    ],
)
async def test_a_server_without_a_model_is_a_model_error(server: ChatServer, models: Any, code: str) -> None:
    server.models = models
    with pytest.raises(ModelError) as caught:
        await _loaded(server)
    assert caught.value.code == code


async def test_a_server_that_does_not_answer_while_loading_is_a_model_error(server: ChatServer) -> None:
    async def silent(_: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    server.chat = silent
    with pytest.raises(ModelError) as caught:
        await _make(server, QUICK).load(lambda _: None)
    assert caught.value.code == "slow"


@pytest.mark.parametrize("cut", [1, 3, 7, 100])
async def test_thinking_aloud_is_dropped(server: ChatServer, cut: int) -> None:
    said = "<think>\nLet me see: <b> こう。\n</think>\n\n こんにちは。1 < 2"
    server.chat = events(*(said[at : at + cut] for at in range(0, len(said), cut)))
    translator = await _loaded(server)
    assert "".join(await _pieces(translator)) == "こんにちは。1 < 2"
    assert server.requests[-1]["max_tokens"] > 2000, "room to think, once it is known"
    await translator.close()


async def test_thinking_without_its_first_tag_is_known_from_the_first_sentence(server: ChatServer) -> None:
    server.chat = events("Let me", " see.</th", "ink>\n", "こんにちは。")
    translator = await _loaded(server)
    assert await _pieces(translator) == ["こんにちは。"]
    await translator.close()


@pytest.mark.parametrize("parameter", ["temperature", "max_tokens", "stream"])
async def test_a_parameter_that_the_server_does_not_take_is_left_out(server: ChatServer, parameter: str) -> None:
    async def strict(request: web.Request) -> web.StreamResponse:
        if parameter in server.requests[-1]:
            body = {"error": {"message": f"Unsupported parameter: {parameter}", "param": parameter}}
            return web.json_response(body, status=400)
        return await events("はい。")(request)

    server.chat = strict
    translator = await _loaded(server)
    asked = len(server.requests)
    assert await _pieces(translator) == ["はい。"]
    assert len(server.requests) == asked + 1, "the server is not asked twice for every sentence"
    assert (parameter == "max_tokens") == ("max_completion_tokens" in server.requests[-1])
    await translator.close()


async def test_a_server_that_takes_no_parameter_at_all_is_an_error(server: ChatServer) -> None:
    translator = await _loaded(server)
    server.chat = plainly('{"error": {"message": "no", "param": "messages"}}', status=400)
    assert (await _error(translator)).code == "bad_reply"


FAKE_KEY = "-".join(("sk", "ant", "api03", "aB3" * 8))
SECRET = f"Use the key {FAKE_KEY} with https://bob:hunter2secret@example.com/x now."


@pytest.mark.parametrize("cut", [1, 4, 1000])
async def test_secrets_stay_here_and_stand_in_the_answer(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch, cut: int
) -> None:
    monkeypatch.setattr(http_openai, "is_this_machine", lambda _: False)

    async def echo(request: web.Request) -> web.StreamResponse:
        said = f"訳: {server.requests[-1]['messages'][-1]['content']}"
        return await events(*(said[at : at + cut] for at in range(0, len(said), cut)))(request)

    server.chat = echo
    translator = await _loaded(server)
    assert "".join(await _pieces(translator, SECRET, Pair(SECRET, SECRET))) == f"訳: {SECRET}"
    sent = json.dumps(server.requests)
    assert FAKE_KEY not in sent
    assert "hunter2secret" not in sent
    await translator.close()


async def test_on_this_machine_nothing_is_hidden(server: ChatServer) -> None:
    translator = await _loaded(server)
    await _pieces(translator, SECRET)
    assert server.requests[-1]["messages"][-1]["content"] == SECRET
    await translator.close()


async def test_a_placeholder_spelt_out_in_the_text_is_no_secret(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_openai, "is_this_machine", lambda _: False)
    translator = await _loaded(server)
    server.chat = events("<secret-1>と<secret-7>")
    answer = "".join(await _pieces(translator, f"Put <secret-1> there. {SECRET}"))
    assert answer.endswith("と<secret-7>")
    assert server.requests[-1]["messages"][-1]["content"].startswith("Put <secret> there.")
    await translator.close()


async def test_where_the_text_goes_is_said(server: ChatServer, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Progress] = []
    here = _make(server)
    await here.load(seen.append)
    await here.close()
    assert not any("are sent to" in step.what or "unencrypted" in step.what for step in seen)
    monkeypatch.setattr(http_openai, "is_this_machine", lambda _: False)
    away = _make(server)
    await away.load(seen.append)
    await away.close()
    assert any("are sent to 127.0.0.1" in step.what for step in seen)
    assert any("TEST_KEY travels unencrypted" in step.what for step in seen)


@pytest.mark.parametrize(
    ("url", "is_here"),
    [
        ("http://127.0.0.1:11434/v1", True),
        ("http://localhost/v1", True),
        ("http://[::1]:8000/v1", True),
        ("http://192.168.0.2:8000/v1", False),
        ("https://localhost.example.com/v1", False),
        ("https://api.openai.com/v1", False),
    ],
)
def test_which_addresses_are_this_machine(url: str, is_here: bool) -> None:
    assert http_openai_connection.is_this_machine(url) is is_here


@pytest.mark.parametrize("nothing", ["", " \n "])
async def test_nothing_is_not_sent(server: ChatServer, nothing: str) -> None:
    translator = await _loaded(server)
    asked = len(server.requests)
    assert await _pieces(translator, nothing) == []
    assert len(server.requests) == asked
    await translator.close()


async def test_half_a_surrogate_is_sent_as_a_question_mark(server: ChatServer) -> None:
    translator = await _loaded(server)
    await _pieces(translator, "a \ud800 b")
    assert server.requests[-1]["messages"][-1]["content"] == "a ? b"
    await translator.close()


async def test_translating_before_loading_is_an_error(server: ChatServer) -> None:
    with pytest.raises(RuntimeError, match="load"):
        await _pieces(_make(server))


async def test_it_is_made_by_its_id(server: ChatServer) -> None:
    made = create_async("http:openai", {"http_url": server.url})
    await made.load(lambda _: None)
    assert [piece async for piece in made.translate(SENTENCE, (), False)] == ["こん", "にちは", "。"]
    await made.close()
    with pytest.raises(ModelError, match="http:openai"):
        create_async("http:nothing", {})
