package io.polyfn.core.platform;

/**
 * How many workers there are, and how long each is used.
 *
 * @param workers one or more
 * @param maxRequests after which a worker is replaced; 0 for no limit
 * @param maxMemory in bytes, with which a worker is replaced; 0 for no limit
 */
public record PoolSettings(int workers, int maxRequests, long maxMemory) {
    /** One worker, for as long as it runs. */
    public static final PoolSettings ONE = new PoolSettings(1, 0, 0);
}
