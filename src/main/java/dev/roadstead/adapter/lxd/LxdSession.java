package dev.roadstead.adapter.lxd;

import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineHttpClient;
import dev.roadstead.transport.EngineHttpClient.Silence;
import dev.roadstead.transport.EngineReply;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.Hijack;
import dev.roadstead.transport.HijackedStream;
import dev.roadstead.transport.StreamedReply;
import dev.roadstead.transport.WebSocketAnswer;
import dev.roadstead.transport.WebSocketStream;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Calls to one daemon. What it understands is asked for at the first call, shared by those that come meanwhile, and asked for again
 * after the daemon was away or tells of itself otherwise than before: another one may have taken its place.
 */
final class LxdSession {
    /** What was read, and the mark by which a later change is made only if nobody else made one ({@code If-Match}). */
    record Tagged<T>(T value, @Nullable String etag) {}

    /** Every connection is in use: that tells nothing of the daemon. */
    private static final String ENGINE_BUSY = "ENGINE_BUSY";

    private static final String UNTRUSTED = "untrusted";

    private final EngineHttpClient http;
    private final JsonMapper json;
    private final LxdErrors errors;
    private final LxdOperations operations;
    private final AtomicInteger epoch = new AtomicInteger();
    private final Mono<Dialect> dialect;

    /** @param waits another way to the same daemon, for waiting only: so many may wait that other calls would find no connection */
    LxdSession(EngineHttpClient http, EngineHttpClient waits, JsonMapper json, LxdErrors errors) {
        this.http = http;
        this.json = json;
        this.errors = errors;
        this.operations = new LxdOperations(this, waits);
        this.dialect = Mono.defer(this::learn).cacheInvalidateIf(known -> known.epoch() != epoch.get());
    }

    LxdErrors errors() {
        return errors;
    }

    JsonMapper json() {
        return json;
    }

    /** What the daemon understands, asked for now if it is not known; fails with Denied if the daemon does not trust us. */
    Mono<Dialect> dialect() {
        return dialect;
    }

    /** What the daemon tells of itself, also to a stranger. */
    Mono<LxdWire.Server> server() {
        return watched(http.request(EngineRequest.get("/1.0")))
                .map(reply -> read(LxdCall.DAEMON, "the daemon", reply, LxdWire.Server.class))
                .doOnNext(this::compare);
    }

    /** What speaks there, also to a stranger. */
    Mono<Dialect> stranger() {
        return server().map(told -> dialectOf(told, epoch.get()));
    }

    /** Sends a call; statuses from 400 on are failures.
     *
     * @param subject what it is about, for people
     */
    Mono<EngineReply> call(LxdCall call, String subject, EngineRequest request) {
        return dialect.flatMap(_ -> callAnyway(call, subject, request));
    }

    /** The same though the daemon may not trust us. */
    Mono<EngineReply> callAnyway(LxdCall call, String subject, EngineRequest request) {
        return callBy(http, call, subject, request);
    }

    Mono<EngineReply> callBy(EngineHttpClient by, LxdCall call, String subject, EngineRequest request) {
        return watched(by.request(request))
                .flatMap(
                        reply -> reply.status() < 400 ? Mono.just(reply) : Mono.error(errors.of(call, subject, reply)));
    }

    /** Sends a call that is done when it is answered. */
    Mono<Void> send(LxdCall call, String subject, EngineRequest request) {
        return call(call, subject, request).then();
    }

    /** Sends a call and reads what is in its answer. */
    <T> Mono<T> read(LxdCall call, String subject, EngineRequest request, Class<T> type) {
        return call(call, subject, request).map(reply -> read(call, subject, reply, type));
    }

    /** The same with the answer's mark. */
    <T> Mono<Tagged<T>> readTagged(LxdCall call, String subject, EngineRequest request, Class<T> type) {
        return call(call, subject, request)
                .map(reply -> new Tagged<>(read(call, subject, reply, type), reply.header("etag")));
    }

    /** Sends a call and reads the list in its answer; {@code null} is an empty one. */
    <T> Mono<List<T>> readList(LxdCall call, String subject, EngineRequest request, Class<T> type) {
        return call(call, subject, request)
                .map(reply -> list(envelope(reply.body()).metadata(), type));
    }

    /** Sends a call whose answer is a stream; statuses from 400 on are failures. Whoever gets it closes it. */
    Mono<StreamedReply> open(LxdCall call, String subject, EngineRequest request, Silence silence) {
        return dialect.flatMap(_ -> watched(http.stream(request, silence))
                        .flatMap(reply -> reply.status() < 400
                                ? Mono.just(reply)
                                : http.collect(reply).flatMap(whole -> Mono.error(errors.of(call, subject, whole)))))
                .doOnDiscard(StreamedReply.class, StreamedReply::close);
    }

    /** Sends a call that takes its connection over; whatever else the daemon answers is a failure. Whoever gets it closes it. */
    Mono<HijackedStream> hijack(LxdCall call, String subject, EngineRequest request) {
        return dialect.flatMap(_ -> watched(http.hijack(request)).flatMap(answer -> switch (answer) {
                    case Hijack.Granted granted -> Mono.just(granted.stream());
                    case Hijack.Refused refused -> Mono.error(refused(call, subject, refused.reply()));
                }))
                .doOnDiscard(HijackedStream.class, HijackedStream::close);
    }

