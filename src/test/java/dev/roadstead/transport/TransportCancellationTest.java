package dev.roadstead.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.transport.EngineHttpClient.Silence;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Calls given up at any moment: no connection, place or buffer may be lost by it. */
@ExtendWith(NoLeaks.class)
class TransportCancellationTest {
    private static final int CONNECTIONS = 3;

    private final Random random = new Random(7);
    private final ScriptedServer server = ScriptedServer.onUnixSocket()
            .on("GET /now", Script.ok("x"))
            .on("GET /never", Script.silence())
            .on("GET /stream", Script.openStream("text/plain", new byte[100_000]))
            .on("GET /broken", Script.rawThenClose("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"))
            .on("GET /garbage", Script.rawThenClose("garbage\r\n\r\n"))
            .on("PUT /upload", Script.ok("x"));

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void afterManyCallsGivenUpEveryConnectionServes() {
        EngineHttpClient client =
                TestSettings.of(server.uri()).connections(CONNECTIONS).client();

        StepVerifier.create(Flux.range(0, 1000)
                        .flatMap(
                                number -> call(client, number)
                                        .takeUntilOther(Mono.delay(Duration.ofNanos(random.nextInt(6_000_000))))
                                        .onErrorComplete(),
                                20)
                        .then())
                .expectComplete()
                .verify(Duration.ofSeconds(60));

        StepVerifier.create(Flux.range(0, CONNECTIONS)
                        .flatMap(_ -> client.stream(EngineRequest.get("/stream"), Silence.BOUNDED))
                        .collectList())
                .assertNext(open -> {
                    assertThat(open).hasSize(CONNECTIONS);
                    open.forEach(StreamedReply::close);
                })
                .expectComplete()
                .verify(TestSettings.LONG);
        server.awaitOpenConnections(0);
    }

    private Flux<?> call(EngineHttpClient client, int number) {
        return switch (number % 8) {
            case 0, 1 -> client.request(EngineRequest.get("/now")).flux();
            case 2 -> client.request(EngineRequest.get("/never")).flux();
            case 3 ->
                client.stream(EngineRequest.get("/stream"), Silence.BOUNDED).flatMapMany(StreamedReply::body);
            case 4 ->
                client.stream(EngineRequest.get("/stream"), Silence.ALLOWED)
                        .flatMapMany(reply -> reply.body().take(1));
            case 5 -> client.request(EngineRequest.get("/broken")).flux();
            case 6 -> client.request(EngineRequest.get("/garbage")).flux();
            default ->
                client.request(EngineRequest.of("PUT", "/upload")
                                .upload("x/y", Flux.range(0, 30).map(_ -> new byte[20_000])))
                        .flux();
        };
    }
}
