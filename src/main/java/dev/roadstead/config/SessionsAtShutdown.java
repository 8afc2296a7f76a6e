package dev.roadstead.config;

import dev.roadstead.session.ExecSessions;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** Ends attached exec sessions when the gateway stops, after its clients have gone and before its engines are closed. */
final class SessionsAtShutdown implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(SessionsAtShutdown.class);

    /** Below the web server's own phase: it stops before. */
    private static final int PHASE = DEFAULT_PHASE - 4096;

    private static final Duration BOUND = Duration.ofSeconds(10);

    private final ExecSessions sessions;
    private final Disposable.Swap ending = Disposables.swap();
    private volatile boolean running;

    SessionsAtShutdown(ExecSessions sessions) {
        this.sessions = sessions;
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
        ending.update(sessions.close()
                .timeout(BOUND)
                .doFinally(_ -> done.run())
                .subscribe(_ -> {}, failed -> LOG.warn("not every exec session was ended: {}", failed.toString())));
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
