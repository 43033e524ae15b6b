package io.polyfn.core.testing;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Vert.x as the core has it, with one event loop, and ways to do something there and wait for what comes of it. */
public final class Loop implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 15;

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));

    private final List<Throwable> unhandled = new CopyOnWriteArrayList<>();

    public Loop() {
        vertx.exceptionHandler(unhandled::add);
    }

    /** What was thrown on the event loop and caught by nobody. */
    public List<Throwable> unhandled() {
        return unhandled;
    }

    public Vertx vertx() {
        return vertx;
    }

    /** What the future that the action gives on the event loop comes to. */
    public <T> T await(Supplier<Future<T>> action) {
        try {
            return run(action).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("failed with " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("nothing came of it in " + PATIENCE_SECONDS + " s", e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Why the future that the action gives on the event loop fails. */
    public Throwable awaitFailure(Supplier<? extends Future<?>> action) {
        return await(() -> action.get()
                .transform(result -> result.failed()
                        ? Future.succeededFuture(result.cause())
                        : Future.failedFuture(new AssertionError("succeeded with " + result.result()))));
    }

    /** Runs an action on the event loop and waits for its end. */
    public void perform(Runnable action) {
        await(() -> {
            action.run();
            return Future.succeededFuture();
        });
    }

    private <T> java.util.concurrent.CompletableFuture<T> run(Supplier<Future<T>> action) {
        Promise<T> outcome = Promise.promise();
        vertx.runOnContext(go -> action.get().onComplete(outcome));
        return outcome.future().toCompletionStage().toCompletableFuture();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
