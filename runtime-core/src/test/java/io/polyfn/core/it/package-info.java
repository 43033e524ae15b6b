/**
 * Black-box tests: the packaged core as a real process, with tiny real workers ({@code src/test/functions}) and real connections.
 *
 * <p>{@link io.polyfn.core.it.Cores} starts cores and shows their logs when a test fails, {@link io.polyfn.core.it.CoreProcess} is one
 * of them, {@link io.polyfn.core.it.Wire} is one connection to it, byte by byte. Each class is one group of the contract.
 */
package io.polyfn.core.it;
