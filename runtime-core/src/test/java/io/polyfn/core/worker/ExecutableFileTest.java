package io.polyfn.core.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ExecutableFileTest {
    @TempDir
    Path folder;

    @Test
    void aScriptThatSaysWhatRunsItIsFine() throws Exception {
        assertThat(ExecutableFile.obstacle(file("#!/bin/sh\n".getBytes(StandardCharsets.UTF_8)), "amd64"))
                .isEmpty();
    }

    @Test
    void aFileThatIsNeitherScriptNorProgramIsToldWhatItLacks() throws Exception {
        for (String content : new String[] {"", "#", "exec node server.js\n"}) {
            assertThat(ExecutableFile.obstacle(file(content.getBytes(StandardCharsets.UTF_8)), "amd64"))
                    .hasValueSatisfying(words -> assertThat(words).contains("bootstrap", "#!"));
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void thisMachinesProgramsAreFine() throws Exception {
        assertThat(ExecutableFile.obstacle(Path.of("/bin/sh"), System.getProperty("os.arch")))
                .isEmpty();
    }

    @Test
    void aProgramForAnotherArchitectureIsCalledThat() throws Exception {
        assertThat(ExecutableFile.obstacle(program(183), "amd64"))
                .hasValueSatisfying(words -> assertThat(words).contains("for aarch64", "machine is amd64"));
        assertThat(ExecutableFile.obstacle(program(62), "aarch64"))
                .hasValueSatisfying(words -> assertThat(words).contains("for amd64", "machine is aarch64"));
        assertThat(ExecutableFile.obstacle(program(258), "amd64"))
                .hasValueSatisfying(words -> assertThat(words).contains("258"));
    }

    @Test
    void thePredecessorsProgramsRunOnA64BitMachine() throws Exception {
        assertThat(ExecutableFile.obstacle(program(3), "amd64")).isEmpty();
        assertThat(ExecutableFile.obstacle(program(40), "aarch64")).isEmpty();
    }

    private Path program(int machine) throws IOException {
        return file(new byte[] {
            0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, (byte) machine, (byte) (machine >> 8)
        });
    }

    private Path file(byte[] content) throws IOException {
        return Files.write(folder.resolve("bootstrap"), content);
    }
}
