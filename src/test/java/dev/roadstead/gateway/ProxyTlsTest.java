package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.transport.Script;
import dev.roadstead.transport.ScriptedServer;
import dev.roadstead.transport.TestPki;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The raw proxy where the client and the engine both speak TLS, the engine to known clients only. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProxyTlsTest {
    private static final String AT = "/v1/engines/secret/proxy";

    private final TestPki pki = new TestPki("house");
    private ScriptedServer engine;
    private RunningGateway gateway;

    @BeforeAll
    void start() {
        engine = ScriptedServer.onTls(pki.server(pki.issue("engine", "127.0.0.1")), true);
        engine.otherwise(Script.ok("otherwise"));
        TestPki.Identity server = pki.issue("gateway", "localhost", "127.0.0.1");
        TestPki.Identity client = pki.issue("client");
        gateway = RunningGateway.start(
                Map.of("secret", engine.uri().toString(), "demo", "simulated:///"),
                "roadstead.monitoring.interval=1h",
                "roadstead.engines.secret.tls.bundle=client",
                "server.ssl.bundle=server",
                "spring.ssl.bundle.pem.server.keystore.certificate=" + server.certificatePem(),
                "spring.ssl.bundle.pem.server.keystore.private-key=" + server.keyPem(),
                "spring.ssl.bundle.pem.client.keystore.certificate=" + client.certificatePem(),
                "spring.ssl.bundle.pem.client.keystore.private-key=" + client.keyPem(),
                "spring.ssl.bundle.pem.client.truststore.certificate=" + pki.caPem());
    }

    @AfterAll
    void stop() throws IOException {
        gateway.close();
        engine.close();
    }

    @Test
    void requestsOfBothKindsShareAConnection() throws Exception {
        try (SSLSocket socket = connect()) {
            for (int round = 0; round < 5; round++) {
                say(socket, head("GET " + AT + "/info"));
                assertThat(readUntil(socket, "otherwise")).startsWith("HTTP/1.1 200");
                say(socket, head("GET /v1/engines/demo/ping"));
                assertThat(readUntil(socket, "}")).contains("latency");
            }
        }
    }

    @Test
    void eachSideEndsByItself() throws Exception {
        engine.on("POST /upgraded", connection -> {
            connection.write("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
            int length = connection.rawInput().readAllBytes().length;
            connection.write("heard " + length);
            connection.close();
        });
        try (SSLSocket socket = connect()) {
            say(socket, head("POST " + AT + "/upgraded", "Connection: Upgrade", "Upgrade: tcp"));
            readUntil(socket, "\r\n\r\n");
            socket.getOutputStream().write(new byte[500_000]);
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .isEqualTo("heard 500000");
        }
    }

    @Test
    void largeBodiesAreTheSameBytes() throws Exception {
        engine.on("PUT /large", connection -> {
            byte[] body = connection.readBody();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n".formatted(body.length));
            connection.write(body);
        });
        byte[] body = new byte[20 << 20];
        new java.util.Random(3).nextBytes(body);
        try (SSLSocket socket = connect()) {
            say(socket, head("PUT " + AT + "/large", "Content-Length: " + body.length));
            Thread.ofVirtual().start(() -> {
                try {
                    socket.getOutputStream().write(body);
                } catch (IOException failed) {
                    throw new java.io.UncheckedIOException(failed);
                }
            });
            readUntil(socket, "\r\n\r\n");
            assertThat(socket.getInputStream().readNBytes(body.length)).isEqualTo(body);
        }
    }

    private SSLSocket connect() throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, pki.trust().getTrustManagers(), null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket("127.0.0.1", gateway.base().getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private String head(String line, String... headers) {
        String credentials = Base64.getEncoder()
                .encodeToString((gateway.user() + ":" + gateway.password()).getBytes(StandardCharsets.UTF_8));
        StringBuilder head =
                new StringBuilder(line + " HTTP/1.1\r\nHost: a\r\nAuthorization: Basic " + credentials + "\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    private static void say(SSLSocket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String readUntil(SSLSocket socket, String expected) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder read = new StringBuilder();
        while (read.indexOf(expected) < 0) {
            int next = in.read();
            assertThat(next).as(read.toString()).isNotNegative();
            read.append((char) next);
        }
        return read.toString();
    }
}
