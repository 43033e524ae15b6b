/**
 * The one table of what can go wrong with an invocation, and how it is told to the caller.
 *
 * <p>{@link io.polyfn.core.failure.FailureCode} is the table, {@link io.polyfn.core.failure.InvocationFailure} carries a row of it
 * between packages, {@link io.polyfn.core.failure.FailureBody} is the form on the wire. Nothing here decides when something failed.
 */
@NullMarked
package io.polyfn.core.failure;

import org.jspecify.annotations.NullMarked;
