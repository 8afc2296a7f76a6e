package dev.roadstead.network;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a network shall be.
 *
 * @param subnet IPv4 in CIDR form; null: the engine chooses
 * @param gateway IPv4 address inside the subnet; null: the engine chooses
 */
public record NetworkSpec(
        String name,
        String driver,
        @Nullable String subnet,
        @Nullable String gateway,
        boolean internal,
        Map<String, String> labels) {
    public NetworkSpec {
        labels = Map.copyOf(labels);
    }
}
