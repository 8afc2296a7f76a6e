package dev.roadstead.adapter.lxd;

import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import reactor.core.publisher.Mono;

/**
 * Ends what a process of an exec has started: the daemon kills the process itself and nothing else, so a second exec looks for the
 * others, by a mark in their environment.
 */
final class LxdLeftovers {
    /** The variable by which they are found; the process itself can read it. */
    static final String VARIABLE = "ROADSTEAD_EXEC";

    private final LxdSession session;
    private final String script;

    /** Reads the script; not on an event loop. */
    LxdLeftovers(LxdSession session) {
        this.session = session;
        this.script = script();
    }

    /** A mark that no process has. */
    static String mark() {
        // Unique, not secret: the process and its neighbours can read it.
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return "%016x%016x".formatted(random.nextLong(), random.nextLong());
    }

    /** Kills every process of the exec with this mark; where that cannot be done, in an instance without a shell, it does nothing. */
    Mono<Void> end(InstanceAddress instance, String mark) {
        Map<String, Object> body = Map.of(
                "command", List.of("/bin/sh", "-c", script, "end", VARIABLE + '=' + mark),
                "wait-for-websocket", false,
                "interactive", false,
                "record-output", false);
        return session.operation(
                        LxdCall.EXEC,
                        LxdInstances.subject(instance),
                        EngineRequest.post(LxdTarget.of(instance, "exec").toString())
                                .json(session.bytes(body)))
                .then()
                .onErrorComplete(EngineException.class);
    }

    private static String script() {
        try (InputStream file = LxdLeftovers.class.getResourceAsStream("end.sh")) {
            if (file == null) {
                throw new IllegalStateException("end.sh is missing");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
