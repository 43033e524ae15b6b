package io.polyfn.core.it;

import static org.instancio.Select.root;

import java.util.function.Consumer;
import org.instancio.Instancio;
import org.instancio.Random;

/**
 * How often a property is tried, and from which seed on: {@code -Dpolyfn.tries=100000 -Dpolyfn.seed=1}. Without a seed, each run tries
 * the same (decision 0054).
 */
final class Tries {
    private final int count;
    private final int first;

    /** @param count how often, unless a system property says otherwise */
    Tries(int count) {
        this.count = Integer.getInteger("polyfn.tries", count);
        this.first = Integer.getInteger("polyfn.seed", 1);
    }

    /** How the input of a try is made. */
    interface Inputs<T> {
        T next(Random random);
    }

    /** Tries one input after the other. What fails names the seed that makes this input again. */
    <T> void each(Class<T> type, Inputs<T> inputs, Consumer<T> property) {
        for (int seed = first; seed < first + count; seed++) {
            T input = Instancio.of(type)
                    .withSeed(seed)
                    .supply(root(), random -> inputs.next(random))
                    .create();
            try {
                property.accept(input);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "seed " + seed + " (again: -Dpolyfn.tries=1 -Dpolyfn.seed=" + seed + "): " + e.getMessage(), e);
            }
        }
    }
}
