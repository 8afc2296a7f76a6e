package dev.roadstead.fleet;

import dev.roadstead.container.Cuid;
import dev.roadstead.engine.EngineName;
import dev.roadstead.event.EngineEvent;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened on one of the engines, or to the gateway's view of it.
 *
 * @param engine null: it concerns all of them
 * @param type as in {@link EngineEvent}, and {@link #ENGINE}
 * @param cuid null unless it is about a container
 * @param attributes texts, numbers, truth values
 * @param original the engine's own event; null if the gateway tells it
 */
public record FleetEvent(
        Instant time,
        @Nullable EngineName engine,
        String type,
        String action,
        @Nullable Cuid cuid,
        @Nullable String name,
        Map<String, Object> attributes,
        @Nullable Map<String, Object> original) {
    /** The type of what is about a container. */
    public static final String CONTAINER = "container";

    /** The type of what is about an engine itself. */
    public static final String ENGINE = "engine";

    /** The action of {@link #ENGINE} that tells that events may have been missed. */
    public static final String GAP = "gap";

    private static final String EXIT_CODE = "exit_code";

    public FleetEvent {
        attributes = Map.copyOf(attributes);
    }

    /** Tells that something may have been missed.
     *
     * @param facts how much, from when until when */
    static FleetEvent gap(Instant time, @Nullable EngineName engine, Map<String, Object> facts) {
        return new FleetEvent(time, engine, ENGINE, GAP, null, null, facts, null);
    }

    /** What an engine told. */
    static FleetEvent told(EngineName engine, EngineEvent event, @Nullable Cuid cuid, @Nullable String name) {
        Map<String, Object> facts = new LinkedHashMap<>(event.attributes());
        String code = event.attributes().get(EXIT_CODE);
        if (code != null && code.matches("-?[0-9]{1,9}")) {
            facts.put(EXIT_CODE, Integer.valueOf(code));
        }
        if (event.id() != null) {
            facts.put("id", event.id());
        }
        return new FleetEvent(event.time(), engine, event.type(), event.action(), cuid, name, facts, event.original());
    }

    /** Whether it tells that something may have been missed. */
    public boolean isGap() {
        return type.equals(ENGINE) && action.equals(GAP);
    }
}
