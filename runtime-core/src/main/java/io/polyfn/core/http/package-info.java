/** The core's small view of HTTP: a request ({@link io.polyfn.core.http.Inbound}), its response ({@link io.polyfn.core.http.Caller}), which headers pass, and how bodies are copied. */
@NullMarked
package io.polyfn.core.http;

import org.jspecify.annotations.NullMarked;
