package dev.roadstead.adapter.process;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.Signal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A process started by an exec, told from others by a mark in its environment. The daemon can neither signal nor end it, so a second
 * exec does, with a script for the container's shell.
 */
public final class MarkedProcess {
    /** The variable by which a process is found; the process itself can read it. */
    static final String VARIABLE = "ROADSTEAD_EXEC";

    /** Root may not look into the environment of other users' processes, but may signal them. */
    private static final String ROOT = "0";

    /** What a terminal sends for a key. */
    private static final List<Signal> KEYS = List.of(new Signal("INT"), new Signal("QUIT"), new Signal("TSTP"));

    /** How it went. */
    enum Reached {
        DONE,
        NOT_FOUND,
        NOT_PERMITTED,
        SOME_LEFT,
        HOLDS_PIPE,
        NO_SHELL,
        FAILED;

        static Reached of(int exitCode) {
            return switch (exitCode) {
                case 0 -> DONE;
                case 10 -> NOT_FOUND;
                case 11 -> NOT_PERMITTED;
                case 12 -> SOME_LEFT;
                case 13 -> HOLDS_PIPE;
                case 126, 127 -> NO_SHELL;
                default -> FAILED;
            };
        }

        /** Why it could not be done, for people. */
        String reason() {
            return switch (this) {
                case NO_SHELL -> "the container has no shell to reach its processes with";
                case NOT_FOUND -> "the process cannot be found in the container's /proc";
                case NOT_PERMITTED -> "neither its own user nor root may signal the process";
                case SOME_LEFT -> "some of its processes do not end";
                case DONE, HOLDS_PIPE, FAILED -> "the container's shell could not do it";
            };
        }
    }

    private final ExecCalls calls;
    private final ContainerId container;
    private final @Nullable String user;
    private final String script;
    private final String mark;

    /**
     * @param script from {@link #script()}
     * @param user whom the process runs as; null: the container's
     */
    MarkedProcess(ExecCalls calls, String script, ContainerId container, @Nullable String user) {
        this.calls = calls;
        this.container = container;
        this.user = user;
        this.script = script;
        // Unique, not secret: the process and its neighbours can read it.
        ThreadLocalRandom random = ThreadLocalRandom.current();
        this.mark = "%s=%016x%016x".formatted(VARIABLE, random.nextLong(), random.nextLong());
    }

    /** {@code NAME=value} for the environment of the process. */
    String mark() {
        return mark;
    }

    /** Signals its group; with a terminal, what keys can do reaches the group in its foreground. */
    Mono<Reached> signal(Signal signal, boolean terminal) {
        boolean key = terminal && KEYS.stream().anyMatch(typed -> typed.number() == signal.number());
        return reach("signal", Integer.toString(signal.number()), key ? "terminal" : "");
    }

    /** Kills every process of its session. A process that made a session of its own stays. */
    Mono<Reached> end() {
        return reach("end", "", "");
    }

    /** Kills what is left of its session when itself has ended. */
    Mono<Reached> endOrphans() {
        return reach("end", "orphans", "");
    }

    /** Tells whether it still holds the pipe it was given for output. */
    Mono<Reached> holdsOutput() {
        return reach("holds", "", "");
    }

    private Mono<Reached> reach(String action, String how, String terminal) {
        return run(user, action, how, terminal, null).flatMap(first -> {
            Reached reached = Reached.of(first.exitCode());
            return switch (reached) {
                case NOT_FOUND -> asRoot(reached, action, how, terminal, null);
                case NOT_PERMITTED -> asRoot(reached, action, how, terminal, Leader.of(first.output()));
                case SOME_LEFT ->
                    asRoot(reached, action, how, terminal, Leader.of(first.output()))
                            .flatMap(second -> second == Reached.DONE || !how.isEmpty()
                                    ? Mono.just(second)
                                    : mine(action, second));
                case DONE, HOLDS_PIPE, NO_SHELL, FAILED -> Mono.just(reached);
            };
        });
    }

    private Mono<Reached> asRoot(Reached reached, String action, String how, String terminal, @Nullable Leader leader) {
        return run(ROOT, action, how, terminal, leader)
                .map(second -> Reached.of(second.exitCode()))
                // It can have ended in between.
                .map(second -> second == Reached.NOT_FOUND ? reached : second);
    }

    /** Not even root reaches all of it: then as much as its user does. */
    private Mono<Reached> mine(String action, Reached otherwise) {
        return run(user, action, "mine", "", null)
                .map(last -> Reached.of(last.exitCode()) == Reached.DONE ? Reached.DONE : otherwise);
    }

    private Mono<ExecCalls.Ended> run(
            @Nullable String as, String action, String how, String terminal, @Nullable Leader leader) {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", script, "reach", mark, action, how));
        // Without a user to compare with, a number that any process may have forged is none.
        if (leader == null || user == null) {
            command.addAll(List.of("", terminal));
        } else {
            command.addAll(List.of(leader.number(), terminal, leader.started(), user));
        }
        return calls.run(container, command, as);
    }

    /** What a run by the process's own user said of its session's leader: a hint, which the next run examines. */
    private record Leader(String number, String started) {
        private static final Pattern PRINTED = Pattern.compile("(\\d{1,10}) (\\d{1,20})");

        static @Nullable Leader of(String output) {
            Matcher printed = PRINTED.matcher(output.strip());
            return printed.matches() ? new Leader(printed.group(1), printed.group(2)) : null;
        }
    }

    /** Reads the script that a container's shell runs; not on an event loop. */
    public static String script() {
        try (InputStream file = MarkedProcess.class.getResourceAsStream("reach.sh")) {
            if (file == null) {
                throw new IllegalStateException("reach.sh is missing");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
