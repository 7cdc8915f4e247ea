"""A translator on a server, in a whole engine with a voice: it breaks off, stalls, and answers with nonsense."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from engine.pipeline.translator_hosts import Deadlines
from engine.settings import Settings
from tests.engine.pipeline.conftest import Listener, MakeEngine, say
from tests.support.chat_server import Answer, ChatServer, events, plainly, send, serving, start

SERVER, MOCK = "http:openai", "mock:echo"
TEXT = "The tests passed. I will read the file."
GOOD = events("テストが", "成功しました。")
LONG_S = 120.0


@pytest.fixture
async def server() -> AsyncIterator[ChatServer]:
    async with serving() as made:
        yield made


async def _beginning(request: web.Request) -> web.StreamResponse:
    response = await start(request)
    await send(response, {"choices": [{"delta": {"content": "テストが"}}]})
    return response


async def break_off(request: web.Request) -> web.StreamResponse:
    response = await _beginning(request)
    assert request.transport is not None
    request.transport.abort()
    return response


async def stall(request: web.Request) -> web.StreamResponse:
    response = await _beginning(request)
    await asyncio.sleep(3600)
    return response


def first(bad: Answer, then: Answer) -> Answer:
    """`bad` to the first request, `then` to the others."""
    answers = iter([bad])

    async def answer(request: web.Request) -> web.StreamResponse:
        return await next(answers, then)(request)

    return answer


async def spoken(make_engine: MakeEngine, server: ChatServer, answer: Answer, *translators: str) -> Listener:
    """Say the text to a server that changes its manners when it is open; every sentence must come through."""
    server.chat = GOOD
    engine, heard = make_engine(
        translators=translators,
        settings=Settings().replace("translate", http_url=server.url),
        deadlines=Deadlines(first_s=LONG_S, next_s=3.0),
    )
    await asyncio.to_thread(heard.wait_until_ready)
    server.chat = answer
    server.requests.clear()
    say(engine, TEXT)
    done = await asyncio.to_thread(engine.drain, 2 * LONG_S)
    assert (done.sentences, done.spoken, done.failed) == (2, 2, 0)
    assert heard.spoken() == [1, 2]
    return heard


async def test_a_connection_that_breaks_in_mid_answer_is_made_again(
    make_engine: MakeEngine, server: ChatServer
) -> None:
    heard = await spoken(make_engine, server, first(break_off, GOOD), SERVER)
    assert heard.translators() == [(1, SERVER), (2, SERVER)]
    assert heard.japanese() == {1: "テストが成功しました。", 2: "テストが成功しました。"}
    assert len(server.requests) == 3


async def test_where_there_is_another_it_takes_over_after_a_broken_connection(
    make_engine: MakeEngine, server: ChatServer
) -> None:
    heard = await spoken(make_engine, server, break_off, SERVER, MOCK)
    assert heard.translators() == [(1, MOCK), (2, MOCK)]
    [told] = heard.notices("translator_set_aside")
    assert SERVER in told


async def test_a_server_that_stalls_in_mid_answer_is_left_and_the_next_does_the_sentence(
    make_engine: MakeEngine, server: ChatServer
) -> None:
    heard = await spoken(make_engine, server, stall, SERVER, MOCK)
    assert heard.translators() == [(1, MOCK), (2, MOCK)]
    [told] = heard.notices("translator_set_aside")
    assert "hung" in told
    await asyncio.wait_for(server.was_left.wait(), LONG_S)


@pytest.mark.parametrize(
    "nonsense",
    [plainly("\x00\x01\x02", kind="text/event-stream"), plainly("data: {]\n\n", kind="text/event-stream")],
    ids=["bytes", "events"],
)
async def test_where_a_server_answers_with_nonsense_the_next_does_the_sentence(
    make_engine: MakeEngine, server: ChatServer, nonsense: Answer
) -> None:
    heard = await spoken(make_engine, server, nonsense, SERVER, MOCK)
    assert heard.translators() == [(1, MOCK), (2, MOCK)]
