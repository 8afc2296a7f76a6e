package dev.roadstead.api.container;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A container as clients see it, whatever engine it is on. */
@Schema(
        name = "Container",
        description =
                "A container. What its engine does not tell is null; an engine's list tells less than an inspection,"
                        + " so in lists some fields are null that a single container has.")
public record ContainerView(
        @Schema(
                description = "Its unified id, the same for its whole life.",
                example = "c0b7e9a52-6f0e-4a5f-8f43-3f6a2c1d9e10")
        String cuid,

        @Schema(description = "The engine's own id.", example = "4f1b3c5d7e9f")
        String id,

        @Schema(description = "Its name on its engine.", example = "web")
        String name,

        @Schema(description = "The engine it is on.", example = "local")
        String engine,

        @Schema(description = "The family of that engine.", example = "docker")
        String kind,

        @Schema(description = "The image it was made from, as it was named then.", example = "busybox:latest") @Nullable
        String image,

        @Schema(description = "The engine's id of that image.", example = "sha256:9f2b7c1d5e3a") @Nullable
        String imageId,

        @Schema(
                description = "What it is doing.",
                example = "running",
                allowableValues = {
                    "created",
                    "running",
                    "paused",
                    "restarting",
                    "stopping",
                    "stopped",
                    "removing",
                    "dead",
                    "error",
                    "unknown"
                })
        String status,

        @Schema(description = "The engine's own word for that.", example = "running")
        String nativeStatus,

        @Schema(description = "The exit code of its last run; null while it runs and before.", example = "0") @Nullable
        Integer exitCode,

        @Schema(description = "When it was made.", example = "2026-11-23T09:30:00Z") @Nullable
        Instant createdAt,

        @Schema(description = "When it last started; null in lists.", example = "2026-11-23T09:30:01Z") @Nullable
        Instant startedAt,

        @Schema(description = "When its last run ended; null in lists.", example = "2026-11-23T09:45:00Z") @Nullable
        Instant finishedAt,

        @Schema(
                description = "Its own environment variables, without those of the image; null in lists.",
                example = "{\"MODE\":\"production\"}")
        @Nullable
        Map<String, String> env,

        @Schema(description = "Its tags.", example = "[\"blue\"]")
        List<String> tags,

        @Schema(
                description = "Its own labels, without the gateway's; in lists also those of its image.",
                example = "{\"team\":\"shop\"}")
        Map<String, String> labels,

        @Schema(
                description = "Its own command; null if it is the image's, and in lists.",
                example = "[\"sleep\",\"60\"]")
        @Nullable
        List<String> command,

        @Schema(
                description = "Its own entry point; null if it is the image's, and in lists.",
                example = "[\"/bin/sh\"]")
        @Nullable
        List<String> entrypoint,

        @Schema(description = "The folder its process starts in; null in lists.", example = "/srv") @Nullable
        String workingDir,

        @Schema(description = "The user its process runs as; null in lists.", example = "1000") @Nullable
        String user,

        @Schema(description = "Its host name; null in lists.", example = "web") @Nullable
        String hostname,

        @Schema(description = "Whether its process has a terminal; null in lists.", example = "false") @Nullable
        Boolean tty,

        @Schema(description = "Its ports, one entry for each host port, container port and protocol.")
        List<PortBody> ports,

        @Schema(description = "What is mounted into it.") List<MountBody> mounts,

        @Schema(description = "The networks it is on.") List<NetworkView> networks,

        @Schema(description = "Its limits; null in lists.") @Nullable
        ResourcesView resources,

        @Schema(description = "When the engine restarts it by itself; null in lists.") @Nullable
        RestartPolicyBody restartPolicy,

        @Schema(
                description = "The verdict of its health check; null without one.",
                example = "healthy",
                allowableValues = {"starting", "healthy", "unhealthy"})
        @Nullable
        String health,

        @Schema(description = "Whether it was made through the gateway.", example = "true")
        boolean managed,

        @Schema(description = "Whether the action changed anything; only in answers to actions.", example = "true")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable
        Boolean changed) {

    /** A network the container is on. */
    @Schema(name = "NetworkAttachment", description = "A network that a container is on.")
    public record NetworkView(
            @Schema(description = "The network's name.", example = "bridge")
            String name,

            @Schema(description = "The container's IPv4 address there; null while it has none.", example = "172.17.0.2")
            @Nullable
            String ip,

            @Schema(description = "Its IPv6 address there; null while it has none.", example = "fd00::2") @Nullable
            String ipv6,

            @Schema(description = "Its hardware address there.", example = "02:42:ac:11:00:02") @Nullable
            String mac) {}

    /** A container's limits. */
    @Schema(name = "Resources", description = "Limits of a container; null where there is none.")
    public record ResourcesView(
            @Schema(description = "Processor cores, decimal.", example = "1.5") @Nullable
            BigDecimal cpus,

            @Schema(description = "Memory, bytes.", example = "536870912") @Nullable
            Long memory,

            @Schema(description = "Memory and swap together, bytes; -1: unlimited swap.", example = "1073741824")
            @Nullable
            Long memorySwap,

            @Schema(description = "Processes and threads.", example = "200") @Nullable
            Long pids,

            @Schema(description = "Share of the processors under load, 2 to 262144.", example = "1024") @Nullable
            Integer cpuWeight) {}
}
