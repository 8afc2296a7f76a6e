package dev.roadstead.adapter.lxd;

import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.TrustProof;
import dev.roadstead.transport.EngineRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * Makes a daemon trust the certificate that this connection shows (LXD API, POST /1.0/certificates; a token goes into the password's
 * place up to extension {@code explicit_trust_token}, which Incus has always had).
 */
final class LxdTrust {
    private static final String SUBJECT = "the trust of the gateway's certificate";

    private final LxdSession session;

    LxdTrust(LxdSession session) {
        this.session = session;
    }

    Mono<Void> ask(TrustProof proof) {
        return session.stranger()
                .flatMap(dialect -> session.callAnyway(
                        LxdCall.TRUST,
                        SUBJECT,
                        EngineRequest.post("/1.0/certificates").json(session.bytes(body(dialect, proof)))))
                .then();
    }

    private Map<String, String> body(Dialect dialect, TrustProof proof) {
        Map<String, String> body = new LinkedHashMap<>();
        body.put("type", "client");
        switch (proof) {
            case TrustProof.Token token ->
                body.put(
                        dialect.isIncus() || dialect.has("explicit_trust_token") ? "trust_token" : "password",
                        token.secret());
            case TrustProof.Password password -> {
                if (dialect.isIncus()) {
                    throw new EngineException.Unsupported(
                            Capability.TRUST,
                            "Incus trusts by tokens only",
                            session.errors().evidence());
                }
                body.put("password", password.secret());
            }
        }
        return body;
    }
}
