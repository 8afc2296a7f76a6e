package dev.roadstead.adapter.kleened.standin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.gateway.RunningGateway;
import dev.roadstead.transport.NoLeaks;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Recordings of Kleened said again through the raw proxy, at an address of the engine's own: requests, headers, WebSocket frames and the
 * reasons they are closed with are what they are at the daemon. Recording 90 is Kleened's own guide for developers.
 */
@RequiresJails
@ExtendWith(NoLeaks.class)
class KleenedProxyIT {
    @TempDir
    private Path directory;

    private final List<RunningGateway> gateways = new ArrayList<>();

    @AfterEach
    void stop() {
        gateways.forEach(RunningGateway::close);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10-images-create-ws", "40-containers", "51-exec-start-ws", "52-exec-tty-ws", "90-docs-example"})
    void aRecordingIsAnsweredThroughTheProxyAsByTheDaemon(String name)
            throws IOException, InterruptedException, GeneralSecurityException {
        List<String> differences = new Replay(Stages.of(name), KleenedStandInTest.tls())
                .through(this::proxied, "x-request-id")
                .run(directory);

        assertThat(differences).isEmpty();
    }

    private Path proxied(KleenedStandIn standIn) {
        Path socket = directory.resolve("proxied.sock");
        gateways.add(RunningGateway.start(
                Map.of("jails", standIn.uri().toString()),
                "roadstead.engines.jails.kind=kleened",
                "roadstead.engines.jails.listen=unix://" + socket,
                "roadstead.monitoring.interval=1h"));
        return socket;
    }
}
