package dev.roadstead.network;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network on an engine.
 *
 * @param subnet IPv4 in CIDR form; null if it has none
 * @param gateway IPv4 address; null if it has none
 * @param internal whether it has no way out of the host
 * @param containers native ids of the containers on it; null in lists
 */
public record Network(
        String id,
        String name,
        String driver,
        @Nullable String subnet,
        @Nullable String gateway,
        boolean internal,
        Map<String, String> labels,
        @Nullable Instant createdAt,
        @Nullable List<String> containers) {
    public Network {
        labels = Map.copyOf(labels);
        containers = containers == null ? null : List.copyOf(containers);
    }
}
