package dev.roadstead.api;

import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Tells endless answers that the gateway is about to stop, before the web server begins to wait for them: those that do not end by
 * themselves would use up the whole grace period.
 */
public final class ShutdownSignal implements SmartLifecycle {
    private final Sinks.Empty<Void> begun = Sinks.empty();
    private volatile boolean running;

    /** Completes when the shutdown begins; at once if it has begun. */
    public Mono<Void> begun() {
        return begun.asMono();
    }

    /** The highest phase: stopped before the web server is. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        begun.tryEmitEmpty();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
