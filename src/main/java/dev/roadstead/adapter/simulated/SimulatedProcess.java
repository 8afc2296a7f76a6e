package dev.roadstead.adapter.simulated;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A process: runs from {@link #start} until its program ends or a signal ends it, which {@link #kill} does at once. */
final class SimulatedProcess {
    private static final Map<String, Integer> SIGNALS = Map.ofEntries(
            Map.entry("HUP", 1),
            Map.entry("INT", 2),
            Map.entry("QUIT", 3),
            Map.entry("KILL", 9),
            Map.entry("USR1", 10),
            Map.entry("USR2", 12),
            Map.entry("TERM", 15),
            Map.entry("CHLD", 17),
            Map.entry("CONT", 18),
            Map.entry("STOP", 19),
            Map.entry("TSTP", 20),
            Map.entry("URG", 23),
            Map.entry("WINCH", 28));
    private static final int INT = 2;
    private static final int KILL = 9;
    private static final Set<Integer> HARMLESS = Set.of(17, 18, 19, 20, 23, 28);

    private final ProcessSetting setting;
    private final IntConsumer onExit;
    private final Shell shell;
    private final Interrupts interrupts;
    private final Bell thawed;
    private final Disposable.Composite running = Disposables.composite();
    private final Sinks.One<Integer> exit = Sinks.one();
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean frozen;

    /**
     * A process, not yet started.
     *
     * @param onExit told the exit code once, before {@link #exitCode} tells it
     */
    SimulatedProcess(ProcessSetting setting, IntConsumer onExit) {
        this.setting = setting;
        this.onExit = onExit;
        this.thawed = new Bell(setting.scheduler());
        this.interrupts = new Interrupts(setting.scheduler());
        this.shell = new Shell(
                setting, thawed.until(() -> frozen ? null : Boolean.TRUE).then(), interrupts);
    }

    ProcessSetting setting() {
        return setting;
    }

    void start() {
        run(shell.program(setting.command()));
    }

    /** Its exit code, once it has ended. */
    Mono<Integer> exitCode() {
        return exit.asMono().publishOn(setting.scheduler());
    }

    boolean isAlive() {
        return !ended.get();
    }

    void freeze() {
        frozen = true;
    }

    void thaw() {
        frozen = false;
        thawed.ring();
    }

    /** Ends it at once, as SIGKILL does. */
    void kill() {
        finish(137);
    }

    /** Sends it a signal by name or number; an unknown one ends it like any without a handler. */
    void signal(String signal) {
        signal(signal, false);
    }

    /** Sends a signal to it and to what its shells have started: if they outlive it, what they are doing now does not. */
    void signalGroup(String signal) {
        signal(signal, true);
    }

    private void signal(String signal, boolean group) {
        int number = number(signal);
        if (number == KILL) {
            kill();
            return;
        }
        String handler = shell.trapOf(name(number, signal));
        Mono<Integer> interrupting = Mono.fromRunnable(() -> interrupts.interrupt(128 + number));
        if (handler == null) {
            if (number == INT && interrupts.isInteractive()) {
                run(interrupting);
            } else if (!HARMLESS.contains(number)) {
                finish(128 + number);
            }
        } else if (!handler.isEmpty()) {
            // A handler that does not exit leaves the program where it was, unless what it was doing has got the signal
            // too.
            run(shell.script(handler, setting.output()).then(group ? interrupting : Mono.empty()));
        }
    }

    private void run(Mono<Integer> program) {
        // The process is the owner of what it runs: whatever way it ends, finish() disposes of it.
        running.add(program.onErrorResume(ShellExit.class, ended -> Mono.just(ended.code()))
                .subscribeOn(setting.scheduler())
                .subscribe(this::finish, _ -> finish(1)));
    }

    private void finish(int code) {
        if (ended.compareAndSet(false, true)) {
            running.dispose();
            onExit.accept(code);
            exit.tryEmitValue(code);
        }
    }

    private static int number(String signal) {
        Integer known = SIGNALS.get(signal);
        if (known != null) {
            return known;
        }
        return Character.isDigit(signal.charAt(0)) ? Integer.parseInt(signal) : 15;
    }

    private static String name(int number, String given) {
        return SIGNALS.entrySet().stream()
                .filter(entry -> entry.getValue() == number)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(given);
    }
}
