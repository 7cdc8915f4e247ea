"""Samples to the speaker, a WAV file or nothing; the player that stops within a blink."""
