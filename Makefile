# One environment in .venv, made from the lock file; every target makes what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help demo test lint types bench docs lock clean

help:
	@echo "make demo    set up, run the main study, say where the report is"
	@echo "make test    set up, run all tests"
	@echo "make lint    format, style and import rules"
	@echo "make types   static types"
	@echo "make bench   the tables of benchmarks/"
	@echo "make docs    build the documentation into site/"
	@echo "make lock    renew requirements.lock from what .venv holds"

$(READY): pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -e ".[dev]"
	@touch $(READY)

demo: $(READY)
	$(BIN)/sakimori run announced-measures --out runs/demo
	$(BIN)/sakimori show runs/demo
	$(BIN)/sakimori report runs/demo

test: $(READY)
	$(BIN)/python -m pytest -n auto --dist loadfile

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache

types: $(READY)
	$(BIN)/pyright

bench: $(READY)
	@for script in benchmarks/[a-z]*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

docs: $(READY)
	$(BIN)/mkdocs build --strict --quiet

lock: $(READY)
	$(BIN)/python -m pip freeze --exclude-editable > requirements.lock

clean:
	rm -rf $(VENV) site runs
