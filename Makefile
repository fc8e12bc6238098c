# What people who run Otklik and people who change it type; `make help` lists it.
# Plain enough for the make 3.81 of macOS.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup run test lint widget topics cuts checks pictures bench lock clean parts setup-to-test

bin := .venv/bin

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' Makefile | while IFS='|' read -r target does; do \
		printf '  make %-8s %s\n' "$$target" "$$does"; done

setup: ## make .venv with what running needs
	@sh scripts/setup.sh run

run: setup ## start the demo on http://127.0.0.1:8080; Ctrl-C stops it
	@exec $(bin)/otklik demo

test: setup-to-test parts lint ## all checks and tests; `make test ARGS="-k pothole"` runs some of them
	@$(bin)/python -m pytest --numprocesses auto --dist worksteal $(ARGS)

lint: setup-to-test ## ruff, mypy, the direction of imports, tsc, and whether the widget is built
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/mypy
	$(bin)/lint-imports --no-logo
	sh scripts/widget.sh check

widget: setup-to-test ## build what pages load from widget/src into widget/built; needs Node.js
	@sh scripts/widget.sh build

topics: setup-to-test ## learn anew from gateway/data/topics how residents speak; five minutes
	@$(bin)/python scripts/learn_topics.py

cuts: setup-to-test ## learn anew, after `make topics`, where texts go over to another problem; a minute
	@$(bin)/python scripts/learn_cuts.py

checks: setup-to-test ## learn anew how threats, adverts, dangers and empty texts are worded; a minute
	@$(bin)/python scripts/learn_checks.py

pictures: setup-to-test ## take the pictures in docs/pictures anew; needs a browser
	@$(bin)/python -m docs.pictures

bench: setup-to-test ## measure speed and size, and print them as a table
	@$(bin)/python -m bench $(ARGS)

lock: setup-to-test ## write both lock files anew; `make lock UPGRADE=1` takes newer versions
	$(compile) --output-file requirements.lock
	$(compile) --output-file requirements-dev.lock --group dev --constraint requirements.lock

clean: ## remove everything that these targets made, but for the data folder
	rm -rf .venv widget/node_modules bench/lighthouse/node_modules .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup-to-test:
	@sh scripts/setup.sh test

# The programs that tests need besides Python packages: a browser, PostgreSQL, Node.js.
parts: setup-to-test
	@$(bin)/python -m tests.parts

# No address of an index gets into the locks, so they work behind any mirror.
compile = sh scripts/uv.sh pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header $(if $(UPGRADE),--upgrade)
