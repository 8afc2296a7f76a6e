package dev.roadstead.adapter.daemon;

import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerChanges;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import java.util.HashMap;
import java.util.Map;

/** What daemons keep from a container's create on: environment and labels. */
public final class FixedAtCreate {
    private FixedAtCreate() {}

    /** Refuses changes of them; what is so already is no change. */
    public static void refuse(Container container, ContainerChanges changes, String daemon, Faults faults) {
        if (changes.env() != null) {
            Map<String, String> before = container.env() == null ? Map.of() : container.env();
            Map<String, String> after = new HashMap<>(before);
            changes.env()
                    .forEach((name, value) ->
                            value.ifPresentOrElse(set -> after.put(name, set), () -> after.remove(name)));
            if (!after.equals(before)) {
                throw refused(Capability.UPDATE_ENV, daemon + " fixes it at create", "env", faults);
            }
        }
        if (changes.labels() != null && !changes.labels().equals(container.labels())) {
            throw refused(Capability.UPDATE_LABELS, daemon + " fixes them at create", "labels", faults);
        }
    }

    private static EngineException refused(Capability capability, String reason, String field, Faults faults) {
        return new EngineException.Unsupported(
                capability, reason, faults.evidence().with("field", field));
    }
}
