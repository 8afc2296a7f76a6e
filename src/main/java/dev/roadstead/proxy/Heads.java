package dev.roadstead.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** The heads that the proxy writes: an engine's and a client's with the lines that are another connection's left out, and its own. */
final class Heads {
    private static final int OWN_REQUEST_LINES = 64;
    private static final int OWN_ANSWER_LINES = 192;

    private Heads() {}

    /** The engine's own path, without a query. */
    static String enginePath(RequestHead head, ProxyDoor.Destination destination) {
        int end = destination.targetFrom();
        while (end < head.targetTo && head.bytes[end] != '?') {
            end++;
        }
        String path = head.text(destination.targetFrom(), end);
        return path.isEmpty() ? "/" : path;
    }

    /** What the engine is asked; exactly the target whose path was judged. */
    static ByteBuf ofRequest(
            ByteBufAllocator alloc, RequestHead head, ProxyDoor.Destination destination, String authority) {
        ByteBuf out = alloc.buffer(head.bytes.length + OWN_REQUEST_LINES);
        HeadLines.ascii(out, head.method);
        out.writeByte(' ');
        int from = destination.targetFrom();
        if (from == head.targetTo || head.bytes[from] == '?') {
            out.writeByte('/');
        }
        out.writeBytes(head.bytes, from, head.targetTo - from);
        HeadLines.ascii(out, head.oldVersion ? " HTTP/1.0\r\nHost: " : " HTTP/1.1\r\nHost: ");
        HeadLines.ascii(out, authority);
        HeadLines.ascii(out, "\r\n");
        head.writeLines(out, head.isUpgrade());
        HeadLines.ascii(out, "\r\n");
        return out;
    }

    /**
     * What the client is told.
     *
     * @param upgrade whether the connection leaves HTTP with it
     * @param close whether the connection ends behind it
     */
    static ByteBuf ofAnswer(
            ByteBufAllocator alloc, ResponseHead answer, Exchange.Request about, boolean upgrade, boolean close) {
        ByteBuf out = alloc.buffer(answer.bytes.length + OWN_ANSWER_LINES);
        out.writeBytes(answer.bytes, 0, answer.statusLineEnd());
        answer.writeLines(out, upgrade);
        if (!answer.isInformational()) {
            HeadLines.ascii(out, "X-Request-Id: ");
            HeadLines.ascii(out, about.id());
            HeadLines.ascii(out, "\r\n");
            if (!about.ownAddress()) {
                // A page of an engine, or of who wrote to it, must not act for the gateway's user.
                HeadLines.ascii(out, "X-Content-Type-Options: nosniff\r\nContent-Security-Policy: sandbox\r\n");
            }
            if (close) {
                HeadLines.ascii(out, "Connection: close\r\n");
            }
        }
        HeadLines.ascii(out, "\r\n");
        return out;
    }

    /** The proxy's own answer; without a body for {@code HEAD}. */
    static ByteBuf ofRefusal(
            ByteBufAllocator alloc, ProxyProblems.Answer answer, String id, boolean close, boolean withBody) {
        StringBuilder head = new StringBuilder(256)
                .append("HTTP/1.1 ")
                .append(answer.status())
                .append(' ')
                .append(answer.reason())
                .append("\r\nContent-Type: ")
                .append(answer.contentType())
                .append("\r\nContent-Length: ")
                .append(answer.body().length)
                .append("\r\nX-Request-Id: ")
                .append(id)
                .append("\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n");
        if (answer.retryAfter() != null) {
            head.append("Retry-After: ").append(answer.retryAfter()).append("\r\n");
        }
        if (answer.challenge() != null) {
            head.append("WWW-Authenticate: ").append(answer.challenge()).append("\r\n");
        }
        if (close) {
            head.append("Connection: close\r\n");
        }
        ByteBuf out = alloc.buffer(head.length() + 2 + answer.body().length);
        HeadLines.ascii(out, head.append("\r\n").toString());
        if (withBody) {
            out.writeBytes(answer.body());
        }
        return out;
    }
}
