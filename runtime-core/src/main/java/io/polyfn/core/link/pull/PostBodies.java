package io.polyfn.core.link.pull;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.link.HeldBody;
import io.polyfn.core.memory.Memory;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;

/**
 * The bodies of posts that are held as a whole and belong to no invocation, which would have taken memory for them. Confined to the event
 * loop.
 */
final class PostBodies {
    /** The buffer grows by doubling, and its text is another copy. */
    private static final int COPIES = 3;

    private final Memory memory;

    PostBodies(Memory memory) {
        this.memory = memory;
    }

    /**
     * Reads the body, and refuses the post if that is too large or there is no memory for it.
     *
     * @param limit bytes that the body may have
     * @param then gets it; not called if the connection breaks
     */
    void read(RuntimeApiPost post, int limit, Consumer<Buffer> then) {
        long length = post.length().orElse(limit);
        int taken = COPIES * (int) Math.min(length, limit);
        if (length > limit) {
            tooLarge(post, limit);
        } else if (!memory.tryTake(taken)) {
            InvocationFailure failure = exhausted();
            post.refuse(429, failure.code().wire(), failure.message());
        } else {
            new HeldBody(post.request(), limit).ready().onComplete(read -> {
                try {
                    if (read.succeeded() && read.result().whole()) {
                        then.accept(read.result().first());
                    } else if (read.succeeded()) {
                        tooLarge(post, limit);
                    }
                } finally {
                    memory.give(taken);
                }
            });
        }
    }

    /** The failure of what does not fit. */
    static InvocationFailure exhausted() {
        return new InvocationFailure(
                FailureCode.MEMORY_EXHAUSTED,
                "the core holds as much for this worker as its memory bears: use fewer connections, and send less at a time");
    }

    private static void tooLarge(RuntimeApiPost post, int limit) {
        post.refuse(413, "RequestTooLarge", "the body is larger than the " + limit + " bytes allowed");
    }
}
