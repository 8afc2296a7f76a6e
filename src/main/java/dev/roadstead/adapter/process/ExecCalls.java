package dev.roadstead.adapter.process;

import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.DaemonWire;
import dev.roadstead.adapter.daemon.Faults;
import dev.roadstead.adapter.daemon.Inspection;
import dev.roadstead.adapter.daemon.Target;
import dev.roadstead.container.ContainerId;
import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineHttpClient.Silence;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.HijackedStream;
import dev.roadstead.transport.MultiplexedStreamDecoder;
import dev.roadstead.transport.StreamedReply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The daemon's calls for processes in containers (Docker Engine API, ExecCreate, ExecStart, ExecResize, ExecInspect). */
final class ExecCalls {
    /** After its end the daemon may take a moment to know it. */
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    /** So often the daemon may say that it neither runs nor ended; about five seconds. */
    private static final int UNDECIDED = 8;

    private final DaemonSession session;
    private final Inspection inspection;
    private final ExecTerms terms;

    ExecCalls(DaemonSession session, Inspection inspection, ExecTerms terms) {
        this.session = session;
        this.inspection = inspection;
        this.terms = terms;
    }

    Faults faults() {
        return session.faults();
    }

    /** Prepares a process, which is not started; emits its id. */
    Mono<String> create(ContainerId container, Map<String, Object> body) {
        EngineRequest request = EngineRequest.post(
                        Target.of("containers", container.value(), "exec").toString())
                .json(session.bytes(body));
        return session.read(DaemonCall.CONTAINER, "container " + container, request, DaemonWire.Id.class)
                .map(made -> {
                    if (made.id() == null) {
                        throw faults().nonsense("an exec without an id", null);
                    }
                    return made.id();
                });
    }

    /** Starts it with input and output. */
    Mono<HijackedStream> start(String exec, boolean terminal, Map<String, Object> more) {
        Map<String, Object> body = new HashMap<>(Map.of("Detach", false, "Tty", terminal));
        body.putAll(more);
        return session.hijack(DaemonCall.EXEC, "exec " + exec, starting(exec, body));
    }

    /** Starts one that has no input; its output comes over a connection of the pool. */
    Mono<StreamedReply> startWithoutInput(String exec) {
        return session.open(
                DaemonCall.EXEC,
                "exec " + exec,
                starting(exec, Map.of("Detach", false, "Tty", false)),
                Silence.BOUNDED);
    }

    private EngineRequest starting(String exec, Map<String, Object> body) {
        return EngineRequest.post(Target.of("exec", exec, "start").toString()).json(session.bytes(body));
    }

    Mono<Void> resize(String exec, int columns, int rows) {
        EngineRequest request = EngineRequest.post(Target.of("exec", exec, "resize")
                .with("h", rows)
                .with("w", columns)
                .toString());
        return session.call(DaemonCall.EXEC, "exec " + exec, request).then();
    }

    /** What the daemon knows of it. */
    Mono<DaemonWire.ExecState> look(String exec) {
        EngineRequest request =
                EngineRequest.get(Target.of("exec", exec, "json").toString());
        return session.read(DaemonCall.EXEC, "exec " + exec, request, DaemonWire.ExecState.class)
                .map(terms::sense);
    }

    /**
     * Its exit code, once it has one; asked for again and again, sooner when its output has ended.
     *
     * @param outputEnded completes when that is so
     */
    Mono<Integer> exitCode(ContainerId container, String exec, Mono<Void> outputEnded) {
        return Mono.defer(() -> {
            Pace pace = new Pace(outputEnded);
            AtomicInteger undecided = new AtomicInteger();
            return look(exec)
                    .flatMap(state ->
                            runs(state, undecided) ? Mono.<Integer>empty() : Mono.justOrEmpty(state.exitCode()))
                    .repeatWhenEmpty(Integer.MAX_VALUE, rounds -> rounds.concatMap(_ -> pace.pause(), 1))
                    .onErrorResume(EngineException.NotFound.class, gone -> gone(container, gone));
        });
    }

    /** Whether it runs, by a state that says so; until it is started, and for a moment at its end, none does. */
    private boolean runs(DaemonWire.ExecState state, AtomicInteger undecided) {
        boolean runs = Boolean.TRUE.equals(state.running());
        if (!runs && state.exitCode() == null && undecided.incrementAndGet() > UNDECIDED) {
            throw faults().nonsense("a process that neither runs nor ended", null);
        }
        return runs;
    }

