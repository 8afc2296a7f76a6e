package dev.roadstead.adapter.kleened.standin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A small system of busybox, as the recordings had in place of FreeBSD's base system. */
final class BaseSystem {
    static final Path BUSYBOX = Path.of("/bin/busybox");
    private static final Path DASH = Path.of("/bin/dash");

    /** FreeBSD's env(1) says this of a command it does not find. */
    private static final String ENV = """
            #!/bin/busybox sh
            for word in "$@"; do
              case $word in
                *=*) ;;
                *) case $word in
                     /*) [ -e "$word" ] ;;
                     *) command -v "$word" >/dev/null ;;
                   esac || { echo "env: $word: No such file or directory" >&2; exit 127; }
                   break ;;
              esac
            done
            exec /bin/busybox env "$@"
            """;

    /** In a jail ps(1) tells the jail's own processes; FreeBSD's asks the kernel for them, this one needs proc. */
    private static final String PS = """
            #!/bin/sh
            set -f
            /bin/busybox ps -o user,pid,ppid,stat,rss,args | while read -r line; do
              set -- $line
              case $2 in
                PID) echo "$line" ;;
                *) if [ "/proc/$2/root/." -ef / ]; then echo "$line"; fi ;;
              esac
            done
            """;

    private static final String RC = """
            echo Starting syslogd.
            sleep 100000 </dev/null >/dev/null 2>&1 &
            echo Starting cron.
            sleep 100000 </dev/null >/dev/null 2>&1 &
            echo
            date
            """;

    private BaseSystem() {}

    static void create(Path root) {
        try {
            for (String directory : List.of(
                    "bin",
                    "sbin",
                    "usr/bin",
                    "usr/sbin",
                    "etc",
                    "root",
                    "dev",
                    "proc",
                    "mnt",
                    "srv",
                    "tmp",
                    "var/tmp",
                    "var/run",
                    "home/www")) {
                Files.createDirectories(root.resolve(directory));
            }
            Files.copy(BUSYBOX, root.resolve("bin/busybox"));
            for (String applet : output("/bin/busybox", "--list-full").lines().toList()) {
                link(root.resolve(applet));
            }
            if (Files.isExecutable(DASH)) {
                shell(root);
            }
            executable(root.resolve("usr/bin/env"), ENV);
            executable(root.resolve("bin/ps"), PS);
            write(
                    root,
                    "etc/passwd",
                    "root:*:0:0:Charlie:/root:/bin/sh\nwww:*:80:80:World Wide Web:/home/www:/bin/sh\nnobody:*:65534:65534:Unprivileged:/tmp:/bin/sh\n");
            write(root, "etc/group", "wheel:*:0:root\nwww:*:80:\nnobody:*:65534:\n");
            write(root, "etc/rc", RC);
            write(root, "etc/rc.shutdown", "exit 0\n");
            write(root, "etc/resolv.conf", "");
            Files.setPosixFilePermissions(root.resolve("tmp"), PosixFilePermissions.fromString("rwxrwxrwx"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** A shell that neither edits lines nor greets, like FreeBSD's: the one of the recordings. */
    private static void shell(Path root) throws IOException {
        for (String word : output("ldd", DASH.toString()).split("\\s+", -1)) {
            if (word.startsWith("/")) {
                Path library = root.resolve(word.substring(1));
                Files.createDirectories(library.getParent());
                Files.copy(Path.of(word), library, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.copy(DASH, root.resolve("bin/dash"));
        Files.deleteIfExists(root.resolve("bin/sh"));
        Files.createSymbolicLink(root.resolve("bin/sh"), Path.of("dash"));
    }

    private static void link(Path applet) throws IOException {
        if (applet.getFileName().toString().equals("busybox")) {
            return;
        }
        Files.createDirectories(applet.getParent());
        try {
            Files.createSymbolicLink(applet, Path.of("/bin/busybox"));
        } catch (FileAlreadyExistsException there) {
            // listed twice
        }
    }

    private static void write(Path root, String name, String text) throws IOException {
        Files.writeString(root.resolve(name), text);
    }

    private static void executable(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Copies a directory with owners and links, as a clone of a dataset does. */
    static void copy(Path from, Path to) {
        output("cp", "-a", "--reflink=auto", from.toString(), to.toString());
    }

    static void delete(Path directory) {
        output("rm", "-rf", "--one-file-system", directory.toString());
    }

    /** What a command of this machine says; fails if it fails. */
    static String output(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IllegalStateException("%s: %s".formatted(String.join(" ", command), text));
            }
            return text;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
