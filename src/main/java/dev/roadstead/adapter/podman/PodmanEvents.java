package dev.roadstead.adapter.podman;

import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.EventWords;
import dev.roadstead.adapter.daemon.Events;
import dev.roadstead.transport.EngineReply;
import dev.roadstead.transport.EngineRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Podman's events (libpod API, SystemEventsLibpod). Its journal or file remembers them for long. */
final class PodmanEvents {
    private static final String EXIT_CODE = "exit_code";

    /** Podman's own words. */
    static final EventWords OWN = new EventWords(
            Map.of(
                    "container", Map.of("died", "die", "health_status", "health"),
                    "image", Map.of("delete", "remove"),
                    "pod", Map.of("remove", "remove")),
            Set.of(
                    "attach",
                    "cleanup",
                    "exec_died",
                    "export",
                    "init",
                    "mount",
                    "sync",
                    "top",
                    "unmount",
                    "archive-path",
                    "extract-to-dir"),
            Map.of(
                    "died", Map.of("containerExitCode", EXIT_CODE),
                    "health_status", Map.of("health_status", "status")),
            // Up to 4.x in every event, of whatever container.
            Set.of("containerExitCode", "podId", "health_failing_streak", "health_log"));

    private PodmanEvents() {}

    static Events of(DaemonSession session) {
        return new Events(
                session,
                OWN,
                session.unversioned(EngineRequest.get("/libpod/_ping")).map(PodmanEvents::time));
    }

    /** The head's date is cut to the second. */
    private static Optional<Instant> time(EngineReply reply) {
        String date = reply.header("date");
        try {
            return date == null
                    ? Optional.empty()
                    : Optional.of(ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
        } catch (DateTimeException nonsense) {
            return Optional.empty();
        }
    }
}
