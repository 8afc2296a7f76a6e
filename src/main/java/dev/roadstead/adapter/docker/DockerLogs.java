package dev.roadstead.adapter.docker;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.LogEntry;
import dev.roadstead.container.LogQuery;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.transport.EngineHttpClient.Silence;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.StreamedReply;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Logs of containers (Docker Engine API, ContainerLogs). */
final class DockerLogs {
    private final DockerSession session;
    private final DockerInspection inspection;

    DockerLogs(DockerSession session, DockerInspection inspection) {
        this.session = session;
        this.inspection = inspection;
    }

    Mono<EngineStream<LogEntry>> open(ContainerId id, LogQuery query) {
        // Older daemons do not tell whether the stream is multiplexed; the container's terminal decides it.
        return inspection.wire(id.value()).flatMap(wire -> {
            boolean terminal =
                    wire.config() != null && Boolean.TRUE.equals(wire.config().tty());
            EngineRequest request = EngineRequest.get(target(wire.id(), query).toString());
            Silence silence = query.follow() ? Silence.ALLOWED : Silence.BOUNDED;
            return session.open(DockerCall.LOGS, "container " + id, request, silence)
                    .map(reply -> new EngineStream<>(entries(reply, terminal, query.times()), reply::close));
        });
    }

    private static DockerTarget target(String id, LogQuery query) {
        return DockerTarget.of("containers", id, "logs")
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
            LogDecoder decoder =
                    terminal ? new TerminalLogDecoder(times) : new MultiplexedLogDecoder(session.errors(), times);
            return reply.body()
                    .concatMapIterable(decoder::feed, 1)
                    .concatWith(Flux.defer(() -> Flux.fromIterable(decoder.finish())));
        });
    }
}
