"""`streamtts completion`: what a shell needs to complete our commands, flags and values."""

from __future__ import annotations

import argparse

PROGRAMS = ["streamtts", "streamtts-tui"]
EXAMPLES = """examples:
  echo 'eval "$(streamtts completion bash)"' >> ~/.bashrc
  echo 'eval "$(streamtts completion zsh)"' >> ~/.zshrc
  streamtts completion fish > ~/.config/fish/completions/streamtts.fish
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `completion` takes."""
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), help="whose")


def run(arguments: argparse.Namespace) -> int:
    """Print the shell code."""
    from argcomplete.shell_integration import shellcode

    print(shellcode(PROGRAMS, shell=arguments.shell))
    return 0
