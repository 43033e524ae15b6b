/** One budget for all that the core holds for callers and workers, so that it refuses instead of running out of memory. */
@NullMarked
package io.polyfn.core.memory;

import org.jspecify.annotations.NullMarked;
