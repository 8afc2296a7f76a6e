package dev.roadstead.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What pruning removed.
 *
 * @param removed ids, or names where things have no ids
 * @param spaceReclaimed bytes; null if the engine does not tell
 */
public record Pruned(List<String> removed, @Nullable Long spaceReclaimed) {
    public Pruned {
        removed = List.copyOf(removed);
    }
}
