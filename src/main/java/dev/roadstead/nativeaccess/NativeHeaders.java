package dev.roadstead.nativeaccess;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Headers that may go to an engine. */
final class NativeHeaders {
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** What tells how a message is framed, where it goes, or what it really is: the gateway's own business. */
    private static final Set<String> FORBIDDEN = Set.of(
            "host",
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authorization",
            "proxy-authenticate",
            "te",
            "trailer",
            "transfer-encoding",
            "content-length",
            "upgrade",
            "expect",
            "forwarded",
            "x-http-method-override",
            "x-http-method",
            "x-method-override",
            "http2-settings",
            "sec-websocket-key",
            "sec-websocket-version",
            "sec-websocket-extensions",
            "sec-websocket-accept");

    private NativeHeaders() {}

    /** Adds one; fails with {@link NativeRefusal} if it may not go to an engine. The value is in no message: it may be secret. */
    static void put(Map<String, String> headers, String name, String value) {
        if (!NAME.matcher(name).matches()) {
            throw NativeRefusal.invalid("INVALID_HEADER", "headers", "a header's name (expected: a token)");
        }
        if (FORBIDDEN.contains(name.toLowerCase(Locale.ROOT))) {
            throw NativeRefusal.invalid(
                    "FORBIDDEN_HEADER", "headers." + name, "%s is set by the gateway itself".formatted(name));
        }
        if (value.chars().anyMatch(letter -> (letter < 0x20 && letter != '\t') || letter >= 0x7f)) {
            throw NativeRefusal.invalid(
                    "INVALID_HEADER",
                    "headers." + name,
                    "the value of %s (expected: one line of printable ASCII)".formatted(name));
        }
        headers.put(name, value);
    }

    static Map<String, String> empty() {
        return new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    }
}
