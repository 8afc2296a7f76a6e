package dev.roadstead.security;

import java.time.Duration;
import org.springframework.security.core.AuthenticationException;

/** Credentials were not even looked at: too many wrong ones came before, or too many are being checked. */
public final class TooManyAttemptsException extends AuthenticationException {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    public TooManyAttemptsException(String message, Duration retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    /** When it makes sense to try again. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
