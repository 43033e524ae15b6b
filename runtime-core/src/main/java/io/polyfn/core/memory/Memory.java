package io.polyfn.core.memory;

/** Memory that is taken before it is used. Confined to the event loop. */
public sealed interface Memory permits ByteBudget, Share {
    /** Bytes that may be held. */
    long most();

    /** Whether memory begins to be scarce. */
    boolean isHalfTaken();

    /** Takes bytes if they are available; {@link #give} is owed then. */
    boolean tryTake(int bytes);

    /** Returns bytes that were taken. */
    void give(int bytes);
}
