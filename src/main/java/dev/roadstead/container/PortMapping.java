package dev.roadstead.container;

import org.jspecify.annotations.Nullable;

/**
 * A container's port and where the host publishes it.
 *
 * @param host 1 to 65535; null where the engine chooses, or the port is only exposed
 * @param container 1 to 65535
 * @param hostIp the host's address it is bound to; null for all of them
 */
public record PortMapping(
        @Nullable Integer host,
        int container,
        Protocol protocol,
        @Nullable String hostIp) {}
