package dev.roadstead.adapter.lxd;

import static dev.roadstead.engine.ContractSubject.fails;
import static dev.roadstead.engine.ContractSubject.get;
import static dev.roadstead.engine.ContractSubject.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.OutputStreamName;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.ContractSubject;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.engine.ExecOperations;
import dev.roadstead.engine.OutputText;
import dev.roadstead.engine.TestObjects;
import dev.roadstead.engine.TrustProof;
import dev.roadstead.exec.ExecSpec;
import dev.roadstead.lab.Lab;
import dev.roadstead.lab.LxdDaemon;
import dev.roadstead.lab.RequiresLab;
import dev.roadstead.transport.EngineRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.ssl.SslManagerBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An LXD daemon over HTTPS: it works for a client whose certificate it trusts, and for no stranger. */
@RequiresLab({"lxd"})
class LxdHttpsIT {
    @Test
    void aTrustedClientWorksWithItItsSocketsToo() {
        Engine engine = engine("client");
        TestObjects made = new TestObjects(engine);
        try {
            ContainerId id = made.container(ContainerSpec.of("busybox", List.of()));
            get(engine.containers().start(id));

            ExecOperations.Session session =
                    get(engine.exec().start(id, new ExecSpec(List.of("cat"), Map.of(), null, null, false, null, null)));
            run(session.input(ContractSubject.utf8("over TLS")));
            run(session.closeInput());

            assertThat(OutputText.of(get(session.output().collectList()), OutputStreamName.STDOUT))
                    .isEqualTo("over TLS");
            assertThat(get(session.exitCode())).isZero();
            run(session.close());
        } finally {
            made.removeAll();
            run(engine.close());
        }
    }

    @Test
    void aStrangerIsNotTrusted() {
        Engine engine = engine("stranger");
        try {
            fails(engine.describe(), EngineException.Denied.class, "ENGINE_DENIED");
            fails(engine.ping(), EngineException.Denied.class, "ENGINE_DENIED");
            fails(engine.containers().list(Map.of()), EngineException.Denied.class, "ENGINE_DENIED");
        } finally {
            run(engine.close());
        }
    }

    @Test
    void aStrangerIsTrustedOnceItHasShownThePassword() {
        Engine engine = engine("stranger");
        try {
            fails(engine.trust(new TrustProof.Password("guessed")), EngineException.Denied.class, "TRUST_REFUSED");
            fails(engine.describe(), EngineException.Denied.class, "ENGINE_DENIED");

            run(engine.trust(new TrustProof.Password(Lab.lxdPassword())));

            assertThat(get(engine.describe()).capabilities().has(Capability.TRUST))
                    .isTrue();
            fails(
                    engine.trust(new TrustProof.Password(Lab.lxdPassword())),
                    EngineException.Conflict.class,
                    "ALREADY_TRUSTED");
        } finally {
            forgetStranger();
            run(engine.close());
        }
    }

    @Test
    void aTokenIsGoodForOneUse() {
        Engine engine = engine("stranger");
        try {
            String token = token();

            run(engine.trust(new TrustProof.Token(token)));

            get(engine.describe());
            forgetStranger();
            fails(engine.trust(new TrustProof.Token(token)), EngineException.Denied.class, "TRUST_REFUSED");
        } finally {
            forgetStranger();
            run(engine.close());
        }
    }

    /** As the operator makes one; what it is made of is told by the operation. */
    private static String token() {
        JsonNode told = local(EngineRequest.post("/1.0/certificates")
                        .json(ContractSubject.utf8("{\"type\":\"client\",\"token\":true,\"name\":\"stranger\"}")))
                .at("/metadata/metadata");
        Map<String, Object> join = Map.of(
                "client_name", "stranger",
                "fingerprint", told.required("fingerprint").asString(),
                "addresses", List.of(Lab.lxdHttps().getAuthority()),
                "secret", told.required("secret").asString());
        return Base64.getEncoder().encodeToString(new JsonMapper().writeValueAsBytes(join));
    }

    private static void forgetStranger() {
        local(EngineRequest.get("/1.0/certificates?recursion=1"))
                .required("metadata")
                .forEach(trusted -> {
                    if (trusted.required("certificate").asString().strip().equals(pem("stranger"))) {
                        local(EngineRequest.delete("/1.0/certificates/"
                                + trusted.required("fingerprint").asString()));
                    }
                });
    }

    private static String pem(String name) {
        try {
            return Files.readString(Lab.pki().resolve(name + ".pem")).strip();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static JsonNode local(EngineRequest request) {
        return LxdDaemon.ofLab().call(request);
    }

    /** The daemon made it itself: so it is the one that is trusted. */
    private static String serverCertificate() {
        return local(EngineRequest.get("/1.0"))
                .at("/metadata/environment/certificate")
                .asString();
    }

    /** By the keys of this name in the lab. */
    private static Engine engine(String name) {
        Path pki = Lab.pki();
        PemSslStoreDetails keys = PemSslStoreDetails.forCertificate(
                        pki.resolve(name + ".pem").toUri().toString())
                .withPrivateKey(pki.resolve(name + ".key").toUri().toString());
        PemSslStoreDetails trust = PemSslStoreDetails.forCertificate(serverCertificate());
        SslManagerBundle managers = SslManagerBundle.from(new PemSslStoreBundle(keys, trust), null);
        return LxdEngineIT.engine(
                Lab.lxdHttps(),
                new EngineSettings.Tls(managers.getKeyManagerFactory(), managers.getTrustManagerFactory()));
    }
}
