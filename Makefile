# Every target is explained by `make help`, from the text after its two number signs.

# Any Python starts: tools/bootstrap.py looks for a newer one if this is too old.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$name && break; done)
ARGS ?=

ifeq ($(strip $(PYTHON)),)
BOOTSTRAP = @echo "Synaptiq needs Python 3.11 or later, and there is no python3 on the PATH." >&2; \
	echo "Install it (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python)," >&2; \
	echo "or name it: make PYTHON=/path/to/python3 $@" >&2; exit 1;
else
BOOTSTRAP = @"$(PYTHON)" tools/bootstrap.py
endif

# Where Python is told to keep no bytecode, each of many short processes compiles all files anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo setup install test test-libreoffice check bench mutants docs pictures lock clean erase

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

demo: ## Start Synaptiq on sample data, and print where; Ctrl-C ends it
	$(BOOTSTRAP)
	@exec .venv/bin/synaptiq demo $(ARGS)

setup: ## Do all that `make demo` does, but do not start it
	$(BOOTSTRAP)
	@.venv/bin/synaptiq demo --no-serve $(ARGS)

install: ## Make .venv with the locked packages and the command synaptiq, nothing else
	$(BOOTSTRAP)

test: ## Run all tests (some of them: make test ARGS="tests/kit -k embedded")
	$(BOOTSTRAP) --dev --browser
	.venv/bin/pytest -n auto --dist worksteal $(ARGS)

test-libreoffice: ## Open exported CSV in LibreOffice and read it back (needs soffice)
	$(BOOTSTRAP) --dev
	.venv/bin/pytest tests/exports/libreoffice.py $(ARGS)

check: ## Check style, types, imports and the house's own rules
	$(BOOTSTRAP) --dev
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/python tools/check.py

bench: ## Measure the speed, against references in the same run
	$(BOOTSTRAP) --dev --browser
	.venv/bin/python -m bench $(ARGS)

mutants: ## Break one line after the other, and see a test notice each
	$(BOOTSTRAP) --dev --browser
	.venv/bin/python tools/mutants.py $(ARGS)

docs: ## Write docs/configuration.md anew from the code
	$(BOOTSTRAP)
	.venv/bin/python tools/configuration.py

pictures: ## Take the pictures of the documentation, of sample data, in both themes
	$(BOOTSTRAP) --dev --browser
	.venv/bin/python -m tools.pictures

lock: ## Lock all packages with hashes (newer versions: make lock ARGS=--upgrade)
	$(BOOTSTRAP) --dev
	.venv/bin/uv pip compile --quiet --universal --generate-hashes --no-header \
		--python-version 3.11 $(ARGS) --extra cjk pyproject.toml -o requirements/base.txt
	.venv/bin/uv pip compile --quiet --universal --generate-hashes --no-header \
		--python-version 3.11 $(ARGS) --extra cjk --extra dev -c requirements/base.txt pyproject.toml -o requirements/dev.txt

clean: ## Delete .venv and caches, which the next target makes again; no data
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	"$(PYTHON)" tests/memory.py
	@echo "Your data is kept. To delete it too: make erase"

erase: ## Delete the database and files of this checkout, after asking
	$(BOOTSTRAP)
	@.venv/bin/python tools/erase.py $(ARGS)
