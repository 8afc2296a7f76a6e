package dev.roadstead.adapter.kleened;

import static dev.roadstead.adapter.kleened.Frames.STARTING;
import static dev.roadstead.adapter.kleened.Frames.closing;
import static dev.roadstead.adapter.kleened.Frames.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineName;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.transport.EngineHttpClient;
import dev.roadstead.transport.NoLeaks;
import dev.roadstead.transport.Script;
import dev.roadstead.transport.ScriptedServer;
import dev.roadstead.transport.ScriptedWebSocket;
import dev.roadstead.transport.TransportSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.test.StepVerifier;
import tools.jackson.databind.json.JsonMapper;

/** One of Kleened's WebSockets: what is Kleened's own, what is output, and how it ended. */
@ExtendWith(NoLeaks.class)
class KleenedSocketTest {
    private static final Duration WAIT = Duration.ofSeconds(20);

    private final ScriptedServer server = ScriptedServer.onUnixSocket();
    private final EngineHttpClient http =
            new EngineHttpClient(new TransportSettings("jails", server.uri(), WAIT, WAIT, WAIT, 4, null, null));
    private final JsonMapper json = KleenedWire.mapper();
    private final KleenedSockets sockets = new KleenedSockets(new KleenedSession(
            http,
            json,
            new KleenedErrors("jails", json),
            new EngineSettings(new EngineName("jails"), EngineKind.KLEENED, server.uri(), WAIT, WAIT, WAIT, 4, null)));

    @AfterEach
    void close() throws IOException {
        http.close().block(WAIT);
        server.awaitOpenConnections(0);
        server.close();
    }

