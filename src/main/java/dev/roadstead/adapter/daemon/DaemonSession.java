package dev.roadstead.adapter.daemon;

import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineHttpClient;
import dev.roadstead.transport.EngineHttpClient.Silence;
import dev.roadstead.transport.EngineReply;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.Hijack;
import dev.roadstead.transport.HijackedStream;
import dev.roadstead.transport.StreamedReply;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Calls to one daemon under the API version that both sides speak. The version is asked for at the first call, shared by those that
 * come meanwhile, and asked for again after the daemon was away: another one may have taken its place.
 */
public final class DaemonSession {
    /** The daemon does not speak the version it was spoken to in. */
    public static final String VERSION_REFUSED = "ENGINE_VERSION";

    /** Every connection is in use: that tells nothing of the daemon. */
    private static final String ENGINE_BUSY = "ENGINE_BUSY";

    /** @param epoch which asking this came from; an older one is worth nothing */
    private record Known(Agreement agreement, int epoch) {}

    private final EngineHttpClient http;
    private final JsonMapper json;
    private final Dialect dialect;
    private final Faults faults;
    private final AtomicInteger epoch = new AtomicInteger();
    private final Mono<Known> known;
    private volatile @Nullable Agreement last;

    public DaemonSession(EngineHttpClient http, JsonMapper json, Dialect dialect) {
        this.http = http;
        this.json = json;
        this.dialect = dialect;
        this.faults = dialect.faults();
        this.known = Mono.defer(this::negotiate).cacheInvalidateIf(agreed -> agreed.epoch() != epoch.get());
    }

    /** Failures of any call. */
    public Faults faults() {
        return faults;
    }

    /** What a status and the daemon's own text mean. */
    public EngineException refusal(DaemonCall call, String subject, int status, String message) {
        return dialect.refusal(call, subject, status, message);
    }

    public JsonMapper json() {
        return json;
    }

    /** The agreement, made now if there is none. */
    public Mono<Agreement> agreement() {
        return known.map(Known::agreement);
    }

    /** Sends a call; statuses from 400 on are failures.
     *
     * @param subject what it is about, for people
     */
    public Mono<EngineReply> call(DaemonCall call, String subject, EngineRequest request) {
        return underAgreement(
                request,
                versioned -> http.request(versioned)
                        .doOnNext(reply -> heed(reply.headers()))
                        .flatMap(reply -> reply.status() < 400
                                ? Mono.just(reply)
                                : Mono.error(dialect.refusal(call, subject, reply))));
    }

    /** Sends a call without a version in its path. */
    public Mono<EngineReply> unversioned(EngineRequest request) {
        return watched(http.request(request))
                .doOnNext(reply -> heed(reply.headers()))
                .flatMap(reply -> reply.status() < 400
                        ? Mono.just(reply)
                        : Mono.error(dialect.refusal(DaemonCall.DAEMON, "the daemon", reply)));
    }

    /** Sends a call and reads the JSON of its answer. */
    public <T> Mono<T> read(DaemonCall call, String subject, EngineRequest request, Class<T> type) {
        return call(call, subject, request).map(reply -> parse(reply.body(), type));
    }

    /** Sends a call and reads a JSON list; {@code null} is an empty one. */
    public <T> Mono<List<T>> readList(DaemonCall call, String subject, EngineRequest request, Class<T> type) {
        return call(call, subject, request).map(reply -> parseList(reply.body(), type));
    }

    /** Sends a call whose answer is a stream; statuses from 400 on are failures. Whoever gets it closes it. */
    public Mono<StreamedReply> open(DaemonCall call, String subject, EngineRequest request, Silence silence) {
        return underAgreement(
                        request,
                        versioned -> http.stream(versioned, silence)
                                .doOnNext(reply -> heed(reply.headers()))
                                .flatMap(reply -> reply.status() < 400
                                        ? Mono.just(reply)
                                        : http.collect(reply)
                                                .flatMap(whole -> Mono.error(dialect.refusal(call, subject, whole)))))
                .doOnDiscard(StreamedReply.class, StreamedReply::close);
    }

    /** Sends a call that takes its connection over; whatever else the daemon answers is a failure. Whoever gets it closes it. */
    public Mono<HijackedStream> hijack(DaemonCall call, String subject, EngineRequest request) {
        return underAgreement(
                        request,
                        versioned -> http.hijack(versioned).flatMap(answer -> switch (answer) {
                            case Hijack.Granted granted -> Mono.just(granted.stream());
                            case Hijack.Refused refused -> Mono.error(refused(call, subject, refused.reply()));
                        }))
                .doOnDiscard(HijackedStream.class, HijackedStream::close);
    }

