package dev.roadstead.engine;

import java.util.regex.Pattern;

/** An engine's short name from the configuration. */
public record EngineName(String value) implements Comparable<EngineName> {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    public EngineName {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("engine name: %s (expected: %s)".formatted(value, FORM));
        }
    }

    @Override
    public int compareTo(EngineName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
