"""The hub's side, against a small server of our own."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from engine.catalog import Hub, WeightFile
from engine.models import hub
from engine.protocols import Progress

COMMIT = "a" * 40
REPOSITORY = Hub("owner/tiny", COMMIT)
CONTENT = b"weights " * 1000
WANTED = WeightFile("tiny.gguf", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())


class _Hub(BaseHTTPRequestHandler):
    """Answers as the hub does for one file at one commit."""

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def _answer(self, *, with_body: bool) -> None:
        if self.path != f"/owner/tiny/resolve/{COMMIT}/tiny.gguf":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.send_header("ETag", f'"{WANTED.sha256}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        if with_body:
            self.wfile.write(CONTENT)

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    from huggingface_hub import constants

    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hub)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    for name in ("ENDPOINT", "HUGGINGFACE_CO_URL_HOME"):
        monkeypatch.setattr(constants, name, address)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", address + "/{repo_id}/resolve/{revision}/{filename}")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub-cache"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    yield address
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_file_arrives_with_progress(endpoint: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    seen: list[Progress] = []
    hub.download(REPOSITORY, WANTED, tmp_path, seen.append)
    assert (tmp_path / "tiny.gguf").read_bytes() == CONTENT
    assert seen
    assert seen[-1].done == len(CONTENT) == seen[-1].total
    assert "tiny.gguf" in seen[-1].what
    assert capfd.readouterr().err == ""


def test_a_damaged_file_can_be_fetched_afresh(endpoint: str, tmp_path: Path) -> None:
    hub.download(REPOSITORY, WANTED, tmp_path, lambda _: None)
    (tmp_path / "tiny.gguf").write_bytes(b"damaged")
    hub.download(REPOSITORY, WANTED, tmp_path, lambda _: None, afresh=True)
    assert (tmp_path / "tiny.gguf").read_bytes() == CONTENT


def test_a_file_the_hub_does_not_have_is_an_os_error(endpoint: str, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="404"):
        hub.download(REPOSITORY, WeightFile("nothing.gguf"), tmp_path, lambda _: None)


def test_reachable_only_while_it_answers(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    assert hub.is_reachable(REPOSITORY, "tiny.gguf")
    assert not hub.is_reachable(REPOSITORY, "nothing.gguf")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert not hub.is_reachable(REPOSITORY, "tiny.gguf")


def test_nobody_listening_is_an_os_error_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from huggingface_hub import constants

    template = "http://127.0.0.1:9/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    with pytest.raises(OSError, match="refused"):
        hub.download(REPOSITORY, WANTED, tmp_path, lambda _: None)
