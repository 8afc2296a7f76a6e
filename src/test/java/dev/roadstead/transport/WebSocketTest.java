package dev.roadstead.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.engine.EngineException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** WebSockets to an engine: messages as they come, nothing lost, nothing kept. */
@ExtendWith(NoLeaks.class)
class WebSocketTest {
    private static final EngineRequest EVENTS = EngineRequest.get("/1.0/events?type=lifecycle");

    private final ScriptedServer server = ScriptedServer.onUnixSocket();

    @AfterEach
    void stop() throws IOException {
        server.awaitOpenConnections(0);
        server.close();
    }

    @Test
    void theEngineIsAskedAsTheStandardWants() {
        server.otherwise(ScriptedWebSocket.playing(ScriptedWebSocket::close));

        assertThat(texts(open(TestSettings.client(server)))).isEmpty();

        ScriptedRequest request = server.requests().getFirst();
        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.target()).isEqualTo("/1.0/events?type=lifecycle");
        assertThat(request.headers())
                .containsEntry("connection", "upgrade")
                .containsEntry("upgrade", "websocket")
                .containsEntry("sec-websocket-version", "13")
                .containsKey("sec-websocket-key")
                .doesNotContainKey("content-length");
    }

    @Test
    void messagesComeWholeHoweverTheirFramesAreCut() {
        server.otherwise(ScriptedWebSocket.playing(socket -> {
            socket.raw(ScriptedWebSocket.frame(ScriptedWebSocket.TEXT, 0, utf8("fir")));
            socket.send(ScriptedWebSocket.PING, utf8("between"));
            socket.raw(ScriptedWebSocket.frame(0x80, 0, utf8("st")));
            for (byte next : ScriptedWebSocket.frame(ScriptedWebSocket.TEXT, new byte[300])) {
                socket.raw(new byte[] {next});
            }
            socket.send(ScriptedWebSocket.TEXT, new byte[70_000]);
            socket.text("").close();
        }));

        List<String> texts = texts(open(TestSettings.client(server)));

        assertThat(texts).extracting(String::length).containsExactly(5, 300, 70_000, 0);
        assertThat(texts.getFirst()).isEqualTo("first");
    }

    @Test
    void whatIsSentIsMaskedAndOfItsKind() {
        server.otherwise(ScriptedWebSocket.playing(socket -> {
            for (int count = 0; count < 4; count++) {
                ScriptedWebSocket.Frame frame = socket.read();
                socket.text(frame.opcode() + ":" + frame.data().length + ":" + Arrays.hashCode(frame.data()));
            }
            socket.close();
        }));
        WebSocketStream socket = open(TestSettings.client(server));
        byte[] large = new byte[100_000];
        Arrays.fill(large, (byte) 7);

        socket.text("hi")
                .then(socket.binary(new byte[200]))
                .then(socket.binary(large))
                .then(socket.text(""))
                .block(TestSettings.LONG);

        assertThat(texts(socket))
                .containsExactly(
                        "1:2:" + Arrays.hashCode(utf8("hi")),
                        "2:200:" + Arrays.hashCode(new byte[200]),
                        "2:100000:" + Arrays.hashCode(large),
                        "1:0:1");
    }

    @Test
    void pingsAreAnsweredWhileItIsRead() {
        server.otherwise(ScriptedWebSocket.playing(socket -> {
            socket.send(ScriptedWebSocket.PING, utf8("there?"));
            ScriptedWebSocket.Frame answer = socket.read();
            socket.text(answer.opcode() + answer.text()).close();
        }));

        assertThat(texts(open(TestSettings.client(server)))).containsExactly("10there?");
    }

    @Test
    void theEngineIsAskedWhetherItIsThereAndALinkThatIsSilentIsDead() {
        server.otherwise(ScriptedWebSocket.playing(socket -> {
            assertThat(socket.read().opcode()).isEqualTo(ScriptedWebSocket.PING);
            socket.awaitEnd();
        }));
        TransportSettings settings = TestSettings.of(server.uri()).settings();
        Failures failures = new Failures("scripted");
        Connector connector = new Connector(settings);
        WebSockets sockets = new WebSockets(new Hijacks(settings, failures, connector), failures);
        WebSocketStream socket = opened(sockets.open(EVENTS, Duration.ofMillis(50), Duration.ofMillis(400))
                .blockOptional(TestSettings.LONG)
                .orElseThrow());

        StepVerifier.create(socket.input())
                .expectError(EngineException.TimedOut.class)
                .verify(TestSettings.LONG);

        socket.close();
        connector.close().block(TestSettings.LONG);
    }

    @Test
    void anEngineThatAnswersPingsMayBeSilentForEver() {
        server.otherwise(ScriptedWebSocket.playing(socket -> {
            for (int count = 0; count < 20; count++) {
                socket.send(ScriptedWebSocket.PONG, socket.read().data());
            }
            socket.text("still here").close();
        }));
        TransportSettings settings = TestSettings.of(server.uri()).settings();
        Failures failures = new Failures("scripted");
        Connector connector = new Connector(settings);
        WebSockets sockets = new WebSockets(new Hijacks(settings, failures, connector), failures);

        WebSocketStream socket = opened(sockets.open(EVENTS, Duration.ofMillis(50), Duration.ofMillis(600))
                .blockOptional(TestSettings.LONG)
                .orElseThrow());

        assertThat(texts(socket)).containsExactly("still here");
        connector.close().block(TestSettings.LONG);
    }

    @Test
    void theEnginesFarewellIsKnownAfterItsLastMessage() {
        server.otherwise(ScriptedWebSocket.playing(socket -> {
            socket.text("bye");
            socket.send(ScriptedWebSocket.CLOSE, new byte[] {3, (byte) 0xe9, 'w', 'h', 'y'});
            socket.awaitEnd();
        }));
        WebSocketStream socket = open(TestSettings.client(server));
        assertThat(socket.farewell()).isNull();

        assertThat(texts(socket)).containsExactly("bye");

        assertThat(socket.farewell()).isEqualTo(new WebSocketStream.Farewell(1001, "why"));
    }

    @Test
    void whatCameBeforeABadFarewellIsNotLost() {
        server.otherwise(ScriptedWebSocket.playing(socket -> {
            ByteArrayOutputStream atOnce = new ByteArrayOutputStream();
            atOnce.writeBytes(ScriptedWebSocket.frame(ScriptedWebSocket.TEXT, utf8("why")));
            atOnce.writeBytes(ScriptedWebSocket.frame(ScriptedWebSocket.CLOSE, new byte[] {3, (byte) 0xf3}));
            socket.raw(atOnce.toByteArray()).awaitEnd();
        }));
        WebSocketStream socket = open(TestSettings.client(server));

        StepVerifier.create(socket.messages(100).map(message -> new String(message, StandardCharsets.UTF_8)))
                .expectNext("why")
                .expectError(EngineException.Failed.class)
                .verify(TestSettings.LONG);

        assertThat(socket.farewell()).isEqualTo(new WebSocketStream.Farewell(1011, ""));
        socket.close();
    }

    @Test
    void aRefusalIsAnAnswer() {
        server.otherwise(Script.json(403, "{\"error\":\"not authorized\"}"));

        StepVerifier.create(TestSettings.client(server).webSocket(EVENTS))
                .assertNext(answer -> {
                    EngineReply reply = ((WebSocketAnswer.Refused) answer).reply();
                    assertThat(reply.status()).isEqualTo(403);
                    assertThat(reply.text()).contains("not authorized");
                })
                .expectComplete()
                .verify(TestSettings.LONG);
    }

    @Test
    void whatSwitchesToSomethingElseIsNonsense() {
        server.otherwise(Script.rawThenClose("HTTP/1.1 101 Switching Protocols\r\nUpgrade: tcp\r\n\r\n"));

        fails(TestSettings.client(server).webSocket(EVENTS).flux(), "ENGINE_NONSENSE");
    }

    @Test
    void halfAFrameIsAFailure() {
        server.otherwise(ScriptedWebSocket.playing(socket -> {
            socket.raw(Arrays.copyOf(ScriptedWebSocket.frame(ScriptedWebSocket.TEXT, utf8("whole")), 4));
            socket.cut();
        }));

        fails(open(TestSettings.client(server)).messages(100), "ENGINE_BROKE_OFF");
    }

    @Test
    void anEndWithoutAFarewellIsAFailure() {
        server.otherwise(ScriptedWebSocket.playing(socket -> socket.text("last").cut()));

        StepVerifier.create(open(TestSettings.client(server)).messages(100))
                .expectNextCount(1)
                .expectErrorSatisfies(failure ->
                        assertThat(((EngineException) failure).code()).isEqualTo("ENGINE_BROKE_OFF"))
                .verify(TestSettings.LONG);
    }

    @Test
    void aFarewellThatTellsAFaultIsAFailure() {
        server.otherwise(ScriptedWebSocket.playing(socket -> {
            socket.send(ScriptedWebSocket.CLOSE, new byte[] {3, (byte) 0xf3, 'b', 'a', 'd'});
            socket.awaitEnd();
        }));
        WebSocketStream socket = open(TestSettings.client(server));

        StepVerifier.create(socket.input())
                .expectErrorSatisfies(failure -> assertThat(failure).hasMessageContaining("1011 bad"))
                .verify(TestSettings.LONG);
        socket.close();
    }

    @Test
    void framesOfAClientReservedBitsAndUnfinishedMessagesAreNonsense() {
        for (byte[] wrong : List.of(
                ScriptedWebSocket.frame(0x81, 0x80, new byte[8]),
                ScriptedWebSocket.frame(0xc1, 0, new byte[1]),
                ScriptedWebSocket.frame(0x80, 0, new byte[1]),
                ScriptedWebSocket.frame(0x83, 0, new byte[1]),
                ScriptedWebSocket.frame(0x89, 0, new byte[126]))) {
            server.otherwise(ScriptedWebSocket.playing(socket -> {
                socket.raw(wrong);
                socket.awaitEnd();
            }));
            WebSocketStream socket = open(TestSettings.client(server));

            fails(socket.input(), "ENGINE_NONSENSE");
            socket.close();
        }
    }

    @Test
    void aMessageBeyondTheBoundIsRefused() {
        server.otherwise(ScriptedWebSocket.playing(socket -> {
            socket.text("four").text("fives");
            socket.awaitEnd();
        }));
        WebSocketStream socket = open(TestSettings.client(server));

        StepVerifier.create(socket.messages(4))
                .expectNextCount(1)
                .expectErrorSatisfies(failure ->
                        assertThat(((EngineException) failure).code()).isEqualTo("ENGINE_NONSENSE"))
                .verify(TestSettings.LONG);
        socket.close();
    }

    @Test
    void whoDoesNotReadHoldsTheEngineBack() {
        AtomicLong sent = new AtomicLong();
        server.otherwise(ScriptedWebSocket.playing(socket -> {
            byte[] piece = new byte[64 << 10];
            for (int count = 0; count < 1000; count++) {
                socket.send(ScriptedWebSocket.BINARY, piece);
                sent.addAndGet(piece.length);
            }
        }));
        WebSocketStream socket = open(TestSettings.client(server));

        StepVerifier.create(socket.input(), 1)
                .expectNextCount(1)
                .then(() -> Awaitility.await()
                        .atMost(TestSettings.LONG)
                        .during(Duration.ofMillis(500))
                        .until(sent::get, so -> so < 8L << 20))
                .thenCancel()
                .verify(TestSettings.LONG);
        socket.close();
    }

    @Test
    void closingSaysFarewellAndTwiceDoesNothing() throws IOException {
        AtomicLong farewell = new AtomicLong();
        server.otherwise(ScriptedWebSocket.playing(socket -> {
            farewell.set(socket.read().opcode());
            socket.awaitEnd();
        }));
        WebSocketStream socket = open(TestSettings.client(server));

        socket.close();
        socket.close();

        server.awaitOpenConnections(0);
        Awaitility.await().atMost(TestSettings.LONG).until(farewell::get, code -> code == ScriptedWebSocket.CLOSE);
    }

    @Test
    void aCallThatIsCancelledLeavesNoConnection() {
        server.otherwise(Script.silence());

        StepVerifier.create(TestSettings.client(server).webSocket(EVENTS))
                .then(() -> server.awaitRequests(1))
                .thenCancel()
                .verify(TestSettings.LONG);

        server.awaitOpenConnections(0);
    }

    @Test
    void itGoesOverTlsToo() throws IOException {
        TestPki pki = new TestPki("websocket");
        try (ScriptedServer secure = ScriptedServer.onTls(pki.server(pki.issue("engine", "127.0.0.1")), true)
                .otherwise(ScriptedWebSocket.playing(
                        socket -> socket.text(socket.read().text()).close()))) {
            EngineHttpClient client = TestSettings.of(secure.uri())
                    .trust(pki.trust())
                    .keys(pki.issue("gateway").keys())
                    .client();
            WebSocketStream socket = open(client);
            socket.text("through").block(TestSettings.LONG);

            assertThat(texts(socket)).containsExactly("through");
        }
    }

    private static WebSocketStream open(EngineHttpClient client) {
        return opened(client.webSocket(EVENTS).blockOptional(TestSettings.LONG).orElseThrow());
    }

    private static WebSocketStream opened(WebSocketAnswer answer) {
        return ((WebSocketAnswer.Open) answer).stream();
    }

    private static List<String> texts(WebSocketStream socket) {
        List<String> texts = socket.messages(1 << 20)
                .map(message -> new String(message, StandardCharsets.UTF_8))
                .collectList()
                .blockOptional(TestSettings.LONG)
                .orElseThrow();
        socket.close();
        return texts;
    }

    private static void fails(Flux<?> stream, String code) {
        StepVerifier.create(stream.then())
                .expectErrorSatisfies(failure ->
                        assertThat(((EngineException) failure).code()).isEqualTo(code))
                .verify(TestSettings.LONG);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
