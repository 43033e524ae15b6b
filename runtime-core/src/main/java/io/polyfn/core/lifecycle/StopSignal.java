package io.polyfn.core.lifecycle;

import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * SIGTERM and SIGINT. Taken over before Quarkus starts, because the JVM's own reaction (run the shutdown hooks, exit with 143) would take
 * the event loop away from under the invocations in flight.
 */
public final class StopSignal {
    private static @Nullable Runnable action;
    private static boolean received;

    private StopSignal() {}

    /** Takes the signals over; the first one is remembered until there is someone to act on it, a second one ends the core at once. */
    public static void listen() {
        takeOver("TERM", 15);
        takeOver("INT", 2);
    }

    /** By reflection, because javac warns of {@code sun.misc.Signal} in a way that cannot be suppressed; the JDK has no other door. */
    private static void takeOver(String name, int number) {
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
                    "this JVM gives no access to signals, so the core could not stop in order", e);
        }
    }

    /** Sets what a stop does; runs it now if the signal came first. */
    static void onStop(Runnable stop) {
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
