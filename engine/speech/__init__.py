"""Japanese to samples, phrase by phrase; each speech engine is one file."""
