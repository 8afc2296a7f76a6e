package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Commands as somebody types them, each waited for; what they say and what they complain of are kept apart.
 *
 * @param environment what they find there beside that of the tests
 */
record CommandLine(Map<String, String> environment) {
    private static final int SECONDS = 120;

    CommandLine {
        environment = Map.copyOf(environment);
    }

    /** How a command ended. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Done(int status, byte[] out, String err) {
        String text() {
            return new String(out, StandardCharsets.UTF_8);
        }
    }

    /** Without input; what it says. It has to succeed. */
    String ran(String... command) throws IOException {
        Done done = run(new byte[0], command);
        assertThat(done.status()).as(done.text() + done.err()).isZero();
        return done.text();
    }

    /**
     * Runs one to its end.
     *
     * @param input all that it reads; null: nothing, but that does not end
     */
    Done run(byte @Nullable [] input, String... command) throws IOException {
        Process process = start(command);
        CompletableFuture<byte[]> err = read(process.getErrorStream());
        CompletableFuture<byte[]> out = read(process.getInputStream());
        if (input != null) {
            Thread.ofVirtual().start(() -> {
                try (OutputStream to = process.getOutputStream()) {
                    to.write(input);
                } catch (IOException readsNoMore) {
                    // Whoever reads only the beginning.
                }
            });
        }
        int status = ended(process, List.of(command));
        return new Done(status, out.join(), new String(err.join(), StandardCharsets.UTF_8));
    }

    /** The first line that one says, which is ended then. */
    String firstLine(String... command) throws IOException {
        Process process = start(command);
        CompletableFuture<byte[]> _ = read(process.getErrorStream());
        try {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            InputStream in = process.getInputStream();
            for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
                line.write(next);
            }
            return line.toString(StandardCharsets.UTF_8);
        } finally {
            process.destroyForcibly();
        }
    }

    private Process start(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static CompletableFuture<byte[]> read(InputStream from) {
        CompletableFuture<byte[]> all = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (from) {
                all.complete(from.readAllBytes());
            } catch (IOException failed) {
                all.completeExceptionally(failed);
            }
        });
        return all;
    }

    private static int ended(Process process, List<String> command) {
        try {
            if (process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                return process.exitValue();
            }
            process.destroyForcibly();
            throw new AssertionError("did not end: " + String.join(" ", command));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
