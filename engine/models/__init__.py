"""Weights: where they are kept, how they get there, and that they are the right ones."""

from engine.models.errors import ModelError
from engine.models.folder import models_folder, remedy
from engine.models.rows import local_path
from engine.models.store import can_fetch, can_start, ensure, forget_verification, is_present, pin, require_here

__all__ = [
    "ModelError",
    "can_fetch",
    "can_start",
    "ensure",
    "forget_verification",
    "is_present",
    "local_path",
    "models_folder",
    "pin",
    "remedy",
    "require_here",
]
