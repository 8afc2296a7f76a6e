package dev.roadstead.adapter.daemon;

import dev.roadstead.container.Healthcheck;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parts of what is sent to daemons. */
public final class Bodies {
    private Bodies() {}

    /** A health check (Docker Engine API, HealthConfig). */
    public static Map<String, Object> healthcheck(Healthcheck check) {
        Map<String, Object> wire = new LinkedHashMap<>();
        wire.put("Test", check.test());
        put(wire, "Interval", nanos(check.interval()));
        put(wire, "Timeout", nanos(check.timeout()));
        put(wire, "StartPeriod", nanos(check.startPeriod()));
        put(wire, "Retries", check.retries());
        return wire;
    }

    private static @Nullable Long nanos(@Nullable Duration time) {
        return time == null ? null : time.toNanos();
    }

    /** Adds a field; null leaves it out. */
    public static void put(Map<String, Object> wire, String key, @Nullable Object value) {
        if (value != null) {
            wire.put(key, value);
        }
    }

    /** Objects are merged key by key, anything else is replaced. */
    public static Map<String, Object> merged(Map<String, Object> ours, Map<?, ?> theirs) {
        Map<String, Object> all = new LinkedHashMap<>(ours);
        theirs.forEach((key, value) -> {
            String name = String.valueOf(key);
            if (value instanceof Map<?, ?> more && all.get(name) instanceof Map<?, ?> there) {
                all.put(name, merged(merged(Map.of(), there), more));
            } else {
                all.put(name, value);
            }
        });
        return all;
    }
}
