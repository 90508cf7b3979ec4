# The two commands a newcomer needs are `make demo` and `make test`; both do all the set-up there is.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
STAMP := $(VENV)/.installed

.PHONY: install demo test test-long check bench bench-big format messages assets clean

install: $(STAMP)-run

# What runs the portal, from a lock with hashes.
$(STAMP)-run: requirements/run.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed (PYTHON=/path/to/python3.11)."; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is older (PYTHON=/path/to/python3.11)."; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet uv==0.13.9
	@echo "Installing Kesher and what it stands on ..."
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/run.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	@$(BIN)/python -m kesher.www.messages
	@touch $@

# What develops it, besides.
$(STAMP)-dev: $(STAMP)-run requirements/dev.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.lock
	@touch $@

# What benchmarks compare us with, besides.
$(STAMP)-bench: $(STAMP)-dev requirements/bench.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/bench.lock
	@touch $@

demo: $(STAMP)-run
	@$(BIN)/python -m kesher.www.messages
	@exec $(BIN)/kesher demo --port $(PORT)

test: $(STAMP)-dev
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not long"

# All counts in full, then what the database decides on a second engine: Debian's PostgreSQL 15, as an ordinary user.
test-long: $(STAMP)-dev
	$(BIN)/python -m pytest -n 2 --dist loadgroup
	bash .ci/second-engine

check: $(STAMP)-dev
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/check_licences.py
	$(BIN)/python tests/bill.py
	$(BIN)/python tests/check_house.py

# What the portal is made of, for who runs it or looks for known weaknesses: CycloneDX, from the locks alone.
bill: $(STAMP)-dev
	$(BIN)/python tests/bill.py bom.cdx.json

bench: $(STAMP)-bench
	@for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

# A nation: a million people and fifty thousand vacancies on two workers.
bench-big: $(STAMP)-bench
	$(BIN)/python benchmarks/matching.py --only big

format: $(STAMP)-dev
	$(BIN)/ruff check --fix src tests benchmarks
	$(BIN)/ruff format src tests benchmarks

# Needs gettext: collect the strings of code and templates into the catalogues.
messages: $(STAMP)-dev
	cd src/kesher && ../../$(BIN)/python -m django makemessages --settings=tests.settings --pythonpath=../.. \
	  -l he -l ar -l ru -l uk -l fr -l am --no-location --no-wrap
	$(BIN)/python -m kesher.www.messages

# Needs node: rebuild the vendored scripts, styles and fonts.
assets:
	npm ci --ignore-scripts --no-audit --no-fund
	sh assets/build.sh

clean:
	rm -rf .kesher node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
