package io.polyfn.core.worker;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.ExecutionException;

/**
 * A child of this process that the JDK has not started, so that it can be waited for but not asked for its exit code. The kernel is, and
 * only when it has exited, because of what the call costs ({@link CLibrary}).
 */
final class AdoptedProcess extends Process {
    /** As a shell reports a process that was ended by a signal, and as the JDK does. */
    private static final int SIGNALLED = 128;

    /** Where the kernel does not tell, because somebody else has asked before. */
    private static final int UNKNOWN = 255;

    private final ProcessHandle handle;
    private final InputStream stderr = new FileInputStream(FileDescriptor.in);
    private int exitCode = -1;

    AdoptedProcess(ProcessHandle child) {
        handle = child;
    }

    @Override
    public synchronized int waitFor() throws InterruptedException {
        if (exitCode < 0) {
            try {
                handle.onExit().get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("BUG: an exit does not fail", e);
            }
            exitCode = exitCode((int) handle.pid());
        }
        return exitCode;
    }

    private static int exitCode(int pid) {
        MethodHandle waitpid =
                CLibrary.function("waitpid", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(JAVA_INT);
            int waited = CLibrary.call(() -> (int) waitpid.invokeExact(pid, status, 0));
            return waited == pid ? ofStatus(status.get(JAVA_INT, 0)) : UNKNOWN;
        }
    }

    /** As the macros of wait(2) read it. */
    static int ofStatus(int status) {
        int signal = status & 0x7f;
        return signal == 0 ? status >> 8 & 0xff : SIGNALLED + signal;
    }

    @Override
    public int exitValue() {
        if (handle.isAlive()) {
            throw new IllegalThreadStateException("the process has not exited");
        }
        return exitCode;
    }

    @Override
    public InputStream getErrorStream() {
        return stderr;
    }

    /** Goes to this process's own standard output. */
    @Override
    public InputStream getInputStream() {
        return InputStream.nullInputStream();
    }

    @Override
    public OutputStream getOutputStream() {
        return OutputStream.nullOutputStream();
    }

    @Override
    public ProcessHandle toHandle() {
        return handle;
    }

    @Override
    public long pid() {
        return handle.pid();
    }

    @Override
    public boolean isAlive() {
        return handle.isAlive();
    }

    @Override
    public void destroy() {
        handle.destroy();
    }
}
