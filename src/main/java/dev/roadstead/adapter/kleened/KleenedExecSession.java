package dev.roadstead.adapter.kleened;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.OutputStreamName;
import dev.roadstead.container.Signal;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.ExecOperations;
import dev.roadstead.exec.ExecOutput;
import dev.roadstead.exec.ExecSpec;
import dev.roadstead.transport.EngineRequest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A process in a jail, held by its socket: leaving that ends the process. Its exit code stands only in the words of the farewell. One
 * that nobody touches is ended.
 */
final class KleenedExecSession implements ExecOperations.Session {
    private static final Pattern EXITED = Pattern.compile("exited with exit-code (-?\\d{1,9})\\s*$");
    private static final Duration DYING = Duration.ofSeconds(6);
    private static final Duration LEAVING = Duration.ofSeconds(2);
    private static final byte END_OF_INPUT = 4;

    // Linux, signal(7), as our API counts them.
    private static final int INT = 2;
    private static final int QUIT = 3;
    private static final int KILL = 9;
    private static final int TERM = 15;
    private static final int TSTP = 20;

    private final KleenedSession session;
    private final KleenedSockets sockets;
    private final ContainerId container;
    private final String exec;
    private final KleenedSocket socket;
    private final boolean terminal;
    private final @Nullable Integer inputLength;
    private final String subject;
    private final AtomicLong written = new AtomicLong();
    private final AtomicBoolean inputClosed = new AtomicBoolean();
    private final Sinks.Empty<Void> touched = Sinks.empty();
    private final Mono<Integer> exit;
    private final Mono<Void> closing;
    private volatile boolean withinLine;
    private volatile boolean left;

    KleenedExecSession(
            KleenedSession session,
            KleenedSockets sockets,
            ContainerId container,
            String exec,
            KleenedSocket socket,
            ExecSpec spec,
            Duration patience) {
        this.session = session;
        this.sockets = sockets;
        this.container = container;
        this.exec = exec;
        this.socket = socket;
        this.terminal = spec.tty();
        this.inputLength = spec.tty() ? null : spec.inputLength();
        this.subject = "a process in container " + container;
        this.exit = socket.ending().flatMap(this::code).cache();
        this.closing = Mono.defer(this::end).doFinally(_ -> letGo()).cache();
        var _ = Mono.firstWithSignal(
                        touched.asMono().thenReturn(true), Mono.delay(patience).thenReturn(false))
                .flatMap(taken -> taken ? Mono.<Void>empty() : close())
                .subscribe(_ -> {}, _ -> {});
    }

    private Mono<Integer> code(KleenedSocket.Ending ending) {
        Integer code = exitCode(ending);
        if (code != null) {
            return Mono.just(code);
        }
        if (left) {
            return Mono.error(session.errors().brokeOff("the session was closed before the process ended"));
        }
        EngineException failure = sockets.failure(KleenedCall.EXEC, subject, ending, "");
        // What is gone with its container can tell nothing any more.
        return session.call(
                        KleenedCall.CONTAINER,
                        "container " + container,
                        EngineRequest.get(KleenedTarget.of("containers", container.value(), "inspect")
                                .toString()))
                .onErrorMap(EngineException.class, gone -> gone instanceof EngineException.NotFound ? gone : failure)
                .then(Mono.error(failure));
    }

    /** The exit code that a farewell tells; null if it tells none. */
    static @Nullable Integer exitCode(KleenedSocket.Ending ending) {
        KleenedSocket.Message told = ending.message();
        if (told == null || !ending.isGood()) {
            return null;
        }
        Matcher exited = EXITED.matcher(told.message());
        return exited.find() ? Integer.valueOf(exited.group(1)) : null;
    }

    @Override
    public boolean hasTerminal() {
        return terminal;
    }

    @Override
    public Flux<ExecOutput> output() {
        return socket.output()
                .filter(piece -> piece.data().length > 0)
                .map(piece -> new ExecOutput(OutputStreamName.STDOUT, piece.data()))
                .concatWith(Mono.defer(() -> left ? Mono.empty() : exit.then(Mono.empty())))
                .doOnSubscribe(_ -> touch());
    }

