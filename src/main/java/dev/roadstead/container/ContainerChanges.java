package dev.roadstead.container;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What shall be otherwise about a container; null or empty: nothing.
 *
 * @param env variables to set; those without a value are removed
 * @param labels all that it shall bear, the gateway's own too
 * @param resources limits to set
 * @param lifted limits to take away
 */
public record ContainerChanges(
        @Nullable Map<String, Optional<String>> env,
        @Nullable Map<String, String> labels,
        Resources resources,
        Set<Limit> lifted,
        @Nullable RestartPolicy restartPolicy) {
    /** No change. */
    public static final ContainerChanges NONE = new ContainerChanges(null, null, Resources.NONE, Set.of(), null);

    public ContainerChanges {
        env = env == null ? null : Map.copyOf(env);
        labels = labels == null ? null : Map.copyOf(labels);
        lifted = Set.copyOf(lifted);
    }

    /** A limit of {@link Resources}. */
    public enum Limit {
        CPUS,
        MEMORY,
        MEMORY_SWAP,
        PIDS,
        CPU_WEIGHT
    }

    /** Whether any limit shall be otherwise. */
    public boolean changesResources() {
        return !resources.equals(Resources.NONE) || !lifted.isEmpty();
    }
}
