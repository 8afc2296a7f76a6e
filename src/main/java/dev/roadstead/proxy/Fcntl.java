package dev.roadstead.proxy;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/** What Linux's {@code fcntl} can do to a descriptor and neither the JDK nor Netty offers. */
final class Fcntl {
    /** {@code F_SETPIPE_SZ}; fcntl(2). */
    private static final int SET_PIPE_SIZE = 1031;

    /** {@code F_GETPIPE_SZ}; fcntl(2). */
    private static final int GET_PIPE_SIZE = 1032;

    private Fcntl() {}

    /**
     * Asks for a pipe to hold so much.
     *
     * @return what it holds now, which is less if this user may not have more
     * @throws IOException if it cannot be told
     */
    static int pipeSize(int descriptor, int bytes) throws IOException {
        try {
            MethodHandle fcntl = Handle.FCNTL;
            int granted = (int) fcntl.invokeExact(descriptor, SET_PIPE_SIZE, bytes);
            return granted > 0 ? granted : (int) fcntl.invokeExact(descriptor, GET_PIPE_SIZE, 0);
        } catch (Throwable failed) {
            // An error, if native access is denied.
            throw new IOException("fcntl", failed);
        }
    }

    private static final class Handle {
        static final MethodHandle FCNTL = handle();

        private Handle() {}

        @SuppressWarnings("restricted") // the jar's manifest allows native access, which Netty needs as well
        private static MethodHandle handle() {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("fcntl"),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
                    Linker.Option.firstVariadicArg(2));
        }
    }
}
