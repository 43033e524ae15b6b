/**
 * The push link: one HTTP request on its way to the worker, and its answer on the way back.
 *
 * <p>{@link io.polyfn.core.link.PushLink} is the client to the worker, {@link io.polyfn.core.link.Exchange} one request through it,
 * {@link io.polyfn.core.link.HeaderRules} what stays behind. The package knows HTTP and nothing of events, deadlines or concurrency; it
 * never sends a request twice by itself.
 */
@NullMarked
package io.polyfn.core.link;

import org.jspecify.annotations.NullMarked;
