"""One translator after another: who does a sentence, who is set aside for it, and who comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from engine.events import GuardCount, Health, Notice, NoticeWithdrawn, TranslationChanged
from engine.models import ModelError
from engine.pipeline.health import BackOff
from engine.pipeline.job import Job
from engine.pipeline.translator_hosts import Deadlines
from engine.protocols import TranslatorError
from engine.sentence import Guard, State
from tests.support.translation_rig import BAD, CRASH, GOOD, HANG, OFFLINE, Answer, Rig, StandIn, always, until

A, B, C = "http:a", "http:b", "http:c"
JAPANESE = "".join(GOOD)
SHORT = Deadlines(first_s=0.2, next_s=0.2, character_s=0.0, load_s=0.2)
SOON = BackOff(0.01, 0.05)

MakeRig = Callable[..., Rig]


@pytest.fixture
async def make_rig(tmp_path: Path) -> AsyncIterator[MakeRig]:
    made: list[Rig] = []

    def make(*stand_ins: StandIn, **options: Any) -> Rig:
        made.append(Rig(tmp_path, *stand_ins, **options))
        return made[-1]

    yield make
    for rig in made:
        await rig.close()


# -- failing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [(CRASH,), (GOOD[0], CRASH), (OFFLINE,)], ids=["at once", "half way", "no server"])
async def test_the_next_one_does_the_sentence_in_hand(make_rig: MakeRig, answer: Answer) -> None:
    first, second = StandIn(A, always(*answer)), StandIn(B)
    rig = make_rig(first, second)
    await rig.start()
    job = await rig.say("The first one fails on this.")
    assert (job.sentence.ja, job.sentence.translator, job.sentence.guard) == (JAPANESE, B, Guard.OK)
    assert job.phrases.text == JAPANESE
    assert rig.translators.id == B
    assert rig.translators.health == {A: Health.OPEN}
    [message] = rig.notices("translator_set_aside")
    assert A in message
    asked = len(first.asked)
    assert (await rig.say("This is not given to the first.")).sentence.translator == B
    assert len(first.asked) == asked


@pytest.mark.parametrize(
    "answer",
    [(HANG,), (GOOD[0], HANG), [piece for letter in "あいうえおかきくけこさしすせそ" for piece in (letter, 0.1)]],
    ids=["nothing", "nothing more", "too slowly"],
)
async def test_a_hang_is_ended_and_the_next_one_takes_over(make_rig: MakeRig, answer: Answer) -> None:
    first, second = StandIn(A, always(*answer)), StandIn(B)
    rig = make_rig(first, second, deadlines=SHORT)
    await rig.start()
    job = await rig.say("The first one never finishes this.")
    assert (job.sentence.ja, job.sentence.translator) == (JAPANESE, B)


def test_long_sentences_and_translators_that_do_not_stream_get_more_time() -> None:
    short, long = (Deadlines().patience("x" * length, streams=True) for length in (10, 2000))
    assert long.first_s > short.first_s
    assert long.total_s > short.total_s > short.first_s
    # What comes in one piece comes at the end.
    assert Deadlines().patience("x" * 10, streams=False).first_s == short.total_s


async def test_one_crash_is_forgiven(make_rig: MakeRig) -> None:
    lives: list[Answer] = [(GOOD[0], CRASH), GOOD]
    rig = make_rig(StandIn(A, lambda _english, _again: lives.pop(0)), StandIn(B))
    await rig.start()
    job = await rig.say("It crashes once on this.")
    assert (job.sentence.ja, job.sentence.translator, job.phrases.text) == (JAPANESE, A, JAPANESE)
    assert rig.translators.health == {}


@pytest.mark.parametrize(("fault", "asked"), [(OFFLINE, 2), (TranslatorError("limit", "HTTP 429"), 1)])
async def test_the_only_one_is_asked_again_unless_it_wants_to_be_left_alone(
    make_rig: MakeRig, fault: TranslatorError, asked: int
) -> None:
    only = StandIn(A, always(fault))
    rig = make_rig(only)
    await rig.start()
    await rig.say("Nobody else can do this.")
    assert len(only.asked) == asked


async def test_a_sentence_that_everybody_fails_on_is_itself_to_blame(make_rig: MakeRig) -> None:
    def script(english: str, _again: bool) -> Answer:
        return (CRASH,) if "poison" in english else GOOD

    rig = make_rig(StandIn(A, script), StandIn(B, script))
    await rig.start()
    poisoned = await rig.say("This is poison for everybody.")
    assert (poisoned.sentence.ja, poisoned.sentence.state) == (poisoned.sentence.en, State.FAILED)
    assert rig.translators.health == {}
    assert (await rig.say("This one is fine.")).sentence.translator == A
    assert rig.tally.guard == {"crashed": GuardCount(english=1)}


async def test_without_another_three_failures_in_a_row_set_it_aside_and_it_comes_back(make_rig: MakeRig) -> None:
    only = StandIn(A, always(CRASH))
    rig = make_rig(only, back_off=SOON)
    await rig.start()
    for number in range(3):
        assert (await rig.say(f"Number {number} fails.")).sentence.guard is Guard.ENGLISH
    assert rig.translators.health != {}
    only.script = always(*GOOD)
    await until(lambda: rig.translators.id == A)
    assert (await rig.say("Now it works again.")).sentence.ja == JAPANESE
    assert NoticeWithdrawn("translator_set_aside") in rig.events


async def test_while_none_works_sentences_do_not_wait(make_rig: MakeRig) -> None:
    only = StandIn(A, always(CRASH))
    rig = make_rig(only)
    await rig.start()
    for number in range(3):
        await rig.say(f"Number {number} fails.")
    asked = len(only.asked)
    job = await rig.say("Nobody is asked for this.")
    assert job.sentence.reason is not None
    assert "set aside" in job.sentence.reason
    assert len(only.asked) == asked


async def test_the_one_that_was_set_aside_comes_back_when_it_works(make_rig: MakeRig) -> None:
    first = StandIn(A, always(CRASH))
    rig = make_rig(first, StandIn(B), back_off=SOON)
    await rig.start()
    await rig.say("The first one fails on this.")
    assert rig.translators.id == B
    first.script = always(*GOOD)
    await until(lambda: rig.translators.id == A)
    assert rig.translators.health == {}
    assert (await rig.say("It is back.")).sentence.translator == A


async def test_one_that_gives_no_good_translation_of_a_plain_sentence_stays_aside(make_rig: MakeRig) -> None:
    first = StandIn(A, always(CRASH))
    rig = make_rig(first, StandIn(B), back_off=SOON)
    await rig.start()
    await rig.say("The first one fails on this.")
    first.script = always(*BAD)
    asked = len(first.asked)
    await until(lambda: len(first.asked) >= asked + 2)
    assert rig.translators.id == B


# -- refused -----------------------------------------------------------------------------------------------------


async def test_the_guard_asks_again_with_another_setting(make_rig: MakeRig) -> None:
    only = StandIn(A, lambda _english, again: GOOD if again else BAD)
    rig = make_rig(only)
    await rig.start()
    job = await rig.say("The first try of this is no good.")
    assert (job.sentence.ja, job.sentence.guard) == (JAPANESE, Guard.RETRIED)
    assert only.asked[-2:] == [
        ("The first try of this is no good.", False),
        ("The first try of this is no good.", True),
    ]
    assert rig.tally.guard == {"loop": GuardCount(retried=1)}


async def test_then_another_translator_is_asked_where_one_is_ready(make_rig: MakeRig) -> None:
    rig = make_rig(StandIn(A, always(*BAD)), StandIn(B), fallback=B)
    await rig.start()
    await until(lambda: rig.by_id[B].opened)
    job = await rig.say("The first one cannot do this.")
    assert (job.sentence.ja, job.sentence.translator, job.sentence.guard) == (JAPANESE, B, Guard.RETRIED)
    assert rig.translators.id == A
    assert rig.tally.guard == {"loop": GuardCount(retried=1)}


async def test_none_is_loaded_for_a_refused_sentence_which_is_shown_in_english(make_rig: MakeRig) -> None:
    second = StandIn(B)
    rig = make_rig(StandIn(A, always(*BAD)), second)
    await rig.start()
    job = await rig.say("Nobody else is ready for this.")
    assert (job.sentence.ja, job.sentence.guard) == (job.sentence.en, Guard.ENGLISH)
    assert (job.sentence.state, job.sentence.reason) == (State.FAILED, "translation rejected: loop")
    assert second.opened == 0
    assert rig.tally.guard == {"loop": GuardCount(english=1)}


async def test_three_refused_in_a_row_set_it_aside_for_the_next_one(make_rig: MakeRig) -> None:
    rig = make_rig(StandIn(A, always(*BAD)), StandIn(B))
    await rig.start()
    for number in range(3):
        await rig.say(f"Number {number} comes out as rubbish.")
    assert rig.translators.health == {A: Health.OPEN}
    assert (await rig.say("Another one does this.")).sentence.translator == B


async def test_what_nobody_else_could_do_better_is_not_set_aside(make_rig: MakeRig) -> None:
    rig = make_rig(StandIn(A, always(*BAD)))
    await rig.start()
    for number in range(4):
        await rig.say(f"Number {number} comes out as rubbish.")
    assert rig.translators.id == A


async def test_one_good_translation_forgets_the_bad_ones(make_rig: MakeRig) -> None:
    first = StandIn(A, lambda english, _again: BAD if "bad" in english else GOOD)
    rig = make_rig(first, StandIn(B))
    await rig.start()
    for word in ("bad", "bad", "good", "bad", "bad", "good"):
        await rig.say(f"This one is {word} for it.")
    assert rig.translators.id == A


# -- words that the voice has taken --------------------------------------------------------------------------------

TWO_PHRASES = ("これは最初の部分であり、", "ここからは続きの文です。")


async def hear_first_phrase(rig: Rig, held: asyncio.Event, english: str) -> Job:
    """Queue a sentence, and take its first phrase as the voice does, while the rest is held back."""
    job = rig.put(english)
    assert await job.phrases.get(0) == TWO_PHRASES[0]
    held.set()
    await until(lambda: job.sentence.guard is not None)
    return job


async def test_words_that_were_said_are_neither_changed_nor_said_again(make_rig: MakeRig) -> None:
    held = asyncio.Event()
    rig = make_rig(StandIn(A, lambda _english, again: TWO_PHRASES if again else (TWO_PHRASES[0], held, *BAD)))
    await rig.start()
    job = await hear_first_phrase(rig, held, "The second try begins with the same words.")
    assert (job.sentence.ja, job.sentence.guard) == ("".join(TWO_PHRASES), Guard.RETRIED)
    assert job.phrases.text == "".join(TWO_PHRASES)


@pytest.mark.parametrize("second", [GOOD, BAD], ids=["other words", "no good"])
async def test_when_the_rest_cannot_be_had_the_english_follows_the_words_that_were_said(
    make_rig: MakeRig, second: Answer
) -> None:
    held = asyncio.Event()
    rig = make_rig(StandIn(A, lambda _english, again: second if again else (TWO_PHRASES[0], held, *BAD)))
    await rig.start()
    job = await hear_first_phrase(rig, held, "The rest of this cannot be had.")
    assert job.sentence.ja == f"{TWO_PHRASES[0]}… The rest of this cannot be had."
    assert job.sentence.guard is Guard.ENGLISH
    assert job.failure == "translation rejected: loop"
    assert job.phrases.text == TWO_PHRASES[0]
    assert await job.phrases.get(1) is None
    assert rig.tally.guard == {"loop": GuardCount(english=1)}


async def test_another_with_words_of_its_own_is_not_blamed_for_them(make_rig: MakeRig) -> None:
    held = asyncio.Event()
    first = StandIn(A, lambda _english, again: BAD if again else (TWO_PHRASES[0], held, *BAD))
    second = StandIn(B)
    rig = make_rig(first, second, fallback=B)
    await rig.start()
    await until(lambda: second.opened)
    job = await hear_first_phrase(rig, held, "Only the first could have ended this.")
    assert job.sentence.guard is Guard.ENGLISH
    assert job.failure == "translation rejected: loop"
    assert len(second.asked) == 1


async def test_growing_words_only_grow_within_one_try(make_rig: MakeRig) -> None:
    rig = make_rig(StandIn(A))
    await rig.start()
    await rig.say("This is a plain sentence.")
    grown = [event.ja for event in rig.of(TranslationChanged)]
    assert all(after.startswith(before) for before, after in pairwise(grown))


async def test_a_sentence_that_is_taken_back_leaves_nothing_behind(make_rig: MakeRig) -> None:
    only = StandIn(A)
    rig = make_rig(only)
    await rig.start()
    only.may_answer.clear()
    early = rig.put("It is not yet over.", is_confirmed=False)
    await until(lambda: only.asked)
    early.take_back()
    rig.stage.take_back(early)
    only.may_answer.set()
    job = await rig.say("It is not yet over and goes on.")
    assert job.sentence.ja == JAPANESE
    assert {event.id for event in rig.of(TranslationChanged)} == {job.sentence.id}
    assert rig.translators.health == {}


# -- changing over -----------------------------------------------------------------------------------------------


async def test_a_command_keeps_the_queue_and_the_sentence_in_hand(make_rig: MakeRig) -> None:
    first, second = StandIn(A), StandIn(B)
    rig = make_rig(first, second)
    await rig.start(A)
    first.may_answer.clear()
    jobs = [rig.put(f"This is the {word} sentence.") for word in ("first", "second", "third")]
    await until(lambda: first.asked)
    await rig.translators.change(B)
    assert rig.translators.id == B
    assert first.closed == 0
    first.may_answer.set()
    await until(lambda: all(job.sentence.guard is not None for job in jobs))
    assert [job.sentence.translator for job in jobs] == [A, B, B]
    assert [job.sentence.ja for job in jobs] == [JAPANESE] * 3


async def test_a_change_that_fails_keeps_the_old_one(make_rig: MakeRig) -> None:
    rig = make_rig(StandIn(A))
    await rig.start(A)
    await rig.translators.change("http:nobody")
    assert rig.notices("translator_failed") == ["http:nobody could not start: There is no translator http:nobody."]
    assert (await rig.say("The old one does this.")).sentence.translator == A


async def test_the_last_of_two_changes_holds(make_rig: MakeRig) -> None:
    slow = StandIn(B)
    slow.may_load.clear()
    rig = make_rig(StandIn(A), slow, StandIn(C))
    await rig.start(A)
    changing = asyncio.create_task(rig.translators.change(B))
    await until(lambda: slow.loads)
    await rig.translators.change(C)
    slow.may_load.set()
    await changing
    assert rig.translators.id == C


async def test_it_starts_with_what_is_here_and_changes_over_when_the_better_one_is_ready(make_rig: MakeRig) -> None:
    better = StandIn(B)
    better.may_load.clear()
    rig = make_rig(StandIn(A), better, later=B)
    await rig.start()
    assert (await rig.say("This need not wait.")).sentence.translator == A
    assert rig.translators.introduction
    message = rig.translators.introduction.message
    assert A in message
    assert B in message
    assert "it is better" in message
    better.may_load.set()
    await until(lambda: rig.translators.id == B)
    assert (await rig.say("The better one does this.")).sentence.translator == B
    assert rig.notices("translator_changed") == [f"{B} translates from now on: it is better."]


async def test_when_the_better_one_cannot_be_had_the_first_goes_on(make_rig: MakeRig) -> None:
    better = StandIn(B)
    better.cannot_load = ModelError("missing", "the hub does not answer")
    rig = make_rig(StandIn(A), better, later=B)
    await rig.start()
    await until(lambda: rig.notices("translator_failed"))
    assert (await rig.say("The first one does this.")).sentence.translator == A


async def test_what_the_user_chose_meanwhile_stays(make_rig: MakeRig) -> None:
    better = StandIn(B)
    better.may_load.clear()
    rig = make_rig(StandIn(A), better, StandIn(C), later=B)
    await rig.start()
    await rig.translators.change(C)
    better.may_load.set()
    await until(lambda: better.opened)
    assert (await rig.say("Mine does this.")).sentence.translator == C


async def test_sentences_wait_for_the_first_load(make_rig: MakeRig) -> None:
    only = StandIn(A)
    only.may_load.clear()
    rig = make_rig(only)
    rig.run()
    starting = asyncio.create_task(rig.translators.start("auto"))
    job = rig.put("This came early.")
    only.may_load.set()
    await starting
    await until(lambda: job.sentence.guard is not None)
    assert job.sentence.ja == JAPANESE


async def test_the_chosen_one_that_cannot_start_is_not_replaced_behind_the_users_back(make_rig: MakeRig) -> None:
    rig = make_rig(StandIn(A))
    await rig.start("http:nobody")
    job = await rig.say("Nobody does this.")
    assert job.sentence.guard is Guard.ENGLISH
    assert job.sentence.reason == "http:nobody could not start: There is no translator http:nobody."
    assert rig.by_id[A].asked == []


async def test_a_server_that_is_down_at_the_start_is_used_when_it_comes_up(make_rig: MakeRig) -> None:
    server = StandIn(A)
    server.cannot_load = ModelError("offline", "nobody answers")
    rig = make_rig(server, StandIn(B), back_off=SOON)
    await rig.start(A)
    job = await rig.say("The server is down.")
    assert (job.sentence.guard, job.sentence.reason) == (Guard.ENGLISH, f"{A} could not start: nobody answers")
    server.cannot_load = None
    await until(lambda: rig.translators.id == A)
    assert (await rig.say("The server is up.")).sentence.translator == A
    assert NoticeWithdrawn("translator_failed") in rig.events


async def test_but_what_the_settings_name_for_that_case_is_used(make_rig: MakeRig) -> None:
    rig = make_rig(StandIn(A), fallback=A)
    await rig.start("http:nobody")
    assert (await rig.say("The fallback does this.")).sentence.translator == A


async def test_one_that_does_not_load_in_time_holds_no_sentence_up_and_helps_out_later(make_rig: MakeRig) -> None:
    slow = StandIn(B)
    slow.may_load.clear()
    rig = make_rig(StandIn(A, always(CRASH)), slow, deadlines=Deadlines(load_s=0.1))
    await rig.start()
    assert (await rig.say("There is nobody in time for this.")).sentence.guard is Guard.ENGLISH
    slow.may_load.set()
    await until(lambda: slow.opened)
    assert (await rig.say("Somebody is there for this.")).sentence.translator == B


async def test_every_translator_is_closed_at_the_end(make_rig: MakeRig) -> None:
    first, second = StandIn(A, always(*BAD)), StandIn(B)
    rig = make_rig(first, second, fallback=B)
    await rig.start()
    await until(lambda: second.opened)
    await rig.close()
    assert (first.closed, second.closed) == (first.opened, second.opened) == (1, 1)


async def test_an_error_of_ours_costs_one_sentence(make_rig: MakeRig) -> None:
    only = StandIn(A, lambda english, _again: (ValueError("oops"),) if "oops" in english else GOOD)
    rig = make_rig(only)
    await rig.start()
    job = await rig.say("This is oops.")
    assert (job.sentence.guard, job.sentence.reason) == (Guard.ENGLISH, "ValueError: oops")
    assert (await rig.say("This is fine.")).sentence.ja == JAPANESE
    assert [event for event in rig.events if isinstance(event, Notice) and event.code == "internal"] == []
