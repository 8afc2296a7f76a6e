package dev.roadstead.container;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The container's unified id: {@code c} and a UUID. One made through the gateway gets a random one at birth (UUID version 4), any
 * other has one derived from its engine's name and native id (UUID version 5), the same on every replica and after every restart.
 */
public record Cuid(String value) {
    private static final Pattern FORM =
            Pattern.compile("c[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    /** The name space of derived ids, chosen once; changing it would change every foreign container's cuid. */
    private static final UUID NAMESPACE = UUID.fromString("6f1d1c1e-52ba-4d0a-9d6c-0c5e7d0a51ad");

    public Cuid {
        if (!isCuid(value)) {
            throw new IllegalArgumentException("cuid: %s (expected: c and a lower-case UUID)".formatted(value));
        }
    }

    /** Tells whether a text has the form of a cuid. */
    public static boolean isCuid(String text) {
        return FORM.matcher(text).matches();
    }

    /** A new id for a container about to be made. */
    public static Cuid random() {
        return new Cuid("c" + UUID.randomUUID());
    }

    /** The stable id of a container that was not made through the gateway. */
    public static Cuid derived(String engine, String nativeId) {
        return new Cuid("c" + version5(engine + "\0" + nativeId));
    }

    /** Tells whether this id was derived (version 5), so that no label of that value exists on any engine. */
    public boolean isDerived() {
        return value.charAt(15) == '5';
    }

    private static UUID version5(String name) {
        // RFC 9562 section 5.5 fixes SHA-1 here; it names, it does not protect.
        byte[] hash;
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            sha1.update(ByteBuffer.allocate(16)
                    .putLong(NAMESPACE.getMostSignificantBits())
                    .putLong(NAMESPACE.getLeastSignificantBits())
                    .array());
            hash = sha1.digest(name.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-1", impossible);
        }
        ByteBuffer bytes = ByteBuffer.wrap(hash);
        long high = (bytes.getLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x5000L;
        long low = (bytes.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    @Override
    public String toString() {
        return value;
    }
}
