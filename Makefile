# `make run` on a machine with Python 3.11+ and nothing else of ours; `make help` for the rest.
#
# The program runs from the checkout: `run.py` stands beside the package, and pytest, mypy and
# import-linter are told so in pyproject.toml. So nothing of ours is installed into .venv, an edit
# needs no reinstall, and what .venv holds is what the locks say, hash by hash.
#
# Each step leaves a stamp that is newer than what it was made from: a second `make run` starts at once.

.DEFAULT_GOAL := run
.DELETE_ON_ERROR:
.SUFFIXES:
.NOTPARALLEL:

VENV    := .venv
PY      := $(VENV)/bin/python
# The lock lists every dependency, so there is nothing to resolve; byte code is compiled at the
# first import (a quarter less time to wait, for most modules are never imported); -qq hides
# warnings about indexes that the machine names and does not have.
PIP     := $(PY) -m pip --disable-pip-version-check install -qq --no-compile --no-deps --require-hashes
WORKERS ?= auto
VENDOR  := fab_app/web/static/vendor

.PHONY: run test check format lint types layers definitions requirements bench lock assets clean help

run: $(VENV)/run.stamp $(VENV)/assets.stamp  ## serve every portal at http://127.0.0.1:8080
	@exec $(PY) run.py

# The tests start the program many times; where Python is told to write no byte code, as in many
# images, each start would compile all of it: two seconds instead of none.
test: $(VENV)/dev.stamp $(VENV)/assets.stamp  ## the whole suite; ARGS="-k name" for a part of it
	@$(PY) -m compileall -q -j 0 $(VENV)/lib fab_app tests >/dev/null || :
	@$(PY) -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

# Each is a target of its own: `make -k check` tells everything that is wrong, not the first thing.
check: format lint types layers definitions  ## formatter, linter, types, layers, definitions

format: $(VENV)/dev.stamp
	@$(VENV)/bin/ruff format --check --quiet . || { echo "not formatted: $(VENV)/bin/ruff format ."; exit 1; }

lint: $(VENV)/dev.stamp
	@$(VENV)/bin/ruff check --quiet .

types: $(VENV)/dev.stamp
	@$(PY) -m mypy --strict fab_app

layers: $(VENV)/dev.stamp
	@$(VENV)/bin/lint-imports

definitions: $(VENV)/dev.stamp
	@$(PY) run.py check

requirements: $(VENV)/dev.stamp  ## which tests prove which requirement
	@$(PY) tests/requirements.py

bench: $(VENV)/dev.stamp $(VENV)/assets.stamp  ## the benchmarks; writes bench/results.json
	@$(PY) bench/run.py

assets: $(VENV)/assets.stamp  ## the browser's files and the compiled catalogues

clean:  ## what can be made again; your data under instance/ stays
	rm -rf $(VENV) $(VENDOR) dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find fab_app tests bench -name __pycache__ -type d -prune -exec rm -rf {} +
	find fab_app -path '*/LC_MESSAGES/*.mo' -delete

help:
	@sed -n 's/^\([a-z]*\):.*##/\1\t/p' $(MAKEFILE_LIST)

# -- the environment ---------------------------------------------------------------------------------

$(PY):
	@for python in "$${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11 python; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    exec "$$python" -m venv --clear $(VENV); \
	  fi; \
	done; echo "Python 3.11 or newer is needed: PYTHON=/path/to/python3 make run" >&2; exit 1

$(VENV)/run.stamp: requirements.lock | $(PY)
	@echo "installing what the program needs into $(VENV) (once) …"
	@$(PIP) -r requirements.lock
	@touch $@

# The second lock holds the first: one call installs both.
$(VENV)/dev.stamp: requirements-dev.lock | $(PY)
	@echo "installing what the program and its tests need into $(VENV) (once) …"
	@$(PIP) -r requirements-dev.lock
	@touch $@ $(VENV)/run.stamp

# Not by building the package, for that would fetch node anew each time, in isolation. The module
# compares hashes itself; this stamp only saves asking it. `find` instead of a list: a catalogue may
# come, a vendor folder may go.
ASSET_INPUTS := fab_app/assets.py $(wildcard fab_app/web/assets/* fab_app/translations/*/LC_MESSAGES/*.po)

$(VENV)/assets.stamp: $(ASSET_INPUTS) $(if $(wildcard $(VENDOR)/manifest.json),,gone) | $(VENV)/run.stamp
	@if [ "$$($(PY) -m fab_app.assets --wants-node)" = yes ]; then \
	  echo "installing node for the browser's files (once) …"; $(PIP) -r requirements-build.lock; \
	fi
	@$(PY) -m fab_app.assets
	@touch $@

.PHONY: gone
gone:

# -- the locks ---------------------------------------------------------------------------------------

# For maintainers, after an edit of the dependencies; `make lock UPGRADE=--upgrade` takes the newest.
# Universal: the same lock serves every platform and Python. No line names an index or a machine.
COMPILE = $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --custom-compile-command "make lock" --no-emit-index-url --no-emit-find-links $(UPGRADE)
# Both drivers are in each lock: a database is chosen by FAB_APP_DATABASE_URL alone, and they are small.
DRIVERS = --extra postgresql --extra mariadb

lock: | $(PY)  ## write the lock files anew
	@$(PY) -m pip --disable-pip-version-check install -qq uv
	$(COMPILE) pyproject.toml $(DRIVERS) -o requirements.lock
	$(COMPILE) pyproject.toml $(DRIVERS) --group dev -c requirements.lock -o requirements-dev.lock
	$(COMPILE) --group build -o requirements-build.lock
	$(PY) -m fab_app.assets --lock
