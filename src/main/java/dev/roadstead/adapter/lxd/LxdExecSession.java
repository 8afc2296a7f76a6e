package dev.roadstead.adapter.lxd;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.OutputStreamName;
import dev.roadstead.container.Signal;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.ExecOperations;
import dev.roadstead.exec.ExecOutput;
import dev.roadstead.transport.WebSocketStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A process in an instance. Its end is waited for from its beginning, since the daemon soon forgets it; one that nobody touches is
 * ended.
 */
final class LxdExecSession implements ExecOperations.Session {
    private static final Duration DYING = Duration.ofSeconds(5);
    private static final Duration LEAVING = Duration.ofSeconds(2);
    private static final int KILL = 9;
    private static final byte END_OF_INPUT = 4;
    private static final int NOT_EXECUTABLE = 126;
    private static final int NOT_FOUND = 127;

    private final LxdSession session;
    private final ContainerId container;
    private final Map<String, WebSocketStream> sockets;
    private final WebSocketStream input;
    private final List<LxdOutput> outputs;
    private final Mono<Void> leftovers;
    private final LxdControl control;
    private final boolean terminal;
    private final Sinks.One<Integer> exit = Sinks.one();
    private final Sinks.Empty<Void> touched = Sinks.empty();
    private final AtomicBoolean inputClosed = new AtomicBoolean();
    private final Disposable.Swap following;
    private final Mono<Void> closing;
    private volatile @Nullable Integer knownExit;
    private volatile boolean withinLine;

    /** @param leftovers ends what the process has started, and itself where it can */
    LxdExecSession(
            LxdSession session,
            LxdSockets names,
            ContainerId container,
            Mono<Void> leftovers,
            LxdWire.Operation operation,
            Map<String, WebSocketStream> sockets,
            boolean terminal,
            Duration patience) {
        this.session = session;
        this.container = container;
        this.sockets = sockets;
        this.terminal = terminal;
        this.leftovers = leftovers;
        this.input = names.of(sockets, LxdSockets.INPUT);
        this.control = new LxdControl(names.of(sockets, LxdSockets.CONTROL), session);
        if (terminal) {
            this.outputs = List.of(output(input, OutputStreamName.STDOUT));
        } else {
            this.outputs = List.of(
                    output(names.of(sockets, LxdSockets.OUTPUT), OutputStreamName.STDOUT),
                    output(names.of(sockets, LxdSockets.ERRORS), OutputStreamName.STDERR));
            var _ = new DrainedSocket(input);
        }
        sockets.values().forEach(WebSocketStream::keep);
        this.following = Disposables.swap();
        this.closing = Mono.defer(this::end)
                .doFinally(_ -> letGo())
                .cache(_ -> Duration.ofDays(1), _ -> Duration.ZERO, () -> Duration.ofDays(1));
        following.update(session.operations()
                .end("a process in container " + container, operation)
                .map(this::code)
                .subscribe(this::ended, exit::tryEmitError));
        var _ = control.over().subscribe(_ -> {}, _ -> {}, () -> outputs.forEach(LxdOutput::processEnded));
        var _ = Mono.firstWithSignal(
                        touched.asMono().thenReturn(true), Mono.delay(patience).thenReturn(false))
                .flatMap(taken -> taken ? Mono.<Void>empty() : close())
                .subscribe(_ -> {}, _ -> {});
    }

    private void ended(int code) {
        knownExit = code;
        exit.tryEmitValue(code);
    }

    /** An operation whose program could not be started fails, and tells the shells' codes for that. */
    private int code(LxdWire.Operation ended) {
        String told = ended.told("return");
        if (told != null && told.matches("-?\\d{1,9}")) {
            return Integer.parseInt(told);
        }
        String err = String.valueOf(ended.err());
        if (err.contains("not found")) {
            return NOT_FOUND;
        }
        if (err.contains("not executable")) {
            return NOT_EXECUTABLE;
        }
        throw session.errors().of(LxdCall.EXEC, "a process in container " + container, ended);
    }

    @Override
    public boolean hasTerminal() {
        return terminal;
    }

