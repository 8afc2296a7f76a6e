package dev.roadstead.fleet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of the fleet's containers.
 *
 * @param next where the next part begins; null if this is the last
 */
public record ContainerPage(
        List<Located> containers, @Nullable String next, List<Warning> warnings) {
    public ContainerPage {
        containers = List.copyOf(containers);
        warnings = List.copyOf(warnings);
    }
}
