.PHONY: run test images bench bench-quick fmt lint

# A function on this machine, without Docker: make run [FUNCTION=folder] [PORT=9000]
run:
	@.ci/run-function "$(or $(FUNCTION),images/nodejs/example)" "$(or $(PORT),9000)"

# Everything, the tests of the built images included.
test:
	@.ci/test

images:
	@images/build

# Every budget and every peer, half an hour on a quiet machine: bench/results. The quick one takes about a minute.
bench:
	@.ci/run bench/run

bench-quick:
	@bench/run --quick

fmt:
	@.ci/mvn -q spotless:apply
	@images/sync-versions

lint:
	@.ci/lint
