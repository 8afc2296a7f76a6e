package dev.roadstead.transport;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * HTTP to one engine, over a bounded pool of connections, and over single ones that calls take over. Lazy: nothing is sent before subscription; cancelling closes the connection.
 * Every failure of the way or of the answer is an {@link dev.roadstead.engine.EngineException}; a failure of an uploaded body's own
 * source comes back as it is.
 */
public final class EngineHttpClient {
    private static final int MAX_ANSWER = 64 * 1024 * 1024;
    private static final int MAX_COLLECTED = 1024 * 1024;

    /** Calls that may wait for a connection, for each connection there may be. */
    private static final int WAITING_PER_CONNECTION = 16;

    /** How long a stream's body may be silent. */
    public enum Silence {
        /** At most the idle timeout: a transfer that makes no progress is broken. */
        BOUNDED,
        /** For ever: there may be nothing to tell (following a log). */
        ALLOWED
    }

    private final TransportSettings settings;
    private final Failures failures;
    private final Connector connector;
    private final Gate gate;
    private final Gate silentStreams;
    private final Hijacks hijacks;
    private final WebSockets webSockets;

    public EngineHttpClient(TransportSettings settings) {
        this.settings = settings;
        this.failures = new Failures(settings.engine());
        this.connector = new Connector(settings);
        int most = settings.maxConnections();
        this.gate = new Gate(most, most * WAITING_PER_CONNECTION, failures::busy);
        this.silentStreams = new Gate(forSilentStreams(most), most * WAITING_PER_CONNECTION, failures::busy);
        this.hijacks = new Hijacks(settings, failures, connector);
        this.webSockets = new WebSockets(hijacks, failures);
    }

    /** Streams that may last for ever leave an eighth to others, if there is more than one connection. */
    private static int forSilentStreams(int most) {
        return most == 1 ? 1 : most - Math.max(1, most / 8);
    }

    /** Sends a call and reads its whole answer, of whatever status, within the request timeout; at most 64 MiB. */
    public Mono<EngineReply> request(EngineRequest request) {
        return Mono.defer(() -> call(request, Silence.ALLOWED, List.of(gate.pass()), this::whole));
    }

    /** Sends a call and reads the head of its answer within the request timeout; the body is pulled afterwards. */
    public Mono<StreamedReply> stream(EngineRequest request, Silence silence) {
        return Mono.defer(() -> {
            // The place in the pool comes last: nobody holds one and waits.
            List<Gate.Pass> passes =
                    silence == Silence.ALLOWED ? List.of(silentStreams.pass(), gate.pass()) : List.of(gate.pass());
            return call(request, silence, passes, Mono::just);
        });
    }

    /**
     * Asks for a connection of the call's own, outside of the pool ({@code Connection: Upgrade}, {@code Upgrade: tcp}); emits within the
     * request timeout what the engine says to it. A streamed body is refused.
     */
    public Mono<Hijack> hijack(EngineRequest request) {
        return hijacks.open(request);
    }

    /**
     * Opens a WebSocket (RFC 6455) on a connection of its own, outside of the pool, always by HTTP/1.1; emits within the request
     * timeout what the engine says to it.
     */
    public Mono<WebSocketAnswer> webSocket(EngineRequest request) {
        return webSockets.open(request);
    }

    /**
     * Reads what is left of a streamed answer within the request timeout, at most its first MiB: how an error's text is read. The
     * connection is given up.
     */
    public Mono<EngineReply> collect(StreamedReply reply) {
        return collected(reply)
                .timeout(settings.requestTimeout())
                .onErrorMap(failure -> failures.name(failure, true))
                .doFinally(_ -> reply.close());
    }

    /** Reads what is left of a streamed answer whenever it comes, at most its first MiB. The connection is given up. */
    public Mono<EngineReply> await(StreamedReply reply) {
        return collected(reply)
                .onErrorMap(failure -> failures.name(failure, true))
                .doFinally(_ -> reply.close());
    }

    private static Mono<EngineReply> collected(StreamedReply reply) {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        return reply.body()
                .takeUntil(bytes -> {
                    read.write(bytes, 0, Math.min(bytes.length, MAX_COLLECTED - read.size()));
                    return read.size() >= MAX_COLLECTED;
                })
                .then(Mono.fromSupplier(() -> new EngineReply(reply.status(), reply.headers(), read.toByteArray())));
    }

    /** Closes every connection; every later call fails. */
    public Mono<Void> close() {
        return connector.close().doOnSubscribe(_ -> hijacks.close());
    }

    private <T> Mono<T> call(
            EngineRequest request, Silence silence, List<Gate.Pass> passes, Function<StreamedReply, Mono<T>> reading) {
        return Mono.defer(() -> {
            if (!connector.isOpen()) {
                return Mono.error(failures.closed());
            }
            Call call = new Call(request, silence, settings, failures, passes);
            return call.enter()
                    .then(call.send(connector.http()))
                    .onErrorResume(call::mayRepeat, _ -> call.send(connector.http()))
                    .flatMap(reading)
                    .doOnCancel(call::abandon)
                    .doOnError(_ -> call.abandon())
                    .timeout(call.deadline())
                    .doOnNext(_ -> call.handOver())
                    .onErrorMap(call::named);
        });
    }

    private Mono<EngineReply> whole(StreamedReply reply) {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        return reply.body()
                .doOnNext(bytes -> {
                    if (bytes.length > MAX_ANSWER - read.size()) {
                        throw failures.tooLarge(MAX_ANSWER);
                    }
                    read.writeBytes(bytes);
                })
                .then(Mono.fromSupplier(() -> new EngineReply(reply.status(), reply.headers(), read.toByteArray())));
    }
}
