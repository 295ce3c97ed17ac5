PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# Tests that wait for servers and daemons leave a core idle: three for two cores.
WORKERS := $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) * 3 / 2 )))
OF_CORE := tests/unit/core tests/unit/extractors tests/unit/wording
READY  := $(VENV)/.ready

# The tests start thousands of processes: what they import is compiled once, wherever this was forbidden.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup run demo test cover test-others test-slow bombs long-runs fuzz fleet fleet-demo metamorphic lint audit format bench bench-full bench-peers profile lock clean

help:            ## this list
	@grep -hE '^[a-z-]+: .*##|^[a-z-]+:  *##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 18

setup: $(READY)  ## prepare .venv with the locked versions

$(READY): requirements-dev.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Bevaka needs Python 3.11 or newer: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

run: $(READY)    ## the daemon on schedule.yaml, SQLite and a maildir under data/
	$(BIN)/python main.py run

demo: $(READY)   ## the whole story in a minute, without any network
	$(BIN)/python main.py demo

test: $(READY)   ## everything that is fast, on every core
	$(BIN)/python -m pytest -n auto --dist worksteal

cover: $(READY)  ## the tests of the core with coverage: every branch of it
	$(BIN)/python -m pytest -n auto --dist worksteal $(OF_CORE) --cov

test-others: $(READY) setup-browser setup-postgresql ## all that `cover` leaves out, fast and slow
	$(BIN)/python -m pytest -m "slow or not slow" -n $(WORKERS) --dist worksteal $(OF_CORE:%=--ignore=%)

test-slow: $(READY) setup-browser setup-postgresql ## kill loops, long histories, the browser, PostgreSQL
	$(BIN)/python -m pytest -m slow -n auto --dist worksteal

bombs: $(READY) ## The bomb laboratory, all of it: some 150 inputs, the daemon among them; half an hour
	LONG=1 $(BIN)/python -m pytest -m "slow or not slow" -s tests/faults/test_bombs.py

long-runs: $(READY) ## the slow tests at full length: 500 kills, 2 000 torn logs, 90 days twice; over an hour; docs/reliability.md
	LONG=1 $(BIN)/python -m pytest -m slow -s --ignore=tests/faults/test_bombs.py

fuzz: $(READY)   ## anything at all into every reader, for FUZZ_MINUTES (15); docs/reliability.md
	$(BIN)/python -m tests.fuzz.long_run

fleet: $(READY) setup-postgresql ## four daemons on one PostgreSQL: requests at once, kills, scaling; a quarter of an hour; docs/fleet.md
	$(BIN)/python -m tests.fleet.long_run

fleet-demo: $(READY) setup-postgresql ## a keeper, two workers and the web page: 500 pages change, a worker is killed; two minutes
	$(BIN)/python -m tests.fleet.demo

metamorphic: $(READY) ## every edit of our own pages in every layout: what is told, held back, suspect; docs/reliability.md
	$(BIN)/python -m tests.metamorphic

setup-browser:   ## Debian's Chromium, for the browser tests (they skip where it cannot be had)
	@command -v chromium >/dev/null || (apt-get -qq update && apt-get -qq install -y --no-install-recommends chromium) \
	  || echo "no Chromium: the browser tests will skip"

setup-postgresql: ## Debian's PostgreSQL, for its tests (they skip where it cannot be had)
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || (apt-get -qq update \
	  && apt-get -qq install -y --no-install-recommends postgresql postgresql-client) \
	  || echo "no PostgreSQL: its tests will skip"

lint: $(READY)   ## format check, rules, types, layers, spelling, what is unsafe
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	MYPYPATH=bench $(BIN)/mypy bench/*.py
	$(BIN)/lint-imports
	$(BIN)/codespell *.md docs deploy bevaka monitor storage notifiers
	$(BIN)/bandit -q -r -c pyproject.toml main.py bevaka monitor storage notifiers

audit: $(READY)  ## known vulnerabilities in what is locked; says so when nobody could be asked
	.ci/audit

format: $(READY) ## let ruff format and fix what it can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY)  ## what a round costs, beside the installed peers, in three minutes
	$(BIN)/python bench/run.py

bench-full: $(READY) ## the whole table: bench/RESULTS.md, docs/plots
	$(BIN)/python bench/run.py --full

bench-peers:     ## install urlwatch and webchanges under .bench/, each by itself
	$(PYTHON) -m venv .bench/urlwatch
	.bench/urlwatch/bin/python -m pip install --quiet --disable-pip-version-check 'urlwatch==2.29'
	$(PYTHON) -m venv .bench/webchanges
	.bench/webchanges/bin/python -m pip install --quiet --disable-pip-version-check 'webchanges==3.37' requests

profile: $(READY) ## where a round spends its time
	$(BIN)/python bench/hot.py

lock: $(READY)   ## renew the lock files within the bounds of pyproject.toml (docs/operations.md)
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate -q \
	  --custom-compile-command "make lock" --extra postgresql pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate -q \
	  --custom-compile-command "make lock" --extra postgresql pyproject.toml --group dev -o requirements-dev.lock

clean:           ## remove what make made (never data/)
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .coverage htmlcov build *.egg-info
