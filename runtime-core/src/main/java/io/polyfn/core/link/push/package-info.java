/** The push link: the core sends requests to a worker that is an HTTP server. */
@NullMarked
package io.polyfn.core.link.push;

import org.jspecify.annotations.NullMarked;
