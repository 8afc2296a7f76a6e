package dev.roadstead.pod;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pod as its engine describes it.
 *
 * @param status {@code created running paused stopped degraded dead error unknown}; degraded: some of its containers do not run
 * @param nativeStatus the engine's own word
 * @param containers without the one that only holds its name spaces
 */
public record Pod(
        String id,
        String name,
        String status,
        String nativeStatus,
        @Nullable Instant createdAt,
        Map<String, String> labels,
        List<Member> containers) {
    public Pod {
        labels = Map.copyOf(labels);
        containers = List.copyOf(containers);
    }

    /**
     * A container of it.
     *
     * @param id the engine's id of the container
     */
    public record Member(String id, String name, String status) {}
}
