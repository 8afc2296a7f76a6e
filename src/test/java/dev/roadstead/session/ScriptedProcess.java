package dev.roadstead.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.roadstead.container.OutputStreamName;
import dev.roadstead.container.Signal;
import dev.roadstead.engine.ExecOperations;
import dev.roadstead.exec.ExecOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A process that writes and ends when a test says so, and remembers what was asked of it. */
final class ScriptedProcess implements ExecOperations.Session {
    private final Sinks.One<Integer> exit = Sinks.one();
    private final AtomicLong demanded = new AtomicLong();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final boolean terminal;
    private @Nullable FluxSink<ExecOutput> sink;
    private Mono<Void> closing = Mono.fromRunnable(() -> ends(137));

    ScriptedProcess(boolean terminal) {
        this.terminal = terminal;
    }

    ScriptedProcess closingBy(Mono<Void> how) {
        closing = how;
        return this;
    }

    void writes(OutputStreamName stream, String text) {
        Objects.requireNonNull(sink).next(new ExecOutput(stream, text.getBytes(UTF_8)));
    }

    void closesItsOutput() {
        Objects.requireNonNull(sink).complete();
    }

    void breaksOff(Throwable why) {
        Objects.requireNonNull(sink).error(why);
    }

    void ends(int code) {
        closesItsOutput();
        exit.tryEmitValue(code);
    }

    void willNeverTellItsCode(Throwable why) {
        exit.tryEmitError(why);
    }

    /** How many pieces of output were asked for in all. */
    long demanded() {
        return demanded.get();
    }

    List<String> calls() {
        return new ArrayList<>(calls);
    }

    @Override
    public boolean hasTerminal() {
        return terminal;
    }

    @Override
    public Flux<ExecOutput> output() {
        return Flux.<ExecOutput>create(fresh -> sink = fresh, FluxSink.OverflowStrategy.ERROR)
                .doOnRequest(demanded::addAndGet);
    }

    @Override
    public Mono<Void> input(byte[] data) {
        return Mono.fromRunnable(() -> calls.add("input " + new String(data, UTF_8)));
    }

    @Override
    public Mono<Void> closeInput() {
        return Mono.fromRunnable(() -> calls.add("eof"));
    }

    @Override
    public Mono<Void> resize(int columns, int rows) {
        return Mono.fromRunnable(() -> calls.add("resize %dx%d".formatted(columns, rows)));
    }

    @Override
    public Mono<Void> signal(Signal signal) {
        return Mono.fromRunnable(() -> calls.add("signal " + signal.value()));
    }

    @Override
    public Mono<Integer> exitCode() {
        return exit.asMono();
    }

    @Override
    public Mono<Void> close() {
        return Mono.<Void>fromRunnable(() -> calls.add("close")).then(Mono.defer(() -> closing));
    }
}
