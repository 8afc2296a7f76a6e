package dev.roadstead.session;

import dev.roadstead.container.Cuid;
import dev.roadstead.container.OutputStreamName;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import dev.roadstead.engine.EngineName;
import dev.roadstead.engine.ExecOperations;
import dev.roadstead.exec.ExecOutput;
import dev.roadstead.exec.ExecSpec;
import dev.roadstead.session.ExecState.Ended;
import dev.roadstead.session.ExecState.Status;
import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * A process that was started. It reads the engine one piece at a time, and none while its writer has not read what is kept; without a
 * writer only an attached session waits, for one that comes back.
 */
final class LiveSession implements ExecSession {
    private static final Logger LOG = LoggerFactory.getLogger(LiveSession.class);

    /** How long a process may take to be gone after it was ended. */
    private static final Duration ENDING = Duration.ofSeconds(15);

    /** Who it is and what it runs. */
    record Subject(String id, EngineName engine, Cuid cuid, ExecSpec spec, ExecTerms terms) {}

    private final Subject subject;
    private final ExecOperations.Session process;
    private final SessionLimits limits;
    private final Clock clock;
    private final Scheduler timers;
    private final Consumer<LiveSession> onEnd;
    private final Instant startedAt;
    private final Sinks.One<ExecState> settled = Sinks.one();
    private final Disposable.Composite work = Disposables.composite();
    private final Disposable.Swap lease = Disposables.swap();
    private final Disposable.Swap ending = Disposables.swap();
    private final Disposable.Swap givingBack = Disposables.swap();
    private final AtomicInteger pumping = new AtomicInteger();
    private final Reader reader = new Reader();

    // Guarded by this.
    private final OutputTape tape;
    private final Set<LiveViewer> viewers = new LinkedHashSet<>();
    private @Nullable LiveViewer writer;
    private long writerLostAt;
    private boolean reading;
    private Status status = Status.RUNNING;
    private @Nullable Integer exitCode;
    private @Nullable Ended ended;
    private @Nullable Throwable failure;
    private @Nullable Instant finishedAt;

    /** @param onEnd told once, when its end is settled */
    LiveSession(
            Subject subject,
            ExecOperations.Session process,
            SessionLimits limits,
            Clock clock,
            Scheduler timers,
            Consumer<LiveSession> onEnd) {
        this.subject = subject;
        this.process = process;
        this.limits = limits;
        this.clock = clock;
        this.timers = timers;
        this.onEnd = onEnd;
        this.startedAt = clock.instant();
        this.tape = new OutputTape(limits.replayBytes());
    }

    /** Begins to read, and its time to run. */
    void begin() {
        Duration timeout = subject.terms().timeout();
        if (timeout != null) {
            work.add(timers.schedule(() -> finishEarly(Ended.TIMEOUT), timeout.toNanos(), TimeUnit.NANOSECONDS));
        }
        beginLease();
        process.output().subscribe(reader);
    }

    ExecTerms terms() {
        return subject.terms();
    }

    @Override
    public String id() {
        return subject.id();
    }

    @Override
    public synchronized ExecState state() {
        return new ExecState(
                subject.id(),
                subject.engine(),
                subject.cuid(),
                subject.spec().command(),
                subject.spec().user(),
                subject.spec().tty(),
                status,
                exitCode,
                ended,
                failure,
                startedAt,
                finishedAt,
                tape.oldest(),
                tape.next());
    }

    @Override
    public Viewer join(Role role, long from) {
        LiveViewer overruled = null;
        LiveViewer newcomer;
        synchronized (this) {
            if (from < tape.oldest()) {
                throw new ReplayGoneException(from, tape.oldest());
            }
            newcomer = new LiveViewer(this, Math.min(from, tape.next()));
            viewers.add(newcomer);
            if (role == Role.WRITER || (role == Role.ANY && writer == null)) {
                overruled = writer;
                writer = newcomer;
                lease.update(Disposables.disposed());
            }
        }
        if (overruled != null) {
            overruled.overrule();
        }
        pump();
        return newcomer;
    }

    @Override
    public Mono<ExecState> awaitEnd() {
        return settled.asMono();
    }

    @Override
    public void feed(byte[] input) {
        Mono<Void> writing =
                input.length == 0 ? process.closeInput() : process.input(input).then(process.closeInput());
        work.add(writing.subscribe(
                _ -> {}, failed -> LOG.debug("exec {}: its input was not read to the end", subject.id(), failed)));
    }

    @Override
    public synchronized Captured captured() {
        ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        long at = tape.oldest();
        for (var piece = tape.read(at); piece != null; piece = tape.read(at)) {
            (piece.stream() == OutputStreamName.STDOUT ? stdout : stderr).writeBytes(piece.data());
            at += piece.data().length;
        }
        return new Captured(stdout.toByteArray(), stderr.toByteArray(), tape.oldest() > 0);
    }

    @Override
    public Mono<Void> end(Ended why) {
        return Mono.defer(() -> {
            finishEarly(why);
            return awaitEnd().then();
        });
    }

    /** How many bytes of output are kept. */
    synchronized long kept() {
        return tape.next() - tape.oldest();
    }

    /** Whether somebody still reads what is kept. */
    synchronized boolean isBeingRead() {
        return viewers.stream().anyMatch(viewer -> viewer.position() < tape.next());
    }

    /** Drops the output of an ended session; what is known of it stays. */
    synchronized void forgetOutput() {
        tape.clear();
    }

    synchronized boolean isWriter(LiveViewer viewer) {
        return writer == viewer;
    }

