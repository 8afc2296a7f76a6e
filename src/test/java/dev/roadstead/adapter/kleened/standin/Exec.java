package dev.roadstead.adapter.kleened.standin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One execution instance: it starts once, tells its output to whoever is attached, and is gone when its program ends. */
final class Exec {
    /** Who is attached. */
    interface Listener {
        void output(byte[] bytes);

        void ended(int code, boolean containerRuns);
    }

    private static final long DRAIN_MILLIS = 300;

    final String id;
    final String containerId;
    private final ObjectNode config;
    private final Execs execs;
    private boolean startsContainer;
    private boolean started;
    private volatile boolean left;
    private volatile boolean stoppedWithContainer;
    private volatile boolean terminated;
    private volatile boolean telling;
    private final AtomicInteger told = new AtomicInteger();
    private volatile @Nullable Process process;

    Exec(String id, String containerId, ObjectNode config, Execs execs) {
        this.id = id;
        this.containerId = containerId;
        this.config = config;
        this.execs = execs;
    }

    synchronized boolean isStarted() {
        return started;
    }

    /** Whether it made the jail, so that signals reach jail(8) and not the program. */
    boolean startsContainer() {
        return startsContainer;
    }

    /** Fails with {@link Answer.Refused} if it can not start now. */
    void start(boolean startContainer, Listener listener) {
        Containers containers = execs.containers();
        State state = execs.state();
        Runnable run;
        synchronized (state) {
            if (isStarted()) {
                throw refused("executable already started");
            }
            ObjectNode row = state.container(containerId);
            if (row == null) {
                throw refused("container not found");
            }
            boolean running = containers.runs(containerId);
            if (!running && !startContainer) {
                throw refused("cannot start container when 'start_container' is false.");
            }
            synchronized (this) {
                started = true;
                startsContainer = !running;
            }
            run = launch(row, listener);
        }
        execs.threads().execute(run);
    }

    private static Answer.Refused refused(String reason) {
        return new Answer.Refused(404, reason);
    }

    private Runnable launch(ObjectNode row, Listener listener) {
        List<String> command = strings(config.path("cmd").isEmpty() ? row.path("cmd") : config.path("cmd"));
        List<String> env = new ArrayList<>();
        for (JsonNode item : Containers.env(
                row.path("env").isNull() ? JsonText.NODES.arrayNode() : row.path("env"), config.path("env"))) {
            env.add(item.asString());
        }
        String user = State.text(config, "user").isEmpty() ? State.text(row, "user") : State.text(config, "user");
        if (user.isEmpty() && row.path("user").isNull()) {
            user = "root";
        }
        List<String> words = new ArrayList<>(List.of("/usr/bin/env"));
        words.addAll(env);
        words.addAll(command);
        String shown = String.join(" ", words);
        if (execs.jails().account(containerId, user) == null) {
            String text = "%s: %s: no such user\n".formatted(startsContainer ? "jail" : "jexec", user);
            return () -> {
                listener.output(text.getBytes(StandardCharsets.UTF_8));
                finish(1, shown, listener);
            };
        }
        boolean tty = config.path("tty").asBoolean();
        Process running = execs.jails()
                .start(
                        containerId,
                        new Jails.Program(command, env, user, tty),
                        execs.containers().binds(containerId));
        process = running;
        if (startsContainer) {
            execs.containers().started(containerId);
        }
        return () -> follow(running, tty, shown, listener);
    }

    private static List<String> strings(JsonNode array) {
        List<String> strings = new ArrayList<>();
        array.forEach(item -> strings.add(item.asString()));
        return strings;
    }

    private void follow(Process running, boolean tty, String shown, Listener listener) {
        Thread reader = new Thread(() -> read(running.getInputStream(), listener), "kleened-output");
        reader.setDaemon(true);
        reader.start();
        try {
            int code = running.waitFor();
            drain(reader);
            if (left && !startsContainer) {
                execs.forget(this);
                return;
            }
            finish(tty && terminated ? 1 : code, shown, listener);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** However slowly a client reads what was written before the end; but a daemon that was left behind may hold the output open. */
    private void drain(Thread reader) throws InterruptedException {
        int before;
        do {
            before = told.get();
            reader.join(DRAIN_MILLIS);
        } while (reader.isAlive() && (telling || before != told.get()));
    }

    private void finish(int code, String shown, Listener listener) {
        try {
            boolean stopped = execs.containers().isStopping(containerId);
            boolean runs = execs.containers().settledRuns(containerId);
            if (startsContainer && code != 0 && !stoppedWithContainer && !left) {
                String how = stopped && code > 128 ? "exited on signal " + (code - 128) : "failed";
                listener.output("jail: %s: %s\n".formatted(shown, how).getBytes(StandardCharsets.UTF_8));
            }
            execs.forget(this);
            listener.ended(startsContainer && code != 0 ? 1 : code, runs);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(InputStream output, Listener listener) {
        byte[] chunk = new byte[65_536];
        try (output) {
            int count;
            while (!left && (count = output.read(chunk)) >= 0) {
                if (!left) {
                    telling = true;
                    listener.output(Arrays.copyOf(chunk, count));
                    told.incrementAndGet();
                    telling = false;
                }
            }
        } catch (IOException ended) {
            // the program is gone
        }
    }

    void input(byte[] bytes) {
        Process running = process;
        if (running == null) {
            return;
        }
        try {
            running.getOutputStream().write(bytes);
            running.getOutputStream().flush();
        } catch (IOException ended) {
            // it reads no more
        }
    }

    /** The attached client went: the program ends; of one that started its container only jail(8) does. */
    void leave() {
        left = true;
        execs.forget(this);
        Process running = process;
        if (running == null) {
            return;
        }
        if (startsContainer) {
            try {
                running.getOutputStream().close();
            } catch (IOException ended) {
                // it reads no more
            }
        } else {
            running.destroy();
        }
    }

    /** Signals the program and waits for its end; whether it ended in time. */
    boolean signal(boolean force, long millis) throws InterruptedException {
        Process running = process;
        if (running == null || startsContainer) {
            TimeUnit.MILLISECONDS.sleep(millis);
            return false;
        }
        terminated = !force;
        if (force) {
            running.destroyForcibly();
        } else {
            Jails.terminate(running);
        }
        return running.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    void stoppedWithContainer() {
        stoppedWithContainer = true;
    }
}
