package dev.roadstead.bench;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import tools.jackson.databind.json.JsonMapper;

/** Running containers on every engine behind a gateway, for a list to be about something; gone when closed. */
final class FleetHerd implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String LABEL = "roadstead-bench";
    private static final int AT_ONCE = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Target gateway;
    private final HttpClient http;

    /** Makes so many on each; those of a run that was cut off are removed first. */
    FleetHerd(Target gateway, Collection<String> engines, int size) {
        this.gateway = gateway;
        this.http = gateway.configure(HttpClient.create());
        close();
        try {
            Flux.fromIterable(engines)
                    .flatMap(engine -> Flux.range(1, size).flatMap(_ -> start(engine), AT_ONCE))
                    .blockLast(PATIENCE);
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }

    @Override
    public void close() {
        List<String> cuids = new ArrayList<>();
        JSON.readTree(gateway.at("/v1/containers?limit=1000&label=" + LABEL).read())
                .get("containers")
                .forEach(container -> cuids.add(container.get("cuid").asString()));
        Flux.fromIterable(cuids)
                .flatMap(
                        cuid -> http.delete()
                                .uri("/v1/containers/%s?force=true".formatted(cuid))
                                .response(),
                        AT_ONCE)
                .blockLast(PATIENCE);
    }

    private Mono<Void> start(String engine) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("engine", engine);
        body.put("labels", Map.of(LABEL, ""));
        body.put("start", true);
        body.put("image", engine.equals("lxd") ? "busybox" : "busybox:latest");
        if (!engine.equals("lxd")) {
            body.put("command", List.of("sleep", "3600"));
        }
        return http.headers(headers -> headers.set("Content-Type", "application/json"))
                .post()
                .uri("/v1/containers")
                .send(Mono.fromSupplier(
                        () -> Unpooled.copiedBuffer(JSON.writeValueAsString(body), StandardCharsets.UTF_8)))
                .responseSingle((response, answer) -> answer.asString()
                        .defaultIfEmpty("")
                        .flatMap(text -> response.status().code() == 201
                                ? Mono.<Void>empty()
                                : Mono.error(new IllegalStateException(
                                        "%s: %s %s".formatted(engine, response.status(), text)))));
    }
}
