package io.polyfn.core.stop;

import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * SIGTERM and SIGINT. Handled here because the JVM's own reaction, to run the shutdown hooks and exit with 143, would come in the middle
 * of the drain.
 */
public final class StopSignal {
    private static final int INT = 2;
    private static final int TERM = 15;

    private static @Nullable Runnable action;
    private static boolean received;

    private StopSignal() {}

    /**
     * Handles the signals from now on. The first one is kept until {@link #onStop} was called. A second SIGTERM changes nothing, because
     * platforms and their scripts repeat it; after a second SIGINT, a developer's, the core exits at once.
     */
    public static void listen() {
        handle("TERM", TERM);
        handle("INT", INT);
    }

    /** By reflection, because javac warns about {@code sun.misc.Signal} in a way that cannot be suppressed; the JDK has no other API. */
    private static void handle(String name, int number) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object react = Proxy.newProxyInstance(
                    StopSignal.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, args) -> {
                        received(number);
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), react);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "this JVM gives no access to signals, so the core could not stop gracefully", e);
        }
    }

    /** Sets what a stop does; runs it now if the signal came first. */
    public static void onStop(Runnable stop) {
        synchronized (StopSignal.class) {
            action = stop;
            if (!received) {
                return;
            }
        }
        stop.run();
    }

    private static void received(int signal) {
        Runnable now;
        synchronized (StopSignal.class) {
            if (received && signal == TERM) {
                return;
            }
            if (received) {
                System.exit(128 + signal);
            }
            received = true;
            now = action;
        }
        if (now != null) {
            now.run();
        }
    }
}
