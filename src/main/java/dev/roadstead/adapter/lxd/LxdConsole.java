package dev.roadstead.adapter.lxd;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.OutputStreamName;
import dev.roadstead.engine.Attachment;
import dev.roadstead.engine.EngineException;
import dev.roadstead.exec.ExecOutput;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.WebSocketStream;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Joins consoles of instances, which are terminals and of which each has one for one user at a time. */
final class LxdConsole {
    private static final int COLUMNS = 80;
    private static final int ROWS = 24;

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
                .flatMap(_ -> session.operations().begin(LxdCall.CONSOLE, LxdInstances.subject(address), request))
                .flatMap(begun -> sockets.open(
                        LxdCall.CONSOLE, LxdInstances.subject(address), begun, opened -> new Joined(id, opened)));
    }

    /** One who has joined. */
    private final class Joined implements Attachment {
        private final ContainerId id;
        private final WebSocketStream data;
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
                    // A daemon that dies ends its connections like one whose instance has stopped.
                    .onErrorResume(
                            EngineException.Failed.class,
                            failure -> instances
                                    .state(id)
                                    .flatMap(state ->
                                            state.status().isAlive() ? Mono.error(failure) : Mono.<ExecOutput>empty())
                                    .onErrorComplete(EngineException.NotFound.class))
                    .doOnComplete(this::letGo);
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
