/**
 * What a platform sends to a container and expects from it: header names, request kinds, hooks, the context of a request, the platform's
 * detection, and the settings that follow from the environment.
 *
 * <p>Every package may use this one; it uses no other package of the core.
 */
@NullMarked
package io.polyfn.core.platform;

import org.jspecify.annotations.NullMarked;
