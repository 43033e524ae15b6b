package io.polyfn.core.memory;

/**
 * The memory of some who share the whole with others: so much of it is always theirs, more they borrow while there is some, and beyond a
 * limit they take nothing, whatever there is.
 */
public final class Share implements Memory {
    private final ByteBudget whole;
    private final long own;
    private final long most;
    private long taken;

    /**
     * @param whole the memory of the others, without what is this share's own
     * @param own bytes that nobody else takes
     * @param most bytes that this share takes, its own included
     */
    public Share(ByteBudget whole, long own, long most) {
        this.whole = whole;
        this.own = own;
        this.most = most;
    }

    @Override
    public long most() {
        return most;
    }

    @Override
    public boolean isHalfTaken() {
        return taken > most / 2 || whole.isHalfTaken();
    }

    @Override
    public boolean tryTake(int bytes) {
        int more = borrowed(taken + bytes) - borrowed(taken);
        if (taken + bytes > most || (more > 0 && !whole.tryTakeForOngoing(more))) {
            return false;
        }
        taken += bytes;
        return true;
    }

    @Override
    public void give(int bytes) {
        int before = borrowed(taken);
        taken -= bytes;
        whole.give(before - borrowed(taken));
    }

    private int borrowed(long of) {
        return (int) Math.max(0, of - own);
    }
}
