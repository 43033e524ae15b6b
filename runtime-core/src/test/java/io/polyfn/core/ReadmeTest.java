package io.polyfn.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.polyfn.core.failure.FailureCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README's tables say what the code does. */
class ReadmeTest {
    private static final Pattern VARIABLE = Pattern.compile("(?m)^\\| `(POLYFN_[A-Z_]+)` \\| ([^|]+) \\| ");
    private static final Pattern FAILURE =
            Pattern.compile("(?m)^\\| (`[A-Z][A-Za-z]+`(?:, `[A-Z][A-Za-z]+`)*) \\| (\\d{3}) \\| ");

    @Test
    void theTableOfVariablesHasThoseOfTheCodeAndNoOther() throws IOException {
        Map<String, String> documented = new TreeMap<>();
        readme(VARIABLE)
                .forEach(row -> documented.put(row.group(1), row.group(2).strip()));

        Map<String, String> actual = new TreeMap<>();
        Setting.ALL.forEach(setting ->
                actual.put(setting.name(), setting.otherwise() == null ? "none" : '`' + setting.otherwise() + '`'));

        assertThat(documented).isEqualTo(actual);
    }

    @Test
    void theTableOfFailuresHasEveryCodeThatACallerCanGet() throws IOException {
        Map<String, Integer> documented = new LinkedHashMap<>();
        readme(FAILURE).forEach(row -> {
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

    private static Stream<MatchResult> readme(Pattern row) throws IOException {
        return row.matcher(Files.readString(Path.of("..", "README.md"))).results();
    }
}
