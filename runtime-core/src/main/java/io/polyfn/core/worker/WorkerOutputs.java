package io.polyfn.core.worker;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Where a worker's two outputs go. */
interface WorkerOutputs {
    /** The process has been started; its outputs are followed from now on. */
    void started(Process process);

    /** The process could not be started. */
    void notStarted();

    /** The last bytes that the worker has written to standard error so far. */
    String lastStderr();

    /** Waits until all that passes through the core has been passed on. */
    void awaitEnd(long millis) throws InterruptedException;

    /**
     * Standard output is inherited, so that it is unaltered, in order with the log markers, and costs the core nothing. Standard error passes
     * through the core, because failures quote its last lines.
     */
    static WorkerOutputs inherited() {
        return new WorkerOutputs() {
            private final WorkerOutput stderr = new WorkerOutput(new FileOutputStream(FileDescriptor.err));

            @Override
            public void started(Process process) {
                stderr.drain(process.getErrorStream());
            }

            @Override
            public void notStarted() {}

            @Override
            public String lastStderr() {
                return stderr.tail();
            }

            @Override
            public void awaitEnd(long millis) throws InterruptedException {
                await(stderr.drained(), millis);
            }
        };
    }

    /**
     * Both pass through the core, because callers may ask for the end of them.
     *
     * @throws IOException if there are no pipes for that
     */
    static WorkerOutputs watched(ProcessBuilder builder, InvocationLog log) throws IOException {
        OutputPipe out = OutputPipe.open();
        OutputPipe err;
        try {
            err = OutputPipe.open();
        } catch (IOException e) {
            out.close();
            throw e;
        }
        builder.redirectOutput(out.redirect()).redirectError(err.redirect());
        return new WorkerOutputs() {
            private final WorkerOutput stdout = new WorkerOutput(new FileOutputStream(FileDescriptor.out));
            private final WorkerOutput stderr = new WorkerOutput(new FileOutputStream(FileDescriptor.err));

            @Override
            public void started(Process process) {
                out.handedOver();
                err.handedOver();
                stdout.watch("worker-stdout", out, log);
                stderr.watch("worker-stderr", err, log);
            }

            @Override
            public void notStarted() {
                out.close();
                err.close();
            }

            @Override
            public String lastStderr() {
                return stderr.tail();
            }

            @Override
            public void awaitEnd(long millis) throws InterruptedException {
                await(CompletableFuture.allOf(stdout.drained(), stderr.drained()), millis);
            }
        };
    }

    private static void await(CompletableFuture<Void> end, long millis) throws InterruptedException {
        try {
            end.get(millis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException noEnd) {
            // A grandchild may hold the pipe open. The part that has arrived is quoted.
        }
    }
}
