package io.polyfn.core.ingress;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.http.Inbound;
import io.polyfn.core.link.HookResponse;

/** What an invocation takes of the core's memory. */
public final class Holding {
    /** Its objects on both connections; measured, 5 to 6 KB. */
    private static final int INVOCATION_BYTES = 7 * 1024;

    /** What Vert.x reads of a body before it stops reading, when the worker takes none. */
    private static final int UNREAD_BODY_BYTES = 160 * 1024;

    /** A hook, with what is kept of its response. */
    static final int HOOK_BYTES = INVOCATION_BYTES + HookResponse.MAX_BYTES;

    private Holding() {}

    static int of(Inbound inbound) {
        if (inbound.hasNoBody()) {
            return INVOCATION_BYTES;
        }
        long body = inbound.length() == Inbound.UNKNOWN ? UNREAD_BODY_BYTES : inbound.length();
        return INVOCATION_BYTES + (int) Math.min(body, UNREAD_BODY_BYTES);
    }

    /** The failure of what does not fit. */
    public static InvocationFailure exhausted() {
        return new InvocationFailure(
                FailureCode.MEMORY_EXHAUSTED,
                "the core holds as much for callers as its memory bears: send fewer requests at a time to this instance");
    }
}
