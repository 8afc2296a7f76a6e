package dev.roadstead.adapter.lxd;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * One member of a tar.
 *
 * @param name of a folder without a slash at its end
 * @param target of a link, else empty
 */
record TarItem(String name, Kind kind, long size, int permissions, int uid, int gid, Instant modified, String target) {
    enum Kind {
        FILE(TarConstants.LF_NORMAL),
        FOLDER(TarConstants.LF_DIR),
        LINK(TarConstants.LF_SYMLINK),
        HARD_LINK(TarConstants.LF_LINK),
        PIPE(TarConstants.LF_FIFO),
        /** Devices, and what only one program knows. */
        OTHER(TarConstants.LF_CHR);

        private final byte flag;

        Kind(byte flag) {
            this.flag = flag;
        }
    }

    static final int BLOCK = 512;

    /** What ends a tar. */
    static byte[] end() {
        return new byte[2 * BLOCK];
    }

    /** What fills the last block of the content. */
    byte[] padding() {
        return new byte[(int) ((BLOCK - size % BLOCK) % BLOCK)];
    }

    /** What stands before the content. */
    byte[] header() {
        TarArchiveEntry entry = new TarArchiveEntry(kind == Kind.FOLDER ? name + "/" : name, kind.flag);
        entry.setSize(size);
        entry.setMode(permissions);
        entry.setUserId(uid);
        entry.setGroupId(gid);
        entry.setLastModifiedTime(FileTime.from(modified));
        entry.setLinkName(target);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        // Not closed: it would add an end, and miss the content.
        TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes);
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
        try {
            tar.putArchiveEntry(entry);
            tar.flush();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
