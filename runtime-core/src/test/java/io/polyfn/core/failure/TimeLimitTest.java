package io.polyfn.core.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimeLimitTest {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void whatTakesTooLongFailsOnTheEventLoopThatWaits() {
        CompletableFuture<Thread> waits = new CompletableFuture<>();
        CompletableFuture<Thread> failed = new CompletableFuture<>();
        vertx.runOnContext(go -> {
            waits.complete(Thread.currentThread());
            TimeLimit.within(vertx, Duration.ofMillis(1), Promise.promise().future())
                    .onFailure(late -> {
                        assertThat(late).isInstanceOf(TimeoutException.class);
                        failed.complete(Thread.currentThread());
                    });
        });

        assertThat(failed.join()).isSameAs(waits.join());
    }

    @Test
    void whatIsInTimePasses() {
        Promise<String> step = Promise.promise();
        Future<String> result = TimeLimit.within(vertx, Duration.ofHours(1), step.future());
        assertThat(result.isComplete()).isFalse();

        step.complete("done");

        assertThat(result.result()).isEqualTo("done");
    }
}
