/**
 * The process that hosts the function: how it is started, found, watched, replaced and stopped.
 *
 * <p>{@link io.polyfn.core.worker.WorkerSlot} is the policy and the file to read; {@link io.polyfn.core.worker.WorkerProcess} is
 * the mechanism and decides nothing. The supervisor's state is confined to the event loop. Nothing here speaks HTTP.
 */
@NullMarked
package io.polyfn.core.worker;

import org.jspecify.annotations.NullMarked;
