package dev.roadstead.gateway;

import dev.roadstead.transport.TestPki;
import java.util.List;

/** What an engine's own address at {@code https://} needs: the gateway's certificate, and the authority of those that are let in. */
final class HouseDoor {
    /** Its name as an SSL bundle. */
    static final String BUNDLE = "door";

    private final TestPki pki = new TestPki("house");

    /** The authority that its certificate and the clients' are of. */
    TestPki pki() {
        return pki;
    }

    /** The gateway's settings of it. */
    List<String> settings() {
        TestPki.Identity server = pki.issue("gateway", "localhost", "127.0.0.1");
        String bundle = "spring.ssl.bundle.pem." + BUNDLE;
        return List.of(
                bundle + ".keystore.certificate=" + server.certificatePem(),
                bundle + ".keystore.private-key=" + server.keyPem(),
                bundle + ".truststore.certificate=" + pki.caPem());
    }
}
