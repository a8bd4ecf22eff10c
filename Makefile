# `make` lists the targets. Nothing but Python (>= 3.11) and make is needed.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help setup demo up down compiler fast test test-all test-fast check test-faults bench bench-fast bench-against bench-scale lock golden docs clean
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

compiler: setup
	@command -v "$${CC:-cc}" >/dev/null && test -f "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h" \
	|| { echo "The compiled build needs a C compiler and the headers of Python. Debian: apt-get install gcc libc6-dev python3-dev. Without them everything runs, pure."; exit 2; }

# The compiled build is a whole copy of the product: what is compiled and its sources cannot differ. The checkout stays pure.
FAST := .sojourn/fast
SOURCES := $(shell find schemas streams agents -name '*.py') $(shell find deploy -type f) pyproject.toml hatch_build.py
COMPILED := PYTHONSAFEPATH=1 PYTHONPATH=$(CURDIR)/$(FAST) SOJOURN_TEST_BUILD=compiled

fast: $(FAST)/.ready  ## a wheel in dist/ with the hot modules compiled (needs a C compiler), and its files in .sojourn/fast

$(FAST)/.ready: $(SOURCES) | setup
	@$(MAKE) --no-print-directory compiler
	@rm -rf $(FAST) .sojourn/build dist && mkdir -p .sojourn/build
	@cp -R schemas streams agents deploy pyproject.toml hatch_build.py README.md LICENSE .sojourn/build
	cd .sojourn/build && HATCH_BUILD_HOOKS_ENABLE=1 $(CURDIR)/$(BIN)/python -m hatchling build --target wheel --directory $(CURDIR)/dist
	@$(BIN)/python -m zipfile -e dist/sojourn-*.whl $(FAST) && rm -rf .sojourn/build && touch $@
	@echo "Install it where workers run: pip install dist/sojourn-*.whl. Or try it here: PYTHONSAFEPATH=1 PYTHONPATH=$(FAST) $(BIN)/sojourn doctor"

lock:  ## renew requirements.lock, and deploy/requirements.lock (what workers need), from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --all-extras pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --constraint requirements.lock pyproject.toml --output-file deploy/requirements.lock

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
	$(PYTEST) -m "not exhaustive and not compiled"

test-all: setup  ## the repetitions that `make test` leaves out: more seeds of the same laws
	$(PYTEST) -m exhaustive

# CI asks for the first two of these only (.ci/run): all of them take as long as a third of `make test`.
FAST_TESTS := tests/test_builds.py tests/golden tests/drivers tests/streams tests/laws tests/agents/journey tests/agents/carrier
test-fast: fast  ## goldens, three drivers, laws and unit tests of the core on the compiled build, and that both builds decide alike
	$(COMPILED) $(BIN)/pytest -n 3 --dist loadfile -m "not exhaustive and not pure" $(FAST_TESTS)

test-faults: setup  ## repeat the fault scenarios; can be stopped, goes on where it was
	$(BIN)/python -m tests.faults

bench: setup  ## events/s with ratios, and latency, from one run
	$(BIN)/python -m tests.bench

bench-fast: fast  ## the same of the compiled build
	$(COMPILED) $(BIN)/python -m tests.bench

bench-against: setup  ## this tree and REF=revision in turns: what each kind of event costs in both
	@test -n "$(REF)" || { echo "say what to compare with, as: make bench-against REF=HEAD~1"; exit 2; }
	$(BIN)/python -m tests.bench.turns.against $(REF) --same

bench-scale: setup  ## a page of plots in .sojourn/scale.html: the cost of an event against customers, touchpoints, detectors, partitions
	$(BIN)/python -m tests.bench.scale --html .sojourn/scale.html

golden: setup  ## rewrite the golden replays; read the diff before you commit it
	$(BIN)/python -m tests.golden

docs: setup  ## rewrite docs/reference from the code; read the diff before you commit it
	$(BIN)/python -m agents.tools.reference

clean:  ## remove what setup, servers and tests left behind
	rm -rf .venv .sojourn .pytest_cache .mypy_cache .ruff_cache .hypothesis
