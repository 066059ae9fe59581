# One command each: demo, test, check. Needs python3 >= 3.11 and make; everything else is installed here.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
UV     := $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python

# Tests share nothing but the machine; WORKERS=0 runs them in one process, as --pdb wants it.
WORKERS ?= auto
SPREAD := -n $(WORKERS) --maxprocesses 4 --dist worksteal

SERVER ?= postgresql://postgres@127.0.0.1:5432/postgres

.PHONY: demo test stories-postgresql check format lock clean

demo: $(VENV)/.ready            ## sample county, everything running, one URL
	@$(BIN)/tongban demo

test: $(VENV)/.ready-dev        ## the whole suite
	@PTB_TIMEDELTA=true OMP_NUM_THREADS=1 $(BIN)/python -m pytest $(SPREAD) $(ARGS)

stories-postgresql: $(VENV)/.ready-dev  ## every story on PostgreSQL (some three minutes)
	@PTB_TIMEDELTA=true OMP_NUM_THREADS=1 TONGBAN_TEST_DATABASE_URL=$(SERVER) $(BIN)/python -m pytest $(SPREAD) -q tests/test_stories.py

check: $(VENV)/.ready-dev       ## style, types, layers
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/.ready-dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

$(VENV)/.tools: requirements-tools.lock
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-tools.lock
	@touch $@

$(VENV)/.ready: $(VENV)/.tools requirements.lock pyproject.toml
	@$(UV) --require-hashes -r requirements.lock
	@$(UV) --no-deps --no-build-isolation -e .
	@OMP_NUM_THREADS=1 $(BIN)/tongban directives index --installing
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.lock
	@$(UV) --require-hashes -r requirements-dev.lock
	@touch $@

# Locks hold hashes and no addresses; one set for every machine that pip can serve.
LOCK := $(BIN)/uv pip compile --quiet --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links --python-version 3.11
lock: $(VENV)/.tools
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) pyproject.toml --extra deploy -c requirements.lock -o requirements-deploy.lock
	$(LOCK) pyproject.toml --extra dev --extra ocr -c requirements.lock -o requirements-dev.lock
	$(LOCK) requirements-tools.in -o requirements-tools.lock

clean:
	rm -rf $(VENV) var build dist
