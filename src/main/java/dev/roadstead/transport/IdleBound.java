package dev.roadstead.transport;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Fails a body that is asked for more and gives nothing for too long. While nobody asks the time does not count: a slow reader is no
 * fault of the engine.
 */
final class IdleBound extends FluxOperator<byte[], byte[]> {
    private final Duration idle;
    private final EventExecutor loop;
    private final Supplier<? extends Throwable> failure;

    /** @param loop the thread on which the body emits, so that the failure never overtakes an item */
    IdleBound(Flux<byte[]> body, Duration idle, EventExecutor loop, Supplier<? extends Throwable> failure) {
        super(body);
        this.idle = idle;
        this.loop = loop;
        this.failure = failure;
    }

    @Override
    public void subscribe(CoreSubscriber<? super byte[]> actual) {
        source.subscribe(new Watch(actual));
    }

    private final class Watch implements CoreSubscriber<byte[]>, Subscription, Runnable {
        private final CoreSubscriber<? super byte[]> actual;
        private final AtomicLong demand = new AtomicLong();
        private volatile long waitingSince;
        private volatile boolean over;
        private volatile @Nullable Future<?> timer;
        private Subscription upstream = Operators.emptySubscription();

        Watch(CoreSubscriber<? super byte[]> actual) {
            this.actual = actual;
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            upstream = subscription;
            waitingSince = System.nanoTime();
            timer = loop.schedule(this, idle.toNanos(), TimeUnit.NANOSECONDS);
            actual.onSubscribe(this);
        }

        @Override
        public void request(long n) {
            if (demand.getAndAccumulate(n, Operators::addCap) == 0) {
                waitingSince = System.nanoTime();
            }
            upstream.request(n);
        }

        @Override
        public void onNext(byte[] bytes) {
            if (over) {
                return;
            }
            waitingSince = System.nanoTime();
            demand.updateAndGet(wanted -> wanted == Long.MAX_VALUE ? wanted : wanted - 1);
            actual.onNext(bytes);
        }

        @Override
        public void onError(Throwable error) {
            if (end()) {
                actual.onError(error);
            } else {
                Operators.onErrorDropped(error, actual.currentContext());
            }
        }

        @Override
        public void onComplete() {
            if (end()) {
                actual.onComplete();
            }
        }

        @Override
        public void cancel() {
            end();
            upstream.cancel();
        }

        @Override
        public void run() {
            if (over) {
                return;
            }
            long silent = demand.get() == 0 ? 0 : System.nanoTime() - waitingSince;
            if (silent < idle.toNanos()) {
                timer = loop.schedule(this, idle.toNanos() - silent, TimeUnit.NANOSECONDS);
            } else if (end()) {
                upstream.cancel();
                actual.onError(failure.get());
            }
        }

        private synchronized boolean end() {
            if (over) {
                return false;
            }
            over = true;
            Future<?> pending = timer;
            if (pending != null) {
                pending.cancel(false);
            }
            return true;
        }
    }
}
