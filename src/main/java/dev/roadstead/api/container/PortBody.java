package dev.roadstead.api.container;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A port in requests and answers. */
@Schema(name = "Port", description = "A container's port and where the host publishes it.")
public record PortBody(
        @Schema(
                description = "The host's port; in a request null or 0 lets the engine choose.",
                example = "8080",
                minimum = "0",
                maximum = "65535")
        @Nullable
        Integer host,

        @Schema(description = "The container's port.", example = "80", minimum = "1", maximum = "65535") @Nullable
        Integer container,

        @Schema(
                description = "The transport protocol; in a request tcp if not given.",
                example = "tcp",
                allowableValues = {"tcp", "udp", "sctp"})
        @Nullable
        String protocol,

        @Schema(description = "The host's address it is bound to; null: all of them.", example = "127.0.0.1") @Nullable
        String hostIp) {}
