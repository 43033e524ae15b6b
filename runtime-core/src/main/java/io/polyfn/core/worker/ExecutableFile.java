package io.polyfn.core.worker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Looks at a file before it is started. What the kernel refuses to execute, the JVM hands to {@code /bin/sh}: a binary for another
 * architecture would be told of in that shell's words, and a script without a shebang would run here and on no platform (contract 1.3).
 */
final class ExecutableFile {
    private static final int HEAD_BYTES = 20;
    private static final int ELF = 0x7f454c46;
    private static final int BYTE_ORDER_AT = 5;
    private static final int BIG_ENDIAN_MARK = 2;
    private static final int MACHINE_AT = 18;
    private static final Map<Integer, String> MACHINES =
            Map.of(3, "i386", 40, "arm", 62, "amd64", 183, "aarch64", 243, "riscv64");
    // A 64-bit kernel executes its 32-bit predecessor's programs too.
    private static final Map<String, String> PREDECESSORS = Map.of("amd64", "i386", "aarch64", "arm");

    private ExecutableFile() {}

    /** Why the file cannot be executed on a machine of the given architecture, in words that say what to do. */
    static Optional<String> obstacle(Path file, String architecture) throws IOException {
        byte[] head;
        try (var stream = Files.newInputStream(file)) {
            head = stream.readNBytes(HEAD_BYTES);
        }
        if (head.length >= 2 && head[0] == '#' && head[1] == '!') {
            return Optional.empty();
        }
        if (head.length == HEAD_BYTES && ByteBuffer.wrap(head).getInt() == ELF) {
            return foreign(head, architecture)
                    .map(machine -> "%s is a program for %s, and this machine is %s: build it for %s"
                            .formatted(file, machine, architecture, architecture));
        }
        return Optional.of(
                "%s is neither a program nor a script that says what runs it: let its first line be #!/bin/sh or the like"
                        .formatted(file));
    }

    private static Optional<String> foreign(byte[] head, String architecture) {
        ByteOrder order = head[BYTE_ORDER_AT] == BIG_ENDIAN_MARK ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        int number = ByteBuffer.wrap(head).order(order).getShort(MACHINE_AT);
        String machine = MACHINES.getOrDefault(number, "another architecture (ELF machine " + number + ")");
        boolean fits = machine.equals(architecture) || machine.equals(PREDECESSORS.get(architecture));
        return fits ? Optional.empty() : Optional.of(machine);
    }
}
