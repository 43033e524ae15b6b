/** The pull link: the worker polls the Runtime API (contract 9). {@link io.polyfn.core.link.pull.RuntimeApi} is the server, {@link io.polyfn.core.link.pull.PullLink} matches calls with polls. */
@NullMarked
package io.polyfn.core.link.pull;

import org.jspecify.annotations.NullMarked;
