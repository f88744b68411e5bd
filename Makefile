.DEFAULT_GOAL := help
SHELL := /bin/bash
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
PYTHON ?= python3
RUN := .venv/bin/
STAMP := .venv/.made-from-locks
EXPORT = $(UV) export --quiet --no-emit-project --no-annotate --no-header

.PHONY: help setup demo test check format run app bench lock clean

help:  ## list what one can do here
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(STAMP)  ## make .venv from locks/dev.txt (every other target calls this)

demo: setup  ## the whole way on an invented world: collect, analyse, open the app
	$(RUN)foresight demo

test: setup  ## run every test, two files at a time
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(RUN)pytest -n 2 --dist loadfile

check: setup  ## style, types, import directions, spelling
	$(RUN)ruff check . && $(RUN)ruff format --check . && $(RUN)mypy && $(RUN)codespell
	$(RUN)pytest -q tests/test_architecture.py tests/test_docs.py tests/test_glossary.py tests/test_ways.py

format: setup  ## put the code into the one layout
	$(RUN)ruff check --fix . && $(RUN)ruff format .

run: setup  ## collect what is due, analyse what is new, publish
	$(RUN)foresight run

app: setup  ## open the app on what is published
	$(RUN)foresight app

bench: setup  ## measure speed and memory, as ratios to a baseline of the same run
	$(RUN)python -m benchmarks

lock: $(UV)  ## resolve pyproject.toml again and write locks/*.txt
	$(UV) lock --upgrade
	$(EXPORT) --no-dev -o locks/default.txt
	$(EXPORT) --no-dev --extra gpu -o locks/gpu.txt
	$(EXPORT) --group dev -o locks/dev.txt

clean:  ## remove the environment and caches, never data/
	rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist

.tools/bin/uv:
	@echo "uv is not installed: putting it into .tools/ (private to this folder)"
	$(PYTHON) -m venv .tools && .tools/bin/pip install --quiet --disable-pip-version-check 'uv>=0.9,<1'

$(STAMP): locks/dev.txt pyproject.toml | $(UV)
	$(UV) venv --quiet --allow-existing --python '>=3.11' .venv
	VIRTUAL_ENV=.venv $(UV) pip sync --quiet --require-hashes locks/dev.txt
	VIRTUAL_ENV=.venv $(UV) pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@
