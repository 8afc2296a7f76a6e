package dev.roadstead.nativeaccess;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A path that means the same to the gateway and to every engine: no empty segments, no dots, nothing encoded twice, no semicolons (some
 * servers drop what follows them).
 *
 * @param raw as it is sent
 * @param forms as rules see it, without the API's version before it: with slashes within segments encoded, and decoded
 */
public record NativePath(String raw, List<String> forms) {
    private static final String LITERAL = "-._~!$&'()*+,=:@";
    private static final Pattern STILL_ENCODED = Pattern.compile("%[0-9A-Fa-f]{2}");
    private static final Pattern VERSION = Pattern.compile("^/v[0-9][0-9A-Za-z.+-]*(?=/|$)");

    public NativePath {
        forms = List.copyOf(forms);
    }

    /** Reads and checks one; fails with {@link NativeRefusal} ({@code INVALID_PATH}). */
    public static NativePath of(String raw) {
        if (!raw.startsWith("/")) {
            throw wrong("a path begins with a slash");
        }
        List<String> encoded = new ArrayList<>();
        StringBuilder decoded = new StringBuilder();
        if (raw.length() > 1) {
            for (String segment : raw.substring(1).split("/", -1)) {
                String text = decoded(segment);
                // Behind a decoded slash there is another segment for an engine that decodes first.
                for (String part : text.split("/", -1)) {
                    check(part);
                }
                decoded.append('/').append(text);
                encoded.add(text.replace("/", "%2F"));
            }
        }
        return new NativePath(raw, List.of(bare("/" + String.join("/", encoded)), bare(decoded.toString())));
    }

    private static String bare(String path) {
        String rest = VERSION.matcher(path).replaceFirst("");
        return rest.isEmpty() ? "/" : rest;
    }

    private static void check(String segment) {
        if (segment.isEmpty()) {
            throw wrong("a path has no empty segments, nor a slash at its end");
        }
        if (segment.equals(".") || segment.equals("..")) {
            throw wrong("a path has no segments of dots");
        }
        if (STILL_ENCODED.matcher(segment).find()) {
            throw wrong("a path is percent-encoded once");
        }
        if (segment.chars().anyMatch(letter -> letter < 0x20 || letter == 0x7f || letter == '\\')) {
            throw wrong("a path has no control characters and no backslashes");
        }
    }

    private static String decoded(String segment) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int at = 0; at < segment.length(); at++) {
            char letter = segment.charAt(at);
            if (letter == '%') {
                int high = at + 2 <= segment.length() - 1 ? Character.digit(segment.charAt(at + 1), 16) : -1;
                int low = at + 2 <= segment.length() - 1 ? Character.digit(segment.charAt(at + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    throw wrong("a percent sign stands before two hexadecimal digits");
                }
                bytes.write(high << 4 | low);
                at += 2;
            } else if (isLiteral(letter)) {
                bytes.write(letter);
            } else {
                throw wrong("what is not a letter, a digit or one of %s is percent-encoded".formatted(LITERAL));
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw wrong("a path is UTF-8");
        }
    }

    /** Percent-encodes a segment. */
    static String encoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
            char letter = (char) (one & 0xff);
            if (isLiteral(letter)) {
                encoded.append(letter);
            } else {
                encoded.append('%').append("%02X".formatted((int) letter));
            }
        }
        return encoded.toString();
    }

    private static boolean isLiteral(char letter) {
        return (letter >= 'a' && letter <= 'z')
                || (letter >= 'A' && letter <= 'Z')
                || (letter >= '0' && letter <= '9')
                || LITERAL.indexOf(letter) >= 0;
    }

    private static NativeRefusal wrong(String expected) {
        return NativeRefusal.invalid("INVALID_PATH", "path", "path (expected: %s)".formatted(expected));
    }
}
