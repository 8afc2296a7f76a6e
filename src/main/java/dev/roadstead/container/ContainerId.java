package dev.roadstead.container;

import java.util.regex.Pattern;

/** Names a container on one engine; safe in a URL path. Docker gives 64 hex digits, Incus the instance name. */
public record ContainerId(String value) {
    private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");

    public ContainerId {
        if (!SAFE.matcher(value).matches()) {
            throw new IllegalArgumentException("container id: %s (expected: %s)".formatted(value, SAFE));
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
