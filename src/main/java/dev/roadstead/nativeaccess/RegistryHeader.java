package dev.roadstead.nativeaccess;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** {@code X-Registry-Auth} and {@code X-Registry-Config}: JSON in the URL-safe base64 alphabet. */
final class RegistryHeader {
    private RegistryHeader() {}

    static boolean is(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.equals("x-registry-auth") || lower.equals("x-registry-config");
    }

    /** An object, its JSON, or base64 in either alphabet. */
    static String encoded(String name, JsonNode value) {
        if (value.isObject()) {
            return encoded(value.toString().getBytes(StandardCharsets.UTF_8));
        }
        String text = value.asString("").strip();
        if (text.startsWith("{")) {
            return encoded(text.getBytes(StandardCharsets.UTF_8));
        }
        try {
            String unpadded = text.replace("=", "").replace('+', '-').replace('/', '_');
            return encoded(Base64.getUrlDecoder().decode(unpadded));
        } catch (IllegalArgumentException malformed) {
            throw NativeRefusal.invalid(
                    "INVALID_PARAMETER", "params." + name, "%s (expected: an object, or base64 of it)".formatted(name));
        }
    }

    private static String encoded(byte[] json) {
        return Base64.getUrlEncoder().encodeToString(json);
    }
}