    private EngineException refused(DaemonCall call, String subject, EngineReply reply) {
        return reply.status() < 400
                ? faults.nonsense("%d instead of the stream that was asked for".formatted(reply.status()), null)
                : dialect.refusal(call, subject, reply);
    }

    /** Opens a stream of which only the small whole counts, and that may come late. */
    public Mono<EngineReply> awaitReply(DaemonCall call, String subject, EngineRequest request) {
        return Mono.usingWhen(
                open(call, subject, request, Silence.ALLOWED), http::await, reply -> Mono.fromRunnable(reply::close));
    }

    /** Reads what is left of a small streamed answer within the request timeout; at most its first MiB. */
    public Mono<EngineReply> collect(StreamedReply reply) {
        return http.collect(reply);
    }

    /** A body for a call. */
    public byte[] bytes(Object value) {
        return json.writeValueAsBytes(value);
    }

    public <T> T parse(byte[] body, Class<T> type) {
        try {
            T value = json.readValue(body, type);
            if (value == null) {
                throw faults.nonsense("the answer is empty", null);
            }
            return value;
        } catch (JacksonException | IllegalArgumentException unreadable) {
            throw faults.nonsense("the answer is not the JSON that its API documents", unreadable);
        }
    }

    /** Reads a JSON list; {@code null} is an empty one. */
    public <T> List<T> parseList(byte[] body, Class<T> type) {
        try {
            List<T> values = json.readValue(body, json.getTypeFactory().constructCollectionType(List.class, type));
            return values == null ? List.of() : values;
        } catch (JacksonException | IllegalArgumentException unreadable) {
            throw faults.nonsense("the answer is not the JSON that its API documents", unreadable);
        }
    }

    private <T> Mono<T> underAgreement(EngineRequest request, Function<EngineRequest, Mono<T>> send) {
        return known.flatMap(agreed -> watched(send.apply(versioned(request, agreed)))
                .onErrorResume(this::isVersionRefused, refusal -> sendAgain(request, send, agreed, refusal)));
    }

    /** A daemon that was exchanged behind our back refuses the version in the path before it does anything. */
    private <T> Mono<T> sendAgain(
            EngineRequest request, Function<EngineRequest, Mono<T>> send, Known agreed, Throwable refusal) {
        epoch.compareAndSet(agreed.epoch(), agreed.epoch() + 1);
        if (request.body() instanceof EngineRequest.Body.Streamed) {
            return Mono.error(refusal);
        }
        return known.flatMap(
                fresh -> fresh.agreement().api().equals(agreed.agreement().api())
                        ? Mono.error(refusal)
                        : watched(send.apply(versioned(request, fresh))));
    }

    private boolean isVersionRefused(Throwable failure) {
        return failure instanceof EngineException.Failed failed && failed.code().equals(VERSION_REFUSED);
    }

    private EngineRequest versioned(EngineRequest request, Known agreed) {
        return new EngineRequest(
                request.method(),
                dialect.prefix(agreed.agreement()) + request.target(),
                request.headers(),
                request.body(),
                request.timeout());
    }

    private <T> Mono<T> watched(Mono<T> call) {
        return call.doOnError(this::forgetIfAway);
    }

    /** A daemon may be exchanged between two calls. */
    private void heed(Map<String, List<String>> headers) {
        Agreement agreed = last;
        if (agreed != null && dialect.isOutdated(agreed, headers)) {
            last = null;
            epoch.incrementAndGet();
        }
    }

    private void forgetIfAway(Throwable failure) {
        if ((failure instanceof EngineException.Unavailable away && !away.code().equals(ENGINE_BUSY))
                || failure instanceof EngineException.TimedOut
                || (failure instanceof EngineException.Failed failed
                        && failed.code().equals("ENGINE_BROKE_OFF"))) {
            epoch.incrementAndGet();
        }
    }

    private Mono<Known> negotiate() {
        int asked = epoch.get();
        return http.request(EngineRequest.get(dialect.versionPath())).map(reply -> {
            if (reply.status() >= 400) {
                throw dialect.refusal(DaemonCall.DAEMON, "its version", reply);
            }
            Agreement agreement = dialect.agree(reply, this);
            last = agreement;
            return new Known(agreement, asked);
        });
    }
}
