package io.polyfn.core.link.push;

import static org.assertj.core.api.Assertions.assertThat;

import io.polyfn.core.memory.ByteBudget;
import io.polyfn.core.testing.TestClock;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PooledConnectionsTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(500);

    private final TestClock clock = new TestClock();
    private final ByteBudget memory = new ByteBudget(1000);
    private final PooledConnections pool = new PooledConnections(clock::nanoTime, clock::currentTimeMillis, memory);

    @Test
    void aConnectionThatWasIdleForLongIsClosed() {
        Connection connection = used();

        clock.advance(LONG);
        pool.closeStale();

        assertThat(connection.closed).isEqualTo(1);
    }

    @Test
    void aConnectionThatWasJustUsedIsKept() {
        Connection connection = used();

        clock.advance(SHORT);
        pool.closeStale();

        assertThat(connection.closed).isZero();
    }

    @Test
    void aSuspendedMachineCountsThoughOneClockStoodStill() {
        Connection connection = used();

        clock.suspend(LONG);
        pool.closeStale();

        assertThat(connection.closed).isEqualTo(1);
    }

    @Test
    void aTimeOfDayThatWasSetBackHidesNothing() {
        Connection connection = used();

        clock.setBack(LONG);
        clock.advance(Duration.ofSeconds(2));
        pool.closeStale();

        assertThat(connection.closed).isEqualTo(1);
    }

    @Test
    void aConnectionInUseIsKeptHoweverLongItTakes() {
        Connection connection = opened();
        pool.busy(connection.proxy);

        clock.advance(LONG);
        pool.closeStale();

        assertThat(connection.closed).isZero();
    }

    @Test
    void theIdleTimeBeginsWithTheEndOfTheRequest() {
        Connection connection = opened();
        pool.busy(connection.proxy);
        clock.advance(LONG);
        pool.idle(connection.proxy);

        clock.advance(SHORT);
        pool.closeStale();
        assertThat(connection.closed).isZero();

        clock.advance(SHORT);
        pool.closeStale();
        assertThat(connection.closed).isEqualTo(1);
    }

    @Test
    void anEarlierAnswerThatReachesASlowCallerLateDoesNotMakeABusyConnectionIdle() {
        Connection connection = opened();
        pool.busy(connection.proxy);
        pool.busy(connection.proxy);
        pool.idle(connection.proxy);

        clock.advance(LONG);
        pool.closeStale();
        assertThat(connection.closed).isZero();

        pool.idle(connection.proxy);
        clock.advance(LONG);
        pool.closeStale();
        assertThat(connection.closed).isEqualTo(1);
    }

    @Test
    void aConnectionThatWasOpenedAndNeverUsedIsClosedToo() {
        Connection connection = opened();

        clock.advance(LONG);
        pool.closeStale();

        assertThat(connection.closed).isEqualTo(1);
    }

    @Test
    void aConnectionIsClosedOnceAndThenForgotten() {
        Connection connection = used();
        clock.advance(LONG);
        pool.closeStale();
        clock.advance(LONG);
        pool.closeStale();
        pool.idle(connection.proxy);

        assertThat(connection.closed).isEqualTo(1);
    }

    @Test
    void aConnectionThatTheWorkerClosedIsForgotten() {
        Connection connection = used();
        connection.closeByPeer();

        clock.advance(LONG);
        pool.closeStale();

        assertThat(connection.closed).isZero();
    }

    @Test
    void onlyTheStaleOnesAreClosed() {
        Connection stale = used();
        clock.advance(LONG);
        Connection fresh = used();
        clock.advance(SHORT);

        pool.closeStale();

        assertThat(List.of(stale.closed, fresh.closed)).containsExactly(1, 0);
    }

    @Test
    void looksMayFollowEachOtherQuicklyWithoutMissingOne() {
        List<Connection> connections = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            connections.add(used());
            clock.advance(Duration.ofMillis(90));
            pool.closeStale();
        }

        assertThat(connections.subList(0, 10)).allMatch(connection -> connection.closed == 1);
        assertThat(connections.subList(12, 20)).allMatch(connection -> connection.closed == 0);
    }

    /** The connection may close before a slow caller has the response. */
    @Test
    void theMemoryOfAResponseIsReturnedWhenTheResponseIsOver() {
        Connection connection = opened();
        pool.busy(connection.proxy);

        assertThat(pool.hold(connection.proxy, 600)).isTrue();
        assertThat(pool.hold(connection.proxy, 900)).isTrue();
        assertThat(pool.hold(connection.proxy, 1100)).isFalse();
        assertThat(memory.taken()).isEqualTo(900);
        connection.closeByPeer();
        assertThat(memory.taken()).isEqualTo(900);
        pool.idle(connection.proxy);

        assertThat(memory.taken()).isZero();
    }

    /** The caller has gone, and the worker is in the middle of a head. */
    @Test
    void theMemoryOfWhatComesAfterAResponseWasGivenUpIsReturnedWhenTheConnectionCloses() {
        Connection connection = used();

        pool.hold(connection.proxy, 600);
        connection.closeByPeer();

        assertThat(memory.taken()).isZero();
    }

    private Connection opened() {
        Connection connection = new Connection();
        pool.opened(connection.proxy);
        return connection;
    }

    private Connection used() {
        Connection connection = opened();
        pool.busy(connection.proxy);
        pool.idle(connection.proxy);
        return connection;
    }

    private static final class Connection {
        private int closed;
        private @Nullable Handler<?> closeHandler;
        private final HttpConnection proxy = (HttpConnection) Proxy.newProxyInstance(
                PooledConnectionsTest.class.getClassLoader(),
                new Class<?>[] {HttpConnection.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "closeHandler" -> {
                        closeHandler = (Handler<?>) arguments[0];
                        yield self;
                    }
                    case "close" -> {
                        closed++;
                        yield Future.succeededFuture();
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                });

        @SuppressWarnings("NullAway") // Vert.x's own way to call a Handler<Void>
        void closeByPeer() {
            if (closeHandler != null) {
                closeHandler.handle(null);
            }
        }
    }
}
