"""Events keep their order and none that counts is lost, however fast they come."""

from __future__ import annotations

import threading

from engine.events import DraftChanged, Event, GaugesChanged, Loading, SentenceAdded, TranslationChanged
from engine.sentence import Kind, Sentence
from tui.messages import Mailbox


def sentence(number: int) -> SentenceAdded:
    return SentenceAdded(Sentence(number, Kind.PROSE, f"Sentence {number}."))


def filled(*events: Event) -> list[Event]:
    mailbox = Mailbox(lambda: None)
    for event in events:
        mailbox.put(event)
    return mailbox.take()


def test_order_is_kept() -> None:
    events: list[Event] = [
        sentence(1),
        TranslationChanged(1, "一", False),
        sentence(2),
        TranslationChanged(1, "一つ", True),
    ]
    taken = filled(*events)
    assert taken == [events[0], events[2], events[3]]


def test_of_drafts_gauges_and_progress_only_the_newest_is_kept() -> None:
    taken = filled(
        DraftChanged(Kind.PROSE, "a"),
        GaugesChanged(waiting=1),
        Loading("model", 0.1),
        Loading("voice", 0.1),
        DraftChanged(Kind.PROSE, "ab"),
        GaugesChanged(waiting=2),
        Loading("model", 0.2),
    )
    newest = [Loading("voice", 0.1), DraftChanged(Kind.PROSE, "ab"), GaugesChanged(waiting=2), Loading("model", 0.2)]
    assert taken == newest


def test_a_merged_translation_keeps_its_first_latency() -> None:
    (taken,) = filled(TranslationChanged(1, "一", False, translate_first_ms=90.0), TranslationChanged(1, "一つ", True))
    assert taken == TranslationChanged(1, "一つ", True, translate_first_ms=90.0)


def test_a_flood_wakes_the_screen_once() -> None:
    wakes: list[int] = []
    mailbox = Mailbox(lambda: wakes.append(1))
    for number in range(1000):
        mailbox.put(sentence(number))
    assert len(wakes) == 1
    assert len(mailbox.take()) == 1000
    mailbox.put(sentence(1))
    assert len(wakes) == 2


def test_nothing_is_lost_between_threads() -> None:
    mailbox = Mailbox(lambda: None)

    def put_all(base: int) -> None:
        for number in range(500):
            mailbox.put(sentence(base + number))

    threads = [threading.Thread(target=put_all, args=(base,)) for base in (0, 1000, 2000)]
    for thread in threads:
        thread.start()
    taken: list[Event] = []
    while any(thread.is_alive() for thread in threads):
        taken += mailbox.take()
    for thread in threads:
        thread.join()
    taken += mailbox.take()
    ids = [event.sentence.id for event in taken if isinstance(event, SentenceAdded)]
    assert len(ids) == 1500
    for base in (0, 1000, 2000):
        assert [i for i in ids if base <= i < base + 1000] == list(range(base, base + 500))


def test_a_closed_mailbox_takes_nothing() -> None:
    mailbox = Mailbox(lambda: None)
    mailbox.close()
    mailbox.put(sentence(1))
    assert mailbox.take() == []
