package dev.roadstead.gateway;

import dev.roadstead.transport.ScriptedConnection;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Processes in the container of a {@link ScriptedDaemon}, spoken of as dockerd 20.10 does (Docker Engine API v1.41, ExecCreate, ExecStart,
 * ExecInspect, ExecResize). Each gives back what it gets; a line {@code exit} ends it with 0, and without a terminal so does the end of its
 * input. A command that bears another process's mark and the word {@code end} kills that one, as the gateway's own script does.
 */
public final class ScriptedExecs {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int KILLED = 137;
    private static final byte[] EXIT = {'e', 'x', 'i', 't'};

    private final Map<String, Exec> execs = new ConcurrentHashMap<>();
    private final AtomicInteger hijacked = new AtomicInteger();

    private ScriptedExecs() {}

    /** Adds them to a daemon; requests that it has no script for come here. */
    public static ScriptedExecs in(ScriptedDaemon daemon) {
        ScriptedExecs execs = new ScriptedExecs();
        daemon.onContainer("POST exec", execs::create);
        daemon.server().otherwise(execs::play);
        return execs;
    }

    /** Processes that run and were not started by the gateway for ends of its own. */
    long running() {
        return execs.values().stream().filter(exec -> exec.running).count();
    }

    /** Processes ever made with an input. */
    long made() {
        return execs.values().stream().filter(exec -> exec.hasInput).count();
    }

    /** Connections that are a process's now. */
    int hijacked() {
        return hijacked.get();
    }

    private static final class Exec {
        private final String id = UUID.randomUUID().toString().replace("-", "").repeat(2);
        private final boolean tty;
        private final boolean hasInput;
        private final List<String> env;
        private final List<String> command;
        private volatile boolean running;
        private volatile @Nullable Integer exitCode;
        private volatile @Nullable ScriptedConnection connection;

        Exec(JsonNode body) {
            this.tty = body.path("Tty").asBoolean(false);
            this.hasInput = body.path("AttachStdin").asBoolean(false);
            this.env = texts(body.path("Env"));
            this.command = texts(body.path("Cmd"));
        }

        /** Its first end counts. */
        synchronized void end(int code) {
            if (exitCode == null) {
                exitCode = code;
                running = false;
            }
        }

        private static List<String> texts(JsonNode list) {
            List<String> texts = new ArrayList<>();
            list.forEach(text -> texts.add(text.asString()));
            return texts;
        }
    }

    private void create(ScriptedConnection at) throws IOException {
        Exec exec = new Exec(JSON.readTree(at.readBody()));
        execs.put(exec.id, exec);
        json(at, 201, "{\"Id\":\"%s\"}".formatted(exec.id));
    }

    private void play(ScriptedConnection at) throws IOException {
        String[] path = at.request().path().split("/", -1);
        Exec exec = path.length == 5 && path[2].equals("exec") ? execs.get(path[3]) : null;
        if (exec == null) {
            at.drainBody();
            json(at, 404, "{\"message\":\"No such exec instance\"}");
            return;
        }
        switch (path[4]) {
            case "start" -> start(at, exec);
            case "json" -> {
                at.drainBody();
                json(
                        at,
                        200,
                        "{\"ID\":\"%s\",\"Running\":%s,\"ExitCode\":%s,\"ContainerID\":\"%s\"}"
                                .formatted(exec.id, exec.running, exec.exitCode, ScriptedDaemon.ID));
            }
            default -> {
                at.drainBody();
                at.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            }
        }
    }

    private void start(ScriptedConnection at, Exec exec) throws IOException {
        at.drainBody();
        exec.connection = at;
        exec.running = true;
        if (exec.hasInput) {
            at.write("""
                    HTTP/1.1 101 UPGRADED\r
                    Content-Type: application/vnd.docker.raw-stream\r
                    Connection: Upgrade\r
                    Upgrade: tcp\r
                    \r
                    """);
            hijacked.incrementAndGet();
            try {
                echo(at, exec);
            } finally {
                hijacked.decrementAndGet();
            }
        } else {
            at.write("HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n");
            help(exec);
            at.write(ScriptedDaemon.frame("77\n"));
            exec.end(0);
        }
        at.close();
    }

    private static void echo(ScriptedConnection at, Exec exec) throws IOException {
        InputStream in = at.rawInput();
        byte[] piece = new byte[32 << 10];
        int line = 0;
        for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
            at.write(exec.tty ? Arrays.copyOf(piece, read) : frame(piece, read));
            for (int i = 0; i < read; i++) {
                if (line == EXIT.length && (piece[i] == '\r' || piece[i] == '\n')) {
                    exec.end(0);
                    return;
                }
                line = line >= 0 && line < EXIT.length && piece[i] == EXIT[line] ? line + 1 : -1;
                if (piece[i] == '\r' || piece[i] == '\n') {
                    line = 0;
                }
            }
        }
        if (!exec.tty) {
            exec.end(0);
        } else {
            at.awaitClientClosed();
        }
    }

    /** What the gateway's own commands do to others: only the end of one with a mark. */
    private void help(Exec helper) throws IOException {
        if (!helper.command.contains("end")) {
            return;
        }
        for (Exec exec : execs.values()) {
            if (exec.running && exec.env.stream().anyMatch(helper.command::contains)) {
                exec.end(KILLED);
                ScriptedConnection connection = exec.connection;
                if (connection != null) {
                    connection.close();
                }
            }
        }
    }

    private static byte[] frame(byte[] data, int length) {
        return ByteBuffer.allocate(8 + length)
                .put((byte) 1)
                .position(4)
                .putInt(length)
                .put(data, 0, length)
                .array();
    }

    private static void json(ScriptedConnection at, int status, String body) throws IOException {
        at.write("HTTP/1.1 %d Scripted\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(status, body.length(), body));
    }
}
