package io.polyfn.core.control;

import io.polyfn.core.DataPlane;
import io.polyfn.core.telemetry.RecentInvocations.Entry;
import io.vertx.core.Future;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The invocations and hooks that ended last. */
@Path("/invocations")
@Produces(MediaType.APPLICATION_JSON)
public final class InvocationsResource {
    private final DataPlane dataPlane;

    InvocationsResource(DataPlane dataPlane) {
        this.dataPlane = dataPlane;
    }

    /**
     * An invocation or a hook that ended; never its payload, headers or query.
     *
     * @param kind {@code event}, {@code http}, {@code initialize}, {@code pre-freeze} or {@code pre-stop}
     * @param outcome {@code success} or a failure code
     * @param bytesIn of the request's body
     * @param bytesOut of the response's body
     */
    public record InvocationView(
            String id,
            String kind,
            String path,
            Instant start,
            double durationMillis,
            String outcome,
            long bytesIn,
            long bytesOut) {}

    @GET
    @Operation(summary = "The last 100 invocations and hooks that ended, newest first")
    public CompletionStage<List<InvocationView>> list() {
        return dataPlane
                .onEventLoop(() -> Future.succeededFuture(dataPlane.recent().entries().stream()
                        .map(InvocationsResource::view)
                        .toList()))
                .toCompletionStage();
    }

    private static InvocationView view(Entry entry) {
        return new InvocationView(
                entry.id(),
                entry.kind(),
                entry.path(),
                entry.start(),
                entry.duration().toNanos() / 1e6,
                entry.outcome(),
                entry.bytesIn(),
                entry.bytesOut());
    }
}
