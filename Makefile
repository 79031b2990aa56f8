# Two commands do all the set-up by themselves: `make run` and `make test`.
# They need Python 3.11 or newer (with venv) and make, and nothing else.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: run test check lint types bench bench-peers clean

run: $(VENV)/.app
	@$(BIN)/evaluator $(ARGS)

test: $(VENV)/.dev
	$(BIN)/ruff check evaluator tests bench plugins
	$(BIN)/ruff format --check evaluator tests bench plugins
	$(BIN)/mypy evaluator
	$(BIN)/pytest -n 2 $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check --fix evaluator tests bench plugins
	$(BIN)/ruff format evaluator tests bench plugins

types: $(VENV)/.dev
	$(BIN)/mypy evaluator

bench: $(VENV)/.dev
	$(BIN)/python -m bench $(ARGS)

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("evaluator needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.app: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@ $(VENV)/.app
