"""English to Japanese, as a growing string, and the guard that judges it."""
