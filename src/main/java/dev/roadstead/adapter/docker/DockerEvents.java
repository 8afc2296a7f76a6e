package dev.roadstead.adapter.docker;

import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.EventWords;
import dev.roadstead.adapter.daemon.Events;
import dev.roadstead.adapter.daemon.Texts;
import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineRequest;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Docker's events (Docker Engine API, SystemEvents). It remembers its last 256 events. */
final class DockerEvents {

    private static final Map<String, String> RECLAIMED = Map.of("reclaimed", "reclaimed");

    /** Docker's words for what all engines have another one for, by type. */
    private static final Map<String, Map<String, String>> WORDS = Map.of(
            "container",
            Map.of("destroy", "remove", "exec_start", "exec", "health_status", "health"),
            "image",
            Map.of("delete", "remove"),
            "volume",
            Map.of("destroy", "remove"),
            "network",
            Map.of("destroy", "remove"));

    /**
     * What is told of containers that did not change them: parts of an exec beside its start, and what the gateway itself causes by
     * looking.
     */
    private static final Set<String> NO_NEWS = Set.of(
            "exec_create",
            "exec_detach",
            "exec_die",
            "attach",
            "detach",
            "resize",
            "top",
            "export",
            "copy",
            "archive-path",
            "extract-to-dir");

    /** Where the daemon tells facts of its own among the container's labels: their keys, by Docker's action, and ours. */
    private static final Map<String, Map<String, String>> FACTS = Map.of(
            "die",
            Map.of("exitCode", "exit_code", "execDuration", "duration_seconds"),
            "kill",
            Map.of("signal", "signal"),
            "rename",
            Map.of("oldName", "old_name"),
            "prune",
            RECLAIMED,
            "exec_start",
            Map.of("execID", "exec_id"),
            "commit",
            Map.of("comment", "comment", "imageID", "image_id", "imageRef", "image_ref"));

    /** Docker's own words. */
    static final EventWords OWN = new EventWords(WORDS, NO_NEWS, FACTS, Set.of());

    private DockerEvents() {}

    static Events of(DaemonSession session) {
        return new Events(session, OWN, now(session));
    }

    /** The daemon's own clock; empty where it may not be asked. */
    private static Mono<Optional<Instant>> now(DaemonSession session) {
        return session.read(DaemonCall.DAEMON, "its info", EngineRequest.get("/info"), DockerWire.HostTime.class)
                .map(info -> Optional.ofNullable(Texts.time(info.systemTime())))
                .onErrorResume(
                        failure -> !(failure instanceof EngineException.Unavailable
                                || failure instanceof EngineException.TimedOut),
                        _ -> Mono.just(Optional.empty()));
    }
}
