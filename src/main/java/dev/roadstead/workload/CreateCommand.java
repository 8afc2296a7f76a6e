package dev.roadstead.workload;

import dev.roadstead.container.ContainerSpec;
import dev.roadstead.image.RegistryAuth;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A container to create.
 *
 * @param engine its name; null: placed
 * @param placement where it may go; null: the default engine
 * @param spec without the gateway's own labels
 * @param start whether it is started as well
 * @param idempotency null: every command creates a container
 */
public record CreateCommand(
        @Nullable String engine,
        @Nullable Placement placement,
        ContainerSpec spec,
        List<String> tags,
        PullPolicy pull,
        @Nullable RegistryAuth registryAuth,
        boolean start,
        @Nullable Idempotency idempotency) {
    public CreateCommand {
        tags = List.copyOf(tags);
    }

    /**
     * What makes a repeated command the same.
     *
     * @param key SHA-256 (hex) of the caller and the key it gave
     * @param request SHA-256 (hex) of the request
     */
    public record Idempotency(String key, String request) {}
}
