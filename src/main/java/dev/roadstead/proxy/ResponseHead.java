package dev.roadstead.proxy;

/** The head of an engine's answer. */
final class ResponseHead extends HeadLines {
    /** What would speak for the gateway's own address: it is the gateway that a browser sees. */
    private static final String[] ABOUT_THE_ADDRESS = {
        "set-cookie",
        "set-cookie2",
        "www-authenticate",
        "strict-transport-security",
        "public-key-pins",
        "content-security-policy",
        "content-security-policy-report-only",
        "x-frame-options",
        "x-content-type-options",
        "clear-site-data",
        "refresh",
        "service-worker-allowed",
        "alt-svc"
    };

    final int status;
    final boolean oldVersion;

    private final boolean ownAddress;
    private final int statusLineEnd;
    private int typeFrom = -1;
    private int typeTo;

    private ResponseHead(byte[] bytes, int status, boolean oldVersion, int statusLineEnd, boolean ownAddress) {
        super(bytes);
        this.status = status;
        this.oldVersion = oldVersion;
        this.statusLineEnd = statusLineEnd;
        this.ownAddress = ownAddress;
    }

    /**
     * Reads one.
     *
     * @param ownAddress whether the engine has an address of its own here, about which it may speak
     */
    static ResponseHead parse(byte[] bytes, boolean ownAddress) throws MalformedMessage {
        boolean isHttp = bytes.length >= 14
                && bytes[0] == 'H'
                && bytes[1] == 'T'
                && bytes[2] == 'T'
                && bytes[3] == 'P'
                && bytes[4] == '/'
                && bytes[5] == '1'
                && bytes[6] == '.'
                && (bytes[7] == '1' || bytes[7] == '0')
                && bytes[8] == ' ';
        if (!isHttp) {
            throw new MalformedMessage("no HTTP/1 answer");
        }
        int status = 0;
        for (int at = 9; at < 12; at++) {
            if (bytes[at] < '0' || bytes[at] > '9') {
                throw new MalformedMessage("an answer has a status");
            }
            status = status * 10 + (bytes[at] - '0');
        }
        int end = 12;
        if (status < 100 || (bytes[end] != ' ' && bytes[end] != '\r')) {
            throw new MalformedMessage("an answer has a status");
        }
        while (bytes[end] != '\r') {
            checkVisible(bytes[end]);
            end++;
        }
        if (bytes[end + 1] != '\n') {
            throw new MalformedMessage("a line ends with CR and LF");
        }
        ResponseHead head = new ResponseHead(bytes, status, bytes[7] == '0', end + 2, ownAddress);
        head.readHeaders(end + 2);
        if (head.oldVersion && head.chunked) {
            throw new MalformedMessage("HTTP/1.0 has no Transfer-Encoding");
        }
        return head;
    }

    @Override
    void own(int from, int to, int valueFrom, int valueTo) {
        switch (bytes[from] | 0x20) {
            case 'c', 's', 'w', 'p', 'r', 'a', 'x' -> {
                if (is("content-type", from, to)) {
                    typeFrom = valueFrom;
                    typeTo = valueTo;
                } else if (is("x-request-id", from, to) || (!ownAddress && isAboutTheAddress(from, to))) {
                    return;
                }
            }
            default -> {
                // The client's business.
            }
        }
        keep();
    }

    private boolean isAboutTheAddress(int from, int to) {
        if (startsWith("access-control-", from, to)) {
            return true;
        }
        for (String name : ABOUT_THE_ADDRESS) {
            if (is(name, from, to)) {
                return true;
            }
        }
        return false;
    }

    boolean isInformational() {
        return status < 200 && status != 101;
    }

    int statusLineEnd() {
        return statusLineEnd;
    }

    /** How its body ends (RFC 9112 section 6.3). */
    BodyFraming body(String method) {
        if (method.equals("HEAD") || status == 204 || status == 304 || status < 200) {
            return BodyFraming.none();
        }
        if (chunked) {
            return BodyFraming.chunked();
        }
        return contentLength < 0 ? BodyFraming.untilEnd() : BodyFraming.length(contentLength);
    }

    /** Whether the engine keeps the connection afterwards. */
    boolean keepsConnection() {
        return !close && (!oldVersion || keepAlive);
    }

    /** Docker's, from before there was {@code Upgrade}: the connection is taken over though the status is 200. */
    boolean isOldHijack() {
        return status == 200
                && !chunked
                && contentLength < 0
                && typeFrom >= 0
                && (is("application/vnd.docker.raw-stream", typeFrom, typeTo)
                        || is("application/vnd.docker.multiplexed-stream", typeFrom, typeTo));
    }

    /** Whether it is a transfer, which never rests, as against a stream of what happens. */
    boolean isTransfer() {
        return contentLength >= 0
                || (typeFrom >= 0
                        && (startsWith("application/x-tar", typeFrom, typeTo)
                                || startsWith("application/octet-stream", typeFrom, typeTo)
                                || startsWith("application/gzip", typeFrom, typeTo)
                                || startsWith("application/zip", typeFrom, typeTo)));
    }
}
