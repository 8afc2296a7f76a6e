package dev.roadstead.event;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened on one engine.
 *
 * @param time of the engine's clock, as exact as it tells; of no meaning if {@link #UNREADABLE}
 * @param type {@code container}, {@code image}, {@code volume}, {@code network}, {@link #UNREADABLE} or the engine's own word
 * @param action in the unified words ({@code start}, {@code die}, {@code remove} …), or the engine's own if there is none
 * @param id native id of what it happened to; null if it has none
 * @param name its name then; null if unknown
 * @param labels of a container or an image, the gateway's own included; empty if unknown
 * @param attributes further facts in unified words: {@code exit_code}, {@code signal}, {@code old_name} …
 * @param original the engine's own event, as it came
 */
public record EngineEvent(
        Instant time,
        String type,
        String action,
        @Nullable String id,
        @Nullable String name,
        Map<String, String> labels,
        Map<String, String> attributes,
        Map<String, Object> original) {
    /** The type of an event that the engine told and nobody understands: all that is known is that something was told. */
    public static final String UNREADABLE = "unreadable";

    public EngineEvent {
        labels = Map.copyOf(labels);
        attributes = Map.copyOf(attributes);
    }

    /** Stands for an event that is not understood: it may be one that matters, so whoever listens must hear that it is missing. */
    public static EngineEvent unreadable(String why) {
        return new EngineEvent(
                Instant.EPOCH, UNREADABLE, UNREADABLE, null, null, Map.of(), Map.of("reason", why), Map.of());
    }
}