    /** The process, for the writer, while it runs. */
    Mono<ExecOperations.Session> processFor(LiveViewer viewer) {
        return Mono.defer(() -> {
            synchronized (this) {
                if (status != Status.RUNNING) {
                    return Mono.error(wrongState("PROCESS_ENDED", "the process has ended"));
                }
                if (writer != viewer) {
                    return Mono.error(wrongState("NOT_THE_WRITER", "another client writes to this process"));
                }
                return Mono.just(process);
            }
        });
    }

    /** What comes at this offset; null if nothing does yet. */
    synchronized LiveViewer.@Nullable Step stepAt(long offset) {
        if (offset < tape.oldest()) {
            return new LiveViewer.Step.Broken(new ReplayGoneException(offset, tape.oldest()));
        }
        SessionEvent.Output output = tape.read(offset);
        if (output != null) {
            return new LiveViewer.Step.Told(output);
        }
        return switch (status) {
            case RUNNING -> null;
            case EXITED -> new LiveViewer.Step.Ended(exitCode);
            case FAILED ->
                new LiveViewer.Step.Broken(failure == null ? new IllegalStateException("no failure") : failure);
        };
    }

    /** A viewer has read on: perhaps there is room for more. */
    void readOn() {
        pump();
    }

    void left(LiveViewer viewer) {
        boolean lost;
        synchronized (this) {
            viewers.remove(viewer);
            lost = writer == viewer;
            if (lost) {
                writer = null;
                writerLostAt = viewer.position();
            }
        }
        if (lost) {
            beginLease();
            pump();
        }
    }

    private synchronized void beginLease() {
        // Somebody may have come meanwhile.
        if (subject.terms().attached() && status == Status.RUNNING && writer == null) {
            lease.update(timers.schedule(
                    () -> finishEarly(Ended.LEASE_EXPIRED), limits.lease().toNanos(), TimeUnit.NANOSECONDS));
        }
    }

    /** Ends the process; only the first reason counts. */
    private void finishEarly(Ended why) {
        synchronized (this) {
            boolean cameBack = why == Ended.LEASE_EXPIRED && writer != null;
            if (status != Status.RUNNING || ended != null || cameBack) {
                return;
            }
            ended = why;
        }
        pump();
        ending.update(process.close()
                .then(process.exitCode())
                .timeout(ENDING, timers)
                .onErrorMap(TimeoutException.class, late -> notEnded())
                .subscribe(this::exited, this::broken));
    }

    private EngineException notEnded() {
        return new EngineException.TimedOut(
                "the process of exec %s was not gone %s s after it was ended"
                        .formatted(subject.id(), ENDING.toSeconds()),
                Evidence.of(subject.engine().value()),
                null);
    }

    /** Asks the engine for one more piece if there is room for it. */
    private void pump() {
        if (pumping.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            boolean wanted;
            synchronized (this) {
                wanted = !reading && reader.isReady() && !tape.isFull(floor());
                reading |= wanted;
            }
            if (wanted) {
                reader.more();
            }
            missed = pumping.addAndGet(-missed);
        } while (missed != 0);
    }

    /** What stands behind it must not be pushed out. */
    private long floor() {
        if (ended != null) {
            // An engine may tell the end of a process only when all that it wrote was read.
            return Long.MAX_VALUE;
        }
        if (writer != null) {
            return writer.position();
        }
        // One who was lost may have got less than was sent to it: half of what is kept lies before that.
        return subject.terms().attached()
                ? Math.max(tape.oldest(), writerLostAt - limits.replayBytes() / 2)
                : Long.MAX_VALUE;
    }

    private void came(ExecOutput output) {
        synchronized (this) {
            reading = false;
            tape.append(output.stream(), output.data(), floor());
        }
        viewersNow().forEach(LiveViewer::drain);
        pump();
    }

    private void outputEnded() {
        work.add(process.exitCode().subscribe(this::exited, this::broken));
    }

    private void exited(int code) {
        settle(Status.EXITED, code, null);
    }

    private void broken(Throwable why) {
        settle(Status.FAILED, null, why);
    }

    private void settle(Status last, @Nullable Integer code, @Nullable Throwable why) {
        synchronized (this) {
            if (status != Status.RUNNING) {
                return;
            }
            status = last;
            exitCode = code;
            failure = why;
            finishedAt = clock.instant();
        }
        if (why != null) {
            LOG.info("exec {} on {}: {}", subject.id(), subject.engine(), why.toString());
        }
        lease.dispose();
        letGo();
        viewersNow().forEach(LiveViewer::drain);
        onEnd.accept(this);
        settled.tryEmitValue(state());
    }

    /** Gives back what the engine still holds for it; after a break also the process, if the engine can still be told. */
    private void letGo() {
        givingBack.update(process.close()
                .timeout(ENDING, timers)
                .subscribe(_ -> {}, failed -> LOG.debug("exec {} was not given back", subject.id(), failed)));
        reader.dispose();
        work.dispose();
    }

    private synchronized List<LiveViewer> viewersNow() {
        return List.copyOf(viewers);
    }

    private EngineException wrongState(String code, String message) {
        return new EngineException.WrongState(
                code,
                "exec %s: %s".formatted(subject.id(), message),
                Evidence.of(subject.engine().value()));
    }

    /** Reads the engine; the session owns it. */
    private final class Reader extends BaseSubscriber<ExecOutput> {
        private volatile boolean ready;

        boolean isReady() {
            return ready;
        }

        void more() {
            request(1);
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            ready = true;
            pump();
        }

        @Override
        protected void hookOnNext(ExecOutput output) {
            came(output);
        }

        @Override
        protected void hookOnComplete() {
            ready = false;
            outputEnded();
        }

        @Override
        protected void hookOnError(Throwable broke) {
            ready = false;
            broken(broke);
        }
    }
}
