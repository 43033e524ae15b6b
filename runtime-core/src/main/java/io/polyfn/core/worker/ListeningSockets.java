package io.polyfn.core.worker;

import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/**
 * Linux's tables of TCP sockets, as far as they are about sockets that listen.
 *
 * <p>Those come first. Behind them the kernel goes through a table of connections that is as large as the machine's memory allows: 7 ms for
 * the two, also where there is no connection. So the lines are read one by one, and no further than needed.
 */
final class ListeningSockets {
    /** Most servers listen on both families, which is a line in the first one. */
    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp6"), Path.of("/proc/net/tcp"));

    private static final String LISTENS = " 0A ";

    private ListeningSockets() {}

    /** A line of the tables; the address is as the kernel prints it. */
    record Line(String address, String inode) {
        private static Line of(String text) {
            String[] columns = text.strip().split("\\s+", -1);
            return new Line(columns[1], columns[9]);
        }
    }

    /**
     * Shows lines until one is the last to be shown.
     *
     * @return whether there are tables; without {@code /proc} there is nothing to find
     */
    static boolean read(Predicate<Line> last) {
        boolean visible = false;
        for (Path table : TABLES) {
            try (BufferedReader lines = new BufferedReader(
                    new InputStreamReader(new SmallReads(Files.newInputStream(table)), StandardCharsets.US_ASCII))) {
                visible = true;
                if (lines.lines()
                        .skip(1)
                        .takeWhile(line -> line.contains(LISTENS))
                        .map(Line::of)
                        .anyMatch(last)) {
                    return true;
                }
            } catch (IOException noSuchTable) {
                // A kernel without IPv6 has no second table.
            }
        }
        return visible;
    }

    /** A larger read has the kernel look for more lines than one. */
    private static final class SmallReads extends FilterInputStream {
        private static final int BYTES = 128;

        SmallReads(InputStream table) {
            super(table);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return super.read(target, offset, Math.min(length, BYTES));
        }

        @Override
        public int available() {
            return 0;
        }
    }
}
