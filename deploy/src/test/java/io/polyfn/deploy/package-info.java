/**
 * Tests of the manifests: each platform's own tool or model reads them, they agree with the images, and what can run on this
 * machine is run.
 */
@NullMarked
package io.polyfn.deploy;

import org.jspecify.annotations.NullMarked;
