package dev.roadstead.adapter.lxd;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.OutputStreamName;
import dev.roadstead.engine.Attachment;
import dev.roadstead.engine.EngineException;
import dev.roadstead.exec.ExecOutput;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.WebSocketStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Joins consoles of instances, which are terminals and of which each has one for one user at a time. */
final class LxdConsole {
    private static final int COLUMNS = 80;
    private static final int ROWS = 24;
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);
    private static final int LOOKS = 8;

    /** What the daemon says at a terminal that it could not join to the console. */
    private static final String REFUSAL = "Error: Failed running forkconsole";

    private final LxdSession session;
    private final LxdInstances instances;
    private final LxdSockets sockets;

    LxdConsole(LxdSession session, LxdInstances instances) {
        this.session = session;
        this.instances = instances;
        this.sockets = new LxdSockets(session);
    }

    Mono<Attachment> open(ContainerId id) {
        InstanceAddress address = InstanceAddress.of(id);
        Map<String, Object> body = Map.of("type", "console", "width", COLUMNS, "height", ROWS);
        EngineRequest request =
                EngineRequest.post(LxdTarget.of(address, "console").toString()).json(session.bytes(body));
        return instances
                .alive(id)
                .then(free(address))
                .then(Mono.defer(
                        () -> session.operations().begin(LxdCall.CONSOLE, LxdInstances.subject(address), request)))
                .flatMap(begun -> sockets.open(
                        LxdCall.CONSOLE, LxdInstances.subject(address), begun, opened -> new Joined(id, opened)));
    }

    /** LXD lets a second user in, only to tell him at the terminal that he is not. */
    private Mono<Void> free(InstanceAddress address) {
        EngineRequest request = EngineRequest.get(LxdTarget.of("operations")
                .in(address.project())
                .with("recursion", 1)
                .toString());
        return session.read(LxdCall.CONSOLE, LxdInstances.subject(address), request, LxdWire.Operations.class)
                .flatMap(all -> all.running() != null
                                && all.running().stream().anyMatch(operation -> operation.isConsoleOf(address.name()))
                        ? Mono.error(inUse(address))
                        : Mono.empty());
    }

    private EngineException inUse(Object address) {
        return new EngineException.Conflict(
                "CONSOLE_IN_USE",
                "the console of container %s is in use".formatted(address),
                session.errors().evidence());
    }

    /** One who has joined. */
    private final class Joined implements Attachment {
        private final ContainerId id;
        private final WebSocketStream data;
        private final AtomicBoolean begun = new AtomicBoolean();
        private final LxdControl control;

        Joined(ContainerId id, Map<String, WebSocketStream> opened) {
            this.id = id;
            this.data = sockets.of(opened, LxdSockets.INPUT);
            this.control = new LxdControl(sockets.of(opened, LxdSockets.CONTROL), session);
            data.keep();
        }

        @Override
        public boolean hasTerminal() {
            return true;
        }

        @Override
        public Flux<ExecOutput> output() {
            return data.input()
                    .takeUntil(piece -> piece.text() && piece.last())
                    .filter(piece -> !piece.text() && piece.data().length > 0)
                    .map(piece -> new ExecOutput(OutputStreamName.STDOUT, piece.data()))
                    .doOnNext(this::check)
                    // A daemon that dies ends its connections like one whose instance has stopped.
                    .onErrorResume(
                            EngineException.Failed.class,
                            failure -> instances
                                    .state(id)
                                    .flatMap(state ->
                                            state.status().isAlive() ? Mono.error(failure) : Mono.<ExecOutput>empty())
                                    .onErrorComplete(EngineException.NotFound.class))
                    .onErrorResume(
                            EngineException.Conflict.class,
                            refusal ->
                                    hasEnded().flatMap(ended -> ended ? Mono.<ExecOutput>empty() : Mono.error(refusal)))
                    .doOnComplete(this::letGo);
        }

        /** The daemon says the same when the instance stops before it has joined; then it is stopped in a moment. */
        private Mono<Boolean> hasEnded() {
            return Flux.concat(Mono.just(0L), Flux.interval(BETWEEN_LOOKS).take(LOOKS))
                    .concatMap(_ -> instances.state(id))
                    .map(state -> !state.status().isAlive())
                    .onErrorReturn(EngineException.NotFound.class, true)
                    .filter(ended -> ended)
                    .next()
                    .defaultIfEmpty(false);
        }

        private void check(ExecOutput piece) {
            if (begun.compareAndSet(false, true)
                    && new String(piece.data(), StandardCharsets.UTF_8).startsWith(REFUSAL)) {
                letGo();
                throw inUse(id);
            }
        }

        @Override
        public Mono<Void> input(byte[] data) {
            return data.length == 0 ? Mono.empty() : this.data.binary(data);
        }

        @Override
        public Mono<Void> closeInput() {
            return Mono.error(() -> new EngineException.WrongState(
                    "STDIN_STAYS_OPEN",
                    "the console of container %s stays open".formatted(id),
                    session.errors().evidence()));
        }

        @Override
        public Mono<Void> resize(int columns, int rows) {
            return control.resize(columns, rows);
        }

        @Override
        public Mono<Void> close() {
            return Mono.fromRunnable(this::letGo);
        }

        private void letGo() {
            data.close();
            control.close();
        }
    }
}
