package io.polyfn.core.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@EnabledOnOs(OS.LINUX)
class ListeningPortsTest {
    private static final Set<ProcessHandle> SELF = Set.of(ProcessHandle.current());

    @ParameterizedTest
    @CsvSource({
        "0100007F:2328,                         127.0.0.1,       9000",
        "0100007F:0050,                         127.0.0.1,       80",
        "0100007F:FFFF,                         127.0.0.1,       65535",
        "0500A8C0:1F90,                         192.168.0.5,     8080",
        "00000000000000000000000001000000:2328, 0:0:0:0:0:0:0:1, 9000",
        "0000000000000000FFFF00000100007F:2328, 127.0.0.1,       9000",
        "000080FE00000000FF005450B4A4A0FE:2328, fe80:0:0:0:5054:ff:fea0:a4b4, 9000",
    })
    void decodesAnAddressOfTheKernelsTable(String hex, String address, int port) throws IOException {
        assertThat(ByteOrder.nativeOrder())
                .as("the examples are those of a little-endian machine")
                .isEqualTo(ByteOrder.LITTLE_ENDIAN);

        assertThat(ListeningPorts.address(hex)).isEqualTo(new InetSocketAddress(InetAddress.getByName(address), port));
    }

    @ParameterizedTest
    @CsvSource({"00000000:2328", "00000000000000000000000000000000:2328"})
    void whoListensOnAllAddressesIsReachedByLoopback(String hex) {
        InetSocketAddress address = ListeningPorts.address(hex);

        assertThat(address.getAddress().isLoopbackAddress()).isTrue();
        assertThat(address.getPort()).isEqualTo(9000);
    }

    @Test
    void findsWhatAProcessListensOnAndNothingElse() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket listening = new ServerSocket(0, 1, loopback);
                Socket connected = new Socket(loopback, listening.getLocalPort())) {
            assertThat(open(SELF))
                    .extracting(InetSocketAddress::getPort)
                    .contains(listening.getLocalPort())
                    .doesNotContain(connected.getLocalPort())
                    .doesNotHaveDuplicates();
            assertThat(open(Set.of())).isEmpty();
        }
    }

    @Test
    void forgetsAPortThatWasClosed() throws IOException {
        int port;
        try (ServerSocket listening = new ServerSocket(0)) {
            port = listening.getLocalPort();
            assertThat(open(SELF)).extracting(InetSocketAddress::getPort).contains(port);
        }
        assertThat(open(SELF)).extracting(InetSocketAddress::getPort).doesNotContain(port);
    }

    @Test
    void findsThePortOfAChild() throws Exception {
        Process child = new ProcessBuilder(
                        "node",
                        "-e",
                        "require('net').createServer().listen(0, function () { console.log(this.address().port) })")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var out = child.inputReader()) {
            int port = Integer.parseInt(String.valueOf(out.readLine()));

            assertThat(open(Set.of(child.toHandle())))
                    .extracting(InetSocketAddress::getPort)
                    .containsExactly(port);
            assertThat(open(SELF)).extracting(InetSocketAddress::getPort).doesNotContain(port);
        } finally {
            child.destroyForcibly().waitFor();
        }
        assertThat(open(Set.of(child.toHandle()))).isEmpty();
    }

    private static List<InetSocketAddress> open(Set<ProcessHandle> processes) {
        return ListeningPorts.of(ListeningPorts.inodes(processes));
    }
}
