package dev.roadstead.workload;

import dev.roadstead.image.ImageReference;
import dev.roadstead.image.RegistryAuth;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Credentials for registries from the configuration, by registry host and port. */
public final class RegistryCredentials {
    private final Map<String, RegistryAuth> byHost;

    public RegistryCredentials(Map<String, RegistryAuth> byHost) {
        this.byHost = Map.copyOf(byHost);
    }

    /** What to show the image's registry: what the caller gave, else what is configured, else null for anonymous. */
    public @Nullable RegistryAuth choose(ImageReference reference, @Nullable RegistryAuth given) {
        return given != null ? given : byHost.get(reference.registry());
    }
}
