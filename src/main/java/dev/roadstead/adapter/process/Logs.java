package dev.roadstead.adapter.process;

import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.Inspection;
import dev.roadstead.adapter.daemon.Target;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.LogEntry;
import dev.roadstead.container.LogQuery;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.transport.EngineHttpClient.Silence;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.StreamedReply;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Logs of containers (Docker Engine API, ContainerLogs). */
public final class Logs {
    private static final Duration ANY_TIME = Duration.ofDays(3650);

    private final DaemonSession session;
    private final Inspection inspection;
    private final boolean silentHeads;
    private final boolean bareTerminals;

    /**
     * @param silentHeads whether the answer to a following call may come only with the first entry
     * @param bareTerminals whether the log of a terminal comes without frames
     */
    public Logs(DaemonSession session, Inspection inspection, boolean silentHeads, boolean bareTerminals) {
        this.session = session;
        this.inspection = inspection;
        this.silentHeads = silentHeads;
        this.bareTerminals = bareTerminals;
    }

    public Mono<EngineStream<LogEntry>> open(ContainerId id, LogQuery query) {
        // Older daemons do not tell whether the stream is multiplexed; the container's terminal decides it.
        return inspection.wire(id.value()).flatMap(wire -> {
            boolean terminal =
                    wire.config() != null && Boolean.TRUE.equals(wire.config().tty());
            EngineRequest request = EngineRequest.get(target(wire.id(), query).toString());
            Silence silence = query.follow() ? Silence.ALLOWED : Silence.BOUNDED;
            if (silentHeads && query.follow()) {
                return Mono.just(late(id, request.within(ANY_TIME), terminal, query.times()));
            }
            return session.open(DaemonCall.LOGS, "container " + id, request, silence)
                    .map(reply -> new EngineStream<>(entries(reply, terminal, query.times()), reply::close));
        });
    }

    /** A log that is asked for only when somebody reads it: until then nobody could tell whether it was accepted. */
    private EngineStream<LogEntry> late(ContainerId id, EngineRequest request, boolean terminal, boolean times) {
        Sinks.Empty<Void> closed = Sinks.empty();
        Flux<LogEntry> entries = Flux.usingWhen(
                        session.open(DaemonCall.LOGS, "container " + id, request, Silence.ALLOWED),
                        reply -> entries(reply, terminal, times),
                        reply -> Mono.fromRunnable(reply::close))
                .takeUntilOther(closed.asMono());
        return new EngineStream<>(entries, closed::tryEmitEmpty);
    }

    private static Target target(String id, LogQuery query) {
        return Target.of("containers", id, "logs")
                .flag("follow", query.follow())
                .flag("stdout", query.stdout())
                .flag("stderr", query.stderr())
                .flag("timestamps", query.times())
                .with("tail", query.tail())
                .with("since", seconds(query.since()))
                .with("until", seconds(query.until()));
    }

    private static @Nullable String seconds(@Nullable Instant time) {
        return time == null ? null : String.format(Locale.ROOT, "%d.%09d", time.getEpochSecond(), time.getNano());
    }

    private Flux<LogEntry> entries(StreamedReply reply, boolean terminal, boolean times) {
        return Flux.defer(() -> {
            LogDecoder decoder = terminal && bareTerminals
                    ? new TerminalLogDecoder(times)
                    : new MultiplexedLogDecoder(
                            session.faults().engine(),
                            text -> session.refusal(DaemonCall.LOGS, "its log", 500, text),
                            times);
            return reply.body()
                    .concatMapIterable(decoder::feed, 1)
                    .concatWith(Flux.defer(() -> Flux.fromIterable(decoder.finish())));
        });
    }
}
