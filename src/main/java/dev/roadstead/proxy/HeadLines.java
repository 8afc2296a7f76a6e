package dev.roadstead.proxy;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The head of a message, read strictly (RFC 9112): whatever two readers may take for two things is refused. Header names are tokens with
 * the colon right behind them, nothing is folded, lines end with CR LF, values have no control characters.
 */
abstract class HeadLines {
    /** The longest head that is read. */
    static final int MOST_BYTES = 64 * 1024;

    /** The end has not come yet. */
    static final int INCOMPLETE = -1;

    /** A line ends without CR. */
    static final int BARE_FEED = -2;

    /** It is longer than is read. */
    static final int TOO_LONG = -3;

    private static final boolean[] TOKEN = new boolean[128];

    static {
        for (char letter :
                "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".toCharArray()) {
            TOKEN[letter] = true;
        }
    }

    final byte[] bytes;

    /** Lines that are passed on, as pairs: first byte, and the one behind the line's end. */
    private int[] kept = new int[32];

    private int keptLength;

    long contentLength = -1;
    boolean chunked;
    boolean close;
    boolean keepAlive;

    /** Whether {@code Connection} names {@code upgrade}. */
    boolean upgradeNamed;

    private int upgradeFrom = -1;
    private int upgradeTo;
    private int lineFrom;
    private int lineTo;
    private @Nullable List<String> nominated;

