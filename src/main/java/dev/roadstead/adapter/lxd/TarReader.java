package dev.roadstead.adapter.lxd;

import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.jspecify.annotations.Nullable;

/**
 * Takes a tar apart as it comes (POSIX ustar and pax, GNU's long names), without ever keeping a member's content. Has state: one for
 * each archive. What is no tar is an {@link IllegalArgumentException}.
 */
final class TarReader {
    /** Of names and other facts that stand before a member. */
    private static final int MOST_FACTS = 1 << 20;

    /** A piece of an archive. */
    sealed interface Part {
        /** A member begins. */
        record Start(TarItem item) implements Part {}

        /** A piece of the content of the member that began last. */
        @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
        record Content(byte[] bytes) implements Part {}
    }

    private final byte[] block = new byte[TarItem.BLOCK];
    private final ByteArrayOutputStream facts = new ByteArrayOutputStream();
    private Map<String, String> known = new HashMap<>();
    private int filled;
    private long left;
    private int padding;
    private char factsOf;
    private boolean ended;

    /** Takes the next bytes, cut anywhere. */
    List<Part> feed(byte[] bytes) {
        List<Part> parts = new ArrayList<>();
        int at = 0;
        while (at < bytes.length && !ended) {
            if (left > 0) {
                int taken = (int) Math.min(left, bytes.length - at);
                content(Arrays.copyOfRange(bytes, at, at + taken), parts);
                at += taken;
            } else if (padding > 0) {
                int taken = Math.min(padding, bytes.length - at);
                padding -= taken;
                at += taken;
            } else {
                int taken = Math.min(TarItem.BLOCK - filled, bytes.length - at);
                System.arraycopy(bytes, at, block, filled, taken);
                filled += taken;
                at += taken;
                if (filled == TarItem.BLOCK) {
                    filled = 0;
                    header(parts);
                }
            }
        }
        return parts;
    }

    /** Tells that nothing more comes; some tars have no end of their own. */
    void finish() {
        if (!ended && (left > 0 || filled > 0 || factsOf != 0)) {
            throw new IllegalArgumentException("the tar is cut off");
        }
    }

    private void content(byte[] bytes, List<Part> parts) {
        left -= bytes.length;
        if (factsOf == 0) {
            parts.add(new Part.Content(bytes));
            return;
        }
        facts.writeBytes(bytes);
        if (left == 0) {
            learn();
        }
    }

    private void header(List<Part> parts) {
        if (isZero()) {
            ended = true;
            return;
        }
        TarArchiveEntry entry = entry();
        char flag = (char) entry.getLinkFlag();
        if (flag == 'x' || flag == 'g' || flag == 'L' || flag == 'K') {
            if (entry.getSize() > MOST_FACTS) {
                throw new IllegalArgumentException("the tar has a name that is too long");
            }
            begin(entry.getSize());
            factsOf = flag;
            facts.reset();
            if (left == 0) {
                learn();
            }
            return;
        }
        TarItem item = item(entry);
        known = new HashMap<>();
        begin(item.size());
        parts.add(new Part.Start(item));
    }

    private TarArchiveEntry entry() {
        // Apart from the rest: what is no tar has no numbers where a tar has them.
        if (!TarUtils.verifyCheckSum(block)) {
            throw new IllegalArgumentException("this is no tar");
        }
        try {
            return new TarArchiveEntry(block.clone());
        } catch (UncheckedIOException senseless) {
            throw new IllegalArgumentException("the tar has a member that makes no sense", senseless);
        }
    }

    private void begin(long size) {
        if (size < 0) {
            throw new IllegalArgumentException("this is no tar");
        }
        left = size;
        padding = (int) ((TarItem.BLOCK - size % TarItem.BLOCK) % TarItem.BLOCK);
    }

    private boolean isZero() {
        for (byte each : block) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }

    /** A fact in the archive's own words overrules what is in the header. */
    private void learn() {
        String text = facts.toString(StandardCharsets.UTF_8);
        switch (factsOf) {
            case 'L' -> known.put("path", untilZero(text));
            case 'K' -> known.put("linkpath", untilZero(text));
            case 'x' -> known.putAll(pax(facts.toByteArray()));
            // For all members together: times and the like of some programs.
            default -> {}
        }
        factsOf = 0;
    }

    private static String untilZero(String text) {
        int zero = text.indexOf(0);
        return zero < 0 ? text : text.substring(0, zero);
    }

    /** Lines of {@code length key=value}, the length counting the line. */
    private static Map<String, String> pax(byte[] bytes) {
        Map<String, String> facts = new HashMap<>();
        int at = 0;
        while (at < bytes.length && bytes[at] != 0) {
            int blank = at;
            while (blank < bytes.length && bytes[blank] != ' ') {
                blank++;
            }
            int length = number(new String(bytes, at, blank - at, StandardCharsets.US_ASCII))
                    .intValue();
            if (length <= blank - at + 1 || at + length > bytes.length) {
                throw new IllegalArgumentException("the tar has facts that make no sense");
            }
            String line = new String(bytes, blank + 1, at + length - blank - 2, StandardCharsets.UTF_8);
            int equals = line.indexOf('=');
            if (equals > 0) {
                facts.put(line.substring(0, equals), line.substring(equals + 1));
            }
            at += length;
        }
        return facts;
    }

    private static Long number(String text) {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException("the tar has facts that make no sense", notANumber);
        }
    }

    private TarItem item(TarArchiveEntry entry) {
        String name = known.getOrDefault("path", entry.getName());
        TarItem.Kind kind = kind(entry, name);
        String size = known.get("size");
        String uid = known.get("uid");
        String gid = known.get("gid");
        boolean hasContent = kind == TarItem.Kind.FILE || kind == TarItem.Kind.OTHER;
        return new TarItem(
                name,
                kind,
                !hasContent ? 0 : size == null ? entry.getSize() : number(size),
                entry.getMode() & 07777,
                (int) (uid == null ? entry.getLongUserId() : number(uid)),
                (int) (gid == null ? entry.getLongGroupId() : number(gid)),
                modified(entry, known.get("mtime")),
                known.getOrDefault("linkpath", entry.getLinkName()));
    }

    private static Instant modified(TarArchiveEntry entry, @Nullable String seconds) {
        if (seconds == null) {
            return entry.getLastModifiedTime().toInstant();
        }
        int point = seconds.indexOf('.');
        return Instant.ofEpochSecond(number(point < 0 ? seconds : seconds.substring(0, point)));
    }

    private static TarItem.Kind kind(TarArchiveEntry entry, String name) {
        return switch ((char) entry.getLinkFlag()) {
            // Before ustar a folder was told by its name only.
            case '0', '\0', '7' -> name.endsWith("/") ? TarItem.Kind.FOLDER : TarItem.Kind.FILE;
            case '5' -> TarItem.Kind.FOLDER;
            case '2' -> TarItem.Kind.LINK;
            case '1' -> TarItem.Kind.HARD_LINK;
            case '6' -> TarItem.Kind.PIPE;
            default -> TarItem.Kind.OTHER;
        };
    }
}
