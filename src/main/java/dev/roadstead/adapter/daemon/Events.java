package dev.roadstead.adapter.daemon;

import dev.roadstead.engine.EngineStream;
import dev.roadstead.engine.EventSource;
import dev.roadstead.event.EngineEvent;
import dev.roadstead.transport.EngineHttpClient.Silence;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.JsonValueDecoder;
import dev.roadstead.transport.StreamedReply;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;

/** What happens on a daemon. */
public final class Events implements EventSource {
    private static final TypeReference<Map<String, Object>> AS_IT_CAME = new TypeReference<>() {};

    private final DaemonSession session;
    private final EventMapping mapping;
    private final boolean wholeSeconds;
    private final Mono<Optional<Instant>> now;

    /**
     * @param now the daemon's own clock; empty where it does not tell
     * @param wholeSeconds whether the daemon is asked for whole seconds only, and what it tells too much is left out
     */
    public Events(DaemonSession session, EventWords words, Mono<Optional<Instant>> now, boolean wholeSeconds) {
        this.wholeSeconds = wholeSeconds;
        this.session = session;
        this.mapping = new EventMapping(words);
        this.now = now;
    }

    @Override
    public Mono<EngineStream<EngineEvent>> open(@Nullable Instant since) {
        // The daemon sends the head of its answer before it begins to listen (moby, getEvents): only with a time does
        // it
        // tell what happens in between.
        Mono<Optional<Instant>> from = since == null ? now : Mono.just(Optional.of(since));
        return from.flatMap(begin -> session.open(DaemonCall.DAEMON, "its events", request(begin), Silence.ALLOWED))
                .map(reply -> new EngineStream<>(events(reply).filter(event -> !isTooOld(event, since)), reply::close));
    }

    private boolean isTooOld(EngineEvent event, @Nullable Instant since) {
        return wholeSeconds
                && since != null
                && !event.type().equals(EngineEvent.UNREADABLE)
                && event.time().isBefore(since);
    }

    private EngineRequest request(Optional<Instant> since) {
        Target target = Target.of("events");
        since.ifPresent(time -> target.with(
                "since",
                wholeSeconds
                        ? Long.toString(time.getEpochSecond())
                        : String.format(Locale.ROOT, "%d.%09d", time.getEpochSecond(), time.getNano())));
        return EngineRequest.get(target.toString());
    }

    private Flux<EngineEvent> events(StreamedReply reply) {
        return Flux.defer(() -> {
            JsonValueDecoder decoder = new JsonValueDecoder(session.faults().engine(), session.json());
            return reply.body().concatMapIterable(decoder::feed, 1).mapNotNull(this::event);
        });
    }

    private @Nullable EngineEvent event(JsonNode node) {
        try {
            DaemonWire.Event wire = session.json().treeToValue(node, DaemonWire.Event.class);
            return mapping.event(wire, session.json().treeToValue(node, AS_IT_CAME));
        } catch (JacksonException unreadable) {
            return EngineEvent.unreadable(unreadable.getOriginalMessage());
        } catch (IllegalArgumentException | DateTimeException unreadable) {
            return EngineEvent.unreadable(String.valueOf(unreadable.getMessage()));
        }
    }
}
