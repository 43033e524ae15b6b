/**
 * The way to a worker, whichever side sends the requests: {@link io.polyfn.core.link.Link} is implemented by {@code link.push} and
 * {@code link.pull}.
 */
@NullMarked
package io.polyfn.core.link;

import org.jspecify.annotations.NullMarked;
