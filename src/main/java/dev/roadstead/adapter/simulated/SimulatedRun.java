package dev.roadstead.adapter.simulated;

import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.Healthcheck;
import dev.roadstead.engine.Attachment;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** One run of a container, from its start to its end: the main process, its log and its health checks. */
final class SimulatedRun {
    private static final Duration USUAL_INTERVAL = Duration.ofSeconds(30);
    private static final long PAUSE_BEFORE_RESTART_MILLIS = 100;

    private final SimulatedHost host;
    private final SimulatedContainer container;
    private final Disposable.Composite checks = Disposables.composite();
    private final SimulatedLog log;
    private final MainStreams streams;
    /** Null for {@code tick}, which is computed when somebody looks. */
    private final @Nullable SimulatedProcess process;

    private final Sinks.One<Integer> exit = Sinks.one();

    /**
     * A run, not begun.
     *
     * @param earlier the log of the run before; null if there was none
     */
    SimulatedRun(SimulatedHost host, SimulatedContainer container, @Nullable SimulatedLog earlier) {
        this.host = host;
        this.container = container;
        List<String> command = container.command();
        if (!command.isEmpty() && command.getFirst().equals("tick")) {
            this.process = null;
            this.log = new TickingLog(
                    host.clock().instant(),
                    TickingLog.period(command.subList(1, command.size())),
                    host.clock(),
                    host.scheduler());
            this.streams = new MainStreams(host, container.id(), container.spec(), log, this::signal);
        } else {
            KeptLog kept = earlier instanceof KeptLog before
                    ? before
                    : new KeptLog(host.clock(), host.scheduler(), () -> host.locked(container::isAlive));
            this.log = kept;
            this.streams = new MainStreams(host, container.id(), container.spec(), log, this::signalByKey);
            this.process = new SimulatedProcess(
                    setting(host, container, command, streams.terminalSize(), streams.processInput(), streams::write),
                    this::ended);
        }
    }

    SimulatedLog log() {
        return log;
    }

    /** Lets one join the main process; the host's lock is held. */
    Attachment attach() {
        return streams.join();
    }

    @Nullable
    String initialHealth() {
        return check() == null ? null : "starting";
    }

    void begin() {
        if (process != null) {
            process.start();
        }
        Healthcheck check = check();
        if (check != null) {
            checks.add(checking(check).subscribe());
        }
    }

    void freeze() {
        if (process != null) {
            process.freeze();
        }
    }

    void thaw() {
        if (process != null) {
            process.thaw();
        }
    }

    void signal(String signal) {
        if (process != null) {
            process.signal(signal);
        } else {
            ended(signal.equals("KILL") || signal.equals("9") ? 137 : 143);
        }
    }

    void kill() {
        signal("KILL");
    }

    /** The exit code, after the container has settled. */
    Mono<Integer> exitCode() {
        return exit.asMono().publishOn(host.scheduler());
    }

    /** Does something a moment later. */
    void again(Runnable work) {
        var _ = host.scheduler()
                .schedule(
                        () -> host.<@Nullable Object>locked(() -> {
                            work.run();
                            return null;
                        }),
                        PAUSE_BEFORE_RESTART_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    /** What a process in this container sees. */
    static ProcessSetting setting(
            SimulatedHost host,
            SimulatedContainer container,
            List<String> command,
            @Nullable Supplier<String> terminal,
            Input input,
            ProcessSetting.Output output) {
        ContainerSpec spec = container.spec();
        Map<String, String> env = new HashMap<>(container.image().config().env());
        env.put("HOSTNAME", container.hostname());
        env.putAll(spec.env());
        String workingDir =
                spec.workingDir() == null ? container.image().config().workingDir() : spec.workingDir();
        String user = spec.user() == null ? container.image().config().user() : spec.user();
        return new ProcessSetting(
                command,
                Map.copyOf(env),
                workingDir == null ? "/" : workingDir,
                container.hostname(),
                user == null ? "root" : user,
                container.files(),
                terminal,
                input,
                output,
                host.scheduler());
    }

    /** A key reaches the group in the foreground, not only the first process. */
    private void signalByKey(String signal) {
        if (process != null) {
            process.signalGroup(signal);
        }
    }

    private void ended(int code) {
        checks.dispose();
        if (log instanceof TickingLog ticking) {
            ticking.end(host.clock().instant());
        }
        if (log instanceof KeptLog kept) {
            kept.flush();
        }
        host.<@Nullable Object>locked(() -> {
            container.ended(this, code);
            return null;
        });
        // Only now do those who follow see that nothing more comes.
        if (log instanceof KeptLog kept) {
            kept.flush();
        }
        streams.end();
        exit.tryEmitValue(code);
    }

    private @Nullable Healthcheck check() {
        Healthcheck check = container.spec().healthcheck();
        return check == null
                        || check.test().isEmpty()
                        || check.test().getFirst().equals("NONE")
                ? null
                : check;
    }

    private Mono<Void> checking(Healthcheck check) {
        Duration interval = check.interval() == null ? USUAL_INTERVAL : check.interval();
        List<String> test = check.test();
        List<String> command = test.getFirst().equals("CMD-SHELL")
                ? List.of("sh", "-c", String.join(" ", test.subList(1, test.size())))
                : test.subList(1, test.size());
        return Mono.delay(interval, host.scheduler())
                .then(Mono.defer(() -> checkOnce(command)))
                .doOnNext(code -> host.<@Nullable Object>locked(() -> {
                    container.healthIs(this, code == 0 ? "healthy" : "unhealthy");
                    return null;
                }))
                .repeat()
                .then();
    }

    private Mono<Integer> checkOnce(List<String> command) {
        Pipe<byte[]> nothing = new Pipe<>(piece -> piece.length, host.scheduler());
        nothing.close();
        ProcessSetting setting =
                host.locked(() -> setting(host, container, command, null, new Input(nothing), (_, _) -> Mono.empty()));
        return new Shell(setting, Mono.empty(), new Interrupts(host.scheduler())).program(command);
    }
}
