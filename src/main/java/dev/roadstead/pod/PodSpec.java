package dev.roadstead.pod;

import dev.roadstead.container.PortMapping;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a pod shall be.
 *
 * @param name null: the engine chooses one
 * @param ports published for all of its containers
 * @param networks by name; empty: the engine's default
 */
public record PodSpec(
        @Nullable String name,
        Map<String, String> labels,
        @Nullable String hostname,
        List<PortMapping> ports,
        List<String> networks) {
    public PodSpec {
        labels = Map.copyOf(labels);
        ports = List.copyOf(ports);
        networks = List.copyOf(networks);
    }
}
