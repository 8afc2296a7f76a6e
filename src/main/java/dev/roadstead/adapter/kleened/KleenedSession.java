package dev.roadstead.adapter.kleened;

import dev.roadstead.engine.EngineSettings;
import dev.roadstead.transport.EngineHttpClient;
import dev.roadstead.transport.EngineReply;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.WebSocketAnswer;
import dev.roadstead.transport.WebSocketStream;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Calls to one daemon. */
final class KleenedSession {
    /**
     * The daemon itself gives up after 30 s what hangs in its networks, and a stop takes as long as the processes need, with ten
     * seconds for those that do not listen.
     */
    private static final Duration LONGEST_WORK = Duration.ofSeconds(45);

    private static final String JSON = "application/json";

    private final EngineHttpClient http;
    private final JsonMapper json;
    private final KleenedErrors errors;
    private final EngineSettings settings;

    KleenedSession(EngineHttpClient http, JsonMapper json, KleenedErrors errors, EngineSettings settings) {
        this.http = http;
        this.json = json;
        this.errors = errors;
        this.settings = settings;
    }

    KleenedErrors errors() {
        return errors;
    }

    JsonMapper json() {
        return json;
    }

    EngineSettings settings() {
        return settings;
    }

    /** Sends a call; statuses from 400 on are failures.
     *
     * @param subject what it is about, for people
     */
    Mono<EngineReply> call(KleenedCall call, String subject, EngineRequest request) {
        return http.request(dressed(request))
                .flatMap(
                        reply -> reply.status() < 400 ? Mono.just(reply) : Mono.error(errors.of(call, subject, reply)));
    }

    /** Sends a call that may take the daemon long. */
    Mono<EngineReply> work(KleenedCall call, String subject, EngineRequest request) {
        Duration usual = settings.requestTimeout();
        return call(call, subject, request.within(usual.compareTo(LONGEST_WORK) > 0 ? usual : LONGEST_WORK));
    }

    /** Sends a call and reads what is in its answer. */
    <T> Mono<T> read(KleenedCall call, String subject, EngineRequest request, Class<T> type) {
        return call(call, subject, request).map(reply -> parse(reply.body(), type));
    }

    /** Sends a call and reads the list in its answer. */
    <T> Mono<List<T>> readList(KleenedCall call, String subject, EngineRequest request, Class<T> type) {
        return call(call, subject, request).map(reply -> list(reply.body(), type));
    }

    /** Sends a call that makes or changes something; emits the id in its answer. */
    Mono<String> readId(KleenedCall call, String subject, EngineRequest request) {
        return work(call, subject, request).map(reply -> id(reply.body()));
    }

    /** Opens a socket; whatever else the daemon answers is a failure. Whoever gets it closes it. */
    Mono<WebSocketStream> socket(KleenedCall call, String subject, EngineRequest request) {
        return http.webSocket(request)
                .flatMap(answer -> switch (answer) {
                    case WebSocketAnswer.Open open -> Mono.just(open.stream());
                    case WebSocketAnswer.Refused refused ->
                        Mono.<WebSocketStream>error(
                                refused.reply().status() < 400
                                        ? errors.nonsense(
                                                "%d instead of a WebSocket"
                                                        .formatted(
                                                                refused.reply().status()),
                                                null)
                                        : errors.of(call, subject, refused.reply()));
                })
                .doOnDiscard(WebSocketStream.class, WebSocketStream::close);
    }

    /** A body for a call. */
    byte[] bytes(Object value) {
        return json.writeValueAsBytes(value);
    }

    <T> T parse(byte[] body, Class<T> type) {
        try {
            T value = json.readValue(body, type);
            if (value == null) {
                throw errors.nonsense("the answer is empty", null);
            }
            return value;
        } catch (JacksonException | IllegalArgumentException unreadable) {
            throw errors.nonsense("the answer is not the JSON that Kleened documents", unreadable);
        }
    }

    <T> List<T> list(byte[] body, Class<T> type) {
        try {
            List<T> values = json.readerForListOf(type).readValue(body);
            if (values == null) {
                throw errors.nonsense("the answer is empty", null);
            }
            return values;
        } catch (JacksonException | IllegalArgumentException unreadable) {
            throw errors.nonsense("the answer is not the JSON that Kleened documents", unreadable);
        }
    }

    private String id(byte[] body) {
        String id = parse(body, KleenedWire.Id.class).id();
        if (id == null || id.isBlank()) {
            throw errors.nonsense("the answer bears no id", null);
        }
        return id;
    }

    /** Without these the daemon refuses calls that need no body, and puts stack traces into large pages. */
    private static EngineRequest dressed(EngineRequest request) {
        EngineRequest accepting = request.header("Accept", JSON);
        return request.body() instanceof EngineRequest.Body.None ? accepting.header("Content-Type", JSON) : accepting;
    }
}
