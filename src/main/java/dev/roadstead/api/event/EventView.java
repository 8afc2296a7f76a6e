package dev.roadstead.api.event;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.roadstead.fleet.FleetEvent;
import dev.roadstead.fleet.ToldEvent;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An event. */
@Schema(name = "Event", description = "Something that happened on an engine.")
public record EventView(
        @Schema(
                description = "Give this as Last-Event-ID to go on behind this event. Opaque.",
                example = "mibrzx7k9c41-17")
        String id,

        @Schema(description = "When, on the engine's clock.", example = "2026-11-23T09:30:02.119812364Z")
        Instant time,

        @Schema(description = "The engine's name; null if it concerns all.", example = "local") @Nullable
        String engine,

        @Schema(
                description =
                        "What it happened to: container, image, volume, network, engine, or a word of the engine's"
                                + " own.",
                example = "container")
        String type,

        @Schema(
                description = "What happened. Containers: create, start, die, stop, kill, restart, pause, unpause,"
                        + " rename, update, remove, exec, oom, health, snapshot; the engine's own word for what has none."
                        + " Engines: gap, if events may have been missed.",
                example = "die")
        String action,

        @Schema(
                description = "The container's cuid; null if it is about no container.",
                example = "c7f3b9c1e-0b7e-4f3a-9f0e-2f6d6a1b5c3d")
        @Nullable
        String cuid,

        @Schema(description = "Its name then; null if it has none.", example = "web") @Nullable
        String name,

        @Schema(
                description = "More facts: id (the native one), image, exit_code, signal, old_name, status, command,"
                        + " container; synthetic if the gateway found it out by comparing; from and until of a gap.",
                example = "{\"id\":\"4f5e4f5e4f5e\",\"image\":\"busybox:latest\",\"exit_code\":137}")
        Map<String, Object> attributes,

        @Schema(
                description = "The engine's own event as it came; null if the gateway told it.",
                example = "{\"Type\":\"container\",\"Action\":\"die\"}")
        @JsonProperty("native")
        @Nullable
        Map<String, Object> original) {
    /** An event as it is told. */
    static EventView of(ToldEvent told) {
        FleetEvent event = told.event();
        return new EventView(
                told.id(),
                event.time(),
                event.engine() == null ? null : event.engine().value(),
                event.type(),
                event.action(),
                event.cuid() == null ? null : event.cuid().value(),
                event.name(),
                event.attributes(),
                event.original());
    }
}
