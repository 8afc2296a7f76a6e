package dev.roadstead.proxy;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/** What Linux's {@code fcntl} can do to a descriptor and neither the JDK nor Netty offers. */
final class Fcntl {
    /** {@code F_SETPIPE_SZ}; fcntl(2). */
    private static final int SET_PIPE_SIZE = 1031;

    private static final MethodHandle FCNTL = handle();

    private Fcntl() {}

    @SuppressWarnings("restricted") // the jar's manifest allows native access, which Netty needs as well
    private static MethodHandle handle() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("fcntl"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
                Linker.Option.firstVariadicArg(2));
    }

    /**
     * Asks for a pipe to hold so much.
     *
     * @return what it holds now; negative: what it did, for this user may not have more
     */
    static int pipeSize(int descriptor, int bytes) {
        try {
            return (int) FCNTL.invokeExact(descriptor, SET_PIPE_SIZE, bytes);
        } catch (Throwable impossible) {
            throw new IllegalStateException("fcntl", impossible);
        }
    }
}
