package dev.roadstead.bench;

import io.netty.buffer.Unpooled;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Running containers on a Docker engine, for a list to be about something; gone when closed. */
final class Herd implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String LABEL = "roadstead-bench";
    private static final int AT_ONCE = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Target engine;
    private final HttpClient http;

    /** Makes so many, named {@code roadstead-bench-1} and so on; those of a run that was cut off are removed first. */
    Herd(URI docker, int size) {
        this.engine = new Target(docker, "/", null);
        this.http = engine.configure(HttpClient.create());
        close();
        try {
            Flux.range(1, size).flatMap(this::start, AT_ONCE).blockLast(PATIENCE);
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }

    @Override
    public void close() {
        JsonNode mine = JSON.readTree(
                engine.at("/containers/json?all=true&filters=%7B%22label%22%3A%5B%22" + LABEL + "%22%5D%7D")
                        .read());
        List<String> ids = new ArrayList<>();
        mine.forEach(container -> ids.add(container.get("Id").asString()));
        Flux.fromIterable(ids)
                .flatMap(
                        id -> http.delete()
                                .uri("/containers/%s?force=true".formatted(id))
                                .response(),
                        AT_ONCE)
                .blockLast(PATIENCE);
    }

    private Mono<Void> start(int number) {
        String body =
                "{\"Image\":\"busybox:latest\",\"Cmd\":[\"sleep\",\"3600\"],\"Labels\":{\"%s\":\"\"}}".formatted(LABEL);
        return post("/containers/create?name=roadstead-bench-" + number, body)
                .flatMap(made -> post(
                        "/containers/%s/start"
                                .formatted(JSON.readTree(made).get("Id").asString()),
                        "{}"))
                .then();
    }

    private Mono<String> post(String path, String json) {
        return http.headers(headers -> headers.set("Content-Type", "application/json"))
                .post()
                .uri(path)
                .send(Mono.fromSupplier(() -> Unpooled.copiedBuffer(json, StandardCharsets.UTF_8)))
                .responseSingle((response, answer) -> answer.asString()
                        .defaultIfEmpty("")
                        .map(text -> {
                            if (response.status().code() >= 300) {
                                throw new IllegalStateException("%s: %s %s".formatted(path, response.status(), text));
                            }
                            return text;
                        }));
    }
}
