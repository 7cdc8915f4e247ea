"""The translators as the pipeline sees them: the one at work, and how another takes over when it fails."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, aclosing
from dataclasses import replace

from engine.catalog import find_translator
from engine.events import Health, Level, Notice, NoticeWithdrawn
from engine.models import can_start
from engine.pipeline.health import Circuit
from engine.pipeline.parts import Parts
from engine.pipeline.translator_hosts import CRASHED, FAILED, HUNG, Host, Surroundings, TranslatorFailed, is_remote
from engine.pipeline.translator_shelf import Shelf
from engine.protocols import Pair
from engine.settings import Translate
from engine.translate import guard
from engine.translate.load import Plan
from engine.worker import Vitals

STRIKES = 3
"""So many sentences in a row that come to nothing, and a translator is set aside."""
SPARE_BYTES = 500_000_000
"""A model up to this size stays loaded beside the one at work, for sentences that the guard refuses."""
PROBE = "The tests pass now, and the build is fast."
SET_ASIDE, CHANGED, CHOSEN, NOT_STARTED = (
    "translator_set_aside",
    "translator_changed",
    "translator_chosen",
    "translator_failed",
)
_DEEDS = {CRASHED: "crashed", HUNG: "hung"}


class Translators:
    """Picks a translator for each sentence, sets failing ones aside and takes them back. Used on the loop only."""

    def __init__(self, around: Surroundings, parts: Parts) -> None:
        self.failure = "no translator could start"
        """why there is none, when there is none"""
        self.introduction: Notice | None = None
        """who was chosen at the last start, and why; None where the user chose"""
        self._around = around
        self._parts = parts
        self._shelf = Shelf(around, parts, self._on_open)
        self._order: list[str] = []
        """what is preferred, best first"""
        self._current: Host | None = None
        self._circuits: dict[str, Circuit] = {}
        self._refused: Counter[str] = Counter()
        self._failed: Counter[str] = Counter()
        self._deeds: dict[str, str] = {}
        self._settled = asyncio.Event()
        self._wish = 0
        """counts what was asked for: a load that ends after a newer wish changes nothing"""
        self._is_retired = False

    # -- what is at work -----------------------------------------------------------------------------------------

    @property
    def id(self) -> str:
        """The id of the translator at work, or "none"."""
        return self._current.id if self._current else "none"

    @property
    def device(self) -> str:
        """Where it runs."""
        return self._current.info.device if self._current and self._current.info else "cpu"

    @property
    def pid(self) -> int | None:
        """Its process id, where it has one."""
        return self._current.pid if self._current else None

    @property
    def vitals(self) -> Vitals:
        """What it said of itself last."""
        return self._current.vitals if self._current else Vitals()

    @property
    def health(self) -> dict[str, Health]:
        """Those that are set aside, by id."""
        return {name: circuit.health for name, circuit in self._circuits.items() if not circuit.is_closed}

    @property
    def reads_ahead(self) -> bool:
        """Whether `read_ahead` is of use: the translator is loaded, and can."""
        return self._current is not None and self._current.info is not None and self._current.info.reads_ahead

    async def read_ahead(self, english_so_far: str, context: Sequence[Pair]) -> None:
        """Let the translator at work take in words of a sentence that is still being written."""
        if self._current:
            await self._current.read_ahead(english_so_far, context)

    # -- one sentence --------------------------------------------------------------------------------------------

    async def take(self, tried: Iterable[Host], *, may_load: bool) -> Host | None:
        """Return a translator for the sentence in hand that was not `tried`; None when there is none.

        Waits for the first load, and with `may_load`, or when none is at work, for another's; not for ever.
        """
        await self._settled.wait()
        if self._is_retired:
            return None
        known = {host.id for host in tried}
        for host in self._ready():
            if host.id not in known:
                return host
        return await self._load_another(known) if may_load or self._current is None else None

    def has_another(self, tried: Iterable[Host]) -> bool:
        """Say whether there may be another than these, opened or not."""
        known = {host.id for host in tried}
        return any(name not in known and self._circuit(name).is_closed for name in self._order)

    def lease(self, host: Host) -> AbstractContextManager[None]:
        """Use a translator for one sentence: it is not closed before the end of that."""
        return self._shelf.lease(host)

    def note_success(self, host: Host, failed: Iterable[Host]) -> None:
        """`host` did a sentence under which those in `failed` crashed or hung: it is they who are to blame."""
        self._refused[host.id] = self._failed[host.id] = 0
        for other in failed:
            self._set_aside(other, f"it {self._deeds[other.id]} on a sentence that {host.id} could do")

    def note_failure(self, host: Host, error: TranslatorFailed) -> None:
        """`host` failed on a sentence. That may be the sentence's fault; several in a row are the translator's."""
        self._failed[host.id] += 1
        self._deeds[host.id] = _DEEDS.get(error.code, "failed")
        if host.is_broken or self._failed[host.id] >= STRIKES:
            self._set_aside(host, str(error))
        # One that was loaded for this sentence alone has not earned its memory.
        self._spare(host)

    def note_refusal(self, host: Host) -> None:
        """The guard refused both tries of `host`."""
        self._refused[host.id] += 1
        if self._refused[host.id] >= STRIKES and self.has_another([host]):
            self._set_aside(host, f"{STRIKES} of its translations in a row were no good")

    # -- opening -------------------------------------------------------------------------------------------------

    async def start(self, wanted: str) -> None:
        """Open what can start now; what is better and has to be fetched follows in the background."""
        self._wish += 1
        wish = self._wish
        try:
            settings = self._around.settings
            plan = await asyncio.to_thread(self._parts.plan, wanted, settings.device, settings.to)
            choices = await asyncio.to_thread(self._parts.candidates, self._around.settings)
            if wish == self._wish:
                later = [plan.later.id] if plan.later else []
                self._order = list(dict.fromkeys([*later, plan.now.id, *(choice.id for choice in choices)]))
                await self._open_first(plan, wanted, wish)
        finally:
            if wish == self._wish:
                self._settled.set()
        self._reach_out()

    async def change(self, wanted: str) -> None:
        """Open another translator; the old one works until it is ready, and ends the sentence in hand."""
        if not self._settled.is_set() and wanted != "auto" and not await asyncio.to_thread(_can_start_at_once, wanted):
            # Its weights have to be fetched: what is being loaded now does the sentences until then.
            await self._settled.wait()
        if wanted == "auto" or not self._settled.is_set():
            await self.start(wanted)
            if self.introduction:
                self._around.emit(self.introduction)
            return
        self._wish += 1
        wish = self._wish
        host = await self._try_open(wanted)
        if host and wish == self._wish:
            self._order = [wanted, *(name for name in self._order if name != wanted)]
            self._circuit(wanted).close()
            self._promote(host, "chosen")
        else:
            self._spare(host)

    async def set_fallback(self, settings: Translate) -> None:
        """Go on with others when the one at work fails: as these settings say. Nothing is loaded anew."""
        self._around = replace(self._around, settings=settings)
        choices = await asyncio.to_thread(self._parts.candidates, settings)
        at_work = [self._current.id] if self._current else self._order[:1]
        self._order = list(dict.fromkeys([*at_work, *(choice.id for choice in choices)]))
        self._reach_out()

    def retire(self) -> None:
        """Others take over: give out no more, and load no more. What is lent works until `close`."""
        self._wish += 1
        self._is_retired = True
        self._settled.set()
        self._shelf.abandon_openings()

    async def close(self) -> None:
        """End every translator."""
        self.retire()
        await self._shelf.close()

    async def _open_first(self, plan: Plan, wanted: str, wish: int) -> None:
        """Open the plan's first; else what the user named to go on with; else, when the choice is ours, anything."""
        others = self._order if wanted == "auto" else self._named()
        for name in dict.fromkeys([plan.now.id, *others]):
            host = await self._try_open(name)
            if wish != self._wish:
                self._spare(host)
                return
            if host:
                self._promote(host, "")
                self._follow(plan, wanted, wish)
                return
        if self._current is None:
            # Nothing takes the place of what the user chose; but a server may come up, and is then used.
            self._order = [name for name in (plan.now.id, *others) if is_remote(name)]

    def _follow(self, plan: Plan, wanted: str, wish: int) -> None:
        """Know why this translator, and fetch the better one."""
        later = plan.later
        self.introduction = None
        if self.id != plan.now.id or wanted != "auto":
            return
        if later is None:
            self.introduction = Notice(Level.INFO, CHOSEN, f"{self.id} translates: {plan.now.reason}.")
            return
        until = f"{self.id} translates until {later.id} is ready, which is better here: {later.reason}."
        self.introduction = Notice(Level.INFO, CHOSEN, until)
        self._shelf.keep(self._bring(later.id, later.reason, wish))

    async def _bring(self, name: str, reason: str, wish: int) -> None:
        host = await self._try_open(name)
        if host and wish == self._wish:
            self._promote(host, reason)
        else:
            self._spare(host)

    def _reach_out(self) -> None:
        """Find out which servers that the user named answer, so that they can help out at once."""
        for name in self._named():
            if is_remote(name) and not self._shelf.get(name):
                self._shelf.keep(self._try_open(name))

    async def _load_another(self, known: set[str]) -> Host | None:
        """Open the next one that can, within the time that a sentence may wait; one to be fetched comes last."""
        names = [name for name in self._order if name not in known and self._circuit(name).is_closed]
        at_once = await asyncio.to_thread(lambda: {name for name in names if _can_start_at_once(name)})
        for name in sorted(names, key=lambda name: name not in at_once):
            try:
                async with asyncio.timeout(self._around.deadlines.load_s):
                    host = await self._try_open(name)
            except TimeoutError:
                # It goes on loading, and takes over when it is ready.
                continue
            if host:
                return host
        return None

    async def _try_open(self, name: str) -> Host | None:
        try:
            return await self._shelf.open(name)
        except TranslatorFailed as error:
            if self._is_retired:
                return None
            self.failure = f"{name} could not start: {error}"
            self._around.emit(Notice(Level.ERROR, NOT_STARTED, self.failure))
            if name in self._order and self._circuit(name).is_closed:
                self._circuit(name).open(str(error))
                # A server may come up later; weights that do not load today will not load in a minute.
                if is_remote(name):
                    self._shelf.keep(self._recover(name))
            return None

    def _on_open(self, host: Host) -> None:
        # Somebody may have stopped waiting for it, and be without a translator now.
        if self._settled.is_set() and self._current is None and self._circuit(host.id).is_closed:
            self._promote(host, "the next one")

    # -- changing over -------------------------------------------------------------------------------------------

    def _promote(self, host: Host, reason: str) -> None:
        """Let this one do the sentences from the next one on."""
        old, self._current = self._current, host
        if old is host:
            return
        if reason:
            self._say(CHANGED, f"{host.id} translates from now on: {reason}.")
        self._spare(old)

    def _spare(self, host: Host | None) -> None:
        """Keep one that is not at work, when it is worth its memory."""
        if host and host is not self._current and not self._is_worth_keeping(host):
            self._shelf.retire(host)

    def _set_aside(self, host: Host, reason: str) -> None:
        if self._shelf.get(host.id) is not host:
            return
        circuit = self._circuit(host.id)
        circuit.open(reason)
        self._refused[host.id] = self._failed[host.id] = 0
        self._shelf.retire(host)
        self.failure = f"{host.id} is set aside: {reason}. It is tried again in {circuit.retry_in_s:.0f} s."
        self._around.emit(Notice(Level.WARNING, SET_ASIDE, self.failure))
        self._shelf.keep(self._recover(host.id))
        if self._current is host:
            self._current = None
            if following := next(iter(self._ready()), None):
                self._promote(following, "the next one")

    async def _recover(self, name: str) -> None:
        """Try one that is set aside again, on a sentence of our own, until it works."""
        circuit = self._circuit(name)
        while not circuit.is_closed:
            await asyncio.sleep(circuit.retry_in_s)
            if circuit.is_closed or name not in self._order:
                return
            circuit.try_again()
            try:
                host = await self._shelf.open(name)
                await self._probe(host)
            except TranslatorFailed as error:
                if broken := self._shelf.get(name):
                    self._shelf.retire(broken)
                circuit.open(str(error))
            else:
                circuit.close()
                self._take_back(host)

    def _take_back(self, host: Host) -> None:
        self._around.emit(NoticeWithdrawn(SET_ASIDE))
        self._around.emit(NoticeWithdrawn(NOT_STARTED))
        names, current = self._order, self._current
        if current is None or current.id not in names or names.index(host.id) < names.index(current.id):
            self._promote(host, "it works again")
        else:
            self._spare(host)

    async def _probe(self, host: Host) -> None:
        japanese = ""
        async with aclosing(host.translate(PROBE, [], again=False)) as pieces:
            async for piece in pieces:
                japanese += piece
        if reason := guard.judge(PROBE, guard.clean(japanese), self._around.settings.to):
            raise TranslatorFailed(FAILED, f"what it gave was no good: {reason}")

    # -- helpers -------------------------------------------------------------------------------------------------

    def _ready(self) -> list[Host]:
        """Those that could do a sentence at once, the one at work first."""
        hosts = [self._current, *(self._shelf.get(name) for name in self._order)]
        return [host for host in hosts if host and self._circuit(host.id).is_closed]

    def _is_worth_keeping(self, host: Host) -> bool:
        if is_remote(host.id) or host.id in self._named():
            return True
        row = find_translator(host.id)
        return row is not None and row.size_bytes <= SPARE_BYTES

    def _named(self) -> list[str]:
        """What the user named to go on with."""
        return [name.strip() for name in self._around.settings.fallback.split(",") if name.strip()]

    def _circuit(self, name: str) -> Circuit:
        return self._circuits.setdefault(name, Circuit(self._parts.translator_back_off))

    def _say(self, code: str, message: str) -> None:
        self._around.emit(Notice(Level.INFO, code, message))


def _can_start_at_once(name: str) -> bool:
    """Whether nothing has to be fetched for it."""
    return is_remote(name) or can_start(name)
