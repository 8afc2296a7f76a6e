package dev.roadstead.security;

import org.springframework.security.core.AuthenticationException;

/** A ticket that lets nobody in: unknown, used, expired, or for another target. */
public final class WrongTicketException extends AuthenticationException {
    private static final long serialVersionUID = 1L;

    WrongTicketException() {
        super("the ticket is unknown, used, expired, or for another target");
    }
}
