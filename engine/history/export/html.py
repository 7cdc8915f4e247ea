"""One HTML page without anything from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from engine.history.export.material import Material
from engine.history.records import SentenceRecord
from engine.sentence import Kind

_HEAD = """<!doctype html>
<html lang="ja">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{
  font: 1rem/1.7 system-ui, "Hiragino Sans", "Noto Sans CJK JP", sans-serif;
  max-width: 76rem; margin: 2rem auto; padding: 0 1rem;
}}
h2 {{ font-size: 1rem; border-top: 1px solid #8886; padding-top: 1rem; margin-top: 2rem; }}
.row {{ display: grid; grid-template-columns: 1fr 1fr; gap: 0 2rem; padding: .15rem .5rem; border-radius: .3rem; }}
.row[data-start] {{ cursor: pointer; }}
.row.now {{ background: #f5b94233; }}
.heading {{ font-weight: bold; margin-top: 1rem; }}
.list {{ padding-left: 1.5rem; }}
.old {{ opacity: .55; }}
.failed p[lang=ja] {{ opacity: .55; }}
p {{ margin: 0; }}
pre {{ background: #8881; padding: .8rem; overflow-x: auto; border-radius: .3rem; }}
audio {{ position: sticky; top: .5rem; width: 100%; }}
@media (max-width: 50rem) {{ .row {{ grid-template-columns: 1fr; }} }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>{date} · {folder}</p>
"""
_SCRIPT = """<script>
const sound = document.querySelector("audio");
const rows = [...document.querySelectorAll("[data-start]")];
for (const row of rows) row.addEventListener("click", () => { sound.currentTime = row.dataset.start; sound.play(); });
sound.addEventListener("timeupdate", () => {
  for (const row of rows) {
    const isNow = sound.currentTime >= row.dataset.start && sound.currentTime < row.dataset.end;
    row.classList.toggle("now", isNow);
  }
});
</script>
"""


def page(material: Material) -> Iterator[str]:
    """The page; with a sound it has a player, lights the sentence that sounds and goes where one clicks."""
    title, folder = escape(material.title), escape(material.session.folder)
    yield _HEAD.format(title=title, date=escape(material.date), folder=folder)
    if material.audio:
        yield f'<audio controls preload="metadata" src="{escape(material.audio)}"></audio>\n'
    for turn, sentence in material.by_turn():
        if turn:
            yield f"<h2>❯ {escape(turn.prompt)}</h2>\n"
        yield _row(material, sentence)
    if material.audio:
        yield _SCRIPT
    yield "</body>\n</html>\n"


def _row(material: Material, sentence: SentenceRecord) -> str:
    if sentence.kind in (Kind.CODE, Kind.TABLE):
        return f"<pre><code>{escape(sentence.en)}</code></pre>\n"
    if sentence.kind == Kind.RULE:
        return "<hr>\n"
    classes = f"row {escape(sentence.kind)}" + (" old" if sentence.is_old else "")
    classes += " failed" if sentence.state == "failed" else ""
    span = material.span(sentence) if material.audio else None
    place = f' data-start="{span.start_s:.3f}" data-end="{span.end_s:.3f}"' if span else ""
    mark = f"{escape(sentence.ordinal)} " if sentence.ordinal else ""
    return (
        f'<div class="{classes}"{place}><p lang="en">{mark}{escape(sentence.en)}</p>'
        f'<p lang="{escape(material.session.language)}">{escape(sentence.ja)}</p></div>\n'
    )
