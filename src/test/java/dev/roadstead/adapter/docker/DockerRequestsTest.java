package dev.roadstead.adapter.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerState;
import dev.roadstead.container.LogQuery;
import dev.roadstead.container.WaitCondition;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.image.ImageReference;
import dev.roadstead.image.PullSpec;
import dev.roadstead.transport.NoLeaks;
import dev.roadstead.transport.Script;
import dev.roadstead.transport.ScriptedServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What is asked of a daemon, and how long it may take to answer: some answers come long after the request's bound. */
@ExtendWith(NoLeaks.class)
class DockerRequestsTest {
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final Duration REQUEST = Duration.ofMillis(500);
    private static final Duration LONGER = Duration.ofMillis(1500);
    private static final ContainerId WEB = new ContainerId("web");

    private final ScriptedServer server = ScriptedServer.onUnixSocket();
    private final Engine engine = ScriptedDocker.patient(server.uri(), REQUEST, WAIT);

    @BeforeEach
    void speaks141() {
        server.on("GET /version", ScriptedDocker.version("1.41", "1.12"));
        server.on("GET /v1.41/containers/web/json", ScriptedDocker.container("exited", false));
    }

    @AfterEach
    void close() throws IOException {
        engine.close().block(WAIT);
        server.close();
    }

    @Test
    void anExitIsWaitedForLongerThanForAnAnswer() {
        server.on("POST /v1.41/containers/web/wait", connection -> {
            connection.beginChunks(200, "application/json");
            if (!connection.clientClosesWithin(LONGER)) {
                connection.chunk(utf8("{\"StatusCode\":0}"));
                connection.endChunks();
            }
        });

        ContainerState state =
                engine.containers().await(WEB, WaitCondition.NOT_RUNNING).block(WAIT);

        assertThat(Objects.requireNonNull(state).nativeStatus()).isEqualTo("exited");
    }

    @Test
    void aPullMayBeginLongAfterItWasAskedFor() {
        server.on("POST /v1.41/images/create", connection -> {
            if (!connection.clientClosesWithin(LONGER)) {
                connection.beginChunks(200, "application/json");
                connection.chunk(utf8("{\"status\":\"Status: Image is up to date for busybox:1\"}"));
                connection.endChunks();
            }
        });

        StepVerifier.create(engine.images().pull(new PullSpec(ImageReference.parse("busybox:1"), null, null)))
                .expectNextCount(1)
                .expectComplete()
                .verify(WAIT);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "500, 1", "1000, 1", "1001, 2"})
    void aGraceIsRoundedUpToSeconds(long millis, String seconds) {
        server.on("POST /v1.41/containers/web/stop", Script.empty(204));

        engine.containers().stop(WEB, Duration.ofMillis(millis)).block(WAIT);

        assertThat(server.requests().getLast().target()).endsWith("/stop?t=" + seconds);
    }

    @Test
    void aContainerThatMayTakeForEverToStopIsWaitedFor() {
        server.on(
                "GET /v1.41/containers/web/json", Script.json(200, "{\"Id\":\"abc\",\"Config\":{\"StopTimeout\":-1}}"));
        server.on("POST /v1.41/containers/web/stop", connection -> {
            // Longer than the request's bound and Docker's usual grace together.
            if (!connection.clientClosesWithin(Duration.ofSeconds(11))) {
                connection.write("HTTP/1.1 204 No Content\r\n\r\n");
            }
        });

        StepVerifier.create(engine.containers().stop(WEB, null))
                .expectNext(true)
                .expectComplete()
                .verify(WAIT);
    }

    @Test
    void timesAreSentInTheDigitsOfTheDaemonWhateverTheGatewaysLanguage() {
        server.on("GET /v1.41/containers/abc/logs", Script.chunks("application/octet-stream"));
        LogQuery query = new LogQuery(false, null, Instant.ofEpochSecond(1_700_000_000, 5), null, true, true, false);
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        try {
            Flux.usingWhen(
                            engine.containers().logs(WEB, query),
                            EngineStream::items,
                            opened -> Mono.fromRunnable(opened::close))
                    .blockLast(WAIT);
        } finally {
            Locale.setDefault(before);
        }

        assertThat(server.requests().getLast().target()).contains("since=1700000000.000000005");
    }

    @Test
    void aNetworksMembersAreNotThoseOfAnotherWhoseIdBeginsWithItsName() {
        server.on("GET /v1.41/networks/beef", Script.json(200, "{\"Id\":\"0123\",\"Name\":\"beef\"}"));
        server.on("GET /v1.41/containers/json", Script.json(200, """
                [{"Id":"named","NetworkSettings":{"Networks":{"beef":{"NetworkID":""}}}},
                 {"Id":"known","NetworkSettings":{"Networks":{"before":{"NetworkID":"0123"}}}},
                 {"Id":"other","NetworkSettings":{"Networks":{"other":{"NetworkID":"beef77"}}}},
                 {"Id":"none"}]
                """));

        assertThat(Objects.requireNonNull(engine.networks().inspect("beef").block(WAIT))
                        .containers())
                .containsExactly("named", "known");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
