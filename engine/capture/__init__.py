"""Where the text comes from: the mod in Claude Code, stream-json, plain text; all say `engine.source` events."""
