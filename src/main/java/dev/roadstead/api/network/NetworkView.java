package dev.roadstead.api.network;

import dev.roadstead.api.WarningView;
import dev.roadstead.engine.Engine;
import dev.roadstead.network.Network;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A network. */
@Schema(name = "Network", description = "A network on an engine that containers join.")
public record NetworkView(
        @Schema(description = "The engine's id of it.", example = "7d86d31b1478")
        String id,

        @Schema(description = "Its name.", example = "backend")
        String name,

        @Schema(description = "The engine it is on.", example = "local")
        String engine,

        @Schema(description = "Its driver.", example = "bridge")
        String driver,

        @Schema(description = "Its IPv4 subnet; null if it has none.", example = "10.5.0.0/24") @Nullable
        String subnet,

        @Schema(description = "Its IPv4 gateway; null if it has none.", example = "10.5.0.1") @Nullable
        String gateway,

        @Schema(description = "Whether it has no way out of the host.", example = "false")
        boolean internal,

        @Schema(description = "Its labels.", example = "{\"team\":\"shop\"}")
        Map<String, String> labels,

        @Schema(description = "When it was made; null if not told.", example = "2026-11-23T09:30:00Z") @Nullable
        Instant createdAt,

        @Schema(
                description = "Addresses of the running containers on it, as engine:id; null in lists.",
                example = "[\"local:4f1b3c5d7e9f\"]")
        @Nullable
        List<String> containers) {

    static NetworkView of(Engine engine, Network network) {
        List<String> ids = network.containers();
        return new NetworkView(
                network.id(),
                network.name(),
                engine.name().value(),
                network.driver(),
                network.subnet(),
                network.gateway(),
                network.internal(),
                new TreeMap<>(network.labels()),
                network.createdAt(),
                ids == null
                        ? null
                        : ids.stream().map(id -> engine.name() + ":" + id).toList());
    }

    /** Networks. */
    @Schema(name = "NetworkList", description = "Networks.")
    public record NetworkList(
            @Schema(description = "The networks by name.") List<NetworkView> networks,

            @Schema(description = "Engines whose networks are missing here, and why.")
            List<WarningView> warnings) {}

    /** What a network shall be. */
    @Schema(description = "What a network shall be.")
    public record CreateNetworkRequest(
            @Schema(description = "Its name.", example = "backend", requiredMode = Schema.RequiredMode.REQUIRED)
            @Nullable
            String name,

            @Schema(description = "Its driver; bridge if not given.", example = "bridge") @Nullable
            String driver,

            @Schema(description = "Its IPv4 subnet; the engine chooses one if not given.", example = "10.5.0.0/24")
            @Nullable
            String subnet,

            @Schema(description = "Its IPv4 gateway, inside the subnet.", example = "10.5.0.1") @Nullable
            String gateway,

            @Schema(description = "Whether it has no way out of the host; false if not given.", example = "false")
            @Nullable
            Boolean internal,

            @Schema(description = "Labels.", example = "{\"team\":\"shop\"}") @Nullable
            Map<String, String> labels) {}

    /** A container to connect. */
    @Schema(description = "A container to put on a network.")
    public record ConnectRequest(
            @Schema(
                    description = "The container: a cuid, engine:name, or a name or id on this engine.",
                    example = "web",
                    requiredMode = Schema.RequiredMode.REQUIRED)
            @Nullable
            String container,

            @Schema(description = "A fixed IPv4 address there.", example = "10.5.0.10") @Nullable
            String ip,

            @Schema(description = "Further names there.", example = "[\"db\"]") @Nullable
            List<String> aliases) {}

    /** A container to disconnect. */
    @Schema(description = "A container to take off a network.")
    public record DisconnectRequest(
            @Schema(
                    description = "The container: a cuid, engine:name, or a name or id on this engine.",
                    example = "web",
                    requiredMode = Schema.RequiredMode.REQUIRED)
            @Nullable
            String container) {}
}
