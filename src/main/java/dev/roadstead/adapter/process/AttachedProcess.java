package dev.roadstead.adapter.process;

import dev.roadstead.container.ContainerId;
import dev.roadstead.engine.Attachment;
import dev.roadstead.engine.EngineException;
import dev.roadstead.exec.ExecOutput;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A connection to the main process of a container of a Docker daemon. */
final class AttachedProcess implements Attachment {
    /** After the end of its output the daemon may take a moment to know that it ended. */
    private static final Duration ENDING = Duration.ofSeconds(2);

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Attach attach;
    private final ContainerId container;
    private final @Nullable Instant startedAt;
    private final ProcessStream stream;
    private final boolean stdinOpen;
    private final boolean stdinOnce;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean inputClosed;

    /**
     * @param startedAt when the process began; null: unknown
     * @param stdinOpen whether the container has an input at all
     * @param stdinOnce whether its input ends with that of the first who attaches
     */
    AttachedProcess(
            Attach attach,
            ContainerId container,
            @Nullable Instant startedAt,
            ProcessStream stream,
            boolean stdinOpen,
            boolean stdinOnce) {
        this.attach = attach;
        this.container = container;
        this.startedAt = startedAt;
        this.stream = stream;
        this.stdinOpen = stdinOpen;
        this.stdinOnce = stdinOnce;
    }

    @Override
    public boolean hasTerminal() {
        return stream.terminal();
    }

    @Override
    public Flux<ExecOutput> output() {
        return stream.output().concatWith(Mono.defer(this::checkEnd));
    }

    /** A daemon that dies ends its connections like a process that has written all; only asking tells one from the other. */
    private Mono<ExecOutput> checkEnd() {
        if (closed.get()) {
            return Mono.empty();
        }
        return attach.stillRuns(container, startedAt)
                .filter(runs -> !runs)
                .repeatWhenEmpty(Integer.MAX_VALUE, rounds -> rounds.concatMap(_ -> Mono.delay(PAUSE), 1))
                .timeout(
                        ENDING,
                        Mono.error(() -> attach.faults()
                                .brokeOff("the connection ended while container %s runs".formatted(container))))
                .then(Mono.empty());
    }

    @Override
    public Mono<Void> input(byte[] data) {
        return Mono.defer(() -> {
            if (!stdinOpen) {
                return Mono.error(wrongState("NO_STDIN", "container %s was created without an input"));
            }
            if (inputClosed) {
                return Mono.error(wrongState("INPUT_CLOSED", "the input of container %s is closed"));
            }
            return stream.input(data).onErrorResume(EngineException.Failed.class, this::unlessEnded);
        });
    }

    private Mono<Void> unlessEnded(EngineException failure) {
        return attach.stillRuns(container, startedAt)
                .flatMap(runs -> Mono.error(
                        runs ? failure : wrongState("CONTAINER_NOT_RUNNING", "container %s does not run any more")));
    }

    @Override
    public Mono<Void> closeInput() {
        return Mono.defer(() -> {
            if (!stdinOpen) {
                return Mono.empty();
            }
            if (!hasTerminal() && !stdinOnce) {
                // Docker would take it for a farewell: the input stays open, and the output is lost.
                return Mono.error(wrongState("STDIN_STAYS_OPEN", "Docker keeps the input of container %s open"));
            }
            inputClosed = true;
            return stream.closeInput();
        });
    }

    @Override
    public Mono<Void> resize(int columns, int rows) {
        return hasTerminal()
                ? attach.resize(container, columns, rows)
                : Mono.error(() -> wrongState("NO_TERMINAL", "container %s has no terminal"));
    }

    @Override
    public Mono<Void> close() {
        return Mono.fromRunnable(() -> {
            closed.set(true);
            stream.close();
        });
    }

    private EngineException wrongState(String code, String message) {
        return new EngineException.WrongState(
                code, message.formatted(container), attach.faults().evidence());
    }
}
