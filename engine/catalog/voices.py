"""The table of voices whose weights are fetched. Voices that come with their engine are listed by the engine.

Commits and SHA-256 are those the hub gives for these files. A file without one is pinned when it is first fetched.
"""

from __future__ import annotations

from engine.catalog.rows import Hub, VoiceRow, WeightFile

VOICES: tuple[VoiceRow, ...] = (
    VoiceRow(
        id="piper:tsukuyomi",
        runtime="piper",
        name="Tsukuyomi-chan (piper-plus, 6 languages, fp16)",
        size_bytes=39_660_000,
        licence="Tsukuyomi-chan corpus terms: also commercial, credit wanted",
        is_non_commercial=False,
        files=(
            WeightFile(
                "tsukuyomi-chan-6lang-fp16.onnx",
                39_652_717,
                "5289e9b6eaf21080803b7fe1c4dc85b5491d4c216121207a41df18dd5f68e5d7",
            ),
            WeightFile("config.json", None, "516058f405ec914140f34832a9d8bb5d8272ba62af9bc7ffb29349715a539780"),
        ),
        hub=Hub("ayousanz/piper-plus-tsukuyomi-chan", "36b59c825c36bd386b8960cf3f604382f52f2a87"),
        wheels=None,
        quality="neural, a young woman's voice",
        gender="female",
        credit="つくよみちゃんコーパス (CV.夢前黎) https://tyc.rei-yumesaki.net/material/corpus/",
    ),
    VoiceRow(
        id="piper:css10",
        runtime="piper",
        name="CSS10 Japanese (piper-plus, 6 languages, fp16)",
        size_bytes=39_660_000,
        licence="public domain recordings (CSS10, LibriVox)",
        is_non_commercial=False,
        files=(
            WeightFile(
                "css10-ja-6lang-fp16.onnx",
                39_652_717,
                "5ebc51dbf897238523f3df0d6e0f6c93033bc5cda3f8602a8379ebe2a4738c42",
            ),
            WeightFile("config.json"),
        ),
        hub=Hub("ayousanz/piper-plus-css10-ja-6lang", "bd0d812d4db9182ecdb907ef074becf9e230c17f"),
        wheels=None,
        quality="neural, an audio book reader's voice",
        gender="",
    ),
)


def find_voice_row(voice_id: str) -> VoiceRow | None:
    """Return the row with this id, or None."""
    return next((row for row in VOICES if row.id == voice_id), None)
