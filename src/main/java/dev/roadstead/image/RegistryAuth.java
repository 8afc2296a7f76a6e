package dev.roadstead.image;

import org.jspecify.annotations.Nullable;

/** Credentials for a registry: user name and password, or an identity token. Never logged, never returned. */
public record RegistryAuth(
        @Nullable String username,
        @Nullable String password,
        @Nullable String identityToken,
        @Nullable String serverAddress) {
    @Override
    public String toString() {
        return "RegistryAuth[%s]".formatted(serverAddress);
    }
}
