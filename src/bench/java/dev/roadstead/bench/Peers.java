package dev.roadstead.bench;

import dev.roadstead.testing.FreePort;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * HAProxy and nginx (packages {@code haproxy} and {@code nginx-light} of Debian) before the engine's socket, and a second nginx that
 * stands for an engine which answers at once, so that whatever is before it is the limit.
 */
final class Peers implements AutoCloseable {
    /** What the quick engine has at {@code /large}. */
    static final long LARGE = 1L << 30;

    private static final int PORTS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Path folder;
    private final List<Process> processes = new ArrayList<>();
    private final int[] ports = new int[PORTS];

    /** Starts them before an engine's Unix socket. */
    Peers(URI engine) throws IOException {
        this.folder = Files.createTempDirectory(Path.of("/dev/shm"), "roadstead-bench");
        for (int i = 0; i < PORTS; i++) {
            ports[i] = FreePort.draw();
        }
        Path root = Files.createDirectory(folder.resolve("root"));
        fill(root.resolve("large"));
        Files.writeString(folder.resolve("quick.conf"), nginx("quick", """
                  server {
                    listen unix:%1$s/quick.sock;
                    listen 127.0.0.1:%2$d;
                    root %1$s/root;
                    location = /_ping { default_type text/plain; return 200 OK; }
                  }
                """.formatted(folder, ports[4])));
        Files.writeString(folder.resolve("nginx.conf"), nginx("nginx", """
                  upstream engine { server unix:%s; keepalive 64; }
                  upstream quick { server unix:%s/quick.sock; keepalive 64; }
                  proxy_buffering off;
                  proxy_request_buffering off;
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                  client_max_body_size 0;
                  server { listen 127.0.0.1:%d; location / { proxy_pass http://engine; } }
                  server { listen 127.0.0.1:%d; location / { proxy_pass http://quick; } }
                """.formatted(
                        engine.getPath(), folder, ports[0], ports[1])));
        Files.writeString(folder.resolve("haproxy.cfg"), """
                global
                  nbthread 2
                defaults
                  mode http
                  timeout connect 5s
                  timeout client 60s
                  timeout server 60s
                  http-reuse always
                listen engine
                  bind 127.0.0.1:%d
                  server engine unix@%s
                listen quick
                  bind 127.0.0.1:%d
                  server quick unix@%s/quick.sock
                """.formatted(ports[2], engine.getPath(), ports[3], folder));
        start("nginx", "-c", folder.resolve("quick.conf").toString());
        start("nginx", "-c", folder.resolve("nginx.conf").toString());
        start("haproxy", "-db", "-f", folder.resolve("haproxy.cfg").toString());
        for (URI each : List.of(quick(), nginx(true), nginx(false), haproxy(true), haproxy(false))) {
            // Docker has that too.
            if (!new Target(each, "/_ping", null)
                    .answersWithin(PATIENCE, () -> processes.stream().allMatch(Process::isAlive))) {
                close();
                throw new IllegalStateException(
                        "HAProxy, nginx or what is behind them does not answer; see their output");
            }
        }
    }

    /** The quick engine's own socket. */
    URI quick() {
        return URI.create("unix://" + folder.resolve("quick.sock"));
    }

    /** The quick engine itself, by the way that clients take to what stands before it. */
    URI quickByTcp() {
        return http(ports[4]);
    }

    /** Pages of its own: those of a file without content are all one, which no real body is. */
    private static void fill(Path file) throws IOException {
        byte[] piece = new byte[1 << 20];
        new Random(1).nextBytes(piece);
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long written = 0; written < LARGE; written += piece.length) {
                out.write(piece);
            }
        }
    }

    /** The engine or the quick one behind nginx. */
    URI nginx(boolean quick) {
        return http(ports[quick ? 1 : 0]);
    }

    /** The engine or the quick one behind HAProxy. */
    URI haproxy(boolean quick) {
        return http(ports[quick ? 3 : 2]);
    }

    private static URI http(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }

    private String nginx(String name, String servers) {
        return """
                user root;
                daemon off;
                worker_processes 2;
                pid %1$s/%2$s.pid;
                error_log %1$s/%2$s.log;
                events { worker_connections 1024; }
                http {
                  access_log off;
                  sendfile on;
                  keepalive_requests 1000000000;
                  client_body_temp_path %1$s/%2$s-body;
                  proxy_temp_path %1$s/%2$s-proxy;
                  fastcgi_temp_path %1$s/%2$s-fastcgi;
                  uwsgi_temp_path %1$s/%2$s-uwsgi;
                  scgi_temp_path %1$s/%2$s-scgi;
                %3$s}
                """.formatted(folder, name, servers);
    }

    private void start(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().merge("PATH", "/usr/sbin", (own, more) -> own + File.pathSeparator + more);
        List<String> whole = new ArrayList<>(builder.command());
        Path program = Path.of("/usr/sbin", whole.getFirst());
        if (Files.isExecutable(program)) {
            whole.set(0, program.toString());
        }
        processes.add(builder.command(whole).start());
    }

    @Override
    public void close() throws IOException {
        for (Process process : processes) {
            process.destroy();
            process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
            process.destroyForcibly();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
