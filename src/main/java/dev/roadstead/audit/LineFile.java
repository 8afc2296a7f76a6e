package dev.roadstead.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file to which whole lines are appended. If it is moved away or removed it is made anew, so that it can be rotated by a rename. Used
 * by one thread at a time.
 */
final class LineFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LineFile.class);
    private static final Set<StandardOpenOption> APPEND = Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND);

    private final Path path;
    private @Nullable FileChannel channel;
    private @Nullable Object key;

    LineFile(Path path) {
        this.path = path.toAbsolutePath();
    }

    /** Lines that are being written. */
    static final class Pending {
        private final byte[] lines;
        private final ByteBuffer rest;

        /** @param lines the last one's end included */
        Pending(byte[] lines) {
            this.lines = lines;
            this.rest = ByteBuffer.wrap(lines);
        }

        /** Goes back to the start of the line that was begun: the file is another now. */
        private void restartLine() {
            int start = rest.position();
            while (start > 0 && lines[start - 1] != '\n') {
                start--;
            }
            rest.position(start);
        }
    }

    Path path() {
        return path;
    }

    /** Opens it, if it is not. Whoever else may read the gateway's files by their group may read it. */
    void open() throws IOException {
        if (channel != null) {
            return;
        }
        Path folder = path.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        boolean torn = isTorn();
        channel = FileChannel.open(path, APPEND, attributes());
        key = keyNow();
        if (torn) {
            write(channel, ByteBuffer.wrap(new byte[] {'\n'}));
        }
    }

    private FileAttribute<?>[] attributes() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"))
                }
                : new FileAttribute<?>[0];
    }

    /** Whether a gateway that was killed left the start of a line. */
    private boolean isTorn() throws IOException {
        if (!Files.isRegularFile(path) || Files.size(path) == 0) {
            return false;
        }
        try (FileChannel before = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return before.read(last, before.size() - 1) == 1 && last.get(0) != '\n';
        }
    }

    private @Nullable Object keyNow() throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    /** Writes all that is pending; what fails can be written on later. */
    void write(Pending pending) throws IOException {
        if (channel != null && !isSame()) {
            close();
            pending.restartLine();
        }
        open();
        if (channel != null) {
            write(channel, pending.rest);
        }
    }

    private boolean isSame() {
        try {
            return key == null ? Files.exists(path) : key.equals(keyNow());
        } catch (IOException gone) {
            return false;
        }
    }

    private static void write(FileChannel to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    @Override
    public void close() {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException failed) {
                LOG.warn("{} could not be closed: {}", path, failed.toString());
            }
        }
    }
}
