"""Whole screens: main, voices, help."""
