package io.polyfn.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.polyfn.core.failure.FailureCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documents agree with the code. */
class DocumentsTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final Pattern VARIABLE = Pattern.compile("(?m)^\\| `(POLYFN_[A-Z_]+)` \\| ([^|]+) \\| ");
    private static final Pattern FAILURE =
            Pattern.compile("(?m)^\\| (`[A-Z][A-Za-z]+`(?:, `[A-Z][A-Za-z]+`)*) \\| (\\d{3}) \\| ");
    private static final Pattern CLAUSE = Pattern.compile("(?m)^(?:#+ |\\| |\\*\\*)(\\d+(?:\\.\\d+)*)[ .*]");
    private static final Pattern CITATION = Pattern.compile("[Cc]ontract (?:section )?(\\d+(?:\\.\\d+)*)");

    /** Everything that may cite the contract. */
    private static final List<Path> SOURCES = List.of(
            Path.of("src"),
            Path.of("..", "images", "nodejs", "worker", "src"),
            Path.of("..", "images", "typescript", "worker", "src"));

    @Test
    void theTableOfSettingsHasThoseOfTheCodeAndNoOther() throws IOException {
        Map<String, String> documented = new TreeMap<>();
        rows("configuration.md", VARIABLE)
                .forEach(row -> documented.put(row.group(1), row.group(2).strip()));

        Map<String, String> actual = new TreeMap<>();
        Setting.ALL.forEach(setting ->
                actual.put(setting.name(), setting.otherwise() == null ? "none" : '`' + setting.otherwise() + '`'));

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

    @Test
    void everyCitedClauseOfTheContractExists() throws IOException {
        Set<String> clauses =
                rows("contract.md", CLAUSE).map(clause -> clause.group(1)).collect(Collectors.toSet());

        Map<String, Path> cited = new TreeMap<>();
        for (Path source : SOURCES) {
            try (Stream<Path> files = Files.walk(source)) {
                for (Path file : files.filter(DocumentsTest::isCode).toList()) {
                    CITATION.matcher(Files.readString(file))
                            .results()
                            .forEach(citation -> cited.put(citation.group(1), file));
                }
            }
        }

        assertThat(cited).hasSizeGreaterThan(10);
        assertThat(cited)
                .allSatisfy((clause, file) ->
                        assertThat(clauses).as(file.toString()).contains(clause));
    }

    private static boolean isCode(Path file) {
        return file.toString().endsWith(".java") || file.toString().endsWith(".js");
    }

    private static Stream<MatchResult> rows(String document, Pattern row) throws IOException {
        return row.matcher(Files.readString(DOCS.resolve(document))).results();
    }
}
