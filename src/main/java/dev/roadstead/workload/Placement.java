package dev.roadstead.workload;

import dev.roadstead.engine.EngineKind;
import java.util.Set;

/**
 * Where a container may go: the engine with the fewest containers among those that answer.
 *
 * @param engines any of these names; empty: any
 * @param kinds any of these; empty: any
 */
public record Placement(Set<String> engines, Set<EngineKind> kinds) {
    public Placement {
        engines = Set.copyOf(engines);
        kinds = Set.copyOf(kinds);
    }
}
