package dev.roadstead.container;

import java.util.regex.Pattern;

/** A container's name as every engine family accepts it; a single engine may be stricter (LXD: a DNS label). */
public record ContainerName(String value) {
    /** What a name must look like. */
    public static final String FORM = "[a-zA-Z0-9][a-zA-Z0-9_.-]{1,127}";

    private static final Pattern SAFE = Pattern.compile(FORM);

    public ContainerName {
        if (!SAFE.matcher(value).matches()) {
            throw new IllegalArgumentException("name: %s (expected: %s)".formatted(value, FORM));
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
