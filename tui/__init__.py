"""The companion: a Textual app around the real Claude Code. It shows; the engine computes."""
