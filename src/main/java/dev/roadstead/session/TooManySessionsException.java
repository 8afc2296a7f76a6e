package dev.roadstead.session;

/** There are as many sessions as may be: end one, or try again later. */
public final class TooManySessionsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManySessionsException(String message) {
        super(message);
    }
}
