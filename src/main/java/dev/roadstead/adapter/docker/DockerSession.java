package dev.roadstead.adapter.docker;

import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineHttpClient;
import dev.roadstead.transport.EngineHttpClient.Silence;
import dev.roadstead.transport.EngineReply;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.Hijack;
import dev.roadstead.transport.HijackedStream;
import dev.roadstead.transport.StreamedReply;
import java.util.List;
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
final class DockerSession {
    /**
     * What was agreed on.
     *
     * @param epoch which asking this came from; an older one is worth nothing
     */
    record Agreement(@Nullable String engineVersion, ApiVersion api, int epoch) {}

    /** Every connection is in use: that tells nothing of the daemon. */
    private static final String ENGINE_BUSY = "ENGINE_BUSY";

    private final EngineHttpClient http;
    private final JsonMapper json;
    private final DockerErrors errors;
    private final AtomicInteger epoch = new AtomicInteger();
    private final Mono<Agreement> agreement;

    DockerSession(EngineHttpClient http, JsonMapper json, DockerErrors errors) {
        this.http = http;
        this.json = json;
        this.errors = errors;
        this.agreement = Mono.defer(this::negotiate).cacheInvalidateIf(known -> known.epoch() != epoch.get());
    }

    DockerErrors errors() {
        return errors;
    }

    JsonMapper json() {
        return json;
    }

    /** The agreement, made now if there is none. */
    Mono<Agreement> agreement() {
        return agreement;
    }

    /** Sends a call; statuses from 400 on are failures.
     *
     * @param subject what it is about, for people
     */
    Mono<EngineReply> call(DockerCall call, String subject, EngineRequest request) {
        return underAgreement(
                request,
                versioned -> http.request(versioned)
                        .flatMap(reply ->
                                reply.status() < 400 ? Mono.just(reply) : Mono.error(errors.of(call, subject, reply))));
    }

    /** Sends a call without a version in its path. */
    Mono<EngineReply> unversioned(EngineRequest request) {
        return watched(http.request(request))
                .flatMap(reply -> reply.status() < 400
                        ? Mono.just(reply)
                        : Mono.error(errors.of(DockerCall.DAEMON, "the daemon", reply)));
    }

    /** Sends a call and reads the JSON of its answer. */
    <T> Mono<T> read(DockerCall call, String subject, EngineRequest request, Class<T> type) {
        return call(call, subject, request).map(reply -> parse(reply.body(), type));
    }

    /** Sends a call and reads a JSON list; {@code null} is an empty one. */
    <T> Mono<List<T>> readList(DockerCall call, String subject, EngineRequest request, Class<T> type) {
        return call(call, subject, request).map(reply -> parseList(reply.body(), type));
    }

    /** Sends a call whose answer is a stream; statuses from 400 on are failures. Whoever gets it closes it. */
    Mono<StreamedReply> open(DockerCall call, String subject, EngineRequest request, Silence silence) {
        return underAgreement(
                        request,
                        versioned -> http.stream(versioned, silence)
                                .flatMap(reply -> reply.status() < 400
                                        ? Mono.just(reply)
                                        : http.collect(reply)
                                                .flatMap(whole -> Mono.error(errors.of(call, subject, whole)))))
                .doOnDiscard(StreamedReply.class, StreamedReply::close);
    }

    /** Sends a call that takes its connection over; whatever else the daemon answers is a failure. Whoever gets it closes it. */
    Mono<HijackedStream> hijack(DockerCall call, String subject, EngineRequest request) {
        return underAgreement(
                        request,
                        versioned -> http.hijack(versioned).flatMap(answer -> switch (answer) {
                            case Hijack.Granted granted -> Mono.just(granted.stream());
                            case Hijack.Refused refused -> Mono.error(refused(call, subject, refused.reply()));
                        }))
                .doOnDiscard(HijackedStream.class, HijackedStream::close);
    }

    private EngineException refused(DockerCall call, String subject, EngineReply reply) {
        return reply.status() < 400
                ? errors.nonsense("%d instead of the stream that was asked for".formatted(reply.status()), null)
                : errors.of(call, subject, reply);
    }

