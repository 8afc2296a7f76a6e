package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roadstead.testing.FreePort;
import dev.roadstead.transport.Script;
import dev.roadstead.transport.ScriptedServer;
import dev.roadstead.transport.TestPki;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** An engine at an address of its own: the same callers, the same rules. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProxyAddressTest {
    @TempDir
    private static Path folder;

    private final TestPki pki = new TestPki("house");
    private ScriptedServer engine;
    private RunningGateway gateway;
    private int plain;
    private int secret;
    private Path socket;

    @BeforeAll
    void start() throws IOException {
        engine = ScriptedServer.onUnixSocket();
        engine.otherwise(Script.ok("otherwise"));
        plain = FreePort.draw();
        secret = FreePort.draw();
        socket = folder.resolve("engine.sock");
        // A socket file that a gateway left behind when it was killed.
        SocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(socket))
                .close();
        TestPki.Identity server = pki.issue("gateway", "localhost", "127.0.0.1");
        String uri = engine.uri().toString();
        gateway = RunningGateway.start(
                Map.of("plain", uri, "secret", uri, "file", uri),
                "roadstead.monitoring.interval=1h",
                "roadstead.proxy.domain=engines.test",
                "roadstead.engines.plain.listen=tcp://127.0.0.1:" + plain,
                "roadstead.engines.plain.native-access.deny=GET /secret/**",
                "roadstead.engines.secret.listen=https://127.0.0.1:" + secret,
                "roadstead.engines.secret.listen-bundle=front",
                "roadstead.engines.file.listen=unix://" + socket,
                "spring.ssl.bundle.pem.front.keystore.certificate=" + server.certificatePem(),
                "spring.ssl.bundle.pem.front.keystore.private-key=" + server.keyPem(),
                "spring.ssl.bundle.pem.front.truststore.certificate=" + pki.caPem());
    }

    @AfterAll
    void stop() throws IOException {
        gateway.close();
        engine.close();
        assertThat(socket).doesNotExist();
    }

    @Test
    void aPortAsksForCredentialsAndKeepsTheRules() throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), plain)) {
            assertThat(ask(client, "GET /info HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 401 ");
            assertThat(ask(client, "GET /info HTTP/1.1\r\nHost: a\r\n" + credentials() + "\r\n"))
                    .startsWith("HTTP/1.1 200 ")
                    .doesNotContain("Content-Security-Policy");
            assertThat(ask(client, "GET /secret/a HTTP/1.1\r\nHost: a\r\n" + credentials() + "\r\n"))
                    .startsWith("HTTP/1.1 403 ");
        }
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), plain)) {
            assertThat(ask(client, "GET http://a/info HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"))
                    .startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void aFileIsItsOwnersAndAsksNothing() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            assertThat(ask(
                            Channels.newInputStream(client),
                            Channels.newOutputStream(client),
                            "GET /info HTTP/1.1\r\nHost: a\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void aCertificateOfTheBundlesAuthorityWillDo() throws Exception {
        try (Socket client = tls(pki.issue("alice"))) {
            assertThat(ask(client, "GET /info HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 200 ");
        }
        try (Socket client = tls(null)) {
            assertThat(ask(client, "GET /info HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 401 ");
            assertThat(ask(client, "GET /info HTTP/1.1\r\nHost: a\r\n" + credentials() + "\r\n"))
                    .startsWith("HTTP/1.1 200 ");
        }
        TestPki strangers = new TestPki("house");
        assertThatThrownBy(() -> {
                    try (Socket client = tls(strangers.issue("mallory"))) {
                        ask(client, "GET /info HTTP/1.1\r\nHost: a\r\n\r\n");
                    }
                })
                .isInstanceOfAny(SSLException.class, java.net.SocketException.class, AssertionError.class);
    }

    @Test
    void theNameOfTheHostChoosesTheEngine() throws IOException {
        try (Socket client =
                new Socket(InetAddress.getLoopbackAddress(), gateway.base().getPort())) {
            assertThat(ask(client, "GET /by-host HTTP/1.1\r\nHost: plain.engines.test\r\n" + credentials() + "\r\n"))
                    .startsWith("HTTP/1.1 200 ");
            assertThat(ask(client, "GET /secret/a HTTP/1.1\r\nHost: plain.engines.test\r\n" + credentials() + "\r\n"))
                    .startsWith("HTTP/1.1 403 ");
            assertThat(ask(client, "GET /by-host HTTP/1.1\r\nHost: nobody.engines.test\r\n" + credentials() + "\r\n"))
                    .startsWith("HTTP/1.1 404 ")
                    .contains("NO_SUCH_ENGINE");
        }
        assertThat(engine.requests()).anyMatch(request -> request.path().equals("/by-host"));
    }

    private String credentials() {
        return "Authorization: Basic "
                + Base64.getEncoder()
                        .encodeToString((gateway.user() + ":" + gateway.password()).getBytes(StandardCharsets.UTF_8))
                + "\r\n";
    }

    private Socket tls(TestPki.Identity identity) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                identity == null ? null : identity.keys().getKeyManagers(),
                pki.trust().getTrustManagers(),
                null);
        return context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), secret);
    }

    private static String ask(Socket client, String request) throws IOException {
        client.setSoTimeout(20_000);
        return ask(client.getInputStream(), client.getOutputStream(), request);
    }

    /** The head and the body of known length. */
    private static String ask(InputStream in, OutputStream out, String request) throws IOException {
        out.write(request.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            assertThat(next).as(head.toString()).isNotNegative();
            head.append((char) next);
        }
        int at = head.indexOf("Content-Length: ") + "Content-Length: ".length();
        int length = Integer.parseInt(head.substring(at, head.indexOf("\r\n", at)));
        return head + new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
}
