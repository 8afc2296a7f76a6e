package dev.roadstead.fleet;

import dev.roadstead.container.Container;
import dev.roadstead.container.Cuid;
import dev.roadstead.container.Labels;
import dev.roadstead.engine.Engine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Which cuid a container has. Pure. */
final class Identities {
    private static final Comparator<Container> OLDEST_FIRST = Comparator.comparing((Container container) ->
                    Optional.ofNullable(container.createdAt()).orElse(Instant.MAX))
            .thenComparing(container -> container.id().value());

    private Identities() {}

    /** The id on the container's label, if it bears a sound one. */
    static Optional<Cuid> labelled(Container container) {
        return Optional.ofNullable(container.labels().get(Labels.CUID))
                .filter(Cuid::isCuid)
                .map(Cuid::new)
                .filter(cuid -> !cuid.isDerived());
    }

    /** The id of a container that bears none, or whose label an older one bears as well. */
    static Cuid derived(Engine engine, Container container) {
        return Cuid.derived(engine.name().value(), container.id().value());
    }

    /**
     * Gives every container of one engine its id. Where several bear the same label (a copy kept it), the oldest keeps it.
     *
     * @param containers all that may bear the same labels
     */
    static List<Located> assign(Engine engine, List<Container> containers) {
        Map<Cuid, Container> owners = new HashMap<>();
        for (Container container : containers) {
            labelled(container)
                    .ifPresent(cuid -> owners.merge(
                            cuid, container, (one, other) -> OLDEST_FIRST.compare(one, other) <= 0 ? one : other));
        }
        List<Located> located = new ArrayList<>(containers.size());
        for (Container container : containers) {
            Cuid cuid = labelled(container)
                    .filter(own -> Objects.requireNonNull(owners.get(own)).id().equals(container.id()))
                    .orElseGet(() -> derived(engine, container));
            located.add(new Located(engine, container, cuid));
        }
        return located;
    }
}
