package dev.roadstead.session;

import dev.roadstead.container.Signal;
import dev.roadstead.session.ExecState.Ended;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;

/** One client at a live session: a place on its tape that moves as the client reads. */
final class LiveViewer implements Viewer {
    /** The bytes of the keys that a terminal turns into signals (termios defaults: VINTR, VQUIT, VSUSP). */
    private static final Map<Signal, Byte> KEYS =
            Map.of(new Signal("INT"), (byte) 0x03, new Signal("QUIT"), (byte) 0x1c, new Signal("TSTP"), (byte) 0x1a);

    /** What comes next for a viewer. */
    sealed interface Step {
        /** An event, and there may be more. */
        record Told(SessionEvent event) implements Step {}

        /** The process has ended; null if nobody knows how. */
        record Ended(@Nullable Integer code) implements Step {}

        /** There is no more to come, and why. */
        record Broken(Throwable why) implements Step {}
    }

    private final LiveSession session;
    private final AtomicInteger draining = new AtomicInteger();
    private final AtomicBoolean overruled = new AtomicBoolean();
    private final AtomicBoolean gone = new AtomicBoolean();
    private volatile long position;
    private volatile @Nullable FluxSink<SessionEvent> sink;

    LiveViewer(LiveSession session, long from) {
        this.session = session;
        this.position = from;
    }

    @Override
    public long position() {
        return position;
    }

    /** Another one writes now. */
    void overrule() {
        overruled.set(true);
        drain();
    }

    @Override
    public ExecSession session() {
        return session;
    }

    @Override
    public boolean isWriter() {
        return session.isWriter(this);
    }

    @Override
    public Flux<SessionEvent> events() {
        return Flux.create(
                subscriber -> {
                    sink = subscriber;
                    subscriber.onRequest(_ -> drain());
                    drain();
                },
                FluxSink.OverflowStrategy.ERROR);
    }

    @Override
    public Mono<Void> input(byte[] data) {
        return session.processFor(this).flatMap(process -> process.input(data));
    }

    @Override
    public Mono<Void> closeInput() {
        return session.processFor(this).flatMap(process -> process.closeInput());
    }

    @Override
    public Mono<Void> resize(int columns, int rows) {
        return session.processFor(this).flatMap(process -> process.resize(columns, rows));
    }

    @Override
    public Mono<Void> signal(Signal signal) {
        return session.processFor(this).flatMap(process -> {
            Byte key = process.hasTerminal() ? KEYS.get(signal) : null;
            return key == null ? process.signal(signal) : process.input(new byte[] {key});
        });
    }

    @Override
    public void leave() {
        if (gone.compareAndSet(false, true)) {
            session.left(this);
        }
    }

    @Override
    public Mono<Void> end() {
        return Mono.defer(() -> {
            boolean writes = isWriter();
            leave();
            return writes ? session.end(Ended.CLOSED) : Mono.empty();
        });
    }

    /** Gives the client what it asked for, as far as it is there. */
    void drain() {
        FluxSink<SessionEvent> subscriber = sink;
        if (subscriber == null || draining.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            while (subscriber.requestedFromDownstream() > 0 && tell(subscriber)) {
                session.readOn();
            }
            missed = draining.addAndGet(-missed);
        } while (missed != 0);
    }

    /** Tells the next thing; whether there may be more. */
    private boolean tell(FluxSink<SessionEvent> subscriber) {
        if (overruled.compareAndSet(true, false)) {
            subscriber.next(new SessionEvent.Overruled());
            return true;
        }
        return switch (session.stepAt(position)) {
            case null -> false;
            case Step.Told told -> {
                if (told.event() instanceof SessionEvent.Output output) {
                    position = output.offset() + output.data().length;
                }
                subscriber.next(told.event());
                yield true;
            }
            case Step.Ended ended -> {
                if (ended.code() != null) {
                    subscriber.next(new SessionEvent.Exited(ended.code()));
                }
                subscriber.complete();
                yield false;
            }
            case Step.Broken broken -> {
                subscriber.error(broken.why());
                yield false;
            }
        };
    }
}
