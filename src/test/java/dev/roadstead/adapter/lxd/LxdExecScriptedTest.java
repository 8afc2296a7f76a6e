package dev.roadstead.adapter.lxd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerId;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineName;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.engine.ExecOperations.Session;
import dev.roadstead.exec.ExecOutput;
import dev.roadstead.exec.ExecSpec;
import dev.roadstead.transport.NoLeaks;
import dev.roadstead.transport.Script;
import dev.roadstead.transport.ScriptedConnection;
import dev.roadstead.transport.ScriptedServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Bad days of processes on LXD: sockets that are refused, never come or break, operations that fail. */
@ExtendWith(NoLeaks.class)
class LxdExecScriptedTest {
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final ContainerId WEB = new ContainerId("web");
    private static final byte[] END_OF_OUTPUT = {(byte) 0x81, 0};
    private static final byte[] FAREWELL = {(byte) 0x88, 2, 3, (byte) 0xe8};

    private final ScriptedServer server = ScriptedServer.onUnixSocket();
    private final Engine engine = engine(WAIT);

    private Engine engine(Duration patience) {
        return new LxdEngineFactory(EngineKind.LXD)
                .create(new EngineSettings(
                        new EngineName("lxd"), EngineKind.LXD, server.uri(), patience, patience, WAIT, 8, null));
    }

    @AfterEach
    void close() throws IOException {
        engine.close().block(WAIT);
        server.close();
    }

    /** @param sockets what happens at each, by its secret; others open and stay silent */
    private void speaks(Map<String, Script> sockets, Script... waits) {
        server.on("GET /1.0", Script.json(200, """
                                {"type":"sync","metadata":{"api_version":"1.0","auth":"trusted","api_extensions":[],
                                "environment":{"server":"lxd","server_version":"5.0.2"}}}"""))
                .on("POST /1.0/instances/web/exec", Script.json(202, """
                                {"type":"async","metadata":{"id":"op1","class":"websocket","status_code":103,"metadata":
                                {"fds":{"0":"s0","1":"s1","2":"s2","control":"sc"}}}}"""))
                .on("GET /1.0/operations/op1/wait", waits)
                .on("GET /1.0/operations/op1/websocket", connection -> {
                    String target = connection.request().target();
                    String secret = target.substring(target.indexOf('=') + 1);
                    sockets.getOrDefault(secret, frames()).play(connection);
                });
    }

    @Test
    void outputComesWholeThoughItsFramesAreCut() {
        speaks(
                Map.of("s1", frames(binary("one "), binary("two"), END_OF_OUTPUT), "s2", frames(END_OF_OUTPUT)),
                ended(200, "\"return\":3"));

        Session session = start();

        assertThat(text(session)).isEqualTo("one two");
        StepVerifier.create(session.exitCode()).expectNext(3).expectComplete().verify(WAIT);
        end(session);
    }

    @Test
    void aSocketThatIsRefusedFailsTheStartAndLeavesNoOther() {
        speaks(
                Map.of(
                        "s1",
                        Script.json(500, "{\"type\":\"error\",\"error_code\":500,\"error\":\"permission denied\"}")),
                still());

        fails(engine.exec().start(WEB, plain()), EngineException.Failed.class, "ENGINE_ERROR");

        server.awaitOpenConnections(openForCalls());
    }

    @Test
    void aSocketThatNeverConnectsFailsTheStartInTime() {
        Engine hasty = engine(Duration.ofSeconds(1));
        speaks(Map.of("s2", Script.silence()), still());

        fails(hasty.exec().start(WEB, plain()), EngineException.TimedOut.class, "ENGINE_TIMEOUT");

        hasty.close().block(WAIT);
        server.awaitOpenConnections(0);
    }

