package dev.roadstead.security;

import java.time.Instant;

/**
 * Lets one request in.
 *
 * @param value 256 random bits, safe in a URL
 */
public record Ticket(String value, Instant expiresAt) {
    @Override
    public String toString() {
        return "Ticket[expiresAt=%s]".formatted(expiresAt);
    }
}
