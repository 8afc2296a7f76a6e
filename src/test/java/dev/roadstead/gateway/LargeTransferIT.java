package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import dev.roadstead.transport.NoLeaks;
import java.io.IOException;
import java.io.InputStream;
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
    private static final int SAMPLES = 6;

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
        Sampled tar = new Sampled(GeneratedTar.ofSize(LARGE));
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
        assertThat(tar.most).as("heap while uploading").isLessThan(HEAP);

        try (Sampled export = new Sampled(
                gateway.open("/v1/containers/docker:%s/export".formatted(id)).body())) {
            export.transferTo(java.io.OutputStream.nullOutputStream());
            assertThat(export.count).isGreaterThan(LARGE);
            assertThat(export.most).as("heap while exporting").isLessThan(HEAP);
        }
        try (Sampled archive =
                new Sampled(gateway.open("/v1/containers/docker:%s/archive?path=/store/large".formatted(id))
                        .body())) {
            archive.transferTo(java.io.OutputStream.nullOutputStream());
            // A head, the bytes, and at least two blocks of zeros.
            assertThat(archive.count).isBetween(LARGE + 3 * 512, LARGE + 32 * 1024);
        }
    }

    /** Counts what passes, and looks at the heap now and then. */
    private static final class Sampled extends InputStream {
        private final InputStream source;
        private long count;
        private long most;

        Sampled(InputStream source) {
            this.source = source;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = source.read(target, offset, length);
            if (read > 0) {
                long step = LARGE / SAMPLES;
                if ((count + read) / step > count / step) {
                    most = Math.max(most, Heap.usedAfterCollection());
                }
                count += read;
            }
            return read;
        }

        @Override
        public void close() throws IOException {
            source.close();
        }
    }
}
