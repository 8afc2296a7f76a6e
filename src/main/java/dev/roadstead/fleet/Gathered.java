package dev.roadstead.fleet;

import dev.roadstead.engine.Engine;
import java.util.List;

/** What every engine answered, and a warning for each that did not. */
public record Gathered<T>(List<Part<T>> parts, List<Warning> warnings) {
    public Gathered {
        parts = List.copyOf(parts);
        warnings = List.copyOf(warnings);
    }

    /** One engine's answer. */
    public record Part<T>(Engine engine, T value) {}
}
