/**
 * What happens around invocations: the platform's hooks, the core's own start, and its stop.
 *
 * <p>{@link io.polyfn.core.lifecycle.Core} and {@link io.polyfn.core.lifecycle.GracefulStop} are the two stories; {@link
 * io.polyfn.core.lifecycle.HookEndpoint} answers the hooks (contract 2).
 */
@NullMarked
package io.polyfn.core.lifecycle;

import org.jspecify.annotations.NullMarked;
