package dev.roadstead.adapter.lxd;

import java.time.Instant;

/**
 * What is known of a file (draft-ietf-secsh-filexfer-02 section 5).
 *
 * @param mode with the bits of the type, as in {@code st_mode}
 */
record SftpAttributes(long size, int uid, int gid, int mode, Instant modified) {
    static final int SIZE = 1;
    static final int OWNER = 2;
    static final int PERMISSIONS = 4;
    static final int TIMES = 8;
    private static final int EXTENDED = 0x80000000;

    private static final int TYPE = 0170000;
    private static final int FOLDER = 0040000;
    private static final int REGULAR = 0100000;
    private static final int LINK = 0120000;
    private static final int PIPE = 0010000;
    private static final int BITS = 07777;

    static SftpAttributes read(SftpPacket packet) {
        int flags = packet.number();
        long size = (flags & SIZE) != 0 ? packet.body().getLong() : 0;
        int uid = (flags & OWNER) != 0 ? packet.number() : 0;
        int gid = (flags & OWNER) != 0 ? packet.number() : 0;
        int mode = (flags & PERMISSIONS) != 0 ? packet.number() : 0;
        Instant modified = Instant.EPOCH;
        if ((flags & TIMES) != 0) {
            packet.number();
            modified = Instant.ofEpochSecond(Integer.toUnsignedLong(packet.number()));
        }
        if ((flags & EXTENDED) != 0) {
            for (int left = packet.number(); left > 0; left--) {
                packet.bytes();
                packet.bytes();
            }
        }
        return new SftpAttributes(size, uid, gid, mode, modified);
    }

    boolean isFolder() {
        return (mode & TYPE) == FOLDER;
    }

    boolean isRegular() {
        return (mode & TYPE) == REGULAR;
    }

    boolean isLink() {
        return (mode & TYPE) == LINK;
    }

    boolean isPipe() {
        return (mode & TYPE) == PIPE;
    }

    /** Without the type. */
    int permissions() {
        return mode & BITS;
    }
}
