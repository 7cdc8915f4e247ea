"""Where the text comes from: the mod in Claude Code, stream-json, plain text. Each source says `engine.source` events."""
