package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.catalog.Catalog;
import dev.roadstead.catalog.CatalogOperation;
import dev.roadstead.catalog.ShippedCatalogs;
import dev.roadstead.catalog.Streaming;
import dev.roadstead.transport.EngineHttpClient;
import dev.roadstead.transport.EngineHttpClient.Silence;
import dev.roadstead.transport.EngineReply;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.TransportSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks an engine all that it can be asked without parameters, through a gateway and directly, and compares the answers. */
final class NativeReads {
    private static final Logger LOG = LoggerFactory.getLogger(NativeReads.class);
    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final RunningGateway gateway;

    NativeReads(RunningGateway gateway) {
        this.gateway = gateway;
    }

    /** What can be compared of two answers: values change, their names and kinds do not. */
    private record Seen(
            int status, @Nullable String type, @Nullable String shape) {}

    /**
     * Status, media type and the shape of the JSON have to be the same; of what does not end, or is large, only the head.
     *
     * @param name the engine's
     * @param uri where it is
     */
    void areAsTheyAreDirectly(String name, URI uri) {
        String version = gateway.get("/v1/engines/%s/native/categories".formatted(name))
                .json()
                .path("version")
                .asString();
        JsonNode engine = gateway.get("/v1/engines/" + name).json();
        String kind = engine.path("kind").asString();
        String spoken =
                engine.path(kind.equals("docker") ? "api_version" : "version").asString();
        Catalog catalog = Objects.requireNonNull(
                new ShippedCatalogs().named(kind, version).block(WAIT));
        EngineHttpClient direct =
                new EngineHttpClient(new TransportSettings(name, uri, WAIT, WAIT, WAIT, 4, null, null));
        List<String> differences = new ArrayList<>();
        int called = 0;
        try {
            String prefix = catalog.prefix(spoken);
            for (CatalogOperation operation : catalog.operations()) {
                if (isPlainRead(operation)) {
                    called++;
                    Seen through = through(name, operation);
                    Seen straight = straight(direct, prefix, operation);
                    if (!through.equals(straight)) {
                        differences.add("%s: %s, directly %s".formatted(operation.id(), through, straight));
                    }
                }
            }
        } finally {
            direct.close().block(WAIT);
        }
        LOG.info("{} {}: {} operations called", name, version, called);
        assertThat(differences).isEmpty();
        assertThat(called).isGreaterThan(10);
    }

    private static boolean isPlainRead(CatalogOperation operation) {
        return operation.method().equals("GET")
                && !operation.streaming().takesOver()
                && operation.body() == null
                && operation.parameters().stream().noneMatch(known -> known.required());
    }

    private static boolean headOnly(CatalogOperation operation) {
        return operation.streaming().mayBeSilent() || operation.streaming() == Streaming.TAR;
    }

    private Seen through(String engine, CatalogOperation operation) {
        try {
            HttpResponse<InputStream> answer = gateway.client()
                    .send(
                            gateway.request(
                                            "POST",
                                            "/v1/engines/%s/native/ops/%s".formatted(engine, operation.id()),
                                            BodyPublishers.ofString("{}"),
                                            "Content-Type",
                                            "application/json")
                                    .build(),
                            BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                return new Seen(
                        answer.statusCode(),
                        answer.headers().firstValue("content-type").orElse(null),
                        headOnly(operation) ? null : shape(new String(body.readAllBytes(), StandardCharsets.UTF_8)));
            }
        } catch (IOException failed) {
            return new Seen(-1, null, failed.toString());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    private static Seen straight(EngineHttpClient direct, String prefix, CatalogOperation operation) {
        String query = operation.fixedQuery().entrySet().stream()
                .map(entry -> entry.getValue().isEmpty() ? entry.getKey() : entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining("&"));
        EngineRequest request = EngineRequest.get(prefix + operation.path() + (query.isEmpty() ? "" : "?" + query));
        if (headOnly(operation)) {
            return Objects.requireNonNull(Mono.usingWhen(
                            direct.stream(request, Silence.ALLOWED),
                            reply -> Mono.just(new Seen(reply.status(), reply.header("content-type"), null)),
                            reply -> Mono.fromRunnable(reply::close))
                    .block(WAIT));
        }
        EngineReply reply = Objects.requireNonNull(direct.request(request).block(WAIT));
        return new Seen(reply.status(), reply.header("content-type"), shape(reply.text()));
    }

    private static String shape(String text) {
        try {
            return shape(JSON.readTree(text));
        } catch (JacksonException noJson) {
            return text.isEmpty() ? "empty" : "text";
        }
    }

    private static String shape(JsonNode node) {
        if (node.isObject()) {
            Map<String, String> members = new TreeMap<>();
            node.properties().forEach(member -> members.put(member.getKey(), shape(member.getValue())));
            return members.toString();
        }
        if (node.isArray()) {
            TreeSet<String> items = new TreeSet<>();
            node.forEach(item -> items.add(shape(item)));
            return items.toString();
        }
        return node.getNodeType().toString();
    }
}
