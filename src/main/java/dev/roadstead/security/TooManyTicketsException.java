package dev.roadstead.security;

import java.time.Duration;

/** As many tickets as may be are neither used nor expired. */
public final class TooManyTicketsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    TooManyTicketsException(Duration retryAfter) {
        super("too many tickets are neither used nor expired");
        this.retryAfter = retryAfter;
    }

    /** When some will have expired. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
