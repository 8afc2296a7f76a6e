package dev.roadstead.api.engine;

import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.engine.TrustProof;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What makes an engine trust the gateway. */
@Schema(description = "What makes an engine trust the gateway: exactly one of the two.")
public record TrustRequest(
        @Schema(description = "A token that the engine's operator made; good for one use.", example = "eyJjbGll…")
        @Nullable
        String token,

        @Schema(description = "The engine's trust password (LXD up to 5.21).", example = "a-long-password") @Nullable
        String password) {
    TrustProof proof() {
        String given = token == null ? password : token;
        if (given == null || given.isBlank() || (token != null && password != null)) {
            throw ProblemException.invalid(
                    "INVALID_TRUST", "token", null, "expected: exactly one of token and password");
        }
        return token == null ? new TrustProof.Password(given) : new TrustProof.Token(given);
    }

    /** Without the secrets: requests may be logged. */
    @Override
    public String toString() {
        return "TrustRequest[…]";
    }
}
