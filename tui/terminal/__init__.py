"""A terminal without a screen: a program in a pty, an emulator of what it draws, and the bytes that keys make."""
