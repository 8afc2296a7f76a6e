package dev.roadstead.api.nativeaccess;

import dev.roadstead.api.StreamedAnswer;
import dev.roadstead.api.access.AuditFilter;
import dev.roadstead.api.nativeaccess.InvokeRequest.Bounds;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.NativeReply;
import dev.roadstead.nativeaccess.NativeOperations.Allowed;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Gives an engine's answer to the client: status, headers and body, as it comes. */
final class NativeAnswer {
    /** Names what was sent though the operation does not declare it. */
    static final String UNDECLARED = "X-Roadstead-Undeclared";

    private static final int MOST_KEPT = 1 << 20;

    /** They are about one connection, or about who the server is: that is the gateway here. */
    private static final Set<String> DROPPED = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "server",
            "date",
            "via",
            "alt-svc",
            "set-cookie",
            "set-cookie2",
            "www-authenticate",
            "strict-transport-security",
            "public-key-pins",
            "content-security-policy",
            "content-security-policy-report-only",
            "x-frame-options",
            "clear-site-data",
            "refresh",
            "service-worker-allowed");

    private final JsonMapper json = JsonMapper.shared();

    /**
     * How an answer is given.
     *
     * @param throwing whether a status of 400 or more becomes a problem
     * @param entire whether that holds the whole answer
     */
    record Form(boolean throwing, boolean entire, Bounds bounds) {}

    /** Sends a request and gives its answer. */
    Mono<Void> give(ServerWebExchange exchange, Engine engine, Allowed allowed, Form form) {
        AuditFilter.target(
                exchange, allowed.request().method(), allowed.request().target());
        Mono<NativeReply> reply = engine.nativeAccess()
                .call(allowed.request())
                .onErrorMap(
                        EngineException.TimedOut.class, late -> form.bounds().head() == null ? late : ranOut());
        return Mono.usingWhen(
                reply,
                told -> form.throwing() && told.status() >= 400
                        ? refused(engine, told, form)
                        : pass(exchange, allowed, told, form.bounds()),
                told -> Mono.fromRunnable(told::close));
    }

    private Mono<Void> pass(ServerWebExchange exchange, Allowed allowed, NativeReply told, Bounds bounds) {
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(HttpStatusCode.valueOf(told.status()));
        boolean empty = allowed.request().method().equals("HEAD") || told.status() == 204 || told.status() == 304;
        copy(told, response.getHeaders(), empty);
        if (!allowed.undeclared().isEmpty()) {
            response.getHeaders()
                    .set(
                            UNDECLARED,
                            allowed.undeclared().stream()
                                    .map(name -> URLEncoder.encode(name, StandardCharsets.UTF_8))
                                    .collect(Collectors.joining(", ")));
        }
        return empty ? response.setComplete() : StreamedAnswer.relay(response, bounded(told.body(), bounds));
    }

    private static Flux<byte[]> bounded(Flux<byte[]> body, Bounds bounds) {
        Duration silence = bounds.silence();
        Duration whole = bounds.whole();
        Flux<byte[]> read = silence == null ? body : body.timeout(silence, Flux.error(NativeAnswer::ranOut));
        return whole == null ? read : read.takeUntilOther(Mono.delay(whole).then(Mono.error(NativeAnswer::ranOut)));
    }

    private static void copy(NativeReply told, HttpHeaders headers, boolean empty) {
        Set<String> dropped = new HashSet<>(DROPPED);
        told.headers().getOrDefault("connection", List.of()).forEach(value -> {
            for (String name : value.split(",", -1)) {
                dropped.add(name.strip().toLowerCase(Locale.ROOT));
            }
        });
        if (empty) {
            dropped.add("content-length");
        }
        if (told.status() / 100 == 3) {
            // It leads somewhere at the engine, not here.
            dropped.add("location");
        }
        told.headers().forEach((name, values) -> {
            if (!dropped.contains(name) && !name.startsWith("access-control-") && !headers.containsHeader(name)) {
                headers.put(name, new ArrayList<>(values));
            }
        });
    }

    /** What an engine answers instead of giving its connection, as a failure. */
    <T> Mono<T> refusal(Engine engine, NativeReply told) {
        return refused(engine, told, new Form(true, false, Bounds.NONE));
    }

    private <T> Mono<T> refused(Engine engine, NativeReply told, Form form) {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        return bounded(told.body(), form.bounds())
                .takeUntil(bytes -> {
                    read.write(bytes, 0, Math.min(bytes.length, MOST_KEPT - read.size()));
                    return read.size() >= MOST_KEPT;
                })
                .then(Mono.error(() -> problem(engine, told, read.toString(StandardCharsets.UTF_8), form.entire())));
    }

    private ProblemException problem(Engine engine, NativeReply told, String body, boolean entire) {
        ErrorKind kind = switch (told.status()) {
            case 400 -> ErrorKind.VALIDATION_ERROR;
            case 404 -> ErrorKind.NOT_FOUND;
            case 409 -> ErrorKind.CONFLICT;
            case 501 -> ErrorKind.UNSUPPORTED;
            default -> ErrorKind.ENGINE_ERROR;
        };
        String message = message(body);
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("engine", engine.name().value());
        details.put("native_status", told.status());
        details.put("native_message", message);
        if (entire) {
            details.put("native_headers", told.headers());
            details.put("native_body", body);
        }
        return new ProblemException(
                kind,
                "NATIVE_FAILURE",
                "engine %s answered %d: %s".formatted(engine.name(), told.status(), message),
                details);
    }

    /** {@code message} of Docker and Podman, {@code error} of LXD and Incus; else the text itself. */
    private String message(String body) {
        try {
            JsonNode told = json.readTree(body);
            for (String field : List.of("message", "error", "cause")) {
                if (told.path(field).isString()) {
                    return told.path(field).asString();
                }
            }
        } catch (JacksonException noJson) {
            // then it is text
        }
        String text = body.strip();
        return text.length() <= 500 ? text : text.substring(0, 500) + "…";
    }

    private static ProblemException ranOut() {
        return new ProblemException(
                ErrorKind.TIMEOUT, "CALL_TIMED_OUT", "the bound that was set for this call ran out", Map.of());
    }
}
