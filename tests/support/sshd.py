"""OpenSSH's server as an ordinary process on a loopback port, for one user with one key."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

HOST = "far-away"
"""What the client's configuration calls the server."""
START_S = 60.0
_SEPARATION = Path("/run/sshd")
"""Where a server of root's insists on a folder."""

needs_sshd = pytest.mark.skipif(
    not (shutil.which("sshd", path="/usr/sbin:/usr/bin") and shutil.which("ssh") and shutil.which("ssh-keygen")),
    reason="openssh-server and openssh-client are not installed (`make system` does it on Debian)",
)


@contextmanager
def ssh_server(folder: Path) -> Iterator[Path]:
    """Run the server; yields the configuration for `ssh -F`. Skips the test where nobody may log in."""
    folder.mkdir(mode=0o700)
    port = _free_port()
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    server, client = folder / "sshd_config", folder / "ssh_config"
    server.write_text(_server_settings(folder, port), encoding="utf-8")
    client.write_text(_client_settings(folder, port), encoding="utf-8")
    (folder / "authorized_keys").write_bytes((folder / "user.pub").read_bytes())
    host_key = (folder / "host.pub").read_text(encoding="utf-8")
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {host_key}", encoding="utf-8")
    _make_separation_folder()
    with (folder / "log").open("wb") as log:
        program = shutil.which("sshd", path="/usr/sbin:/usr/bin") or "sshd"
        process = subprocess.Popen([program, "-D", "-e", "-f", str(server)], stderr=log, stdin=subprocess.DEVNULL)
        try:
            _wait_for_login(process, client, folder / "log")
            yield client
        finally:
            process.terminate()
            process.wait()


def _server_settings(folder: Path, port: int) -> str:
    return f"""Port {port}
ListenAddress 127.0.0.1
HostKey {folder / "host"}
PidFile none
UsePAM no
StrictModes no
AuthorizedKeysFile {folder / "authorized_keys"}
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
PrintMotd no
PrintLastLog no
"""


def _client_settings(folder: Path, port: int) -> str:
    return f"""Host {HOST}
HostName 127.0.0.1
Port {port}
User {getpass.getuser()}
IdentityFile {folder / "user"}
IdentitiesOnly yes
IdentityAgent none
UserKnownHostsFile {folder / "known_hosts"}
StrictHostKeyChecking yes
LogLevel ERROR
"""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _make_separation_folder() -> None:
    """As the start of Debian's own service does."""
    if os.getuid() == 0:
        _SEPARATION.mkdir(mode=0o755, exist_ok=True)


def _wait_for_login(server: subprocess.Popen[bytes], client: Path, log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and server.poll() is None:
        done = subprocess.run(["ssh", "-F", str(client), HOST, "true"], stdin=subprocess.DEVNULL, capture_output=True)
        if done.returncode == 0:
            return
        said = log.read_text(encoding="utf-8", errors="replace")
        if "account is locked" in said:
            pytest.skip("this user's account is locked, so that the SSH server lets nobody in")
        time.sleep(0.1)
    raise AssertionError(f"the SSH server does not answer:\n{log.read_text(encoding='utf-8', errors='replace')}")
