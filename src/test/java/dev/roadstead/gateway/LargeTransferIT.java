package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import dev.roadstead.transport.NoLeaks;
import java.io.OutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is larger than the gateway's memory passes through it. */
@RequiresLab("docker")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(NoLeaks.class)
class LargeTransferIT {
    private static final long LARGE = 600L << 20;
    private static final long HEAP = 300L << 20;

    private RunningGateway gateway;
    private LabContainers containers;

    @BeforeAll
    void start() {
        gateway = RunningGateway.start(Map.of("docker", Lab.docker().toString()), "roadstead.monitoring.interval=1h");
        containers = new LabContainers(gateway, "docker", "large");
    }

    @AfterAll
    void stop() {
        try {
            containers.removeAll();
        } finally {
            gateway.close();
        }
    }

    @Test
    void sixHundredMegabytesGoInAndComeOutAndTheHeapStaysSmall() throws Exception {
        String id = containers.run("store", "mkdir /store; sleep 600");
        Sampled tar = new Sampled(GeneratedTar.ofSize(LARGE), LARGE);
        HttpResponse<String> put = gateway.client()
                .send(
                        gateway.request(
                                        "PUT",
                                        "/v1/containers/docker:%s/archive?path=/store".formatted(id),
                                        BodyPublishers.ofInputStream(() -> tar))
                                .timeout(Duration.ofMinutes(5))
                                .header("Content-Type", "application/x-tar")
                                .build(),
                        BodyHandlers.ofString());
        assertThat(put.statusCode()).as(put.body()).isEqualTo(204);
        assertThat(tar.mostHeap()).as("heap while uploading").isLessThan(HEAP);

        try (Sampled export = new Sampled(
                gateway.open("/v1/containers/docker:%s/export".formatted(id)).body(), LARGE)) {
            export.transferTo(OutputStream.nullOutputStream());
            assertThat(export.count()).isGreaterThan(LARGE);
            assertThat(export.mostHeap()).as("heap while exporting").isLessThan(HEAP);
        }
        try (Sampled archive = new Sampled(
                gateway.open("/v1/containers/docker:%s/archive?path=/store/large".formatted(id))
                        .body(),
                LARGE)) {
            assertThat(GeneratedTar.digest(archive)).isEqualTo(GeneratedTar.digest(GeneratedTar.ofSize(LARGE)));
            // A head, the bytes, and at least two blocks of zeros.
            assertThat(archive.count()).isBetween(LARGE + 3 * 512, LARGE + 32 * 1024);
        }
    }
}
