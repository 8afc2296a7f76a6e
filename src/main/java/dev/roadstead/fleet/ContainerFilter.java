package dev.roadstead.fleet;

import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.Labels;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineKind;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which containers a list shows; every condition must hold, an empty one always does.
 *
 * @param engines any of these names
 * @param kinds any of these
 * @param statuses any of these
 * @param tags all of these
 * @param labels all of these, each {@code key} or {@code key=value}
 * @param name exactly this
 * @param managed made through the gateway, or not
 */
public record ContainerFilter(
        Set<String> engines,
        Set<EngineKind> kinds,
        Set<ContainerStatus> statuses,
        List<String> tags,
        List<String> labels,
        @Nullable String name,
        @Nullable Boolean managed) {
    /** All of them. */
    public static final ContainerFilter NONE =
            new ContainerFilter(Set.of(), Set.of(), Set.of(), List.of(), List.of(), null, null);

    public ContainerFilter {
        engines = Set.copyOf(engines);
        kinds = Set.copyOf(kinds);
        statuses = Set.copyOf(statuses);
        tags = List.copyOf(tags);
        labels = List.copyOf(labels);
    }

    /** Whether the engine can have containers that pass. */
    boolean admits(Engine engine) {
        return (engines.isEmpty() || engines.contains(engine.name().value()))
                && (kinds.isEmpty() || kinds.contains(engine.kind()));
    }

    /** Whether the container passes; its engine is known to. */
    boolean admits(Container container) {
        return (statuses.isEmpty() || statuses.contains(container.state().status()))
                && (name == null || name.equals(container.name()))
                && (managed == null || managed == Identities.labelled(container).isPresent())
                && (tags.isEmpty() || Tags.of(container.labels()).containsAll(tags))
                && labels.stream().allMatch(label -> bears(container, label));
    }

    private static boolean bears(Container container, String label) {
        int equals = label.indexOf('=');
        String key = equals < 0 ? label : label.substring(0, equals);
        String value = container.labels().get(key);
        // The gateway's own keys are not labels to a client, so no filter may tell of them.
        return value != null && !Labels.isOwn(key) && (equals < 0 || value.equals(label.substring(equals + 1)));
    }
}
