package dev.roadstead.engine;

/** What makes an engine trust the gateway's client certificate from now on. Never logged. */
public sealed interface TrustProof {
    /** A token that the engine's operator made; good for one use. */
    record Token(String secret) implements TrustProof {
        @Override
        public String toString() {
            return "Token[…]";
        }
    }

    /** The engine's trust password (LXD up to 5.21, core.trust_password). */
    record Password(String secret) implements TrustProof {
        @Override
        public String toString() {
            return "Password[…]";
        }
    }
}
