package io.polyfn.deploy;

import io.fabric8.kubernetes.api.model.Container;
import java.util.List;
import java.util.Objects;

/** What a manifest denies a container, as options of {@code docker run}. */
final class Restrictions {

    private Restrictions() {}

    static List<String> of(Container container, long user, long group) {
        return List.of(
                "--read-only",
                "--tmpfs=/tmp",
                "--cap-drop=ALL",
                "--security-opt=no-new-privileges",
                "--user=" + user + ":" + group,
                "--memory=" + memory(container));
    }

    private static String memory(Container container) {
        var limit = Objects.requireNonNull(container.getResources().getLimits().get("memory"));
        return limit.getNumericalAmount().toBigInteger().toString();
    }
}
