/** Everything that reaches below Vert.x's public API; nothing else does. */
@NullMarked
package io.polyfn.core.netty;

import org.jspecify.annotations.NullMarked;
