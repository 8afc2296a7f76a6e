package dev.roadstead.proxy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The head of a request. */
final class RequestHead extends HeadLines {
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
    private static final int MOST_METHOD = 24;

    final String method;
    final int targetFrom;
    final int targetTo;
    final boolean oldVersion;

    private final int headersFrom;
    private int hosts;
    private int hostFrom;
    private int hostTo;
    private int authorizations;
    private int authorizationFrom = -1;
    private int authorizationTo;
    private @Nullable String requestId;
    private @Nullable String origin;
    private @Nullable String site;

    private RequestHead(
            byte[] bytes, String method, int targetFrom, int targetTo, boolean oldVersion, int headersFrom) {
        super(bytes);
        this.method = method;
        this.targetFrom = targetFrom;
        this.targetTo = targetTo;
        this.oldVersion = oldVersion;
        this.headersFrom = headersFrom;
    }

    /** Reads the request line only. */
    static RequestHead line(byte[] bytes) throws MalformedMessage {
        int at = 0;
        while (isToken(bytes[at])) {
            at++;
        }
        int methodEnd = at;
        if (at == 0 || at > MOST_METHOD || bytes[at] != ' ') {
            throw new MalformedMessage("a request begins with a method");
        }
        at++;
        int target = at;
        while (bytes[at] > ' ' && bytes[at] != 0x7f && bytes[at] != '#') {
            at++;
        }
        if (at == target || bytes[at] != ' ') {
            throw new MalformedMessage("a request's target is visible ASCII");
        }
        int targetEnd = at;
        at++;
        boolean isHttp = bytes.length - at >= 10
                && bytes[at] == 'H'
                && bytes[at + 1] == 'T'
                && bytes[at + 2] == 'T'
                && bytes[at + 3] == 'P'
                && bytes[at + 4] == '/'
                && bytes[at + 5] == '1'
                && bytes[at + 6] == '.'
                && (bytes[at + 7] == '1' || bytes[at + 7] == '0')
                && bytes[at + 8] == '\r'
                && bytes[at + 9] == '\n';
        if (!isHttp) {
            throw new MalformedMessage("a request line ends with HTTP/1.1 or HTTP/1.0");
        }
        return new RequestHead(bytes, method(bytes, methodEnd), target, targetEnd, bytes[at + 7] == '0', at + 10);
    }

    private static String method(byte[] bytes, int length) {
        if (length == 3 && bytes[0] == 'G' && bytes[1] == 'E' && bytes[2] == 'T') {
            return "GET";
        }
        return new String(bytes, 0, length, StandardCharsets.US_ASCII);
    }

    /** Reads the headers, too. */
    RequestHead whole() throws MalformedMessage {
        readHeaders(headersFrom);
        if (hosts > 1 || (hosts == 0 && !oldVersion)) {
            throw new MalformedMessage("a request has one Host");
        }
        if (authorizations > 1) {
            throw new MalformedMessage("a request has one Authorization");
        }
        if (oldVersion) {
            upgradeNamed = false;
        }
        if (oldVersion && chunked) {
            throw new MalformedMessage("HTTP/1.0 has no Transfer-Encoding");
        }
        if (method.equals("CONNECT") || method.equals("TRACE")) {
            throw new MalformedMessage("%s is not passed on".formatted(method));
        }
        return this;
    }

    @Override
    void own(int from, int to, int valueFrom, int valueTo) {
        switch (bytes[from] | 0x20) {
            case 'h' -> {
                if (is("host", from, to)) {
                    hosts++;
                    hostFrom = valueFrom;
                    hostTo = valueTo;
                    return;
                }
                // Would let a client leave HTTP/1.1, and every rule, behind (h2c).
                if (is("http2-settings", from, to)) {
                    return;
                }
            }
            case 'a' -> {
                if (is("authorization", from, to)) {
                    authorizations++;
                    authorizationFrom = valueFrom;
                    authorizationTo = valueTo;
                    return;
                }
            }
            case 'x' -> {
                if (is("x-request-id", from, to)) {
                    requestId = text(valueFrom, valueTo);
                } else if (is("x-http-method-override", from, to)
                        || is("x-http-method", from, to)
                        || is("x-method-override", from, to)) {
                    // Would make another request of it than the one that was allowed.
                    return;
                }
            }
            case 'o' -> {
                if (is("origin", from, to)) {
                    origin = origin == null ? text(valueFrom, valueTo) : "null";
                }
            }
            case 's' -> {
                if (is("sec-fetch-site", from, to)) {
                    site = text(valueFrom, valueTo);
                }
            }
            default -> {
                // The engine's business.
            }
        }
        keep();
    }

    String host() {
        return text(hostFrom, hostTo);
    }

    @Nullable
    String authorization() {
        return authorizationFrom < 0 ? null : text(authorizationFrom, authorizationTo);
    }

    /** Whether the credentials are these bytes. */
    boolean isAuthorizedBy(byte[] known) {
        return authorizationFrom >= 0
                && Arrays.equals(bytes, authorizationFrom, authorizationTo, known, 0, known.length);
    }

    byte[] authorizationBytes() {
        return Arrays.copyOfRange(bytes, Math.max(0, authorizationFrom), authorizationTo);
    }

    /** What the caller names the request; null: nothing. */
    @Nullable
    String requestId() {
        return requestId;
    }

    @Nullable
    String origin() {
        return origin;
    }

    /** {@code Sec-Fetch-Site}. */
    @Nullable
    String site() {
        return site;
    }

    boolean isSafe() {
        return SAFE.contains(method);
    }

    /** Whether sending it twice does no more than sending it once (RFC 9110 section 9.2.2), and there is nothing else to send. */
    boolean isRepeatable() {
        return !chunked
                && contentLength <= 0
                && !isUpgrade()
                && (isSafe() || method.equals("PUT") || method.equals("DELETE"));
    }

    /** The path without its query. */
    String path() {
        int end = targetFrom;
        while (end < targetTo && bytes[end] != '?') {
            end++;
        }
        return text(targetFrom, end);
    }

    BodyFraming body() {
        return chunked
                ? BodyFraming.chunked()
                : contentLength > 0 ? BodyFraming.length(contentLength) : BodyFraming.none();
    }

    boolean wantsClose() {
        return close || oldVersion;
    }
}
