# `make` alone lists the targets below, from the words after each `##`.
# Needs only Python >= 3.11, git, make and a POSIX shell; README.md has the same steps for Windows.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: web-test help demo demo-reset web test check fix dev bench power kills web-kills soak mutants screens catalogues browser lock

APP_PORT ?= 8550
SYNC_PORT ?= 8551
export APP_PORT SYNC_PORT
# Tests, demo and benchmarks start many processes: each would compile the project anew where nothing may be kept.
export PYTHONDONTWRITEBYTECODE :=

# The machine's own python3 when it is new enough, else the newest one beside it.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
UV_LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate --extra build
TYPED := shared mobile_app sync_server tests tools $(wildcard main.py benchmarks/*.py)
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard assets/translations/*/LC_MESSAGES/tournee.po))

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/.demo catalogues ## Start the demo (APP_PORT, SYNC_PORT); Ctrl-C stops it, its data stays
	@$(BIN)/python -m tools.demo

demo-reset: ## Delete the demo's data, so that the next `make demo` begins anew
	@$(PYTHON) -m tools.demo --reset

web: .venv/.demo ## Build the app for browsers and print the folder that TOURNEE_SERVER_APP names
	@$(BIN)/python -m tools.web.build

# A browser, an app and a server keep two cores busy by themselves: those tests run alone, the others side by side. The checks take what is left.
# A page that hangs answers nothing and ends nothing: after ten minutes in one test it is said where that was.
test: .venv/.dev browser catalogues ## Run every check and every test
	@nice -n 19 $(MAKE) --no-print-directory check & checks=$$!; \
	$(BIN)/python -m pytest -m "not browser" --numprocesses logical --dist worksteal \
	&& $(BIN)/python -m pytest tests/e2e -m "browser and not web" -o faulthandler_timeout=600 -o faulthandler_exit_on_timeout=true; tests=$$?; \
	wait $$checks && exit $$tests

check: .venv/.dev ## Check format, lint, types and import contracts
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy $(TYPED)
	$(BIN)/lint-imports --no-logo

fix: .venv/.dev ## Format, and mend what lint can mend by itself
	$(BIN)/ruff check --quiet --fix-only .
	$(BIN)/ruff format --quiet .

dev: .venv/.dev catalogues ## Start the demo with the app beside its server, and start it again whenever a source file changes
	@$(BIN)/watchfiles --sigint-timeout 10 '$(BIN)/python -m tools.demo --beside' main.py mobile_app shared sync_server assets

bench: .venv/.dev ## Measure: one JSON line per figure, then a summary
	@$(BIN)/python -m tools.bench

power: .venv/.dev ## Cut the power of a phone RUNS times, and once more with lesser durability to see that a loss is seen
	@$(BIN)/python -m tools.power --runs $(or $(RUNS),3000)

kills: .venv/.dev ## Kill a phone or its server RUNS times in the middle of their work, with SIGKILL
	@$(BIN)/python -m tools.kills --runs $(or $(RUNS),500)

web-test: .venv/.dev browser catalogues ## Build the app for browsers and test it as a device of its own in one: some minutes
	@$(BIN)/python -m pytest tests/e2e -m web

web-kills: .venv/.dev browser catalogues ## Kill a browser RUNS times while its device saves, with SIGKILL
	@WEB_KILLS=$(or $(RUNS),50) $(BIN)/python -m pytest tests/e2e/test_device_storage.py -k kills

soak: .venv/.dev ## Play SEEDS seeds of five phones and a server from FIRST_SEED on, on all cores; goes on where it was stopped
	@$(BIN)/python -m tools.soak --seeds $(or $(SEEDS),10000) --first $(or $(FIRST_SEED),1)

mutants: .venv/.dev ## Plant bugs one at a time and see that the same seeds find each
	@$(BIN)/python -m tools.mutants

screens: .venv/.dev browser catalogues ## Take a picture of every screen into docs/screens, and contact sheets of them
	SCREENS=docs/screens $(BIN)/python -m pytest tests/e2e -m browser
	$(BIN)/python -m tools.contact_sheet docs/screens

catalogues: .venv/.demo $(CATALOGUES) ## Compile the translations

%.mo: %.po
	@$(BIN)/python -m tools.catalogues compile >/dev/null

browser: .venv/.dev ## Install a Chromium for the browser tests where there is none
	@$(BIN)/python -m tools.browser

lock: .venv/bin/uv ## Renew the lock files from pyproject.toml
	$(UV_LOCK) --upgrade --extra server --extra web --extra dev --output-file requirements/dev.txt pyproject.toml
	$(UV_LOCK) --constraint requirements/dev.txt --extra server --extra web --output-file requirements/demo.txt pyproject.toml
	$(UV_LOCK) --constraint requirements/dev.txt --extra server --output-file requirements/server.txt pyproject.toml

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with its venv module is needed (Debian: apt install python3-venv)." >&2; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/bin/uv: | .venv/bin/python
	@$(PIP) uv

# One stamp per lock file: it is installed once, and again when the lock or the project's metadata changes. `dev` contains `demo`.
.venv/.demo .venv/.dev: .venv/.%: requirements/%.txt pyproject.toml | .venv/bin/python
	@echo "Installing $< into .venv ..."
	@$(PIP) --require-hashes -r $<
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch .venv/.demo $@
