package dev.roadstead.adapter.podman;

import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** Answers of 200 that tell of each thing what became of it. */
final class PodmanReports {
    private static final int FAILED = 500;

    private PodmanReports() {}

    /** Completes if all went well, else fails with the first failure. */
    static Mono<Void> all(DaemonSession session, DaemonCall call, String subject, List<PodmanWire.Report> reports) {
        return Flux.fromIterable(reports)
                .concatMap(report -> {
                    String error = error(report.err());
                    return error == null
                            ? Mono.<Void>empty()
                            : Mono.<Void>error(session.refusal(call, subject, FAILED, error));
                })
                .then();
    }

    /** A text, or whatever JSON Go made of an error: then all that is known is that there was one. */
    static @Nullable String error(@Nullable JsonNode error) {
        if (error == null || error.isNull()) {
            return null;
        }
        String text = error.isString() ? error.asString() : error.toString();
        return text.isBlank() ? null : text;
    }
}
