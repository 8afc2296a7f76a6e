package dev.roadstead.api.socket;

import dev.roadstead.api.problem.ErrorKind;

/** Close codes (RFC 6455, section 7.4, and the registry it founds). */
final class CloseCode {
    static final int NONE = -1;
    static final int NORMAL = 1000;
    static final int GOING_AWAY = 1001;
    static final int PROTOCOL_ERROR = 1002;
    static final int POLICY = 1008;
    static final int TOO_LARGE = 1009;
    static final int FAILED = 1011;
    static final int TRY_AGAIN_LATER = 1013;

    private CloseCode() {}

    /** What a fatal problem is closed with. */
    static int of(ErrorKind kind) {
        return switch (kind) {
            case RATE_LIMITED -> TRY_AGAIN_LATER;
            case FORBIDDEN, AUTH_ERROR -> POLICY;
            case PAYLOAD_TOO_LARGE -> TOO_LARGE;
            default -> FAILED;
        };
    }

    /** What a client's own code is answered with. */
    static int answer(int code) {
        boolean registered = code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
        boolean allowed = registered || (code >= 3000 && code <= 4999);
        return allowed ? code : code == NONE ? NORMAL : PROTOCOL_ERROR;
    }
}
