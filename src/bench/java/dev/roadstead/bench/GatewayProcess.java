package dev.roadstead.bench;

import dev.roadstead.testing.FreePort;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** The packaged gateway as a process of its own, on a loopback port. */
final class GatewayProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Process process;
    private final Target target;
    private final Thread endWithUs;
    private final Duration startUp;

    /**
     * Starts it and waits until it answers.
     *
     * @param jar the packaged application
     * @param options for its JVM
     * @param engines by name: {@code kind uri}
     * @param log where its output goes
     */
    GatewayProcess(Path jar, List<String> options, Map<String, String> engines, Path log) {
        String password = UUID.randomUUID().toString();
        int port = FreePort.draw();
        this.target = new Target(URI.create("http://127.0.0.1:" + port), "/healthz", "bench:" + password);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of(
                "-jar", jar.toAbsolutePath().toString(), "--server.address=127.0.0.1", "--server.port=" + port));
        engines.forEach((name, engine) -> {
            String[] kindAndUri = engine.split(" ", 2);
            command.add("--roadstead.engines.%s.kind=%s".formatted(name, kindAndUri[0]));
            command.add("--roadstead.engines.%s.uri=%s".formatted(name, kindAndUri[1]));
        });
        long begun = System.nanoTime();
        try {
            // A folder of its own: no settings of whoever measures are read.
            File folder = Files.createTempDirectory("roadstead-bench").toFile();
            folder.deleteOnExit();
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().put("APP_USER", "bench");
            builder.environment().put("APP_PASS", password);
            this.process = builder.start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        this.endWithUs = new Thread(process::destroy);
        Runtime.getRuntime().addShutdownHook(endWithUs);
        awaitAnswer(log);
        this.startUp = Duration.ofNanos(System.nanoTime() - begun);
    }

    /** From the start of the process to the first 200 of {@code /healthz}. */
    Duration startUp() {
        return startUp;
    }

    /** Where it answers. */
    Target target() {
        return target;
    }

    /** Memory that it holds now, in MB. */
    long residentMegabytes() {
        try {
            return Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status")).stream()
                            .filter(line -> line.startsWith("VmRSS:"))
                            .map(line -> line.replaceAll("\\D", ""))
                            .mapToLong(Long::parseLong)
                            .findFirst()
                            .orElseThrow()
                    / 1024;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Processor time that it used up to now. */
    Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** How often it asked the engine for its containers up to now. */
    double engineLists() {
        return target.at("/actuator/prometheus")
                .read()
                .lines()
                .filter(line -> line.startsWith("roadstead_engine_calls_seconds_count"))
                .filter(line -> line.contains("operation=\"containers.list\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stopped) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().removeShutdownHook(endWithUs);
    }

    private void awaitAnswer(Path log) {
        if (!target.answersWithin(PATIENCE, process::isAlive)) {
            close();
            throw new IllegalStateException("the gateway did not start; see " + log);
        }
    }
}
