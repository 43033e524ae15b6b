/** The control plane: a Quarkus application on the management port. It observes the data plane and steers it; the data plane does not know it. */
@NullMarked
package io.polyfn.core.control;

import org.jspecify.annotations.NullMarked;
