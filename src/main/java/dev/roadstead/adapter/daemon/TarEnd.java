package dev.roadstead.adapter.daemon;

/** Watches a tar go by for its end: two blocks of zeros (POSIX pax, "Archive end"). */
final class TarEnd {
    private static final long END = 1024;

    private long zeros;

    void see(byte[] bytes) {
        int at = bytes.length;
        while (at > 0 && bytes[at - 1] == 0) {
            at--;
        }
        zeros = at == 0 ? zeros + bytes.length : bytes.length - at;
    }

    boolean isSeen() {
        return zeros >= END;
    }
}
