"""A server on this machine that speaks as much of the Hugging Face hub's API as its own library needs.

As the hub, it gives small files itself and sends who asks for large ones elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from engine.models import hub as hub_client

COMMIT = "a" * 40


@dataclass
class LoopbackHub:
    """One repository at one commit, and what is wrong with the way to it."""

    repository: str = "owner/tiny"
    commit: str = COMMIT
    files: dict[str, bytes] = field(default_factory=dict)
    licence: str | None = "mit"
    in_lfs: tuple[str, ...] = (".gguf", ".bin", ".safetensors", ".model")
    """how the names of files end that the hub tells a SHA-256 of; of others it tells the git object's SHA-1"""
    status: int = 200
    """what every request is answered with, unless it is 200"""
    answers_html: bool = False
    """200 and a page of HTML, as a network does that wants a login"""
    damaged: dict[str, bytes] = field(default_factory=dict)
    """what is sent in place of a file's content"""
    break_after: dict[str, int] = field(default_factory=dict)
    """the connection ends after so many bytes of a file, once"""
    asked: list[str] = field(default_factory=list)
    """every request: method, path and, where there is one, its range"""
    stand: threading.Event | None = None
    """bodies wait for it after their first half"""

    def digest(self, name: str) -> str:
        """The SHA-256, or the SHA-1 of the git object."""
        content = self.files[name]
        if name.endswith(self.in_lfs):
            return hashlib.sha256(content).hexdigest()
        return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()

    def fetches(self, name: str) -> list[str]:
        """The requests for a file's content."""
        place = "/cdn/" if name.endswith(self.in_lfs) else "/resolve/"
        return [line for line in self.asked if line.startswith("GET") and f"/{name}" in line and place in line]

    def listing(self) -> dict[str, Any]:
        """What the hub's API says of the repository."""
        siblings = []
        for name, content in self.files.items():
            sibling: dict[str, Any] = {"rfilename": name, "size": len(content), "blobId": "b" * 40}
            if name.endswith(self.in_lfs):
                sibling["lfs"] = {"sha256": self.digest(name), "size": len(content), "pointerSize": 130}
            else:
                sibling["blobId"] = self.digest(name)
            siblings.append(sibling)
        card = {} if self.licence is None else {"cardData": {"license": self.licence}}
        return {"id": self.repository, "sha": self.commit, "tags": [], "siblings": siblings, **card}


@contextmanager
def serve(hub: LoopbackHub, patch: pytest.MonkeyPatch, cache: str) -> Iterator[LoopbackHub]:
    """Run the server, and point the hub's library at it, with `cache` for its own cache."""
    from huggingface_hub import constants

    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(hub))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    for name in ("ENDPOINT", "HUGGINGFACE_CO_URL_HOME"):
        patch.setattr(constants, name, address)
    patch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", address + "/{repo_id}/resolve/{revision}/{filename}")
    patch.setattr(constants, "HF_HUB_CACHE", cache)
    patch.setattr(constants, "HF_HUB_OFFLINE", False)
    # However busy this machine is, the server is there.
    patch.setattr(hub_client, "LOOK_S", 60.0)
    try:
        yield hub
    finally:
        if hub.stand is not None:
            hub.stand.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(hub: LoopbackHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def _answer(self, *, with_body: bool) -> None:
            path = unquote(urlsplit(self.path).path)
            asked_range = self.headers.get("Range") or ""
            hub.asked.append(f"{self.command} {path} {asked_range}".strip())
            if hub.status != 200:
                self.send_error(hub.status)
            elif hub.answers_html:
                self._send(b"<html>Please log in</html>", {"Content-Type": "text/html"}, with_body)
            elif path.startswith(f"/api/models/{hub.repository}/revision/") and path.endswith((hub.commit, "main")):
                body = json.dumps(hub.listing()).encode()
                self._send(body, {"Content-Type": "application/json"}, with_body)
            elif path.startswith("/cdn/"):
                self._answer_file(path.removeprefix("/cdn/"), asked_range, with_body)
            else:
                self._answer_resolve(path, asked_range, with_body)

        def _answer_resolve(self, path: str, asked_range: str, with_body: bool) -> None:
            name = path.removeprefix(f"/{hub.repository}/resolve/{hub.commit}/")
            if name not in hub.files:
                self.send_error(404)
            elif name.endswith(hub.in_lfs):
                self.send_response(302)
                self.send_header("X-Repo-Commit", hub.commit)
                self.send_header("X-Linked-Size", str(len(hub.files[name])))
                self.send_header("X-Linked-Etag", f'"{hub.digest(name)}"')
                self.send_header("Location", f"http://{self.headers['Host']}/cdn/{name}")
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                self._answer_file(name, asked_range, with_body)

        def _answer_file(self, name: str, asked_range: str, with_body: bool) -> None:
            content = hub.damaged.get(name, hub.files[name])
            start = int(asked_range.removeprefix("bytes=").partition("-")[0]) if asked_range else 0
            headers = {"ETag": f'"{hub.digest(name)}"', "X-Repo-Commit": hub.commit, "Accept-Ranges": "bytes"}
            if start:
                headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
            self._send(content[start:], headers, with_body, 206 if start else 200, name)

        def _send(
            self, body: bytes, headers: dict[str, str], with_body: bool, status: int = 200, name: str = ""
        ) -> None:
            self.send_response(status)
            for key, value in (headers | {"Content-Length": str(len(body))}).items():
                self.send_header(key, value)
            self.end_headers()
            if not with_body:
                return
            limit = hub.break_after.pop(name, None)
            if limit is not None:
                self.wfile.write(body[:limit])
                self.close_connection = True
                return
            self.wfile.write(body[: len(body) // 2])
            if hub.stand is not None and name:
                hub.stand.wait(60)
            self.wfile.write(body[len(body) // 2 :])

        def log_message(self, format: str, *args: object) -> None:
            return

    return Handler
