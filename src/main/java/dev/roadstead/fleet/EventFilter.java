package dev.roadstead.fleet;

import dev.roadstead.container.Cuid;
import dev.roadstead.engine.EngineName;
import java.util.Set;

/**
 * Which events are told; every condition must hold, an empty one always does. A gap is told whatever type, action and cuid are wanted:
 * what was missed may have been just that.
 *
 * @param engines any of these names
 * @param types any of these
 * @param actions any of these
 * @param cuids any of these
 */
public record EventFilter(Set<String> engines, Set<String> types, Set<String> actions, Set<Cuid> cuids) {
    /** All of them. */
    public static final EventFilter NONE = new EventFilter(Set.of(), Set.of(), Set.of(), Set.of());

    public EventFilter {
        engines = Set.copyOf(engines);
        types = Set.copyOf(types);
        actions = Set.copyOf(actions);
        cuids = Set.copyOf(cuids);
    }

    boolean admits(FleetEvent event) {
        EngineName engine = event.engine();
        if (engine != null && !engines.isEmpty() && !engines.contains(engine.value())) {
            return false;
        }
        return event.isGap()
                || ((types.isEmpty() || types.contains(event.type()))
                        && (actions.isEmpty() || actions.contains(event.action()))
                        && (cuids.isEmpty() || (event.cuid() != null && cuids.contains(event.cuid()))));
    }
}
