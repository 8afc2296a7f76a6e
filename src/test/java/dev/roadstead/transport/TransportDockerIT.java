package dev.roadstead.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The client against a real Docker. */
@RequiresLab("docker")
class TransportDockerIT {
    private static final Duration BOUND = Duration.ofSeconds(10);

    @Test
    void dockerAnswersOnItsUnixSocket() {
        assertThat(ping(Lab.docker())).isEqualTo("OK");
    }

    @Test
    void dockerAnswersOnPlainTcp() {
        assertThat(ping(Lab.dockerTcp())).isEqualTo("OK");
    }

    private static String ping(URI uri) {
        EngineHttpClient client =
                new EngineHttpClient(new TransportSettings("lab", uri, BOUND, BOUND, BOUND, 4, null, null));
        try {
            EngineReply reply = client.request(EngineRequest.get("/_ping"))
                    .blockOptional(BOUND)
                    .orElseThrow();
            assertThat(reply.status()).isEqualTo(200);
            return reply.text();
        } finally {
            client.close().block(BOUND);
        }
    }
}
