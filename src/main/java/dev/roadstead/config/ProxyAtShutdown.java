package dev.roadstead.config;

import dev.roadstead.proxy.ProxyService;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** Lets what is under way to engines end before the web server closes connections that it knows nothing of. */
final class ProxyAtShutdown implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyAtShutdown.class);

    /** Above the web server's: stopped before it begins to wait. */
    private static final int PHASE = DEFAULT_PHASE - 512;

    private static final Duration BOUND = Duration.ofSeconds(10);

    private final ProxyService proxy;
    private final Disposable.Swap draining = Disposables.swap();
    private volatile boolean running;

    ProxyAtShutdown(ProxyService proxy) {
        this.proxy = proxy;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public void stop(Runnable done) {
        stop();
        draining.update(proxy.drain(BOUND)
                .doFinally(_ -> done.run())
                .subscribe(_ -> {}, failed -> LOG.warn("not every request to an engine ended: {}", failed.toString())));
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
