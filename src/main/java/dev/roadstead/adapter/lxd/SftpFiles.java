package dev.roadstead.adapter.lxd;

import java.nio.BufferUnderflowException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/** What can be done with files over SFTP; what is refused is an {@link SftpException}. */
final class SftpFiles {
    /** What every server takes and gives at once. */
    private static final int PIECE = 32 << 10;

    /** Requests under way at once: a link that is far away is kept busy. */
    private static final int AHEAD = 8;

    private static final int READING = 1;
    private static final int WRITING_NEW = 2 | 8 | 32;

    /** What stands in a folder. */
    record Entry(String name, SftpAttributes attributes) {}

    private final SftpSession session;

    SftpFiles(SftpSession session) {
        this.session = session;
    }

    /** Of a link itself. */
    Mono<SftpAttributes> look(String path) {
        return session.ask(SftpPacket.LSTAT, path(path), SftpAttributes::read);
    }

    /** Of what a link leads to. */
    Mono<SftpAttributes> lookBehind(String path) {
        return session.ask(SftpPacket.STAT, path(path), SftpAttributes::read);
    }

    Mono<String> target(String link) {
        return session.ask(SftpPacket.READLINK, path(link), answer -> {
            answer.number();
            return answer.text();
        });
    }

    /** What stands in a folder, pulled page by page. */
    Flux<Entry> entries(String folder) {
        return Flux.usingWhen(
                session.ask(SftpPacket.OPENDIR, path(folder), SftpPacket::bytes),
                handle -> Flux.defer(() -> page(handle))
                        .repeat()
                        .onErrorComplete(failure -> failure instanceof SftpException refused && refused.isEnd()),
                this::close);
    }

    private Flux<Entry> page(byte[] handle) {
        return session.ask(SftpPacket.READDIR, new SftpPacket.Builder().bytes(handle), SftpFiles::page)
                .flatMapIterable(entries -> entries);
    }

    private static List<Entry> page(SftpPacket answer) {
        List<Entry> entries = new ArrayList<>();
        int left = answer.number();
        if (left < 1) {
            // The end is told otherwise: asking again would not end.
            throw new BufferUnderflowException();
        }
        for (; left > 0; left--) {
            String name = answer.text();
            answer.bytes();
            SftpAttributes attributes = SftpAttributes.read(answer);
            if (!name.equals(".") && !name.equals("..")) {
                entries.add(new Entry(name, attributes));
            }
        }
        return entries;
    }

    /** The first so many bytes of a file; it may end before, if it became shorter.
     *
     * @param before comes before them, once the file is open
     */
    Flux<byte[]> content(String path, long size, byte[] before) {
        long pieces = (size + PIECE - 1) / PIECE;
        return Flux.usingWhen(
                session.ask(SftpPacket.OPEN, path(path).number(READING).number(0), SftpPacket::bytes),
                handle -> offsets(pieces)
                        .flatMapSequential(
                                offset -> whole(handle, offset, (int) Math.min(PIECE, size - offset)), AHEAD, 1)
                        .startWith(before),
                this::close);
    }

    private static Flux<Long> offsets(long pieces) {
        return Flux.generate(() -> 0L, (next, sink) -> {
            if (next == pieces) {
                sink.complete();
            } else {
                sink.next(next * PIECE);
            }
            return next + 1;
        });
    }

    /** A server may give less than was asked for. */
    private Flux<byte[]> whole(byte[] handle, long offset, int length) {
        return read(handle, offset, length)
                .expand(piece -> piece.at() + piece.bytes().length < offset + length
                        ? read(handle, piece.at() + piece.bytes().length, (int)
                                (offset + length - piece.at() - piece.bytes().length))
                        : Mono.empty())
                .map(Piece::bytes);
    }

    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Piece(long at, byte[] bytes) {}

    private Mono<Piece> read(byte[] handle, long offset, int length) {
        return session.ask(
                        SftpPacket.READ,
                        new SftpPacket.Builder().bytes(handle).number(offset).number(length),
                        answer -> new Piece(offset, answer.bytes()))
                .handle((Piece piece, SynchronousSink<Piece> sink) -> {
                    int come = piece.bytes().length;
                    if (come < 1 || come > length) {
                        // Nothing would be asked for again without end; too much would not fit what was promised.
                        sink.error(
                                session.nonsense("%d bytes of a file instead of at most %d".formatted(come, length)));
                    } else {
                        sink.next(piece);
                    }
                })
                .onErrorComplete(failure -> failure instanceof SftpException refused && refused.isEnd());
    }

    /** Makes a file with this content, pulled as fast as it is written; one that is there already is refused. */
    Mono<Void> make(String path, Flux<byte[]> content) {
        return Mono.usingWhen(
                session.ask(SftpPacket.OPEN, path(path).number(WRITING_NEW).number(0), SftpPacket::bytes),
                handle -> content.concatMapIterable(SftpFiles::pieces, 1)
                        .scan(
                                new Piece(0, new byte[0]),
                                (before, bytes) -> new Piece(before.at() + before.bytes().length, bytes))
                        .skip(1)
                        .flatMapSequential(
                                piece -> session.ask(
                                        SftpPacket.WRITE,
                                        new SftpPacket.Builder()
                                                .bytes(handle)
                                                .number(piece.at())
                                                .bytes(piece.bytes())),
                                AHEAD,
                                1)
                        .then(),
                this::close);
    }

    private static List<byte[]> pieces(byte[] bytes) {
        if (bytes.length <= PIECE) {
            return List.of(bytes);
        }
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += PIECE) {
            pieces.add(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + PIECE)));
        }
        return pieces;
    }

    Mono<Void> makeFolder(String path) {
        return session.ask(SftpPacket.MKDIR, path(path).number(0));
    }

    Mono<Void> link(String path, String target) {
        // In the order of OpenSSH, which everybody follows against the draft.
        return session.ask(SftpPacket.SYMLINK, path(target).text(path));
    }

    Mono<Void> hardLink(String path, String existing) {
        return session.ask(
                SftpPacket.EXTENDED,
                new SftpPacket.Builder()
                        .text("hardlink@openssh.com")
                        .text(existing)
                        .text(path));
    }

    /** Anything but a folder. */
    Mono<Void> remove(String path) {
        return session.ask(SftpPacket.REMOVE, path(path));
    }

    /** One at a time: servers disagree about the order of several. The owner first: a change of it takes bits of the mode away. */
    Mono<Void> adorn(String path, int uid, int gid, int permissions, long modified) {
        int time = (int) Math.clamp(modified, 0L, 0xffffffffL);
        return set(path, SftpAttributes.OWNER, request -> request.number(uid).number(gid))
                .then(set(path, SftpAttributes.PERMISSIONS, request -> request.number(permissions)))
                .then(set(
                        path,
                        SftpAttributes.TIMES,
                        request -> request.number(time).number(time)));
    }

    private Mono<Void> set(String path, int flag, Function<SftpPacket.Builder, SftpPacket.Builder> values) {
        return session.ask(SftpPacket.SETSTAT, values.apply(path(path).number(flag)));
    }

    /** What does not close is closed with the connection. */
    private Mono<Void> close(byte[] handle) {
        return session.ask(SftpPacket.CLOSE, new SftpPacket.Builder().bytes(handle))
                .onErrorComplete();
    }

    private static SftpPacket.Builder path(String path) {
        return new SftpPacket.Builder().text(path);
    }
}
