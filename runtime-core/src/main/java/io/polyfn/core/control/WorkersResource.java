package io.polyfn.core.control;

import io.polyfn.core.DataPlane;
import io.polyfn.core.failure.LastWords;
import io.polyfn.core.worker.Worker;
import io.polyfn.core.worker.WorkerAddress;
import io.polyfn.core.worker.WorkerExit;
import io.polyfn.core.worker.WorkerState;
import io.polyfn.core.worker.WorkerStatus;
import io.vertx.core.Future;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response.Status;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** The workers, and what can be done with them. */
@Path("/workers")
@Produces(MediaType.APPLICATION_JSON)
public final class WorkersResource {
    private final DataPlane dataPlane;
    private final ConsoleAccess access;

    WorkersResource(DataPlane dataPlane, ConsoleAccess access) {
        this.dataPlane = dataPlane;
        this.access = access;
    }

    /**
     * A worker.
     *
     * @param id from 1; one that drains has that of the worker that has taken its place
     * @param state {@code starting}, {@code ready}, {@code replacing}, {@code draining}, {@code backing-off}, {@code failed} or
     *     {@code stopped}
     * @param reason why it is not ready, where there is one
     * @param link {@code push} or {@code pull}; null until it is open
     * @param uptimeSeconds of the process
     * @param inFlight invocations and hooks in it
     */
    public record WorkerView(
            int id,
            String state,
            @Nullable String reason,
            @Nullable Long pid,
            @Nullable String link,
            @Nullable String address,
            double uptimeSeconds,
            int restarts,
            int inFlight,
            @Nullable ExitView lastExit) {}

    /**
     * How an earlier process of the worker exited.
     *
     * @param outOfMemory whether the kernel has probably killed it at the container's limit
     * @param stderr only locally
     */
    public record ExitView(int code, @Nullable String signal, boolean outOfMemory, String stderr) {}

    @GET
    @Operation(summary = "The workers: state, process, link, restarts, invocations in flight, last exit")
    public CompletionStage<List<WorkerView>> list() {
        return dataPlane.onEventLoop(this::views).toCompletionStage();
    }

    private Future<List<WorkerView>> views() {
        return Future.succeededFuture(
                dataPlane.workers().statuses().stream().map(this::view).toList());
    }

    @POST
    @Path("/{id}/replace")
    @Operation(
            summary = "Replaces a worker, which finishes its invocations, within the grace period",
            description = "Responds with the workers when the next worker is ready.")
    @APIResponse(responseCode = "200", description = "The next worker is ready")
    @APIResponse(responseCode = "403", description = "POLYFN_CONSOLE is off, and the platform is not local")
    @APIResponse(responseCode = "404", description = "There is no worker with this id")
    @APIResponse(responseCode = "409", description = "The worker is not ready, so there is nothing to replace")
    @APIResponse(responseCode = "503", description = "The next worker did not start; the body has the reason")
    public CompletionStage<List<WorkerView>> replace(@PathParam("id") int id, @Context HttpHeaders headers) {
        access.check(headers);
        if (!dataPlane.workers().has(id)) {
            throw Problem.of(Status.NOT_FOUND, "there is no worker " + id);
        }
        return dataPlane
                .onEventLoop(() -> dataPlane.stopping()
                        ? Future.<Worker>failedFuture(new IllegalStateException("the core is shutting down"))
                        : dataPlane.workers().replace(id))
                .recover(failure -> Future.failedFuture(Problem.of(
                        failure instanceof IllegalStateException ? Status.CONFLICT : Status.SERVICE_UNAVAILABLE,
                        said(failure))))
                .compose(worker -> dataPlane.onEventLoop(this::views))
                .toCompletionStage();
    }

    private WorkerView view(WorkerStatus status) {
        Worker worker = status.worker();
        WorkerExit exit = status.lastExit();
        String reason = reason(status.state());
        boolean showsStderr = dataPlane.settings().platform().showsStderr(false);
        return new WorkerView(
                status.number(),
                name(status),
                reason == null || showsStderr ? reason : LastWords.remove(reason),
                status.pid(),
                worker == null ? null : worker.address() instanceof WorkerAddress.Polling ? "pull" : "push",
                worker == null ? null : worker.address().toString(),
                status.uptime().toMillis() / 1000.0,
                status.restarts(),
                worker == null ? 0 : worker.inFlight(),
                exit == null
                        ? null
                        : new ExitView(
                                exit.code(), exit.signal(), exit.outOfMemory(), showsStderr ? exit.lastStderr() : ""));
    }

    private String said(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return dataPlane.settings().platform().showsStderr(false) ? message : LastWords.remove(message);
    }

    private static String name(WorkerStatus status) {
        if (status.draining()) {
            return "draining";
        }
        return status.replacing() ? "replacing" : name(status.state());
    }

    private static String name(WorkerState state) {
        return state instanceof WorkerState.BackingOff
                ? "backing-off"
                : state.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    private static @Nullable String reason(WorkerState state) {
        return switch (state) {
            case WorkerState.BackingOff off -> off.reason();
            case WorkerState.Failed failed -> failed.reason();
            default -> null;
        };
    }
}
