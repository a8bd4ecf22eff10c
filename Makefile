# `make` lists the targets. Nothing but Python (>= 3.11) and make is needed.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help setup demo up down test test-all check test-faults bench bench-against bench-scale lock golden docs clean
# Compiled files are written whatever the environment says: a run starts a thousand interpreters, and each would compile our sources anew.
export PYTHONDONTWRITEBYTECODE :=
# Files are shared out as a whole and in order: the longest first (tests/conftest.py), so that no core ends up waiting for one of them.
PYTEST := $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-13s %s\n", $$1, $$2}'

setup: .venv/.ready  ## build .venv from the lock file

.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Sojourn needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 setup")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

lock:  ## renew requirements.lock from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --all-extras pyproject.toml --output-file requirements.lock

demo: setup  ## an invented company's quarter through real Kafka: what was planted, what was found
	$(BIN)/sojourn demo

up: setup  ## start Kafka and Valkey here and leave them running
	$(BIN)/sojourn up

down: setup  ## stop what `make up` started
	$(BIN)/sojourn down

check: setup  ## format, lint, types, layers, generated pages: exactly what CI checks
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m agents.tools.reference --check

test: setup  ## the whole suite but its repetitions, with real Kafka and real Valkey
	$(PYTEST) -m "not exhaustive"

test-all: setup  ## the repetitions that `make test` leaves out: more seeds of the same laws
	$(PYTEST) -m exhaustive

test-faults: setup  ## repeat the fault scenarios; can be stopped, goes on where it was
	$(BIN)/python -m tests.faults

bench: setup  ## events/s with ratios, and latency, from one run
	$(BIN)/python -m tests.bench

bench-against: setup  ## this tree and REF=revision in turns: what each kind of event costs in both
	@test -n "$(REF)" || { echo "say what to compare with, as: make bench-against REF=HEAD~1"; exit 2; }
	$(BIN)/python -m tests.bench.against $(REF) --same

bench-scale: setup  ## a page of plots in .sojourn/scale.html: the cost of an event against customers, touchpoints, detectors, partitions
	$(BIN)/python -m tests.bench.scale --html .sojourn/scale.html

golden: setup  ## rewrite the golden replays; read the diff before you commit it
	$(BIN)/python -m tests.golden

docs: setup  ## rewrite docs/reference from the code; read the diff before you commit it
	$(BIN)/python -m agents.tools.reference

clean:  ## remove what setup, servers and tests left behind
	rm -rf .venv .sojourn .pytest_cache .mypy_cache .ruff_cache .hypothesis
