package dev.roadstead.adapter.kleened.standin;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Execution instances, which the daemon keeps in memory only. */
final class Execs {
    private final State state;
    private final Jails jails;
    private final Containers containers;
    private final ExecutorService threads;
    private final Timing timing;
    private final Map<String, Exec> instances = new ConcurrentHashMap<>();

    Execs(State state, Jails jails, Containers containers, ExecutorService threads, Timing timing) {
        this.state = state;
        this.jails = jails;
        this.containers = containers;
        this.threads = threads;
        this.timing = timing;
    }

    State state() {
        return state;
    }

    Jails jails() {
        return jails;
    }

    Containers containers() {
        return containers;
    }

    ExecutorService threads() {
        return threads;
    }

    Answer create(ObjectNode config) {
        if (!config.path("container_id").isString()) {
            throw new Answer.Crash(
                    "FunctionClauseError", "(FunctionClauseError) no function clause matching in String.length/1");
        }
        synchronized (state) {
            ObjectNode row = state.container(State.text(config, "container_id"));
            if (row == null) {
                return Answer.message(404, "container not found");
            }
            return Answer.id(201, make(State.text(row, "id"), config).id);
        }
    }

    Exec make(String containerId, ObjectNode config) {
        Exec exec = new Exec(state.ids.next(), containerId, config, this);
        instances.put(exec.id, exec);
        return exec;
    }

    /** An exec of the daemon itself, which no client can name. */
    Exec ofDaemon(String containerId, ObjectNode config) {
        return new Exec("", containerId, config, this);
    }

    @Nullable
    Exec find(String id) {
        return instances.get(id);
    }

    void forget(Exec exec) {
        instances.remove(exec.id);
    }

    void forgetAll() {
        instances.clear();
    }

    static String unknown(String id) {
        return "could not find execution instance matching '%s'".formatted(id);
    }

    Answer stop(String id, boolean force, boolean stopContainer) throws InterruptedException {
        Exec exec = find(id);
        if (exec == null) {
            return Answer.message(404, unknown(id));
        }
        String call =
                "(exit) exited in: GenServer.call(#PID<0.1335.0>, {:stop, %%{force_stop: %s, stop_container: %s}}, 5000)"
                        .formatted(force, stopContainer);
        if (!exec.isStarted()) {
            forget(exec);
            if (!stopContainer) {
                throw new Answer.Crash("unhandled exit", call);
            }
            return Answer.message(404, "execution instance have not been started");
        }
        boolean done = stopContainer
                ? stopContainer(exec)
                : exec.signal(force, timing.call().toMillis());
        if (!done) {
            throw new Answer.Crash("unhandled exit", call);
        }
        forget(exec);
        return Answer.id(200, id);
    }

    private boolean stopContainer(Exec exec) throws InterruptedException {
        exec.stoppedWithContainer();
        Duration grace = timing.stopGrace();
        Future<?> stop = threads.submit(() -> {
            containers.end(exec.containerId, grace);
            return true;
        });
        try {
            stop.get(timing.call().toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException slow) {
            return false;
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
