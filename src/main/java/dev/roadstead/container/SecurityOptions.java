package dev.roadstead.container;

import java.util.List;

/**
 * What a container may do to its host.
 *
 * @param capAdd Linux capabilities added, e.g. {@code NET_ADMIN}
 * @param capDrop Linux capabilities taken away
 */
public record SecurityOptions(boolean privileged, List<String> capAdd, List<String> capDrop, boolean readOnlyRoot) {
    /** The engine's defaults. */
    public static final SecurityOptions DEFAULT = new SecurityOptions(false, List.of(), List.of(), false);

    public SecurityOptions {
        capAdd = List.copyOf(capAdd);
        capDrop = List.copyOf(capDrop);
    }
}
