package dev.roadstead.api.problem;

import java.util.Locale;

/** The contract's words for what went wrong, each with its status. */
public enum ErrorKind {
    VALIDATION_ERROR(400, "The request makes no sense"),
    AUTH_ERROR(401, "Credentials are missing or wrong"),
    FORBIDDEN(403, "Not allowed"),
    NOT_FOUND(404, "No such thing"),
    METHOD_NOT_ALLOWED(405, "No such method here"),
    NOT_ACCEPTABLE(406, "No such media type to offer"),
    TIMEOUT(408, "The bound you set ran out"),
    CONFLICT(409, "In conflict with what is there"),
    PAYLOAD_TOO_LARGE(413, "Too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "Not a media type that is read here"),
    STATE_ERROR(422, "The state does not allow it"),
    UPGRADE_REQUIRED(426, "A WebSocket is served here"),
    RATE_LIMITED(429, "Too many requests"),
    IO_ERROR(500, "Reading or writing failed"),
    COMPOSE_ERROR(500, "Creating from the specification failed and was rolled back"),
    INTERNAL_ERROR(500, "A fault of the gateway"),
    UNSUPPORTED(501, "This engine cannot do that"),
    ENGINE_ERROR(502, "The engine failed"),
    ENGINE_UNREACHABLE(503, "The engine cannot be reached"),
    ENGINE_TIMEOUT(504, "The engine did not answer in time");

    private final int status;
    private final String title;

    ErrorKind(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The same for every problem of this kind. */
    public String title() {
        return title;
    }

    /** The word in the API. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The {@code type} of RFC 9457: stable and part of the API. */
    public String type() {
        return "urn:roadstead:error:" + word();
    }
}