    @Override
    public Mono<Void> input(byte[] data) {
        return Mono.defer(() -> {
            touch();
            if (inputClosed.get()) {
                return Mono.error(wrongState("INPUT_CLOSED", "the input of the process in %s is closed"));
            }
            if (socket.hasEnded()) {
                return Mono.error(processEnded());
            }
            if (data.length == 0) {
                return Mono.empty();
            }
            withinLine = data[data.length - 1] != '\n' && data[data.length - 1] != '\r';
            return socket.input(data)
                    .doOnSuccess(_ -> written.addAndGet(data.length))
                    .onErrorResume(
                            EngineException.Failed.class,
                            failure -> unlessEnded(failure).then(Mono.error(this::processEnded)));
        });
    }

    /** What breaks when the process ends is no failure. */
    private Mono<Void> unlessEnded(EngineException failure) {
        return exit.timeout(LEAVING, Mono.error(failure))
                .onErrorMap(EngineException.class, _ -> failure)
                .then();
    }

    @Override
    public Mono<Void> closeInput() {
        return Mono.defer(() -> {
            touch();
            if (inputClosed.get() || socket.hasEnded()) {
                return Mono.empty();
            }
            if (!terminal && (inputLength == null || written.get() < inputLength)) {
                return Mono.error(session.errors().unsupported(Capability.EXEC_EOF, KleenedReasons.EXEC_EOF));
            }
            inputClosed.set(true);
            if (!terminal) {
                return Mono.empty();
            }
            // In the middle of a line the key only sends off what was typed (termios(4), VEOF).
            return socket.input(withinLine ? new byte[] {END_OF_INPUT, END_OF_INPUT} : new byte[] {END_OF_INPUT})
                    .onErrorResume(EngineException.Failed.class, this::unlessEnded);
        });
    }

    @Override
    public Mono<Void> resize(int columns, int rows) {
        return Mono.defer(() -> {
            touch();
            return Mono.error(
                    terminal
                            ? session.errors().unsupported(Capability.EXEC_RESIZE, KleenedReasons.EXEC_RESIZE)
                            : wrongState("NO_TERMINAL", "the process in %s has no terminal"));
        });
    }

    @Override
    public Mono<Void> signal(Signal signal) {
        return Mono.defer(() -> {
            touch();
            if (socket.hasEnded()) {
                return Mono.error(processEnded());
            }
            return switch (signal.number()) {
                case TERM -> stop(false);
                case KILL -> stop(true);
                case INT -> key((byte) 3);
                case QUIT -> key((byte) 0x1c);
                case TSTP -> key((byte) 0x1a);
                default -> Mono.error(session.errors().unsupported(Capability.EXEC_SIGNAL, KleenedReasons.EXEC_SIGNAL));
            };
        });
    }

    /** At a terminal a key is the signal. */
    private Mono<Void> key(byte key) {
        return terminal
                ? socket.input(new byte[] {key})
                        .onErrorResume(
                                EngineException.Failed.class,
                                failure -> unlessEnded(failure).then(Mono.error(this::processEnded)))
                : Mono.error(session.errors().unsupported(Capability.EXEC_SIGNAL, KleenedReasons.EXEC_SIGNAL));
    }

    /** The daemon answers when the process has ended, or crashes after five seconds if it does not listen; it was told then. */
    private Mono<Void> stop(boolean force) {
        return KleenedExec.stop(session, exec, subject, force)
                .onErrorResume(
                        EngineException.Failed.class,
                        crashed -> crashed.code().equals(KleenedErrors.CRASHED) ? Mono.empty() : Mono.error(crashed))
                .onErrorResume(EngineException.NotFound.class, _ -> Mono.error(this::processEnded));
    }

    @Override
    public Mono<Integer> exitCode() {
        return exit.doOnSubscribe(_ -> touch());
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
            touch();
            return closing;
        });
    }

    private Mono<Void> end() {
        if (socket.hasEnded()) {
            return Mono.empty();
        }
        left = true;
        // Leaving alone would only ask the process to end.
        return KleenedExec.stop(session, exec, subject, true)
                .timeout(
                        DYING,
                        Mono.error(() -> new EngineException.Failed(
                                "PROCESS_LEFT",
                                "the process in container %s was killed but does not end".formatted(container),
                                session.errors().evidence(),
                                null)))
                .onErrorComplete(EngineException.NotFound.class);
    }

    private void letGo() {
        left = true;
        socket.close();
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
