/**
 * What the core says about its work: the log markers that FC's log service looks for, metrics, and the start-up timeline.
 *
 * <p>Everyone may use this package, it uses nobody. It never decides anything.
 */
@NullMarked
package io.polyfn.core.telemetry;

import org.jspecify.annotations.NullMarked;
