package dev.roadstead.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.TestPki.Identity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStore;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import reactor.test.StepVerifier;

@ExtendWith(NoLeaks.class)
class TransportTlsTest {
    private static final EngineRequest GET = EngineRequest.get("/");

    private final TestPki pki = new TestPki("engines");
    private final TestPki strangers = new TestPki("strangers");
    private final Identity local = pki.issue("engine", "127.0.0.1", "localhost");
    private final Identity gateway = pki.issue("gateway");

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void anEngineWithATrustedCertificateIsTalkedTo(String protocol) throws IOException {
        try (ScriptedServer server =
                ScriptedServer.onTls(pki.server(local), false, protocol).otherwise(Script.ok("safe"))) {
            EngineHttpClient client =
                    TestSettings.of(server.uri()).trust(pki.trust()).client();

            assertThat(text(client)).isEqualTo("safe");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void theGatewayShowsItsCertificate(String protocol) throws IOException {
        try (ScriptedServer server = mutual(protocol)) {
            EngineHttpClient client = TestSettings.of(server.uri())
                    .trust(pki.trust())
                    .keys(gateway.keys())
                    .client();

            assertThat(text(client)).isEqualTo("safe");
        }
    }

    @Test
    void tcpWithTrustIsTls() throws IOException {
        try (ScriptedServer server = mutual("TLSv1.3")) {
            URI tcp = URI.create(server.uri().toString().replace("https:", "tcp:"));
            EngineHttpClient client =
                    TestSettings.of(tcp).trust(pki.trust()).keys(gateway.keys()).client();

            assertThat(text(client)).isEqualTo("safe");
        }
    }

    @Test
    void anEngineOfAnotherAuthorityIsNotTrusted() throws IOException {
        try (ScriptedServer server =
                ScriptedServer.onTls(strangers.server(strangers.issue("engine", "127.0.0.1")), false)) {
            isUntrusted(server.uri());
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void anEngineWithAnExpiredCertificateIsNotTrusted() throws IOException {
        try (ScriptedServer server = ScriptedServer.onTls(pki.server(pki.issueExpired("engine", "127.0.0.1")), false)) {
            isUntrusted(server.uri());
            StepVerifier.create(TestSettings.of(server.uri())
                            .trust(pki.trust())
                            .client()
                            .request(GET))
                    .verifyErrorSatisfies(failure -> assertThat(failure).hasMessageContaining("it has expired"));
        }
    }

    @Test
    void anEngineUnderAnotherNameIsNotTrusted() throws IOException {
        try (ScriptedServer server =
                ScriptedServer.onTls(pki.server(pki.issue("engine", "elsewhere.example")), false)) {
            isUntrusted(server.uri());
        }
    }

    @Test
    void theNameInTheUriIsTheOneThatCounts() throws IOException {
        try (ScriptedServer server = ScriptedServer.onTls(pki.server(pki.issue("engine", "localhost")), false)
                .otherwise(Script.ok("safe"))) {
            URI byName = URI.create("https://localhost:" + server.uri().getPort());

            assertThat(text(TestSettings.of(byName).trust(pki.trust()).client()))
                    .isEqualTo("safe");
            isUntrusted(server.uri());
        }
    }

    @Test
    void withoutTrustOfItsOwnThePlatformsDecides() throws IOException {
        try (ScriptedServer server = ScriptedServer.onTls(pki.server(local), false)) {
            Failing.with(
                    EngineException.Denied.class,
                    "ENGINE_UNTRUSTED",
                    TestSettings.of(server.uri()).client().request(GET));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aGatewayWithoutCertificateIsDenied(String protocol) throws IOException {
        try (ScriptedServer server = mutual(protocol)) {
            isDenied(TestSettings.of(server.uri()).trust(pki.trust()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aGatewayWithAStrangersCertificateIsDenied(String protocol) throws IOException {
        try (ScriptedServer server = mutual(protocol)) {
            // A client picks only keys of authorities the server names, so the stranger must bear the name.
            Identity stranger = new TestPki("engines").issue("gateway");
            isDenied(TestSettings.of(server.uri()).trust(pki.trust()).keys(stranger.keys()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aGatewayWithAnExpiredCertificateIsDenied(String protocol) throws IOException {
        try (ScriptedServer server = mutual(protocol)) {
            isDenied(TestSettings.of(server.uri())
                    .trust(pki.trust())
                    .keys(pki.issueExpired("gateway").keys()));
        }
    }

    @Test
    void anEngineThatDoesNotSpeakTlsIsNonsense() throws IOException {
        try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (Socket socket = plain.accept()) {
                    socket.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    socket.getInputStream().readAllBytes();
                } catch (IOException broken) {
                    // The test looks at the client.
                }
            });
            Failing.with(
                    EngineException.Failed.class,
                    "ENGINE_NONSENSE",
                    TestSettings.of(URI.create("https://127.0.0.1:" + plain.getLocalPort()))
                            .trust(pki.trust())
                            .client()
                            .request(GET));
        }
    }

    @Test
    void aHandshakeThatHangsTimesOut() throws IOException {
        // The kernel accepts; nobody says anything.
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Failing.with(
                    EngineException.TimedOut.class,
                    "ENGINE_TIMEOUT",
                    TestSettings.of(URI.create("https://127.0.0.1:" + silent.getLocalPort()))
                            .connectWithin(TestSettings.SHORT)
                            .trust(pki.trust())
                            .client()
                            .request(GET));
        }
    }

    @Test
    void pemFilesWithAnEncryptedKeyServeThroughABundle(@TempDir Path folder) throws IOException {
        Path certificate = Files.writeString(folder.resolve("client.pem"), gateway.certificatePem());
        Path key = Files.writeString(folder.resolve("client.key"), gateway.encryptedKeyPem("changeit"));
        Path ca = Files.writeString(folder.resolve("ca.pem"), pki.caPem());
        assertThat(key).content().contains("BEGIN ENCRYPTED PRIVATE KEY");
        SslBundle bundle = SslBundle.of(new PemSslStoreBundle(
                PemSslStore.load(
                        PemSslStoreDetails.forCertificate(certificate.toUri().toString())
                                .withPrivateKey(key.toUri().toString())
                                .withPrivateKeyPassword("changeit")),
                PemSslStore.load(PemSslStoreDetails.forCertificate(ca.toUri().toString()))));
        try (ScriptedServer server = mutual("TLSv1.3")) {
            EngineHttpClient client = TestSettings.of(server.uri())
                    .keys(bundle.getManagers().getKeyManagerFactory())
                    .trust(bundle.getManagers().getTrustManagerFactory())
                    .client();

            assertThat(text(client)).isEqualTo("safe");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aPinnedCertificateIsTrustedWhateverItsAuthorityNamesAndValidity(String protocol) throws Exception {
        Identity own = strangers.issueExpired("engine", "elsewhere.example.com");
        Fingerprint pin = Fingerprint.of(own.certificate());
        try (ScriptedServer server =
                ScriptedServer.onTls(strangers.server(own), false, protocol).otherwise(Script.ok("safe"))) {
            EngineHttpClient client =
                    TestSettings.of(server.uri()).trust(pinned(pin)).client();

            assertThat(text(client)).isEqualTo("safe");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void anotherCertificateThanThePinnedIsRefusedEvenOfATrustedAuthority(String protocol) throws Exception {
        Fingerprint pin = Fingerprint.of(pki.issue("engine", "127.0.0.1").certificate());
        Fingerprint shown = Fingerprint.of(local.certificate());
        try (ScriptedServer server = ScriptedServer.onTls(pki.server(local), false, protocol)) {
            EngineHttpClient client =
                    TestSettings.of(server.uri()).trust(pinned(pin)).client();

            Failing.with(EngineException.Denied.class, "ENGINE_UNTRUSTED", client.request(GET));
            StepVerifier.create(client.request(GET))
                    .verifyErrorSatisfies(failure ->
                            assertThat(failure).hasMessageContaining("%s (expected: %s)".formatted(shown, pin)));
            assertThat(server.requests()).isEmpty();
        }
    }

    private static PinnedTrust pinned(Fingerprint pin) {
        return new PinnedTrust(shown -> {
            if (!shown.equals(pin)) {
                throw new CertificateException("%s (expected: %s)".formatted(shown, pin));
            }
        });
    }

    private ScriptedServer mutual(String protocol) {
        return ScriptedServer.onTls(pki.server(local), true, protocol).otherwise(Script.ok("safe"));
    }

    private void isUntrusted(URI uri) {
        Failing.with(
                EngineException.Denied.class,
                "ENGINE_UNTRUSTED",
                TestSettings.of(uri).trust(pki.trust()).client().request(GET));
    }

    private static void isDenied(TestSettings settings) {
        // Also for what must not be sent twice: the refusal may come only with the first read.
        Failing.with(
                EngineException.Denied.class, "ENGINE_DENIED", settings.client().request(GET));
        Failing.with(
                EngineException.Denied.class,
                "ENGINE_DENIED",
                settings.client().request(EngineRequest.post("/").json(new byte[100_000])));
    }

    private static String text(EngineHttpClient client) {
        return client.request(GET)
                .blockOptional(TestSettings.LONG)
                .orElseThrow()
                .text();
    }
}
