package io.polyfn.core.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupTest {
    @TempDir
    Path folder;

    @Test
    void aContainerSeesItsOwnGroupAsTheRoot() throws IOException {
        write("proc", "0::/");
        write("fs/memory.events", "low 0\noom 3\noom_kill 2\noom_group_kill 0");
        write("fs/memory.max", "536870912");

        assertThat(cgroup().kills()).isEqualTo(2);
        assertThat(cgroup().limit()).hasValue(536870912);
    }

    @Test
    void elsewhereTheGroupIsBelowTheRoot() throws IOException {
        write("proc", "0::/system.slice/polyfn");
        write("fs/memory.events", "oom_kill 9");
        write("fs/system.slice/polyfn/memory.events", "oom_kill 1");
        write("fs/system.slice/polyfn/memory.max", "max");

        assertThat(cgroup().kills()).isEqualTo(1);
        assertThat(cgroup().limit()).isEmpty();
    }

    @Test
    void versionOneHasAHierarchyForMemory() throws IOException {
        write("proc", "4:memory:/docker/abc\n1:cpu:/docker/abc\n0::/");
        write("fs/memory/docker/abc/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 4");
        write("fs/memory/docker/abc/memory.limit_in_bytes", "9223372036854771712");

        assertThat(cgroup().kills()).isEqualTo(4);
        assertThat(cgroup().limit()).isEmpty();
    }

    @Test
    void inAContainerOfVersionOneItIsTheRootToo() throws IOException {
        write("proc", "4:memory:/docker/abc");
        write("fs/memory/memory.oom_control", "oom_kill 4");
        write("fs/memory/memory.limit_in_bytes", "268435456");

        assertThat(cgroup().kills()).isEqualTo(4);
        assertThat(cgroup().limit()).hasValue(268435456);
    }

    @Test
    void whereTheKernelDoesNotTellThereIsNothing() {
        assertThat(cgroup().kills()).isZero();
        assertThat(cgroup().limit()).isEmpty();
    }

    private Cgroup cgroup() {
        return new Cgroup(folder.resolve("fs"), folder.resolve("proc"));
    }

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text + "\n");
    }
}
