package io.polyfn.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.invocation.InvocationConfig;
import io.polyfn.core.management.ManagementConfig;
import io.polyfn.core.worker.WorkerConfig;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables in {@code docs/} agree with the code. */
class DocumentsTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final Pattern VARIABLE = Pattern.compile("(?m)^\\| `(POLYFN_[A-Z_]+)` \\| ([^|]+) \\| ");
    private static final Pattern FAILURE =
            Pattern.compile("(?m)^\\| (`[A-Z][A-Za-z]+`(?:, `[A-Z][A-Za-z]+`)*) \\| (\\d{3}) \\| ");

    /** These belong to the entrypoint and to the language workers. */
    private static final Map<String, String> NOT_OF_THE_CORE =
            Map.of("POLYFN_CORE", "`on`", "POLYFN_HANDLER", "`index.handler`");

    @Test
    void theTableOfSettingsHasThoseOfTheCodeAndNoOther() throws IOException {
        Map<String, String> documented = new TreeMap<>();
        rows("configuration.md", VARIABLE)
                .forEach(row -> documented.put(row.group(1), row.group(2).strip()));

        Map<String, String> actual = new TreeMap<>(NOT_OF_THE_CORE);
        Stream.of(InvocationConfig.class, WorkerConfig.class, ManagementConfig.class)
                .flatMap(config -> Arrays.stream(config.getDeclaredMethods()))
                .forEach(property -> actual.put(variable(property), defaultOf(property)));
        // Its default is the end of a chain of other variables, which ListenPortTest covers.
        actual.put("POLYFN_PORT", "`9000`");

        assertThat(documented).isEqualTo(actual);
    }

    @Test
    void theTableOfFailuresHasEveryCodeThatACallerCanGet() throws IOException {
        Map<String, Integer> documented = new LinkedHashMap<>();
        rows("failures.md", FAILURE).forEach(row -> {
            for (String code : row.group(1).replace("`", "").split(", ", -1)) {
                documented.put(code, Integer.valueOf(row.group(2)));
            }
        });

        Map<String, Integer> actual = new LinkedHashMap<>();
        for (FailureCode code : FailureCode.values()) {
            if (code != FailureCode.CALLER_LEFT) {
                actual.put(code.wire(), code.httpStatus());
            }
        }
        assertThat(documented).containsExactlyInAnyOrderEntriesOf(actual);
    }

    private static Stream<MatchResult> rows(String document, Pattern row) throws IOException {
        return row.matcher(Files.readString(DOCS.resolve(document))).results();
    }

    private static String variable(Method property) {
        return "POLYFN_" + property.getName().replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT);
    }

    private static String defaultOf(Method property) {
        WithDefault value = property.getAnnotation(WithDefault.class);
        return value == null ? "none" : '`' + value.value() + '`';
    }
}
