package dev.roadstead.api.pod;

import dev.roadstead.api.container.PortBody;
import dev.roadstead.engine.Engine;
import dev.roadstead.pod.Pod;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A pod as clients see it. */
@Schema(name = "Pod", description = "Containers that live and are driven together.")
public record PodView(
        @Schema(description = "The engine's own id.", example = "4f1b3c5d7e9f")
        String id,

        @Schema(description = "Its name.", example = "shop") String name,

        @Schema(description = "The engine it is on.", example = "local")
        String engine,

        @Schema(
                description = "created, running, paused, stopped, degraded (some of its containers do not run), dead,"
                        + " error or unknown.",
                example = "running")
        String status,

        @Schema(description = "The engine's own word.", example = "Running")
        String nativeStatus,

        @Schema(description = "When it was made.", example = "2026-01-02T03:04:05Z") @Nullable
        Instant createdAt,

        @Schema(description = "Its labels.", example = "{\"team\":\"shop\"}")
        Map<String, String> labels,

        @Schema(description = "Its containers.") List<MemberView> containers) {

    /** A container of a pod. */
    @Schema(name = "PodMember", description = "A container of a pod.")
    public record MemberView(
            @Schema(description = "The engine's own id of the container.", example = "0a1b2c3d4e5f")
            String id,

            @Schema(description = "Its name.", example = "web")
            String name,

            @Schema(description = "What it is doing.", example = "running")
            String status) {}

    /** An engine's pods. */
    @Schema(description = "An engine's pods.")
    public record PodList(
            @Schema(description = "The pods, by name.") List<PodView> pods) {}

    /** What an action did. */
    @Schema(description = "A pod after an action.")
    public record PodActionResult(
            @Schema(description = "The pod.") PodView pod,

            @Schema(description = "Whether the action did anything.", example = "true")
            boolean changed) {}

    /** A pod to make. */
    @Schema(description = "A pod to make; containers join it by their field pod when they are made.")
    public record CreatePodRequest(
            @Schema(description = "Its name; the engine chooses one if not given.", example = "shop") @Nullable
            String name,

            @Schema(description = "Labels; no key may begin with dev.roadstead.", example = "{\"team\":\"shop\"}")
            @Nullable
            Map<String, String> labels,

            @Schema(description = "The host name of its containers.", example = "shop") @Nullable
            String hostname,

            @Schema(description = "Ports to publish for all of its containers.") @Nullable
            List<PortBody> ports,

            @Schema(description = "Networks it joins.", example = "[\"backend\"]") @Nullable
            List<String> networks) {}

    static PodView of(Engine engine, Pod pod) {
        return new PodView(
                pod.id(),
                pod.name(),
                engine.name().value(),
                pod.status(),
                pod.nativeStatus(),
                pod.createdAt(),
                pod.labels(),
                pod.containers().stream()
                        .map(member -> new MemberView(member.id(), member.name(), member.status()))
                        .toList());
    }
}
