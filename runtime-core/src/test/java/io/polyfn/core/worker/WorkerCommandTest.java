package io.polyfn.core.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.polyfn.core.platform.PlatformEnvironment;
import io.polyfn.core.testing.Scripts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerCommandTest {
    private static final List<String> CMD = List.of("node", "/opt/worker.js");

    @TempDir
    Path code;

    @Test
    void anExecutableBootstrapWinsOverTheImagesCommand() {
        Scripts.shell(code, "bootstrap", "exit 0");

        WorkerCommand command = command(CMD);

        assertThat(command.argv()).containsExactly(code.resolve("bootstrap").toString());
        assertThat(command.directory()).isEqualTo(code);
    }

    @Test
    void withoutABootstrapItIsTheImagesCommand() {
        assertThat(command(CMD).argv()).isEqualTo(CMD);
        assertThat(command(CMD).display()).isEqualTo("node /opt/worker.js");
    }

    @Test
    void aBootstrapThatIsNotExecutableIsNotStarted() throws IOException {
        Files.writeString(code.resolve("bootstrap"), "#!/bin/sh\n");

        assertThat(command(CMD).argv()).isEqualTo(CMD);
        assertThat(command(List.of()).nothingToStart())
                .contains(code.toString())
                .contains("bootstrap that is not executable: chmod +x it");
    }

    @Test
    void aFolderNamedBootstrapIsNotStarted() throws IOException {
        Files.createDirectory(code.resolve("bootstrap"));

        assertThat(command(CMD).argv()).isEqualTo(CMD);
    }

    @Test
    void withNothingToStartTheMessageSaysWhatToDo() {
        assertThat(command(List.of()).nothingToStart())
                .contains(code.toString())
                .contains("put an executable bootstrap there, or give the image a CMD");
    }

    @Test
    void theCodeFolderIsSlashCodeUnlessToldOtherwise() {
        assertThat(WorkerCommand.of(CMD, new PlatformEnvironment(Map.of())).directory())
                .isEqualTo(Path.of("/code"));
        assertThat(WorkerCommand.of(CMD, new PlatformEnvironment(Map.of("FC_FUNC_CODE_PATH", " ")))
                        .directory())
                .isEqualTo(Path.of("/code"));
        assertThat(WorkerCommand.of(CMD, new PlatformEnvironment(Map.of("FC_FUNC_CODE_PATH", "/elsewhere/")))
                        .directory())
                .isEqualTo(Path.of("/elsewhere"));
    }

    @Test
    void aRelativeCodeFolderBecomesAbsolute() {
        assertThat(WorkerCommand.of(CMD, new PlatformEnvironment(Map.of("FC_FUNC_CODE_PATH", "some/where")))
                        .directory())
                .isAbsolute();
    }

    @Test
    void aCodeFolderThatIsNotThereIsNoWorkingDirectory() {
        assertThat(command(CMD).workingDirectory()).isEqualTo(code);
        assertThat(WorkerCommand.of(CMD, new PlatformEnvironment(Map.of("FC_FUNC_CODE_PATH", "/not/there")))
                        .workingDirectory())
                .isEqualTo(Path.of("/"));
    }

    private WorkerCommand command(List<String> arguments) {
        return WorkerCommand.of(arguments, new PlatformEnvironment(Map.of("FC_FUNC_CODE_PATH", code.toString())));
    }
}
