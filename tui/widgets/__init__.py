"""The pieces of the screens: terminal, bilingual view, gauges."""
