.PHONY: help install demo demo-reset test test-long format messages lock bench-packs bench-cycle bench-pages bench-ledger bench-sheets
.DEFAULT_GOAL := help

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

install: ## make .venv from uv.lock
	@bash .ci/install

demo: install ## build the demo community and serve it on http://127.0.0.1:8000
	@bash .ci/system-packages --demo || true
	@.venv/bin/python deploy/demo.py

demo-reset: install ## throw the demo community away and build it anew
	@rm -rf .var/demo
	@$(MAKE) --no-print-directory demo

test: ## every check and test, on SQLite and PostgreSQL, with a browser
	@bash .ci/test

test-long: ## the same with soak tests and many more random examples
	@bash .ci/test --long

format: install ## put code and templates into the one format
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format --quiet .
	@git ls-files 'templates/*.html' | xargs .venv/bin/djade --target-version 5.2 || true

messages: install ## collect the texts to translate into locale/
	@.venv/bin/python -m tests.messages collect

lock: install ## renew uv.lock from pyproject.toml, naming only the public index
	@env -u UV_DEFAULT_INDEX -u UV_INDEX -u UV_INDEX_URL -u UV_EXTRA_INDEX_URL -u UV_FIND_LINKS $$(command -v uv || echo .venv-tools/bin/uv) lock

bench-sheets: install ## print every sheet of a pick-up day of 40 households and 12 producers, in two seconds
	@.venv/bin/python -m benchmarks.bench_sheets

bench-packs: install ## show that sharing out packs costs in proportion to the demand log
	@.venv/bin/python -m benchmarks.bench_packs

bench-pages: install ## show what pages cost beside plain Django, plain Wagtail and django-oscar (needs wrk)
	@.venv/bin/python -m benchmarks.bench_pages

bench-ledger: install ## measure the ledger against hand-written SQL, django-hordak and plain SQLite
	@.venv/bin/python -m benchmarks.bench_ledger

bench-cycle: install ## show what closing, settling and printing a cycle of 10,000 to 160,000 lines costs beside COPY
	@.venv/bin/python -m benchmarks.bench_cycle
