.PHONY: help run test test-one images bench bench-quick chaos fmt lint outdated

# A shell starts what it runs in the background with SIGINT ignored, and every descendant inherits that. The core has to react to it.
default_signals := exec env --default-signal=INT,QUIT

help: ## This list.
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 20

run: ## A function on this machine, without Docker: make run [FUNCTION=folder] [PORT=9000]
	@$(default_signals) .ci/run-function "$(or $(FUNCTION),images/nodejs/example)" "$(or $(PORT),9000)"

test: ## Every test, those of the built images included.
	@$(default_signals) .ci/set-up .ci/test

test-one: ## One test class or method: make test-one TEST=EventsIT or TEST=EventsIT#method
	@$(default_signals) .ci/test-one '$(TEST)'

images: ## Builds the images and prints their sizes.
	@images/build

bench: ## Every budget and every peer, half an hour on a quiet machine: bench/results
	@.ci/run bench/run

bench-quick: ## The core's own budgets, about a minute.
	@bench/run --quick

chaos: ## Everything that can break, broken under load, about 10 minutes: docs/chaos.md
	@$(default_signals) .ci/set-up chaos/run --write

fmt: ## Formats, and copies images/versions.env to the Dockerfiles.
	@.ci/mvn -q spotless:apply
	@images/sync-versions

lint: ## Formatting, compiler checks, versions in agreement, known vulnerabilities.
	@.ci/lint

outdated: ## What is behind: Node.js, npm, TypeScript, esbuild, Go, Quarkus, Netty, base images.
	@.ci/outdated
