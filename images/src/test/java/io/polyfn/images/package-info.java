/**
 * Tests of the images as they were built: what is in them, what is not, and how a function in them behaves. They know
 * nothing of the code that is in the images, only the platform's contract and Docker.
 */
@NullMarked
package io.polyfn.images;

import org.jspecify.annotations.NullMarked;
