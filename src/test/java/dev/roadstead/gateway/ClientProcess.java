package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Programs that do something with the gateway; their exit code tells how it went. */
final class ClientProcess {
    private ClientProcess() {}

    /** How one ended, and all that it wrote; the code is -1 if it did not end by itself. */
    record Outcome(int code, String text) {}

    /**
     * Skips where a client is not installed, unless it has to be.
     *
     * @param part as {@code ROADSTEAD_TEST_REQUIRE} names it
     * @param probe succeeds where it is installed
     */
    static void require(String part, List<String> probe) throws InterruptedException, IOException {
        boolean required = Arrays.asList(
                        String.valueOf(System.getenv("ROADSTEAD_TEST_REQUIRE")).split(",", -1))
                .contains(part);
        Outcome probed = run(probe, Map.of(), Duration.ofSeconds(60));
        if (!required) {
            assumeTrue(probed.code == 0, () -> "no client %s: %s".formatted(part, probed.text));
        }
        assertThat(probed.code).as(probed.text).isZero();
    }

    static Outcome run(List<String> command, Map<String, String> environment, Duration patience)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("roadstead-client", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = null;
        try {
            process = builder.start();
            boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
            String text = Files.readString(output);
            return ended
                    ? new Outcome(process.exitValue(), text)
                    : new Outcome(-1, "did not end within %s: %s".formatted(patience, text));
        } catch (IOException missing) {
            return new Outcome(-1, String.valueOf(missing.getMessage()));
        } finally {
            if (process != null) {
                // Gently first: scripts remove what they made.
                process.destroy();
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            }
            Files.delete(output);
        }
    }
}
