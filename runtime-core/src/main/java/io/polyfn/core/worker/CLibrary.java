package io.polyfn.core.worker;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/** Functions of the C library that Java has no equivalent of. The first of them takes the JVM some 50 ms. */
final class CLibrary {
    /** One call of a function. */
    interface Call {
        int run() throws Throwable;
    }

    private CLibrary() {}

    @SuppressWarnings("restricted")
    static MethodHandle function(String name, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
    }

    @SuppressWarnings("ThrowSpecificity")
    static int call(Call function) {
        try {
            return function.run();
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable checked) {
            throw new IllegalStateException("BUG: a function of the C library throws nothing", checked);
        }
    }
}