    /** Whether it runs or has ended; asked for again while the daemon cannot tell. */
    Mono<Boolean> runs(String exec) {
        return Mono.defer(() -> {
            Pace pace = new Pace(Mono.never());
            AtomicInteger undecided = new AtomicInteger();
            return look(exec)
                    .flatMap(state -> {
                        boolean runs = runs(state, undecided);
                        return runs || state.exitCode() != null ? Mono.just(runs) : Mono.<Boolean>empty();
                    })
                    .repeatWhenEmpty(UNDECIDED + 1, rounds -> rounds.concatMap(_ -> pace.pause(), 1))
                    .onErrorResume(EngineException.NotFound.class, _ -> Mono.just(false));
        });
    }

    /**
     * As {@code action} goes, tried again for some seconds while it finds nothing and the daemon says that the process runs: it does so
     * before the process's program does.
     */
    Mono<MarkedProcess.Reached> found(String exec, Mono<MarkedProcess.Reached> action) {
        return Mono.defer(() -> {
            Pace pace = new Pace(Mono.never());
            AtomicInteger tries = new AtomicInteger();
            return action.flatMap(reached -> reached == MarkedProcess.Reached.NOT_FOUND
                                    && tries.getAndIncrement() < UNDECIDED
                            ? runs(exec)
                                    .flatMap(runs -> runs ? Mono.<MarkedProcess.Reached>empty() : Mono.just(reached))
                            : Mono.just(reached))
                    .repeatWhenEmpty(UNDECIDED + 1, rounds -> rounds.concatMap(_ -> pace.pause(), 1));
        });
    }

    /**
     * Whether processes are left of the session that an ended one led (Docker Engine API, ContainerTop, by the host's ps); false where
     * the daemon cannot tell.
     */
    Mono<Boolean> leftProcesses(ContainerId container, String exec) {
        EngineRequest request = EngineRequest.get(Target.of("containers", container.value(), "top")
                .with("ps_args", "-o pid,sid")
                .toString());
        return look(exec)
                .mapNotNull(DaemonWire.ExecState::pid)
                .filter(pid -> pid > 0)
                .flatMap(pid -> session.read(
                                DaemonCall.CONTAINER, "container " + container, request, DaemonWire.Top.class)
                        .map(top -> top.processes() != null
                                && top.processes().stream()
                                        .anyMatch(row -> row.getLast().equals(Long.toString(pid)))))
                .defaultIfEmpty(false)
                .onErrorReturn(EngineException.class, false);
    }

    /** The daemon forgets a process with its container. */
    private <T> Mono<T> gone(ContainerId container, EngineException.NotFound gone) {
        return inspection.state(container).then(Mono.error(gone));
    }

    /** A process for the gateway's own ends: its output, cut at a length that none of them reaches, and its exit code. */
    record Ended(int exitCode, String output) {}

    /** Runs a command to its end. */
    Mono<Ended> run(ContainerId container, List<String> command, @Nullable String user) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("Cmd", command);
        body.put("AttachStdout", true);
        body.put("AttachStderr", true);
        if (user != null) {
            body.put("User", user);
        }
        return create(container, body)
                .flatMap(exec -> startWithoutInput(exec)
                        .flatMap(this::printed)
                        .flatMap(output ->
                                exitCode(container, exec, Mono.empty()).map(code -> new Ended(code, output))));
    }

    private Mono<String> printed(StreamedReply reply) {
        return session.collect(reply).map(whole -> {
            StringBuilder text = new StringBuilder();
            new MultiplexedStreamDecoder(faults().engine())
                    .feed(whole.body())
                    .forEach(frame -> text.append(new String(frame.data(), StandardCharsets.UTF_8)));
            return text.toString();
        });
    }

    /** Longer pauses as time goes by, short ones again when the output has ended. */
    private static final class Pace {
        private final Mono<Void> outputEnded;
        private boolean knowsEnd;
        private Duration next = FIRST_PAUSE;

        Pace(Mono<Void> outputEnded) {
            this.outputEnded = outputEnded;
        }

        Mono<?> pause() {
            Duration now = next;
            next = now.compareTo(LONGEST_PAUSE.dividedBy(2)) > 0 ? LONGEST_PAUSE : now.multipliedBy(2);
            if (knowsEnd) {
                return Mono.delay(now);
            }
            return Mono.firstWithSignal(Mono.delay(now), outputEnded.then(Mono.fromSupplier(() -> {
                knowsEnd = true;
                next = FIRST_PAUSE;
                return 0L;
            })));
        }
    }
}
