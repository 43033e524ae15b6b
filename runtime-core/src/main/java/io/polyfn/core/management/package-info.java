/** The management port: health for orchestrators, metrics for Prometheus. It looks at everything and changes nothing. */
@NullMarked
package io.polyfn.core.management;

import org.jspecify.annotations.NullMarked;
