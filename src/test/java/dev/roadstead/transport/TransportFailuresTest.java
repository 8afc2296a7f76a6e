package dev.roadstead.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineHttpClient.Silence;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

@ExtendWith(NoLeaks.class)
class TransportFailuresTest {
    private static final EngineRequest GET = EngineRequest.get("/");

    @Test
    void aMissingSocketIsUnreachable(@TempDir Path folder) {
        Failing.with(EngineException.Unavailable.class, "ENGINE_UNREACHABLE", unix(folder.resolve("none.sock")));
    }

    @Test
    void aFileThatIsNoSocketIsUnreachable(@TempDir Path folder) throws IOException {
        Failing.with(
                EngineException.Unavailable.class,
                "ENGINE_UNREACHABLE",
                unix(Files.createFile(folder.resolve("plain.sock"))));
    }

    @Test
    void aSocketNobodyListensOnIsUnreachable() throws IOException {
        URI uri;
        try (ScriptedServer server = ScriptedServer.onTcp()) {
            uri = server.uri();
        }
        Failing.with(
                EngineException.Unavailable.class,
                "ENGINE_UNREACHABLE",
                TestSettings.of(uri).client().request(GET));
    }

    @Test
    void anUnknownHostIsUnreachable() {
        Failing.with(
                EngineException.Unavailable.class,
                "ENGINE_UNREACHABLE",
                TestSettings.of(URI.create("http://nowhere.invalid:1")).client().request(GET));
    }

    @Test
    void anEngineThatNeverAnswersTimesOutAndItsConnectionIsClosed() throws IOException {
        try (ScriptedServer server = ScriptedServer.onUnixSocket().otherwise(Script.silence())) {
            Failing.with(
                    EngineException.TimedOut.class,
                    "ENGINE_TIMEOUT",
                    impatient(server).request(GET));
            server.awaitOpenConnections(0);
        }
    }

    @Test
    void aRequestsOwnBoundGoesBeforeTheEnginesOne() throws IOException {
        try (ScriptedServer server = ScriptedServer.onUnixSocket().otherwise(Script.silence())) {
            Failing.with(
                    EngineException.TimedOut.class,
                    "ENGINE_TIMEOUT",
                    TestSettings.client(server).request(GET.within(TestSettings.SHORT)));
        }
    }

    @Test
    void headersThatDripTimeOut() throws IOException {
        try (ScriptedServer server = ScriptedServer.onUnixSocket()
                .otherwise(Script.drip("HTTP/1.1 200 OK\r\n", "X-Drip: 1\r\n", Duration.ofMillis(20)))) {
            Failing.with(
                    EngineException.TimedOut.class, "ENGINE_TIMEOUT", impatient(server).stream(GET, Silence.ALLOWED));
            server.awaitOpenConnections(0);
        }
    }

    @Test
    void aBodyThatDripsTimesOutWhereTheWholeAnswerIsWanted() throws IOException {
        try (ScriptedServer server = ScriptedServer.onUnixSocket()
                .otherwise(Script.drip(
                        "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", "x", Duration.ofMillis(20)))) {
            Failing.with(
                    EngineException.TimedOut.class,
                    "ENGINE_TIMEOUT",
                    impatient(server).request(GET));
            server.awaitOpenConnections(0);
        }
    }

    @Test
    void aConnectionThatIsNotAcceptedTimesOut() throws IOException {
        List<SocketChannel> waiting = new ArrayList<>();
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // With its backlog full the kernel answers no further connection.
            for (int i = 0; i < 4; i++) {
                SocketChannel channel = SocketChannel.open();
                channel.configureBlocking(false);
                channel.connect(deaf.getLocalSocketAddress());
                waiting.add(channel);
            }
            Failing.with(
                    EngineException.TimedOut.class,
                    "ENGINE_TIMEOUT",
                    TestSettings.of(URI.create("http://127.0.0.1:" + deaf.getLocalPort()))
                            .connectWithin(TestSettings.SHORT)
                            .client()
                            .request(GET));
        } finally {
            for (SocketChannel channel : waiting) {
                channel.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200",
                "HTTP/1.1 200 OK\r\nContent-Type: x",
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"
            })
    void halfAnAnswerIsBrokenOff(String half) throws IOException {
        try (ScriptedServer server = ScriptedServer.onUnixSocket().otherwise(Script.rawThenClose(half))) {
            Failing.with(
                    EngineException.Failed.class,
                    "ENGINE_BROKE_OFF",
                    TestSettings.client(server).request(GET));
            assertThat(server.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"})
    void aResetIsBrokenOff(String half) throws IOException {
        try (ScriptedServer server = ScriptedServer.onTcp().otherwise(Script.rawThenReset(half))) {
            Failing.with(
                    EngineException.Failed.class,
                    "ENGINE_BROKE_OFF",
                    TestSettings.client(server).request(GET));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.2\r\n",
                "\u0000\u0001\u0002\u0003\r\n\r\n",
                "HTTP/1.1 abc OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"
            })
    void garbageIsNonsense(String garbage) throws IOException {
        try (ScriptedServer server = ScriptedServer.onUnixSocket().otherwise(Script.rawThenSilence(garbage))) {
            Failing.with(
                    EngineException.Failed.class,
                    "ENGINE_NONSENSE",
                    TestSettings.client(server).request(GET));
            server.awaitOpenConnections(0);
        }
    }

    @Test
    void endlessHeadersAreNonsense() throws IOException {
        try (ScriptedServer server = ScriptedServer.onUnixSocket()
                .otherwise(Script.rawThenSilence("HTTP/1.1 200 OK\r\nX-Long: " + "x".repeat(200_000)))) {
            Failing.with(
                    EngineException.Failed.class,
                    "ENGINE_NONSENSE",
                    TestSettings.client(server).request(GET));
            server.awaitOpenConnections(0);
        }
    }

    @Test
    void aStreamThatBreaksInTheMiddleGivesWhatCameAndThenFails() throws IOException {
        try (ScriptedServer server = ScriptedServer.onTcp()
                .otherwise(
                        Script.rawThenClose("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"))) {
            Flux<byte[]> body =
                    TestSettings.client(server).stream(GET, Silence.ALLOWED).flatMapMany(StreamedReply::body);
            StringBuilder came = new StringBuilder();

            Failing.with(
                    EngineException.Failed.class,
                    "ENGINE_BROKE_OFF",
                    body.doOnNext(bytes -> came.append(new String(bytes, StandardCharsets.UTF_8))));

            assertThat(came).hasToString("hello");
        }
    }

    private static Publisher<?> unix(Path socket) {
        return TestSettings.of(URI.create("unix://" + socket)).client().request(GET);
    }

    private static EngineHttpClient impatient(ScriptedServer server) {
        return TestSettings.of(server.uri()).answerWithin(TestSettings.SHORT).client();
    }
}
