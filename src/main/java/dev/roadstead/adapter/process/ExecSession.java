package dev.roadstead.adapter.process;

import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.Signal;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.ExecOperations;
import dev.roadstead.exec.ExecOutput;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A process in a container of a Docker daemon. */
final class ExecSession implements ExecOperations.Session {
    /** A killed process is gone in no time, unless its host is very busy. */
    private static final Duration DYING = Duration.ofSeconds(5);

    /** For a program that ends when its input does, or its terminal says so. */
    private static final Duration LEAVING = Duration.ofSeconds(2);

    private static final byte[] INTERRUPT_AND_END = {3, 4};

    private final ExecCalls calls;
    private final ContainerId container;
    private final String exec;
    private final MarkedProcess process;
    private final ProcessStream stream;
    private final Sinks.Empty<Void> touched = Sinks.empty();
    private final Sinks.Empty<Void> outputEnded = Sinks.empty();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Sinks.Empty<Void> closes = Sinks.empty();
    private final Mono<Integer> exitCode;
    private final Mono<Void> closing;
    private volatile @Nullable Integer knownExitCode;
    private volatile boolean inputClosed;
    private volatile boolean outputHasEnded;

    ExecSession(ExecCalls calls, ContainerId container, String exec, MarkedProcess process, ProcessStream stream) {
        this.calls = calls;
        this.container = container;
        this.exec = exec;
        this.process = process;
        this.stream = stream;
        this.exitCode = calls.exitCode(container, exec, outputEnded.asMono()).doOnNext(code -> knownExitCode = code);
        this.closing = Mono.defer(this::end)
                .doFinally(_ -> stream.close())
                .cache(_ -> Duration.ofDays(1), _ -> Duration.ZERO, () -> Duration.ofDays(1));
    }

    /** Completes when somebody begins to use it: then it did not get lost on its way. */
    Mono<Void> touched() {
        return touched.asMono();
    }

    @Override
    public boolean hasTerminal() {
        return stream.terminal();
    }

    @Override
    public Flux<ExecOutput> output() {
        return stream.output(this::brokenByEnd)
                .concatWith(Mono.defer(this::checkEnd))
                .doOnSubscribe(_ -> touch())
                .doOnTerminate(this::endOutput);
    }

    /** Podman resets the connection of a process that ends without having read all of its input. */
    private Flux<byte[]> brokenByEnd(EngineException.Failed failure) {
        endOutput();
        return exitCode()
                .timeout(LEAVING, Mono.error(failure))
                .onErrorMap(EngineException.class, _ -> failure)
                .thenMany(Flux.empty());
    }

    /** A daemon that dies ends its connections like a process that has written all; only asking tells one from the other. */
    private Mono<ExecOutput> checkEnd() {
        endOutput();
        if (closed.get()) {
            return Mono.empty();
        }
        return exitCode()
                .then()
                .timeout(LEAVING, Mono.defer(this::endedOutputItself))
                .onErrorResume(EngineException.NotFound.class, this::endedWithContainer)
                .then(Mono.empty());
    }

    /** One that turned its output elsewhere still runs; so does one whose connection was cut. */
    private Mono<Void> endedOutputItself() {
        Mono<Void> ending = exitCode().then().timeout(DYING, Mono.error(this::cut));
        if (hasTerminal()) {
            return ending;
        }
        return process.holdsOutput()
                .flatMap(reached -> switch (reached) {
                    case DONE -> Mono.<Void>empty();
                    case HOLDS_PIPE -> Mono.<Void>error(cut());
                    // Nobody can tell before it ends.
                    case NO_SHELL -> Mono.firstWithSignal(exitCode().then(), closing());
                    case NOT_FOUND, NOT_PERMITTED, SOME_LEFT, FAILED -> ending;
                })
                // The container may be about to stop.
                .onErrorResume(EngineException.WrongState.class, _ -> ending);
    }

    private EngineException cut() {
        return calls.faults().brokeOff("the connection ended while the process runs");
    }

    /** Completes when somebody closes it. */
    private Mono<Void> closing() {
        return closes.asMono();
    }

    private Mono<Void> endedWithContainer(EngineException.NotFound gone) {
        return gone.code().equals(DaemonCall.EXEC.missing())
                ? Mono.error(calls.faults().brokeOff("the daemon does not know the process any more"))
                : Mono.empty();
    }

    @Override
    public Mono<Void> input(byte[] data) {
        return Mono.defer(() -> {
            touch();
            if (inputClosed) {
                return Mono.error(wrongState("INPUT_CLOSED", "the input of the process in %s is closed"));
            }
            if (knownExitCode != null || closed.get()) {
                return Mono.error(ended());
            }
            return stream.input(data).onErrorResume(EngineException.Failed.class, this::unlessEnded);
        });
    }

