package dev.roadstead.adapter.kleened.standin;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One request: header names are in lower case, a header that comes twice is joined. */
@SuppressWarnings("ArrayRecordComponent")
record Request(String method, String target, String version, Map<String, String> headers, byte[] body) {
    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    boolean has(String name) {
        return headers.containsKey(name);
    }

    String path() {
        String target = this.target;
        int scheme = target.indexOf("://");
        if (scheme > 0 && !target.startsWith("/")) {
            int slash = target.indexOf('/', scheme + 3);
            target = slash < 0 ? "/" : target.substring(slash);
        }
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    String query() {
        int query = target.indexOf('?');
        return query < 0 ? "" : target.substring(query + 1);
    }

    /** The decoded segments; empty ones do not count. */
    List<String> segments() {
        List<String> segments = new ArrayList<>();
        for (String segment : path().split("/", -1)) {
            if (!segment.isEmpty()) {
                segments.add(decode(segment, false));
            }
        }
        return segments;
    }

    Map<String, String> parameters() {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : query().split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                parameters.put(decode(name, true), decode(value, true));
            }
        }
        return parameters;
    }

    boolean keepsAlive() {
        String connection = header("connection").toLowerCase(Locale.ROOT);
        return version.equals("HTTP/1.1") ? !connection.contains("close") : connection.contains("keep-alive");
    }

    /** Fails with an {@link IllegalArgumentException} at a bad escape. */
    private static String decode(String text, boolean plusIsSpace) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                if (i + 2 >= text.length()) {
                    throw new IllegalArgumentException("bad escape: " + text);
                }
                bytes.write(Integer.parseInt(text, i + 1, i + 3, 16));
                i += 2;
            } else if (c == '+' && plusIsSpace) {
                bytes.write(' ');
            } else {
                bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