    @Test
    void theConfigurationIsTheFirstMessageAndIsText() throws Exception {
        CountDownLatch asExpected = new CountDownLatch(1);
        plays(socket -> {
            ScriptedWebSocket.Frame first = socket.read();
            if (first.opcode() == ScriptedWebSocket.TEXT && first.text().equals("{\"exec_id\":\"d225c3ef21ef\"}")) {
                asExpected.countDown();
            }
            socket.text(STARTING);
            closing(socket, 1000, "executable d225c3ef21ef and its container exited with exit-code 0", "");
        });

        KleenedSocket socket = open();

        assertThat(text(socket)).isEmpty();
        assertThat(ending(socket).isGood()).isTrue();
        assertThat(asExpected.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void outputIsBytesWhateverTheyAreAndWhereverTheyAreCut() {
        byte[] none = {'a', (byte) 0xe2, (byte) 0xff, (byte) 0xfe, 'c', 0, (byte) 0xc3};
        plays(socket -> {
            socket.read();
            socket.text(STARTING);
            socket.send(ScriptedWebSocket.TEXT, none);
            socket.send(ScriptedWebSocket.TEXT, new byte[] {(byte) 0xa9});
            socket.text("{\"msg_type\":\"closing\",\"message\":\"\",\"data\":\"\"}");
            closing(socket, 1000, "7cb518bca0dd has exited with exit-code 0", "");
        });

        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        expected.writeBytes(none);
        expected.write(0xa9);
        expected.writeBytes(utf8("{\"msg_type\":\"closing\",\"message\":\"\",\"data\":\"\"}"));
        assertThat(bytes(open())).isEqualTo(expected.toByteArray());
    }

    @Test
    void theEndIsKnownThoughNobodyReadsTheOutput() {
        plays(socket -> {
            socket.read();
            socket.text(STARTING).text("something");
            closing(socket, 1000, "x has exited with exit-code 3", "");
        });

        KleenedSocket socket = open();

        assertThat(Objects.requireNonNull(ending(socket).message()).message()).endsWith("exit-code 3");
        assertThat(text(socket)).isEqualTo("something");
    }

    @Test
    void whatNobodyReadsIsNotKeptWithoutBound() {
        AtomicLong sent = new AtomicLong();
        plays(socket -> {
            socket.read();
            socket.text(STARTING);
            byte[] much = new byte[64 << 10];
            while (sent.get() < 256 << 20) {
                socket.send(ScriptedWebSocket.TEXT, much);
                sent.addAndGet(much.length);
            }
        });

        KleenedSocket socket = open();
        socket.started().block(WAIT);

        AtomicLong before = new AtomicLong(-1);
        Awaitility.await()
                .atMost(WAIT)
                .pollInterval(Duration.ofMillis(300))
                .until(() -> before.getAndSet(sent.get()) == sent.get());
        assertThat(sent.get()).isLessThan(16 << 20);
        socket.close();
    }

    @Test
    void whatASubscriberLeavesIsForgottenAndTheEndStillKnown() {
        plays(socket -> {
            socket.read();
            socket.text(STARTING);
            for (int count = 0; count < 64; count++) {
                socket.send(ScriptedWebSocket.TEXT, new byte[64 << 10]);
            }
            closing(socket, 1000, "x has exited with exit-code 0", "");
        });
        KleenedSocket socket = open();

        socket.output().take(1).blockLast(WAIT);

        assertThat(ending(socket).isGood()).isTrue();
    }

    @Test
    void aRefusalComesInAMessageAndTheFarewellAtOnce() {
        plays(socket -> {
            socket.read();
            ByteArrayOutputStream atOnce = new ByteArrayOutputStream();
            atOnce.writeBytes(
                    ScriptedWebSocket.frame(ScriptedWebSocket.TEXT, utf8("error: executable already started")));
            atOnce.writeBytes(Frames.farewell(1011, Frames.message("error", "error starting exec instance", "")));
            socket.raw(atOnce.toByteArray()).awaitEnd();
        });
        KleenedSocket socket = open();

        StepVerifier.create(socket.started()).expectComplete().verify(WAIT);
        KleenedSocket.Ending ending = ending(socket);
        assertThat(ending.isGood()).isFalse();
        assertThat(ending.code()).isEqualTo(1011);
        assertThat(socket.lastWords()).isEqualTo("error: executable already started");
    }

    @Test
    void aCrashClosesWithoutWords() {
        plays(socket -> {
            socket.read();
            socket.raw(Frames.farewell(1011, "")).awaitEnd();
        });
        KleenedSocket socket = open();

        StepVerifier.create(socket.started()).expectComplete().verify(WAIT);
        assertThat(ending(socket)).isEqualTo(new KleenedSocket.Ending(1011, null, null));
    }

    @Test
    void aLinkThatBreaksInTheMiddleIsAnEndWithoutAFarewell() {
        plays(socket -> {
            socket.read();
            socket.text(STARTING).text("half of").cut();
        });
        KleenedSocket socket = open();

        assertThat(text(socket)).isEqualTo("half of");
        KleenedSocket.Ending ending = ending(socket);
        assertThat(ending.isGood()).isFalse();
        assertThat(ending.code()).isNull();
        assertThat(ending.failure()).isInstanceOf(EngineException.Failed.class);
    }

    @Test
    void aCloseWithoutJsonIsNoGoodEnd() {
        plays(socket -> {
            socket.read();
            socket.text(STARTING);
            socket.raw(Frames.farewell(1000, "")).awaitEnd();
        });
        KleenedSocket socket = open();

        assertThat(ending(socket)).isEqualTo(new KleenedSocket.Ending(1000, null, null));
        assertThat(ending(socket).isGood()).isFalse();
    }

    @Test
    void leavingSaysFarewell() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        plays(socket -> {
            socket.read();
            socket.text(STARTING);
            if (socket.read().opcode() == ScriptedWebSocket.CLOSE) {
                left.countDown();
            }
        });
        KleenedSocket socket = open();
        socket.started().block(WAIT);

        socket.close();
        socket.close();

        assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(ending(socket).isGood()).isFalse();
    }

    @Test
    void whatIsNoWebSocketIsAFailure() {
        server.otherwise(Script.json(426, ""));

        StepVerifier.create(sockets.open(KleenedCall.EXEC, "a process", "/exec/start", Map.of("exec_id", "x")))
                .expectErrorSatisfies(failure -> {
                    assertThat(failure).isInstanceOf(EngineException.Failed.class);
                    assertThat(((EngineException) failure).evidence().nativeStatus())
                            .isEqualTo(426);
                })
                .verify(WAIT);
    }

    private void plays(ScriptedWebSocket.Play play) {
        server.otherwise(ScriptedWebSocket.playing(play));
    }

    private KleenedSocket open() {
        return Objects.requireNonNull(
                sockets.open(KleenedCall.EXEC, "a process", "/exec/start", Map.of("exec_id", "d225c3ef21ef"))
                        .block(WAIT));
    }

    private static KleenedSocket.Ending ending(KleenedSocket socket) {
        return Objects.requireNonNull(socket.ending().block(WAIT));
    }

    private static byte[] bytes(KleenedSocket socket) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        socket.output().doOnNext(piece -> all.writeBytes(piece.data())).blockLast(WAIT);
        return all.toByteArray();
    }

    private static String text(KleenedSocket socket) {
        return new String(bytes(socket), java.nio.charset.StandardCharsets.UTF_8);
    }
}