    /** Opens a WebSocket; whatever else the daemon answers is a failure. Whoever gets it closes it. */
    Mono<WebSocketStream> socket(LxdCall call, String subject, EngineRequest request) {
        return dialect.flatMap(_ -> watched(http.webSocket(request)).flatMap(answer -> switch (answer) {
                    case WebSocketAnswer.Open open -> Mono.just(open.stream());
                    case WebSocketAnswer.Refused refused -> Mono.error(refused(call, subject, refused.reply()));
                }))
                .doOnDiscard(WebSocketStream.class, WebSocketStream::close);
    }

    private EngineException refused(LxdCall call, String subject, EngineReply reply) {
        return reply.status() < 400
                ? errors.nonsense("%d instead of what was asked for".formatted(reply.status()), null)
                : errors.of(call, subject, reply);
    }

    /** Reads what is left of a small streamed answer within the request timeout; at most its first MiB. */
    Mono<EngineReply> collect(StreamedReply reply) {
        return http.collect(reply);
    }

    /**
     * Sends a call that begins an operation, and waits until that has succeeded; fails as it does. Cancelling cancels the operation
     * where the daemon can.
     */
    Mono<LxdWire.Operation> operation(LxdCall call, String subject, EngineRequest request) {
        return dialect.flatMap(_ -> operations.run(call, subject, request));
    }

    /**
     * The same, told about once a second how far it is; the last one is the operation that has succeeded.
     *
     * @param undo of what has succeeded though it was cancelled
     */
    Flux<LxdWire.Operation> progress(
            LxdCall call, String subject, EngineRequest request, Function<LxdWire.Operation, Mono<Void>> undo) {
        return dialect.flatMapMany(_ -> operations.watch(call, subject, request, undo));
    }

    LxdOperations operations() {
        return operations;
    }

    /** A body for a call. */
    byte[] bytes(Object value) {
        return json.writeValueAsBytes(value);
    }

    LxdWire.Envelope envelope(byte[] body) {
        return parse(body, LxdWire.Envelope.class);
    }

    <T> T read(LxdCall call, String subject, EngineReply reply, Class<T> type) {
        if (reply.status() >= 400) {
            throw errors.of(call, subject, reply);
        }
        return value(envelope(reply.body()).metadata(), type);
    }

    <T> T value(@Nullable JsonNode node, Class<T> type) {
        try {
            T value = node == null || node.isNull() ? null : json.treeToValue(node, type);
            if (value == null) {
                throw errors.nonsense("the answer is empty", null);
            }
            return value;
        } catch (JacksonException | IllegalArgumentException unreadable) {
            throw errors.nonsense("the answer is not the JSON that LXD documents", unreadable);
        }
    }

    private <T> List<T> list(@Nullable JsonNode node, Class<T> type) {
        try {
            if (node == null || node.isNull()) {
                return List.of();
            }
            List<T> values = json.treeToValue(node, json.getTypeFactory().constructCollectionType(List.class, type));
            return values == null ? List.of() : values;
        } catch (JacksonException | IllegalArgumentException unreadable) {
            throw errors.nonsense("the answer is not the JSON that LXD documents", unreadable);
        }
    }

    <T> T parse(byte[] body, Class<T> type) {
        try {
            T value = json.readValue(body, type);
            if (value == null) {
                throw errors.nonsense("the answer is empty", null);
            }
            return value;
        } catch (JacksonException | IllegalArgumentException unreadable) {
            throw errors.nonsense("the answer is not the JSON that LXD documents", unreadable);
        }
    }

    <T> Mono<T> watched(Mono<T> call) {
        return call.doOnError(this::forgetIfAway);
    }

    /** Whether it says that the daemon was lost, so that another one may answer next time. */
    static boolean isAway(Throwable failure) {
        return (failure instanceof EngineException.Unavailable away
                        && !away.code().equals(ENGINE_BUSY))
                || failure instanceof EngineException.TimedOut
                || (failure instanceof EngineException.Failed failed
                        && failed.code().equals("ENGINE_BROKE_OFF"));
    }

    private void forgetIfAway(Throwable failure) {
        if (isAway(failure)) {
            forget();
        }
    }

    /** Another daemon may answer from now on. */
    void forget() {
        epoch.incrementAndGet();
    }

    private Mono<Dialect> learn() {
        int asked = epoch.get();
        return http.request(EngineRequest.get("/1.0"))
                .map(reply -> read(LxdCall.DAEMON, "the daemon", reply, LxdWire.Server.class))
                .map(told -> {
                    Dialect learned = dialectOf(told, asked);
                    if (UNTRUSTED.equals(told.auth())) {
                        throw errors.untrusted();
                    }
                    return learned;
                })
                .doOnNext(learned -> lastLearned = learned);
    }

    private volatile @Nullable Dialect lastLearned;

    /** A daemon that was exchanged between two calls tells so itself. */
    private void compare(LxdWire.Server told) {
        Dialect known = lastLearned;
        if (known != null && known.epoch() == epoch.get() && !known.isLike(dialectOf(told, known.epoch()))) {
            epoch.compareAndSet(known.epoch(), known.epoch() + 1);
        }
    }

    private Dialect dialectOf(LxdWire.Server told, int asked) {
        LxdWire.Environment environment = told.environment();
        if (told.apiVersion() == null) {
            throw errors.nonsense("what answers tells no LXD API version", null);
        }
        // A stranger is told of no environment.
        String server = environment == null || environment.server() == null ? "lxd" : environment.server();
        return new Dialect(
                server,
                environment == null ? null : environment.serverVersion(),
                told.apiExtensions() == null ? Set.of() : Set.copyOf(told.apiExtensions()),
                asked);
    }
}
