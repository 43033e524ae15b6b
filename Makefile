.PHONY: run test images fmt lint

# A function on this machine, without Docker: make run [FUNCTION=folder] [PORT=9000]
run:
	@.ci/run-function "$(or $(FUNCTION),images/nodejs/example)" "$(or $(PORT),9000)"

# Everything, the tests of the built images included.
test:
	@.ci/test

images:
	@images/build

fmt:
	@.ci/mvn -q spotless:apply
	@images/sync-versions

lint:
	@.ci/lint
