/** The graceful stop, and the signals that begin it. */
@NullMarked
package io.polyfn.core.stop;

import org.jspecify.annotations.NullMarked;
