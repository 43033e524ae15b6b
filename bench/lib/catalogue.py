"""Everything that is measured, by name. All echo what they are sent, so that the function costs as little as it can."""

from dataclasses import replace

from . import host, images
from .targets import BENCH, Container, Process, Target

OFF = {"POLYFN_CORE": "off"}
# The watchdog has no versions that Go knows; the emulator has none at all.
WATCHDOG = "github.com/openfaas/of-watchdog@latest"
EMULATOR = "github.com/aws/aws-lambda-runtime-interface-emulator/cmd/aws-lambda-rie@v0.0.0-20261030222936-bef5c4ba774d"


def direct() -> Container:
    return Container("worker, direct mode", image=images.nodejs(), function="echo", env=OFF)


def core() -> Container:
    return Container("core + worker", image=images.nodejs(), function="echo")


def core_first() -> Container:
    """Without the handover: what a start is for a worker that is not one of ours, or polls."""
    return Container("core first + worker", image=images.nodejs(), function="echo", env={"POLYFN_HANDOVER": "off"})


def initializer() -> Container:
    return Container("Node.js with an initializer", image=images.nodejs(), function="initializer", initialize=True)


def in_direct_mode(target: Container) -> Container:
    return replace(target, name=f"{target.name}, direct mode", env=target.env | OFF)


def lean() -> Container:
    """Without the control plane, as on FC."""
    return replace(core(), name="core without control plane + worker", env={"POLYFN_MANAGEMENT": "off"})


def without_markers(target: Container) -> Container:
    """As on platforms that print the log markers themselves."""
    return replace(target, name=f"{target.name}, no markers", env=target.env | {"POLYFN_MARKERS": "off"})


def without_log(target: Container) -> Container:
    """The engine's work on the log takes a share of the machine's cores."""
    return replace(target, name=f"{target.name}, no log driver", logged=False)


def two_workers() -> Container:
    return replace(core(), env={"POLYFN_WORKERS": "2"})


def busy(workers: int) -> Container:
    name = f"10 ms of CPU time, {workers} worker{'s' if workers > 1 else ''}"
    return Container(name, image=images.nodejs(), function="busy", env={"POLYFN_WORKERS": str(workers)})


def plain() -> Container:
    return Container("plain Node.js", image=images.nodejs(), function="plain", entrypoint="/code/bootstrap")


def plain_core() -> Container:
    return Container("core + plain Node.js", image=images.nodejs(), function="plain")


def vertx() -> Container:
    host.vertx_jar()
    return Container("bare Vert.x", image=images.build("vertx", CORE=images.core()))


def functions_framework() -> Container:
    return Container("functions-framework", image=images.build("peers/functions-framework"))


def watchdog() -> Container:
    """In front of the plain server, which needs no more than a port."""
    binary = images.go_command(WATCHDOG, "BENCH_OF_WATCHDOG")
    env = {"mode": "http", "port": "{port}", "PORT": "{other}", "upstream_url": "http://127.0.0.1:{other}",
           "fprocess": "/code/bootstrap"}
    return Container("of-watchdog + plain Node.js", image=images.nodejs(), function="plain", entrypoint="/usr/bin/fwatchdog",
                     mounts=(f"{binary}:/usr/bin/fwatchdog:ro",), env=env)


def lambda_core() -> Container:
    # The client asks for as many at once as the core allows.
    return Container("core + aws-lambda-go", image=images.build("functions/lambda-go"), env={"POLYFN_CONCURRENCY": "32"})


def lambda_emulator() -> Container:
    binary = images.go_command(EMULATOR, "BENCH_LAMBDA_RIE")
    command = ("--runtime-interface-emulator-address", "127.0.0.1:{port}", "--runtime-api-address", "127.0.0.1:{other}",
               "--log-level", "error", "/code/bootstrap")
    # It ends with a nil pointer when a second invocation comes before the first is answered.
    return Container("aws-lambda-rie + aws-lambda-go, never more than one at once", most_at_once=1, path="/2015-03-31/functions/function/invocations",
                     image=images.build("functions/lambda-go"), entrypoint="/usr/bin/aws-lambda-rie",
                     mounts=(f"{binary}:/usr/bin/aws-lambda-rie:ro",), command=command)


def ts_node() -> Container:
    return Container("ts-node server.ts", image=images.build("peers/ts-node"))


def typescript_built() -> Container:
    return Container("polyfn/typescript, built", image=images.build("functions/typescript", target="built"))


def typescript_source() -> Container:
    return Container("polyfn/typescript, as source", image=images.build("functions/typescript", target="source"))


def on_host(name: str) -> Process:
    """direct, core, plain or vertx as a process on this machine, with the machine's own Node.js and JDK."""
    echo = {"FC_FUNC_CODE_PATH": str(BENCH / "functions/echo")}
    worker = str(images.ROOT / "images/nodejs/worker/src/main.js")
    match name:
        case "direct":
            return Process("worker, direct mode", env=echo, command=("node", worker))
        case "plain":
            return Process("plain Node.js", command=("node", str(BENCH / "functions/plain/server.js")))
        case "core":
            return Process("core + worker", env=echo, command=host.core_command())
        case "vertx":
            return Process("bare Vert.x", command=host.vertx_command())
    raise LookupError(name)


def limited(target: Container, cpus: str, memory: str) -> Container:
    # Swap would hide what does not fit.
    return replace(target, limits=(f"--cpus={cpus}", f"--memory={memory}", f"--memory-swap={memory}"))


def named(target: Target, name: str) -> Target:
    return replace(target, name=name)
