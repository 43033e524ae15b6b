/**
 * From the request on the public port to the end of its response.
 *
 * <p>{@link io.polyfn.core.ingress.Invocation} is the whole chain, on one screen. {@link io.polyfn.core.ingress.PublicServer} owns the
 * port, {@link io.polyfn.core.ingress.Dispatch} decides where a request goes.
 */
@NullMarked
package io.polyfn.core.ingress;

import org.jspecify.annotations.NullMarked;