    private Mono<Void> unlessEnded(EngineException failure) {
        return calls.look(exec)
                .flatMap(state -> Mono.<Void>error(Boolean.TRUE.equals(state.running()) ? failure : ended()))
                .onErrorMap(EngineException.NotFound.class, _ -> ended());
    }

    @Override
    public Mono<Void> closeInput() {
        return Mono.defer(() -> {
            touch();
            inputClosed = true;
            return stream.closeInput();
        });
    }

    @Override
    public Mono<Void> resize(int columns, int rows) {
        return Mono.defer(() -> {
            touch();
            if (!hasTerminal()) {
                return Mono.error(wrongState("NO_TERMINAL", "the process in %s has no terminal"));
            }
            return calls.resize(exec, columns, rows).onErrorResume(EngineException.class, this::unlessEnded);
        });
    }

    @Override
    public Mono<Void> signal(Signal signal) {
        return Mono.defer(() -> {
            touch();
            if (knownExitCode != null) {
                return Mono.error(ended());
            }
            return ifRunning()
                    .then(calls.found(exec, process.signal(signal, hasTerminal())))
                    .flatMap(reached -> reached == MarkedProcess.Reached.DONE
                            ? Mono.<Void>empty()
                            : ifRunning().then(Mono.error(unreachable(reached.reason()))));
        });
    }

    private Mono<Void> ifRunning() {
        return calls.runs(exec).flatMap(runs -> runs ? Mono.empty() : Mono.error(ended()));
    }

    @Override
    public Mono<Integer> exitCode() {
        return Mono.defer(() -> {
            touch();
            Integer known = knownExitCode;
            return known != null ? Mono.just(known) : exitCode;
        });
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
            touch();
            closed.set(true);
            closes.tryEmitEmpty();
            return closing;
        });
    }

    private Mono<Void> end() {
        return calls.runs(exec)
                .flatMap(runs -> runs ? endRunning() : endOrphans())
                .onErrorResume(EngineException.NotFound.class, _ -> Mono.empty());
    }

    private Mono<Void> endRunning() {
        return calls.found(exec, process.end())
                .flatMap(reached -> reached == MarkedProcess.Reached.DONE
                        ? untilEnded(
                                DYING,
                                new EngineException.Failed(
                                        "PROCESS_LEFT",
                                        "the process in %s was killed but does not end".formatted(container),
                                        calls.faults().evidence(),
                                        null))
                        : letGo(reached))
                // The container may have stopped meanwhile; what no longer runs is ended.
                .onErrorResume(EngineException.class, failure -> untilEnded(LEAVING, failure));
    }

    /** Nobody can end it: it may still do so itself, with its input and its connection gone. */
    private Mono<Void> letGo(MarkedProcess.Reached reached) {
        Mono<Void> farewell = hasTerminal() ? stream.input(INTERRUPT_AND_END) : stream.closeInput();
        return farewell.timeout(LEAVING, Mono.empty())
                .onErrorComplete(EngineException.class)
                .doFinally(_ -> stream.close())
                .then(Mono.error(() -> unreachable(reached.reason() + "; the process was left running")));
    }

    private Mono<Void> untilEnded(Duration bound, EngineException otherwise) {
        return exitCode.then()
                .onErrorResume(EngineException.NotFound.class, _ -> Mono.empty())
                .timeout(bound, Mono.error(otherwise));
    }

    /** Whoever wanted its output was told the end; only what still holds it open belongs to a process that has ended. */
    private Mono<Void> endOrphans() {
        return outputHasEnded
                ? Mono.empty()
                : calls.leftProcesses(container, exec)
                        // Without any, what bears its mark left its session: a daemon, which stays.
                        .filter(left -> left)
                        .flatMap(_ -> process.endOrphans())
                        .then()
                        .onErrorComplete(EngineException.WrongState.class);
    }

    private void endOutput() {
        outputHasEnded = true;
        outputEnded.tryEmitEmpty();
    }

    private void touch() {
        touched.tryEmitEmpty();
    }

    private EngineException ended() {
        return wrongState("PROCESS_ENDED", "the process in %s has ended");
    }

    private EngineException wrongState(String code, String message) {
        return new EngineException.WrongState(
                code, message.formatted(container), calls.faults().evidence());
    }

    private EngineException unreachable(String reason) {
        return new EngineException.Unsupported(
                Capability.EXEC_SIGNAL, reason, calls.faults().evidence());
    }
}
