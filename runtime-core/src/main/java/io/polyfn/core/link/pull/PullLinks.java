package io.polyfn.core.link.pull;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The links to all workers that poll, and what they share: the memory for events, and the invocations in line, of which each worker that polls
 * takes the one that has waited for longest, whichever worker it was meant for (decision 0057). Confined to the event loop.
 */
final class PullLinks {
    private final BodyBudget eventBytes;
    private final Set<PullLink> open = new LinkedHashSet<>();
    private long places;

    PullLinks(BodyBudget eventBytes) {
        this.eventBytes = eventBytes;
    }

    /** For events that are larger than small ones. */
    BodyBudget eventBytes() {
        return eventBytes;
    }

    void opened(PullLink link) {
        open.add(link);
    }

    void closed(PullLink link) {
        open.remove(link);
    }

    /** The place in line of a call that comes last. */
    long newPlace() {
        return ++places;
    }

    /** The link with the invocation that is next; the given one if there is none. */
    PullLink next(PullLink own) {
        PullLink first = own;
        for (PullLink link : open) {
            if (link.nextPlace() < first.nextPlace()) {
                first = link;
            }
        }
        return first;
    }

    /** An invocation is in line, and its own worker does not poll: another one may. */
    void offer() {
        // An exchange may open or close a link.
        Set.copyOf(open).forEach(PullLink::match);
    }

    /** Whether calls wait because no worker polls for them. */
    boolean isContended() {
        return open.stream().anyMatch(PullLink::hasInLine);
    }

    /** Whether events wait that could not be held as a whole. */
    boolean hasParts() {
        return open.stream().anyMatch(PullLink::hasParts);
    }
}
