package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.ok;
import static dev.roadstead.gateway.GatewaySubject.problem;
import static dev.roadstead.gateway.GatewaySubject.text;
import static dev.roadstead.gateway.GatewaySubject.texts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import dev.roadstead.transport.Fingerprint;
import dev.roadstead.transport.TestPki;
import dev.roadstead.transport.TlsDoor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A real LXD behind certificates that are over, foreign or not those of yesterday: what an operator sees of it. */
@RequiresLab("lxd")
class LxdCertificatesIT {
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final TestPki OURS = new TestPki("ours");
    private static final TestPki STRANGERS = new TestPki("strangers");
    private static final TestPki.Identity GOOD = OURS.issue("engine", "127.0.0.1");
    private static final TestPki.Identity EXPIRED = OURS.issueExpired("engine", "127.0.0.1");
    private static final TestPki.Identity ELSEWHERE = OURS.issue("engine", "elsewhere.example.com");
    private static final TestPki.Identity FOREIGN = STRANGERS.issue("engine", "127.0.0.1");

    @TempDir
    private static @Nullable Path folder;

    private static @Nullable TlsDoor good;
    private static @Nullable TlsDoor expired;
    private static @Nullable TlsDoor elsewhere;
    private static @Nullable TlsDoor foreign;
    private static @Nullable TlsDoor changing;
    private static @Nullable RunningGateway running;

    @BeforeAll
    static void start() throws IOException, CertificateEncodingException {
        good = door(GOOD);
        expired = door(EXPIRED);
        elsewhere = door(ELSEWHERE);
        foreign = door(FOREIGN);
        changing = door(GOOD);
        Path authority = Files.writeString(Objects.requireNonNull(folder).resolve("ca.pem"), OURS.caPem());
        Map<String, TlsDoor> doors = Map.of(
                "good", Objects.requireNonNull(good),
                "expired", Objects.requireNonNull(expired),
                "expired-pinned", Objects.requireNonNull(expired),
                "elsewhere", Objects.requireNonNull(elsewhere),
                "foreign", Objects.requireNonNull(foreign),
                "wrong-pin", Objects.requireNonNull(good),
                "changing", Objects.requireNonNull(changing));
        Map<String, String> engines = new LinkedHashMap<>();
        List<String> settings = new ArrayList<>();
        doors.forEach((name, door) -> {
            engines.put(name, door.uri().toString());
            settings.add("roadstead.engines.%s.kind=lxd".formatted(name));
        });
        for (String name : new String[] {"good", "expired", "elsewhere", "foreign"}) {
            settings.add("roadstead.engines.%s.tls.bundle=ours".formatted(name));
        }
        settings.add("roadstead.engines.expired-pinned.tls.fingerprint=" + print(EXPIRED));
        settings.add("roadstead.engines.wrong-pin.tls.fingerprint=" + print(FOREIGN));
        settings.add("roadstead.engines.changing.tls.trust-on-first-use=true");
        settings.add("roadstead.security.known-engines=" + knownEngines());
        settings.add("spring.ssl.bundle.pem.ours.truststore.certificate=" + authority.toUri());
        // The daemon over its own HTTPS, for a client whose certificate is over though the daemon knows it.
        engines.put("client", Lab.lxdHttps().toString());
        settings.add("roadstead.engines.client.kind=lxd");
        settings.add("roadstead.engines.client.tls.bundle=client");
        settings.add("roadstead.engines.client.tls.trust-on-first-use=true");
        settings.add("spring.ssl.bundle.pem.client.keystore.certificate="
                + Lab.pki().resolve("expired.pem").toUri());
        settings.add("spring.ssl.bundle.pem.client.keystore.private-key="
                + Lab.pki().resolve("expired.key").toUri());
        settings.add("roadstead.monitoring.interval=1s");
        settings.add("roadstead.default-engine=good");
        running = RunningGateway.start(engines, settings.toArray(String[]::new));
    }

    @AfterAll
    static void stop() throws IOException {
        gateway().close();
        for (TlsDoor door : new TlsDoor[] {good, expired, elsewhere, foreign, changing}) {
            Objects.requireNonNull(door).close();
        }
    }

    private static TlsDoor door(TestPki.Identity shown) throws IOException {
        return new TlsDoor(Lab.lxd(), OURS.server(shown));
    }

    private static String print(TestPki.Identity identity) throws CertificateEncodingException {
        return Fingerprint.of(identity.certificate()).value();
    }

    private static Path knownEngines() {
        return Objects.requireNonNull(folder).resolve("known_engines");
    }

    private static RunningGateway gateway() {
        return Objects.requireNonNull(running);
    }

    /** The engine as it is told once it has this status. */
    private static JsonNode awaited(String engine, String status) {
        return Awaitility.await(engine + " is " + status)
                .atMost(SOON)
                .until(
                        () -> ok(gateway().get("/v1/engines/" + engine)),
                        told -> text(told, "status").equals(status));
    }

    private static void works(String engine) {
        awaited(engine, "up");
        JsonNode images = ok(gateway().get("/v1/engines/%s/images".formatted(engine)));
        assertThat(images.required("images")).isNotEmpty();
    }

    /** Not up, with the reason, and no call gets through. */
    private static String refused(String engine, String code) {
        String why = text(awaited(engine, "untrusted"), "last_error");
        problem(gateway().get("/v1/engines/%s/images".formatted(engine)), 502, "engine_error", code);
        JsonNode list = ok(gateway().get("/v1/containers?engine=" + engine));
        assertThat(list.required("containers")).isEmpty();
        assertThat(texts(list.required("warnings"), "engine")).containsExactly(engine);
        return why;
    }

    @Test
    void aCertificateOfATrustedAuthorityIsTrusted() {
        works("good");
    }

    @Test
    void anExpiredCertificateIsRefusedAndNamed() {
        assertThat(refused("expired", "ENGINE_UNTRUSTED")).contains("it has expired");
    }

    @Test
    void anExpiredCertificateThatIsPinnedIsTrusted() {
        works("expired-pinned");
    }

    @Test
    void aCertificateForAnotherNameIsRefused() {
        assertThat(refused("elsewhere", "ENGINE_UNTRUSTED")).contains("127.0.0.1");
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefused() {
        assertThat(refused("foreign", "ENGINE_UNTRUSTED")).contains("certif");
    }

    @Test
    void anotherCertificateThanThePinnedIsRefusedWithBothFingerprints() throws CertificateEncodingException {
        assertThat(refused("wrong-pin", "ENGINE_UNTRUSTED"))
                .contains(print(GOOD), print(FOREIGN), "roadstead.engines.wrong-pin.tls.fingerprint");
    }

    @Test
    void aCertificateThatIsNotTheFirstAnyMoreIsRefusedUntilTheFirstIsBack() throws CertificateEncodingException {
        works("changing");

        Objects.requireNonNull(changing).show(STRANGERS.server(FOREIGN));

        assertThat(refused("changing", "ENGINE_UNTRUSTED"))
                .contains(print(GOOD), print(FOREIGN), knownEngines().toString());
        Objects.requireNonNull(changing).show(OURS.server(GOOD));
        works("changing");
    }

    @Test
    void aClientCertificateThatIsOverIsNotTrusted() {
        assertThat(refused("client", "ENGINE_DENIED")).contains("client certificate");

        JsonNode why = problem(
                gateway().postJson("/v1/engines/client/trust", Map.of("password", Lab.lxdPassword())),
                400,
                "validation_error",
                "INVALID_REQUEST");

        assertThat(text(why, "message")).contains("expired");
        refused("client", "ENGINE_DENIED");
    }
}
