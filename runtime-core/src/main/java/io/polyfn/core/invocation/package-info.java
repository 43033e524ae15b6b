/**
 * One invocation, from the request on the public port to its answer.
 *
 * <p>{@link io.polyfn.core.invocation.Invocation} is what happens to a request, on one screen. {@link
 * io.polyfn.core.invocation.Dispatch} decides what a request is, {@link io.polyfn.core.invocation.PublicServer} owns the port.
 */
@NullMarked
package io.polyfn.core.invocation;

import org.jspecify.annotations.NullMarked;
