package dev.roadstead.api.socket;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts bytes into what is whole UTF-8 and what is not, so that all of them arrive exactly and at once. A character that is split over
 * two reads gives two small pieces that are not text, before and after; anything else that is not UTF-8 makes the whole rest not text.
 */
final class OutputText {
    /** A part of the bytes. */
    record Piece(int from, int length, boolean text) {}

    private OutputText() {}

    /** The parts, in order and without gaps; none for no bytes. */
    static List<Piece> pieces(byte[] data) {
        List<Piece> pieces = new ArrayList<>(1);
        int from = 0;
        while (from < data.length && from < 3 && isContinuation(data[from])) {
            from++;
        }
        int end = data.length - unfinished(data, from);
        if (from > 0) {
            pieces.add(new Piece(0, from, false));
        }
        if (end > from) {
            pieces.add(new Piece(from, end - from, isText(data, from, end)));
        }
        if (end < data.length) {
            pieces.add(new Piece(end, data.length - end, false));
        }
        return pieces;
    }

    /** How many bytes at the end begin a character that they do not finish. */
    private static int unfinished(byte[] data, int from) {
        for (int back = 1; back <= 3 && data.length - back >= from; back++) {
            int at = data.length - back;
            if (!isContinuation(data[at])) {
                int wanted = length(data[at]);
                return wanted > back && isPossible(data, at, back) ? back : 0;
            }
        }
        return 0;
    }

    private static boolean isText(byte[] data, int from, int end) {
        int at = from;
        while (at < end) {
            int length = length(data[at]);
            if (length == 0 || length > end - at || !isPossible(data, at, length)) {
                return false;
            }
            at += length;
        }
        return true;
    }

    /** Whether these bytes, the first of which leads, are the beginning of a character (Unicode Standard, table 3-7). */
    private static boolean isPossible(byte[] data, int at, int count) {
        for (int i = 1; i < count; i++) {
            if (!isContinuation(data[at + i])) {
                return false;
            }
        }
        if (count < 2) {
            return true;
        }
        int second = data[at + 1] & 0xff;
        return switch (data[at] & 0xff) {
            case 0xe0 -> second >= 0xa0;
            case 0xed -> second <= 0x9f;
            case 0xf0 -> second >= 0x90;
            case 0xf4 -> second <= 0x8f;
            default -> true;
        };
    }

    /** How many bytes the character that this one leads has; 0 if it leads none. */
    private static int length(byte lead) {
        int value = lead & 0xff;
        if (value < 0x80) {
            return 1;
        }
        if (value < 0xc2 || value > 0xf4) {
            return 0;
        }
        return value < 0xe0 ? 2 : value < 0xf0 ? 3 : 4;
    }

    private static boolean isContinuation(byte value) {
        return (value & 0xc0) == 0x80;
    }
}
