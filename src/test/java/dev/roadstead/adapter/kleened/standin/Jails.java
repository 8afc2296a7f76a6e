package dev.roadstead.adapter.kleened.standin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The processes of containers: each runs in a change of root with the mounts of its container, in a mount namespace of its own. A
 * container runs while any process has its directory as root.
 */
final class Jails {
    private static final String PATH = "PATH=/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin";
    private static final String ENTER = """
            root=$1 user=$2; shift 2
            while [ "$1" != -- ]; do
              if [ -d "$2" ]; then mkdir -p "$root$3"; else mkdir -p "$(dirname "$root$3")"; touch "$root$3"; fi
              mount --bind "$2" "$root$3"
              if [ "$1" = ro ]; then mount -o remount,bind,ro "$root$3"; fi
              shift 3
            done
            shift
            mount --rbind /dev "$root/dev"
            mount --rbind /proc "$root/proc"
            [ "$user" = 0:0 ] || exec chroot --userspec="$user" "$root" "$@"
            exec chroot "$root" "$@"
            """;

    /** A directory that shows inside the container. */
    record Bind(Path source, String destination, boolean readOnly) {}

    /** What to run in a container. */
    record Program(List<String> command, List<String> env, String user, boolean tty) {}

    private final Path containers;
    private final Map<String, List<Process>> started = new HashMap<>();

    Jails(Path containers) {
        this.containers = containers;
    }

    Path root(String id) {
        return containers.resolve(id);
    }

    /** The user id and group id in the container, or null if it does not know the user. */
    @Nullable
    String account(String id, String user) {
        try {
            for (String line : Files.readAllLines(root(id).resolve("etc/passwd"))) {
                String[] fields = line.split(":", -1);
                if (fields.length > 5 && fields[0].equals(user)) {
                    return "%s:%s:%s".formatted(fields[2], fields[3], fields[5]);
                }
            }
            return null;
        } catch (IOException unreadable) {
            return null;
        }
    }

    /** Starts a program; its standard error is its standard output. */
    Process start(String id, Program program, List<Bind> binds) {
        String account = account(id, program.user());
        String[] fields = account == null ? new String[] {"0", "0", "/root"} : account.split(":", -1);
        // Who ignores a signal hands that on to its children: a build in the background ignores ctrl-c.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=HUP,INT,QUIT", "unshare", "--mount"));
        if (!isRoot()) {
            command.add("--map-root-user");
        }
        command.addAll(List.of("/bin/sh", "-ec", ENTER, "enter", root(id).toString()));
        command.add(isRoot() ? fields[0] + ":" + fields[1] : "0:0");
        for (Bind bind : binds) {
            command.addAll(List.of(bind.readOnly() ? "ro" : "rw", bind.source().toString(), bind.destination()));
        }
        command.add("--");
        command.addAll(List.of("/bin/busybox", "env", "-i", PATH, "HOME=" + fields[2], "USER=" + program.user()));
        command.addAll(List.of("/bin/sh", "-c", "cd \"$HOME\" 2>/dev/null; exec /usr/bin/env \"$@\"", "jexec"));
        command.addAll(program.env());
        command.addAll(program.command());
        if (program.tty()) {
            command = List.of(
                    "script", "--quiet", "--return", "--echo", "always", "--command", quoted(command), "/dev/null");
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("TERM");
        builder.environment().put("SHELL", "/bin/sh");
        try {
            synchronized (this) {
                Process process = builder.start();
                started.computeIfAbsent(id, key -> new ArrayList<>()).add(process);
                return process;
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String quoted(List<String> command) {
        StringBuilder line = new StringBuilder("exec");
        for (String word : command) {
            line.append(" '").append(word.replace("'", "'\\''")).append('\'');
        }
        return line.toString();
    }

    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    boolean runs(String id) {
        synchronized (this) {
            List<Process> known = started.computeIfAbsent(id, key -> new ArrayList<>());
            known.removeIf(process -> !process.isAlive());
            if (!known.isEmpty()) {
                return true;
            }
        }
        return !inside(id).isEmpty();
    }

    /** Ends all processes of a container: SIGTERM, and after the grace SIGKILL. */
    void stop(String id, Duration grace) throws InterruptedException {
        inside(id).forEach(ProcessHandle::destroy);
        synchronized (this) {
            // One that is on its way in. What keeps a terminal would tell there that it was stopped; it ends after its
            // program.
            for (Process process : started.getOrDefault(id, List.of())) {
                terminate(process);
            }
        }
        long end = System.nanoTime() + grace.toNanos();
        while (runs(id) && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        kill(id);
    }

    /** Sends SIGTERM to a program: what keeps its terminal would tell there that it was stopped, and ends after it anyway. */
    static void terminate(Process process) throws InterruptedException {
        List<ProcessHandle> programs =
                keepsTerminal(process) ? process.children().toList() : List.of();
        for (int tries = 0; keepsTerminal(process) && programs.isEmpty() && tries < 200; tries++) {
            // It has not got so far yet.
            TimeUnit.MILLISECONDS.sleep(5);
            programs = process.children().toList();
        }
        if (programs.isEmpty()) {
            // The process itself would close its output as well, and lose its last words.
            process.toHandle().destroy();
        }
        programs.forEach(ProcessHandle::destroy);
    }

    private static boolean keepsTerminal(Process process) {
        return process.info()
                .command()
                .filter(command -> command.endsWith("/script"))
                .isPresent();
    }

    /** Whether a program of this name runs in a container at its terminal, so that the terminal's keys reach it. */
    boolean isAtTerminal(String id, String name) {
        return inside(id).stream().anyMatch(process -> {
            try {
                String status = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "stat"));
                // proc(5): pid (comm) state ppid pgrp session tty_nr tpgid
                String[] rest = status.substring(status.lastIndexOf(')') + 2).split(" ", -1);
                String line = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "cmdline"));
                return rest[2].equals(rest[5]) && line.contains(name);
            } catch (IOException ended) {
                return false;
            }
        });
    }

    void kill(String id) throws InterruptedException {
        while (runs(id)) {
            inside(id).forEach(ProcessHandle::destroyForcibly);
            synchronized (this) {
                started.getOrDefault(id, List.of()).forEach(Process::destroyForcibly);
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private List<ProcessHandle> inside(String id) {
        List<ProcessHandle> found = new ArrayList<>();
        try {
            Object key =
                    Files.readAttributes(root(id), BasicFileAttributes.class).fileKey();
            try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
                for (Path process : processes) {
                    if (isRootedAt(process, key)) {
                        ProcessHandle.of(Long.parseLong(process.getFileName().toString()))
                                .ifPresent(found::add);
                    }
                }
            }
        } catch (NoSuchFileException removed) {
            return List.of();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return found;
    }

    private static boolean isRootedAt(Path process, Object key) {
        try {
            return key.equals(Files.readAttributes(process.resolve("root"), BasicFileAttributes.class)
                    .fileKey());
        } catch (IOException ended) {
            return false;
        }
    }
}