    @Test
    void aDaemonThatClosesInMidOutputIsNoEndOfTheProcess() {
        speaks(Map.of("s1", half("HTTP"), "s2", frames(END_OF_OUTPUT)), still());

        Session session = start();

        StepVerifier.create(session.output())
                .thenConsumeWhile(_ -> true)
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOfSatisfying(
                                EngineException.Failed.class,
                                broken -> assertThat(broken.code()).isEqualTo("ENGINE_BROKE_OFF")))
                .verify(WAIT);
    }

    @Test
    void aProgramThatIsNotThereIsAnExitCodeThoughTheOperationFails() {
        speaks(Map.of("s1", frames(END_OF_OUTPUT), "s2", frames(END_OF_OUTPUT)), ended(400, "\"return\":127"));

        Session session = start();

        StepVerifier.create(session.exitCode()).expectNext(127).expectComplete().verify(WAIT);
        end(session);
    }

    @Test
    void anOperationThatFailsWithoutACodeFailsTheExitCode() {
        speaks(Map.of("s1", frames(END_OF_OUTPUT), "s2", frames(END_OF_OUTPUT)), ended(400, "\"other\":1"));

        Session session = start();

        fails(session.exitCode(), EngineException.Failed.class, "ENGINE_ERROR");
    }

    @Test
    void anOperationThatTheDaemonForgotHasAnUnknownOutcome() {
        speaks(
                Map.of("s1", frames(END_OF_OUTPUT), "s2", frames(END_OF_OUTPUT)),
                Script.json(404, "{\"type\":\"error\",\"error_code\":404,\"error\":\"Operation not found\"}"));

        Session session = start();

        fails(session.exitCode(), EngineException.Failed.class, LxdErrors.OUTCOME_UNKNOWN);
    }

    @Test
    void outputThatNobodyTakesIsKeptOnlyUpToABound() {
        byte[][] much = new byte[10_000][];
        Arrays.fill(much, binary("x".repeat(120)));
        speaks(Map.of("s1", frames(much), "s2", frames(END_OF_OUTPUT), "sc", gone()), ended(200, "\"return\":3"));

        Session session = start();

        StepVerifier.create(session.exitCode()).expectNext(3).expectComplete().verify(WAIT);
        // That for input stays.
        server.awaitOpenConnections(openForCalls() + 1);
        fails(session.output(), EngineException.Failed.class, "ENGINE_BROKE_OFF");
        end(session);
    }

    private Session start() {
        return Objects.requireNonNull(engine.exec().start(WEB, plain()).block(WAIT));
    }

    private static ExecSpec plain() {
        return new ExecSpec(List.of("true"), Map.of(), null, null, false, null, null);
    }

    private static String text(Session session) {
        StringBuilder text = new StringBuilder();
        for (ExecOutput piece :
                Objects.requireNonNull(session.output().collectList().block(WAIT))) {
            text.append(new String(piece.data(), StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    private static void end(Session session) {
        session.close().block(WAIT);
    }

    private static void fails(Publisher<?> call, Class<? extends EngineException> kind, String code) {
        StepVerifier.create(Flux.from(call).then())
                .expectErrorSatisfies(failure -> {
                    assertThat(failure).isInstanceOf(kind);
                    assertThat(((EngineException) failure).code()).isEqualTo(code);
                })
                .verify(WAIT);
    }

    /** Connections of the pool stay open. */
    private int openForCalls() {
        return (int) server.requests().stream()
                .filter(request -> !request.target().contains("websocket"))
                .map(request -> request.target().contains("wait"))
                .distinct()
                .count();
    }

    /** How a process has ended. */
    private static Script ended(int status, String fact) {
        return Script.json(
                200,
                "{\"type\":\"sync\",\"metadata\":{\"id\":\"op1\",\"status_code\":%d,\"metadata\":{%s},\"err\":\"%s\"}}"
                        .formatted(status, fact, status == 200 ? "" : "it went wrong"));
    }

    /** It runs, for ever. */
    private static Script still() {
        return Script.silence();
    }

    /** Opens and sends these frames, each in two parts, and stays. */
    private static Script frames(byte[]... frames) {
        return connection -> {
            open(connection);
            for (byte[] frame : frames) {
                connection.write(Arrays.copyOf(frame, 1));
                connection.write(Arrays.copyOfRange(frame, 1, frame.length));
            }
            if (frames.length > 0) {
                connection.write(FAREWELL);
            }
            connection.awaitClientClosed();
        };
    }

    /** Opens, sends half a frame and is gone. */
    private static Script half(String text) {
        return connection -> {
            open(connection);
            byte[] frame = binary(text);
            connection.write(Arrays.copyOf(frame, frame.length - 1));
            connection.close();
        };
    }

    /** Opens and ends, as the daemon's control does with the process. */
    private static Script gone() {
        return connection -> {
            open(connection);
            connection.close();
        };
    }

    private static byte[] binary(String text) {
        byte[] data = text.getBytes(StandardCharsets.UTF_8);
        byte[] frame = new byte[data.length + 2];
        frame[0] = (byte) 0x82;
        frame[1] = (byte) data.length;
        System.arraycopy(data, 0, frame, 2, data.length);
        return frame;
    }

    private static void open(ScriptedConnection connection) throws IOException {
        String key = connection.request().headers().entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase("sec-websocket-key"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow();
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
            connection.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(digest) + "\r\n\r\n");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