    HeadLines(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Looks for the end of a head.
     *
     * @param from where the last look ended
     * @return behind its empty line; {@link #INCOMPLETE}, {@link #BARE_FEED} or {@link #TOO_LONG}
     */
    static int end(ByteBuf held, int start, int from) {
        int limit = held.writerIndex();
        for (int at = from; at < limit; ) {
            int feed = held.indexOf(at, limit, (byte) '\n');
            if (feed < 0) {
                break;
            }
            if (feed == start || held.getByte(feed - 1) != '\r') {
                return BARE_FEED;
            }
            if (feed - 3 >= start && held.getByte(feed - 2) == '\n') {
                return feed + 1 - start > MOST_BYTES ? TOO_LONG : feed + 1;
            }
            at = feed + 1;
        }
        return limit - start > MOST_BYTES ? TOO_LONG : INCOMPLETE;
    }

    /** Reads header lines from there to the empty line. */
    final void readHeaders(int from) throws MalformedMessage {
        int at = from;
        while (at < bytes.length - 2) {
            int nameEnd = at;
            while (isToken(bytes[nameEnd])) {
                nameEnd++;
            }
            if (nameEnd == at || bytes[nameEnd] != ':') {
                throw new MalformedMessage("a header line begins with a name and a colon");
            }
            int end = nameEnd + 1;
            while (bytes[end] != '\r') {
                checkVisible(bytes[end]);
                end++;
            }
            if (bytes[end + 1] != '\n') {
                throw new MalformedMessage("a line ends with CR and LF");
            }
            int valueFrom = nameEnd + 1;
            int valueTo = end;
            while (valueFrom < valueTo && isBlank(bytes[valueFrom])) {
                valueFrom++;
            }
            while (valueTo > valueFrom && isBlank(bytes[valueTo - 1])) {
                valueTo--;
            }
            lineFrom = at;
            lineTo = end + 2;
            header(at, nameEnd, valueFrom, valueTo);
            at = end + 2;
        }
        if (chunked && contentLength >= 0) {
            throw new MalformedMessage("a message has either Content-Length or Transfer-Encoding");
        }
    }

    private void header(int from, int to, int valueFrom, int valueTo) throws MalformedMessage {
        int length = to - from;
        switch (bytes[from] | 0x20) {
            case 'c' -> {
                if (is("content-length", from, to)) {
                    if (contentLength >= 0) {
                        throw new MalformedMessage("a message has one Content-Length");
                    }
                    contentLength = number(valueFrom, valueTo);
                } else if (is("connection", from, to)) {
                    connection(valueFrom, valueTo);
                    return;
                }
            }
            case 't' -> {
                if (is("transfer-encoding", from, to)) {
                    if (chunked || !is("chunked", valueFrom, valueTo)) {
                        throw new MalformedMessage("Transfer-Encoding (expected: chunked, once)");
                    }
                    chunked = true;
                } else if (is("te", from, to)) {
                    return;
                }
            }
            case 'u' -> {
                if (is("upgrade", from, to)) {
                    if (upgradeFrom >= 0) {
                        throw new MalformedMessage("a message has one Upgrade");
                    }
                    upgradeFrom = valueFrom;
                    upgradeTo = valueTo;
                    return;
                }
            }
            case 'k' -> {
                if (is("keep-alive", from, to)) {
                    return;
                }
            }
            case 'p' -> {
                if (length > 5 && (is("proxy-connection", from, to) || is("proxy-authorization", from, to))) {
                    return;
                }
            }
            default -> {
                // Nothing that both directions know.
            }
        }
        own(from, to, valueFrom, valueTo);
    }

    /** A header that is not about the connection; {@link #keep()} passes it on. */
    abstract void own(int from, int to, int valueFrom, int valueTo) throws MalformedMessage;

    /** Passes the line on that is being read. */
    final void keep() {
        if (keptLength == kept.length) {
            kept = Arrays.copyOf(kept, kept.length * 2);
        }
        kept[keptLength++] = lineFrom;
        kept[keptLength++] = lineTo;
    }

    private void connection(int from, int to) throws MalformedMessage {
        for (String option : text(from, to).split(",", -1)) {
            String word = option.strip().toLowerCase(Locale.ROOT);
            switch (word) {
                case "" -> {
                    // An empty list element (RFC 9110 section 5.6.1).
                }
                case "close" -> close = true;
                case "keep-alive" -> keepAlive = true;
                case "upgrade" -> upgradeNamed = true;
                case "content-length", "transfer-encoding", "host", "authorization" ->
                    throw new MalformedMessage("Connection names %s".formatted(word));
                default -> {
                    if (nominated == null) {
                        nominated = new ArrayList<>();
                    }
                    nominated.add(word);
                }
            }
        }
    }

    private long number(int from, int to) throws MalformedMessage {
        if (from == to || to - from > 18) {
            throw new MalformedMessage("Content-Length (expected: a number)");
        }
        long number = 0;
        for (int at = from; at < to; at++) {
            if (bytes[at] < '0' || bytes[at] > '9') {
                throw new MalformedMessage("Content-Length (expected: a number)");
            }
            number = number * 10 + (bytes[at] - '0');
        }
        return number;
    }

    /** The protocol that is asked for or switched to; null: none. */
    final @Nullable String upgrade() {
        return upgradeNamed && upgradeFrom >= 0 ? text(upgradeFrom, upgradeTo) : null;
    }

    final boolean isUpgrade() {
        return upgradeNamed && upgradeFrom >= 0;
    }

    /** Writes the lines that are passed on, and {@code Upgrade} if wanted. */
    final void writeLines(ByteBuf out, boolean withUpgrade) {
        if (nominated == null) {
            int at = 0;
            while (at < keptLength) {
                // Neighbours in one piece.
                int first = kept[at];
                int last = kept[at + 1];
                at += 2;
                while (at < keptLength && kept[at] == last) {
                    last = kept[at + 1];
                    at += 2;
                }
                out.writeBytes(bytes, first, last - first);
            }
        } else {
            for (int at = 0; at < keptLength; at += 2) {
                if (!isNominated(kept[at])) {
                    out.writeBytes(bytes, kept[at], kept[at + 1] - kept[at]);
                }
            }
        }
        if (withUpgrade && upgradeFrom >= 0) {
            ascii(out, "Connection: Upgrade\r\nUpgrade: ");
            out.writeBytes(bytes, upgradeFrom, upgradeTo - upgradeFrom);
            ascii(out, "\r\n");
        }
    }

    private boolean isNominated(int lineStart) {
        List<String> names = nominated;
        if (names == null) {
            return false;
        }
        int end = lineStart;
        while (bytes[end] != ':') {
            end++;
        }
        int nameEnd = end;
        return names.stream().anyMatch(name -> is(name, lineStart, nameEnd));
    }

    final String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /** Whether these bytes are that word, whatever their case. */
    final boolean is(String lowerCase, int from, int to) {
        if (to - from != lowerCase.length()) {
            return false;
        }
        for (int at = 0; at < lowerCase.length(); at++) {
            byte letter = bytes[from + at];
            if ((letter >= 'A' && letter <= 'Z' ? letter | 0x20 : letter) != lowerCase.charAt(at)) {
                return false;
            }
        }
        return true;
    }

    final boolean startsWith(String lowerCase, int from, int to) {
        return to - from >= lowerCase.length() && is(lowerCase, from, from + lowerCase.length());
    }

    static boolean isToken(byte letter) {
        return letter >= 0 && TOKEN[letter];
    }

    /** Refuses control characters, but the tab. */
    static void checkVisible(byte letter) throws MalformedMessage {
        if ((letter >= 0 && letter < 0x20 && letter != '\t') || letter == 0x7f) {
            throw new MalformedMessage("a header has no control characters");
        }
    }

    private static boolean isBlank(byte letter) {
        return letter == ' ' || letter == '\t';
    }

    /** Writes text that is ASCII. */
    static void ascii(ByteBuf out, String text) {
        var _ = out.writeCharSequence(text, StandardCharsets.US_ASCII);
    }
}
