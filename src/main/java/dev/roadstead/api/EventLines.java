package dev.roadstead.api;

import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemMapper;
import dev.roadstead.api.problem.ProblemWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Items as {@code text/event-stream} or {@code application/x-ndjson}. Both tell of a failure in their last event or line; an event stream
 * also tells of its end, and sends a comment now and then so that a dead connection is noticed.
 */
public final class EventLines {
    private static final byte[] COMMENT = ": still here\n\n".getBytes(StandardCharsets.UTF_8);

    private static final Logger LOG = LoggerFactory.getLogger(EventLines.class);

    private final JsonMapper json;
    private final ProblemMapper mapper;
    private final ProblemWriter writer;
    private final Duration heartbeat;

    /**
     * Sends nothing yet.
     *
     * @param heartbeat between the comments of an event stream
     */
    public EventLines(JsonMapper json, ProblemMapper mapper, ProblemWriter writer, Duration heartbeat) {
        this.json = json;
        this.mapper = mapper;
        this.writer = writer;
        this.heartbeat = heartbeat;
    }

    /**
     * One event per item.
     *
     * @param id what a client that comes back may name as {@code Last-Event-ID}; null: none
     */
    public <T> Flux<byte[]> events(
            ServerWebExchange exchange, String name, Function<T, @Nullable String> id, Flux<T> items) {
        Flux<byte[]> told = items.map(item -> event(name, id.apply(item), item))
                .concatWith(Mono.fromSupplier(() -> event("end", null, Map.of())))
                .onErrorResume(failure -> Mono.fromSupplier(() -> event("error", null, problem(exchange, failure))));
        // One at a time: what waits here is not read from the engine.
        return told.publish(
                shared -> Flux.merge(
                        1,
                        shared,
                        Flux.interval(heartbeat)
                                .onBackpressureDrop()
                                .map(tick -> COMMENT)
                                .takeUntilOther(shared.ignoreElements())),
                1);
    }

    /** One line per item. */
    public <T> Flux<byte[]> lines(ServerWebExchange exchange, Flux<T> items) {
        return items.map(this::line)
                .onErrorResume(failure -> Mono.fromSupplier(() -> line(Map.of("error", problem(exchange, failure)))));
    }

    private Object problem(ServerWebExchange exchange, Throwable failure) {
        ProblemMapper.Answer answer = mapper.map(failure);
        if (answer.kind() == ErrorKind.INTERNAL_ERROR) {
            LOG.error("the stream of request {} failed", RequestIds.of(exchange), failure);
        }
        return writer.problem(exchange, answer);
    }

    private byte[] line(Object value) {
        byte[] text = json.writeValueAsBytes(value);
        byte[] line = new byte[text.length + 1];
        System.arraycopy(text, 0, line, 0, text.length);
        line[text.length] = '\n';
        return line;
    }

    private byte[] event(String name, @Nullable String id, Object data) {
        Map<String, String> fields = new LinkedHashMap<>();
        if (id != null) {
            fields.put("id", id);
        }
        fields.put("event", name);
        fields.put("data", json.writeValueAsString(data));
        StringBuilder text = new StringBuilder();
        fields.forEach(
                (field, value) -> text.append(field).append(": ").append(value).append('\n'));
        return text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }
}