    @Override
    public Flux<ExecOutput> output() {
        return Flux.fromIterable(outputs)
                .flatMap(LxdOutput::pieces, outputs.size(), 1)
                // Both may break in the same moment.
                .onErrorMap(
                        Exceptions::isMultiple,
                        both -> Exceptions.unwrapMultiple(both).getFirst())
                .doOnSubscribe(_ -> touch());
    }

    private LxdOutput output(WebSocketStream socket, OutputStreamName stream) {
        return new LxdOutput(socket, stream, this::unlessEnded, session.errors());
    }

    /** What breaks when the process ends is no failure. */
    private <T> Mono<T> unlessEnded(EngineException failure) {
        return exit.asMono()
                .timeout(LEAVING, Mono.error(failure))
                .onErrorMap(EngineException.class, _ -> failure)
                .then(Mono.empty());
    }

    @Override
    public Mono<Void> input(byte[] data) {
        return Mono.defer(() -> {
            touch();
            if (inputClosed.get()) {
                return Mono.error(wrongState("INPUT_CLOSED", "the input of the process in %s is closed"));
            }
            if (knownExit != null) {
                return Mono.error(processEnded());
            }
            if (data.length == 0) {
                return Mono.empty();
            }
            withinLine = data[data.length - 1] != '\n' && data[data.length - 1] != '\r';
            return input.binary(data)
                    .onErrorResume(
                            EngineException.Failed.class,
                            failure -> unlessEnded(failure).then(Mono.error(this::processEnded)));
        });
    }

    @Override
    public Mono<Void> closeInput() {
        return Mono.defer(() -> {
            touch();
            if (!inputClosed.compareAndSet(false, true) || knownExit != null) {
                return Mono.empty();
            }
            Mono<Void> said = terminal
                    // In the middle of a line the key only sends off what was typed (termios(3), VEOF).
                    ? input.binary(withinLine ? new byte[] {END_OF_INPUT, END_OF_INPUT} : new byte[] {END_OF_INPUT})
                    : input.text("");
            return said.onErrorResume(EngineException.Failed.class, this::unlessEnded);
        });
    }

    @Override
    public Mono<Void> resize(int columns, int rows) {
        return Mono.defer(() -> {
            touch();
            if (!terminal) {
                return Mono.error(wrongState("NO_TERMINAL", "the process in %s has no terminal"));
            }
            return knownExit != null ? Mono.error(processEnded()) : control.resize(columns, rows);
        });
    }

    @Override
    public Mono<Void> signal(Signal signal) {
        return Mono.defer(() -> {
            touch();
            return knownExit != null
                    ? Mono.error(processEnded())
                    : control.signal(signal.number())
                            .onErrorResume(
                                    EngineException.Failed.class,
                                    failure -> unlessEnded(failure).then(Mono.error(this::processEnded)));
        });
    }

    @Override
    public Mono<Integer> exitCode() {
        return exit.asMono().doOnSubscribe(_ -> touch());
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
            touch();
            return closing;
        });
    }

    private void letGo() {
        sockets.values().forEach(WebSocketStream::close);
        following.dispose();
        exit.tryEmitError(session.errors().brokeOff("the session was closed before the process ended"));
    }

    private Mono<Void> end() {
        if (knownExit != null) {
            return Mono.empty();
        }
        return leftovers
                .timeout(DYING, Mono.empty())
                .then(control.signal(KILL))
                .onErrorComplete(EngineException.class)
                // What was not taken would keep the daemon from telling the end.
                .then(Mono.fromRunnable(() -> outputs.forEach(LxdOutput::letGo)))
                .then(exit.asMono())
                .timeout(
                        DYING,
                        Mono.error(() -> new EngineException.Failed(
                                "PROCESS_LEFT",
                                "the process in %s was killed but does not end".formatted(container),
                                session.errors().evidence(),
                                null)))
                .onErrorResume(EngineException.NotFound.class, _ -> Mono.empty())
                .then();
    }

    private void touch() {
        touched.tryEmitEmpty();
    }

    private EngineException processEnded() {
        return wrongState("PROCESS_ENDED", "the process in %s has ended");
    }

    private EngineException wrongState(String code, String message) {
        return new EngineException.WrongState(
                code, message.formatted(container), session.errors().evidence());
    }
}
