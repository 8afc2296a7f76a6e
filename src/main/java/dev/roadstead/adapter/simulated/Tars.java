package dev.roadstead.adapter.simulated;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SortedMap;
import java.util.function.BiConsumer;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import reactor.core.publisher.Flux;

/** Files to tar and back. */
final class Tars {
    private static final int CHUNK = 64 << 10;

    private Tars() {}

    /**
     * A tar of these files, made as it is pulled.
     *
     * @param top the path that the names in the tar are relative to
     */
    static Flux<byte[]> write(SortedMap<String, FileNode> files, String top) {
        return Flux.<byte[], Writer>generate(() -> new Writer(files, top), (writer, sink) -> {
                    byte[] next = writer.next();
                    if (next.length == 0) {
                        sink.complete();
                    } else {
                        sink.next(next);
                    }
                    return writer;
                })
                .concatMapIterable(Chunks::new, 1);
    }

    /**
     * Reads a tar, plain or gzip.
     *
     * @param files gets each name as it stands in the tar, in its order
     * @throws IOException if it is no tar
     */
    static void read(byte[] archive, BiConsumer<String, FileNode> files) throws IOException {
        InputStream plain = new ByteArrayInputStream(archive);
        if (archive.length > 2 && (archive[0] & 0xff) == 0x1f && (archive[1] & 0xff) == 0x8b) {
            plain = new GZIPInputStream(plain);
        }
        try (TarArchiveInputStream tar = new TarArchiveInputStream(plain)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (!entry.isCheckSumOK()) {
                    throw new IOException("not a tar archive");
                }
                Instant modified = entry.getLastModifiedTime().toInstant();
                int mode = entry.getMode() & 07777;
                if (entry.isDirectory()) {
                    files.accept(entry.getName(), FileNode.folder(mode, modified));
                } else if (entry.isSymbolicLink()) {
                    files.accept(entry.getName(), FileNode.link(entry.getLinkName(), modified));
                } else if (entry.isFile()) {
                    files.accept(entry.getName(), FileNode.file(tar.readAllBytes(), mode, modified));
                }
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(e);
        }
    }

    private static final class Writer {
        private final Iterator<Map.Entry<String, FileNode>> files;
        private final int prefix;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes);
        private boolean finished;

        Writer(SortedMap<String, FileNode> files, String top) {
            this.files = files.entrySet().iterator();
            this.prefix = top.equals("/") ? 1 : top.length() + 1;
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            tar.setAddPaxHeadersForNonAsciiNames(true);
        }

        /** The bytes of the next file; none at the end. */
        byte[] next() {
            bytes.reset();
            try {
                while (bytes.size() == 0 && files.hasNext()) {
                    Map.Entry<String, FileNode> file = files.next();
                    if (file.getKey().length() >= prefix) {
                        add(file.getKey().substring(prefix), file.getValue());
                    }
                }
                if (bytes.size() == 0 && !finished) {
                    finished = true;
                    tar.close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return bytes.toByteArray();
        }

        private void add(String name, FileNode node) throws IOException {
            TarArchiveEntry entry = switch (node.type()) {
                case FOLDER -> new TarArchiveEntry(name + "/");
                case LINK -> new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
                case FILE -> new TarArchiveEntry(name);
            };
            entry.setMode(node.mode());
            entry.setModTime(Date.from(node.modified()));
            entry.setLinkName(node.target());
            entry.setSize(node.data().length);
            tar.putArchiveEntry(entry);
            tar.write(node.data());
            tar.closeArchiveEntry();
            tar.flush();
        }
    }

    /** A large array in pieces of bounded size. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Chunks(byte[] whole) implements Iterable<byte[]> {
        @Override
        public Iterator<byte[]> iterator() {
            return new Iterator<>() {
                private int at;

                @Override
                public boolean hasNext() {
                    return at < whole.length;
                }

                @Override
                public byte[] next() {
                    if (!hasNext()) {
                        throw new NoSuchElementException();
                    }
                    byte[] piece = Arrays.copyOfRange(whole, at, Math.min(whole.length, at + CHUNK));
                    at += CHUNK;
                    return piece;
                }
            };
        }
    }
}
