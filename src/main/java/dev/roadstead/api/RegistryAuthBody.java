package dev.roadstead.api;

import dev.roadstead.image.RegistryAuth;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Credentials for a registry. */
@Schema(name = "RegistryAuth", description = "Credentials for a registry; never logged, never returned.")
public record RegistryAuthBody(
        @Schema(description = "The user.", example = "ci") @Nullable
        String username,

        @Schema(description = "The password.", example = "correct horse") @Nullable
        String password,

        @Schema(description = "A token instead of user and password.", example = "eyJhbGciOi") @Nullable
        String identityToken) {
    /** The same for the engine. */
    public RegistryAuth auth() {
        return new RegistryAuth(username, password, identityToken, null);
    }

    @Override
    public String toString() {
        return "RegistryAuthBody[%s]".formatted(username);
    }
}
