package dev.roadstead.container;

import org.jspecify.annotations.Nullable;

/**
 * A network that a container is on.
 *
 * @param ip IPv4 address; null while the container does not run or has none
 * @param mac in lower case with colons
 */
public record NetworkAttachment(
        String name,
        @Nullable String ip,
        @Nullable String ipv6,
        @Nullable String mac) {}
