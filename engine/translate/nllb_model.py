"""NLLB on torch: loading it, and one generation that streams and can be stopped."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.models import ModelError
from engine.translate.growth import Growth

_SOURCE, _TARGET = "eng_Latn", "jpn_Jpan"
_NLLB_200_VOCABULARY = 250_000
_NLLB_200_ENGLISH = 256_047
_PADDED_LENGTHS = (16, 32, 64, 128, 256, 512)
_MAX_NEW_TOKENS = 256

GREEDY: dict[str, Any] = {"num_beams": 1, "do_sample": False}
BEAMS: dict[str, Any] = {"num_beams": 2, "do_sample": False, "no_repeat_ngram_size": 4}


class NotANumberError(RuntimeError):
    """The device computed NaN."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model on its device, with its tokenizer."""

    model: Any
    tokenizer: Any
    device: str
    number_format: str

    def stream(self, english: str, options: dict[str, Any]) -> Generator[str, None, None]:
        """Yield the growing Japanese. Raises NotANumberError, or what torch raises."""
        yield from _Generation(self, english, options).pieces()


def load_tokenizer(folder: Path) -> Any:
    """The tokenizer, set to English; raises ModelError when its language codes are not NLLB's."""
    from transformers import NllbTokenizer

    if not any((folder / name).is_file() for name in ("tokenizer.json", "sentencepiece.bpe.model")):
        # Without one the library makes an empty tokenizer and says nothing.
        raise ModelError("cannot_load", f"{folder} has no tokenizer.json.")
    tokenizer = NllbTokenizer.from_pretrained(folder, local_files_only=True, src_lang=_SOURCE)
    english, japanese = (tokenizer.convert_tokens_to_ids(code) for code in (_SOURCE, _TARGET))
    first = tokenizer("test").input_ids[0]
    expected = _NLLB_200_ENGLISH if len(tokenizer) > _NLLB_200_VOCABULARY else english
    if tokenizer.unk_token_id in (english, japanese) or first != english or english != expected:
        raise ModelError(
            "cannot_load",
            f"The tokenizer in {folder} does not begin with {_SOURCE} (id {first}, expected {expected}): "
            "its translations would be wrong.",
        )
    return tokenizer


def load_model(folder: Path, number_format: str) -> Any:
    """The model on the CPU. Pickled weights are read without running code, and no code comes from the folder."""
    import torch
    from transformers import AutoModelForSeq2SeqLM

    model = AutoModelForSeq2SeqLM.from_pretrained(
        folder,
        dtype=getattr(torch, number_format),
        local_files_only=True,
        trust_remote_code=False,
        weights_only=True,
    )
    settings = model.generation_config
    # Greedy search knows neither, and warns about them at every call; the length is given at every call.
    settings.early_stopping, settings.length_penalty, settings.max_length = None, None, None
    model.eval()
    return model


class _Generation:
    """generate() does not return before the end, so it runs in a thread that fills a queue."""

    new_flag = threading.Event

    def __init__(self, loaded: Loaded, english: str, options: dict[str, Any]) -> None:
        self._loaded = loaded
        self._english = english
        self._options = options
        self._pieces: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()
        self._is_cancelled = self.new_flag()

    def pieces(self) -> Iterator[str]:
        thread = threading.Thread(target=self._run, name="nllb", daemon=True)
        thread.start()
        try:
            while (piece := self._pieces.get()) is not None:
                if isinstance(piece, Exception):
                    raise piece
                yield piece
        finally:
            self._is_cancelled.set()
            thread.join()

    def _run(self) -> None:
        try:
            self._generate()
        except Exception as error:
            self._pieces.put(error)
        self._pieces.put(None)

    def _generate(self) -> None:
        import torch
        from transformers import StoppingCriteriaList

        loaded = self._loaded
        growth = Growth[int](lambda ids: _decode(loaded.tokenizer, ids))
        streams = self._options["num_beams"] == 1
        inputs = _encode(loaded, self._english)
        nan = _nan_watch(loaded.device)
        with torch.inference_mode():
            output = loaded.model.generate(
                **inputs,
                **self._options,
                forced_bos_token_id=loaded.tokenizer.convert_tokens_to_ids(_TARGET),
                max_new_tokens=min(_MAX_NEW_TOKENS, 16 + 3 * int(inputs["attention_mask"].sum())),
                streamer=_Streamer(lambda ids: self._give(growth.add(ids))) if streams else None,
                stopping_criteria=StoppingCriteriaList([_stop_when(self._is_cancelled)]),
                logits_processor=[nan],
            )
        if bool(nan.seen):
            raise NotANumberError(f"{loaded.device} computed NaN in {loaded.number_format}")
        if not streams:
            self._give(_decode(loaded.tokenizer, output[0].tolist()))

    def _give(self, piece: str) -> None:
        if piece:
            self._pieces.put(piece)


class _Streamer:
    """What generate() calls for each token. The first call brings the start token, which is no text."""

    def __init__(self, give: Callable[[Sequence[int]], None]) -> None:
        self._give = give

    def put(self, value: Any) -> None:
        self._give(value.flatten().tolist())

    def end(self) -> None:
        return


def _decode(tokenizer: Any, ids: Sequence[int]) -> str:
    return str(tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False))


def _encode(loaded: Loaded, english: str) -> Any:
    text = " ".join(english.split())
    limit = _PADDED_LENGTHS[-1]
    if loaded.device != "mps":
        return loaded.tokenizer(text, return_tensors="pt", truncation=True, max_length=limit).to(loaded.device)
    # Metal keeps a compiled graph for every input length it has seen: few lengths, or memory grows for ever.
    length = len(loaded.tokenizer(text, truncation=True, max_length=limit).input_ids)
    padded = next(size for size in _PADDED_LENGTHS if size >= length)
    return loaded.tokenizer(
        text, return_tensors="pt", truncation=True, max_length=padded, padding="max_length", padding_side="right"
    ).to(loaded.device)


def _stop_when(event: threading.Event) -> Any:
    import torch
    from transformers import StoppingCriteria

    class Cancelled(StoppingCriteria):
        def __call__(self, input_ids: Any, scores: Any, **_: Any) -> Any:
            return torch.full((input_ids.shape[0],), event.is_set(), device=input_ids.device, dtype=torch.bool)

    return Cancelled()


def _nan_watch(device: str) -> Any:
    import torch
    from transformers import LogitsProcessor

    class NanWatch(LogitsProcessor):
        def __init__(self) -> None:
            # Stays on the device: reading it at every step would wait for the device at every step.
            self.seen = torch.zeros((), dtype=torch.bool, device=device)

        def __call__(self, input_ids: Any, scores: Any) -> Any:
            self.seen |= torch.isnan(scores).any()
            return scores

    return NanWatch()