    /** Opens a stream of which only the small whole counts, and that may come late. */
    Mono<EngineReply> awaitReply(DockerCall call, String subject, EngineRequest request) {
        return Mono.usingWhen(
                open(call, subject, request, Silence.ALLOWED), http::await, reply -> Mono.fromRunnable(reply::close));
    }

    /** Reads what is left of a small streamed answer within the request timeout; at most its first MiB. */
    Mono<EngineReply> collect(StreamedReply reply) {
        return http.collect(reply);
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
            throw errors.nonsense("the answer is not the JSON that Docker documents", unreadable);
        }
    }

    private <T> List<T> parseList(byte[] body, Class<T> type) {
        try {
            List<T> values = json.readValue(body, json.getTypeFactory().constructCollectionType(List.class, type));
            return values == null ? List.of() : values;
        } catch (JacksonException | IllegalArgumentException unreadable) {
            throw errors.nonsense("the answer is not the JSON that Docker documents", unreadable);
        }
    }

    private <T> Mono<T> underAgreement(EngineRequest request, Function<EngineRequest, Mono<T>> send) {
        return agreement.flatMap(known -> watched(send.apply(versioned(request, known)))
                .onErrorResume(DockerSession::isVersionRefused, refusal -> sendAgain(request, send, known, refusal)));
    }

    /** A daemon that was exchanged behind our back refuses the version in the path before it does anything. */
    private <T> Mono<T> sendAgain(
            EngineRequest request, Function<EngineRequest, Mono<T>> send, Agreement known, Throwable refusal) {
        epoch.compareAndSet(known.epoch(), known.epoch() + 1);
        if (request.body() instanceof EngineRequest.Body.Streamed) {
            return Mono.error(refusal);
        }
        return agreement.flatMap(fresh ->
                fresh.api().equals(known.api()) ? Mono.error(refusal) : watched(send.apply(versioned(request, fresh))));
    }

    private static boolean isVersionRefused(Throwable failure) {
        return failure instanceof EngineException.Failed failed && failed.code().equals(DockerErrors.VERSION_REFUSED);
    }

    private static EngineRequest versioned(EngineRequest request, Agreement known) {
        return new EngineRequest(
                request.method(),
                "/v" + known.api() + request.target(),
                request.headers(),
                request.body(),
                request.timeout());
    }

    private <T> Mono<T> watched(Mono<T> call) {
        return call.doOnError(this::forgetIfAway);
    }

    private void forgetIfAway(Throwable failure) {
        if ((failure instanceof EngineException.Unavailable away && !away.code().equals(ENGINE_BUSY))
                || failure instanceof EngineException.TimedOut
                || (failure instanceof EngineException.Failed failed
                        && failed.code().equals("ENGINE_BROKE_OFF"))) {
            epoch.incrementAndGet();
        }
    }

    private Mono<Agreement> negotiate() {
        int asked = epoch.get();
        return http.request(EngineRequest.get("/version")).map(reply -> {
            if (reply.status() >= 400) {
                throw errors.of(DockerCall.DAEMON, "its version", reply);
            }
            return agree(parse(reply.body(), DockerWire.Version.class), asked);
        });
    }

    private Agreement agree(DockerWire.Version version, int asked) {
        ApiVersion newest = ApiVersion.parse(version.apiVersion());
        if (newest == null) {
            throw errors.nonsense("what answers tells no Docker API version", null);
        }
        ApiVersion oldest = ApiVersion.parse(version.minApiVersion());
        if (newest.compareTo(ApiVersion.OLDEST) < 0 || (oldest != null && oldest.compareTo(ApiVersion.NEWEST) > 0)) {
            throw new EngineException.Failed(
                    DockerErrors.VERSION_REFUSED,
                    "the daemon speaks API %s to %s (expected: one from %s to %s)"
                            .formatted(oldest == null ? "?" : oldest, newest, ApiVersion.OLDEST, ApiVersion.NEWEST),
                    errors.evidence(),
                    null);
        }
        return new Agreement(
                version.version(), newest.compareTo(ApiVersion.NEWEST) > 0 ? ApiVersion.NEWEST : newest, asked);
    }
}
