"""The companion without a screen: plain lines, one after the other, for a screen reader or a braille display."""
