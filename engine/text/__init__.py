"""From a stream of markdown to sentences: boundaries, masks, and what may be translated or spoken."""
