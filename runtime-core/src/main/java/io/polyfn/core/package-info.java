/** The core's entry point. */
@NullMarked
package io.polyfn.core;

import org.jspecify.annotations.NullMarked;
