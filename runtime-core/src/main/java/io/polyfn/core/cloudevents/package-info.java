/** CloudEvents over HTTP (contract 9.4): a function from a request to the event that FC would make of it, and back for its response. */
@NullMarked
package io.polyfn.core.cloudevents;

import org.jspecify.annotations.NullMarked;
