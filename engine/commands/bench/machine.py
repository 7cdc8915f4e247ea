"""The machine in words, for the head of a report."""

from __future__ import annotations

import os
import platform


def describe() -> str:
    """One line: system, cores, Python, and the load beside the measurement."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores{load}, Python {platform.python_version()}"
