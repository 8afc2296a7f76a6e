package dev.roadstead.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@ExtendWith(OutputCaptureExtension.class)
class AuditLogTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Takes nothing: there is no space left on it. */
    private static final Path FULL = Path.of("/dev/full");

    @TempDir
    private Path folder;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void anEntryIsALineWithTheFieldsOfTheContract() throws IOException {
        Path file = folder.resolve("logs/actions.jsonl");
        try (AuditLog log = new AuditLog(file, 10, meters)) {
            log.record(new AuditEntry(
                    Instant.parse("2026-11-23T09:30:00.123Z"),
                    "r-1",
                    "alice",
                    "POST",
                    "/v1/x/\"odd\"\n",
                    "local",
                    null,
                    "containerStart",
                    422,
                    Duration.ofMillis(17),
                    "state_error"));
        }
        assertThat(Files.readString(file)).isEqualTo("""
                {"timestamp":"2026-11-23T09:30:00.123Z","request_id":"r-1","user":"alice","method":"POST",\
                "path":"/v1/x/\\"odd\\"\\n","engine":"local","cuid":null,"action":"containerStart","status":422,\
                "duration_ms":17,"error":"state_error"}
                """);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .endsWith("---");
    }

    @Test
    void linesOfManyThreadsAreWholeAndNoneIsMissingAfterClosing() throws Exception {
        Path file = folder.resolve("actions.jsonl");
        try (AuditLog log = new AuditLog(file, 10_000, meters)) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                int thread = t;
                threads.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 1_000; i++) {
                        log.record(entry("/%d/%d".formatted(thread, i)));
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertThat(paths(file)).hasSize(8_000).doesNotHaveDuplicates();
        assertThat(meters.get("roadstead.audit.written").counter().count()).isEqualTo(8_000);
        assertThat(meters.get("roadstead.audit.waiting").gauge().value()).isZero();
    }

    @Test
    void aFileThatWasMovedAwayIsMadeAnewSoThatItCanBeRotated() throws IOException {
        Path file = folder.resolve("actions.jsonl");
        Path old = folder.resolve("actions.jsonl.1");
        try (AuditLog log = new AuditLog(file, 10, meters)) {
            log.record(entry("/before"));
            await().until(() -> Files.size(file) > 0);
            Files.move(file, old);
            log.record(entry("/after"));
        }
        assertThat(paths(old)).containsExactly("/before");
        assertThat(paths(file)).containsExactly("/after");
    }

    @Test
    void aLineThatAKilledGatewayBrokeOffSpoilsNoOther() throws IOException {
        Path file = Files.writeString(folder.resolve("actions.jsonl"), "{\"timest");
        try (AuditLog log = new AuditLog(file, 10, meters)) {
            log.record(entry("/whole"));
        }
        assertThat(Files.readString(file)).startsWith("{\"timest\n{\"timestamp\":");
    }

    @Test
    void whatCannotBeWrittenWaitsAndIsWrittenWhenThereIsSpace(CapturedOutput output) throws IOException {
        Path file = Files.createSymbolicLink(folder.resolve("actions.jsonl"), FULL);
        Path roomy = Files.createFile(folder.resolve("roomy"));
        try (AuditLog log = new AuditLog(file, 10, meters)) {
            log.record(entry("/1"));
            await().until(() -> output.getOut().contains("cannot be written, up to 10 entries wait"));
            log.record(entry("/2"));
            Files.move(
                    Files.createSymbolicLink(folder.resolve("new"), roomy), file, StandardCopyOption.REPLACE_EXISTING);
            await().until(() -> Files.readAllLines(roomy).size() == 2);
        }
        assertThat(paths(roomy)).containsExactly("/1", "/2");
        assertThat(meters.get("roadstead.audit.lost").counter().count()).isZero();
        assertThat(output.getOut()).contains("is written again, 0 entries were lost");
    }

    @Test
    void whatFindsNoPlaceIsCountedAndToldOnceAndNobodyWaitsForIt(CapturedOutput output) throws IOException {
        Path file = Files.createSymbolicLink(folder.resolve("actions.jsonl"), FULL);
        try (AuditLog log = new AuditLog(file, 10, meters)) {
            long begun = System.nanoTime();
            for (int i = 0; i < 1_000; i++) {
                log.record(entry("/" + i));
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(1));
            assertThat(meters.get("roadstead.audit.lost").counter().count()).isEqualTo(990);
            assertThat(meters.get("roadstead.audit.waiting").gauge().value()).isEqualTo(10);
        }
        assertThat(output.getOut().lines().filter(line -> line.contains("are lost")))
                .hasSize(1);
        assertThat(meters.get("roadstead.audit.lost").counter().count())
                .as("what was waiting at the end, too")
                .isEqualTo(1_000);
        assertThat(output.getOut()).contains("the gateway stops, and 1000 entries");
    }

    @Test
    void aFileThatCannotBeOpenedIsToldAtOnce() throws IOException {
        Path notAFolder = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> new AuditLog(notAFolder.resolve("actions.jsonl"), 10, meters))
                .isInstanceOf(IOException.class);
    }

    private static AuditEntry entry(String path) {
        return new AuditEntry(
                Instant.now(), "r", null, "POST", path, null, null, null, 200, Duration.ofMillis(1), null);
    }

    private static List<String> paths(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(JSON::readTree)
                .map((JsonNode line) -> line.required("path").asString())
                .toList();
    }
}
