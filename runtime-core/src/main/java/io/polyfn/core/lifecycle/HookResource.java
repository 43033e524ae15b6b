package io.polyfn.core.lifecycle;

import io.polyfn.core.link.Hook;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletionStage;

/** The platform's lifecycle hooks (contract 2, rows 3 to 5). */
@Path("/")
public final class HookResource {
    private final Hooks hooks;

    HookResource(Hooks hooks) {
        this.hooks = hooks;
    }

    /** Runs the function's initializer; succeeds at most once for each worker (contract 2.2). */
    @POST
    @Path("initialize")
    public CompletionStage<Response> initialize(@Context HttpHeaders headers, RoutingContext call) {
        hooks.began(call);
        return hooks.initialize(headers.getRequestHeaders()).toCompletionStage();
    }

    /** Called before an idle instance is frozen (contract 2.3). */
    @GET
    @Path("pre-freeze")
    public CompletionStage<Response> preFreeze(@Context HttpHeaders headers, RoutingContext call) {
        hooks.began(call);
        return hooks.call(Hook.PRE_FREEZE, headers.getRequestHeaders()).toCompletionStage();
    }

    /** Called before the instance is destroyed (contract 2.3); a stop of the core does not call it a second time. */
    @GET
    @Path("pre-stop")
    public CompletionStage<Response> preStop(@Context HttpHeaders headers, RoutingContext call) {
        hooks.began(call);
        return hooks.call(Hook.PRE_STOP, headers.getRequestHeaders()).toCompletionStage();
    }
}
