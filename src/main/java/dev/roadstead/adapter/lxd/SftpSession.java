package dev.roadstead.adapter.lxd;

import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.HijackedStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Requests and answers of SFTP on a connection of its own. Answers come only to what was asked, and whoever asks has few requests open:
 * so much is ever in memory. Whoever gets one closes it.
 */
final class SftpSession {
    private static final int PROTOCOL = 3;
    private static final int VERSION_ID = -1;

    /** No server of the family sends more. */
    private static final int LONGEST = 1 << 20;

    private static final int HEAD = Integer.BYTES;

    private final HijackedStream stream;
    private final LxdErrors errors;
    private final Duration bound;
    private final Map<Integer, Sinks.One<SftpPacket>> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final Disposable receiving;
    private volatile @Nullable Throwable end;
    private byte[] come = new byte[0];

    private SftpSession(HijackedStream stream, LxdErrors errors, Duration bound) {
        this.stream = stream;
        this.errors = errors;
        this.bound = bound;
        this.receiving = stream.input()
                .subscribe(
                        this::receive,
                        this::ended,
                        () -> ended(errors.brokeOff("the daemon closed the connection for files")));
    }

    /** Begins one on a connection, which is closed with it, also if that fails. */
    static Mono<SftpSession> begin(HijackedStream stream, LxdErrors errors, Duration bound) {
        return Mono.defer(() -> {
            SftpSession session = new SftpSession(stream, errors, bound);
            return session.exchange(VERSION_ID, new SftpPacket.Builder().build(SftpPacket.INIT, PROTOCOL))
                    .map(_ -> session)
                    .doOnError(_ -> session.close())
                    .doOnCancel(session::close);
        });
    }

    /** Sends a request and reads its answer; one that refuses it is an {@link SftpException}. */
    <T> Mono<T> ask(int type, SftpPacket.Builder request, Function<SftpPacket, T> reading) {
        return Mono.defer(() -> {
            int id = ids.incrementAndGet();
            return exchange(id, request.build(type, id)).map(answer -> read(type, answer, reading));
        });
    }

    /** The same where nothing but success is answered. */
    Mono<Void> ask(int type, SftpPacket.Builder request) {
        return ask(type, request, answer -> answer).then();
    }

    EngineException nonsense(String what) {
        return errors.nonsense(what, null);
    }

    private <T> T read(int request, SftpPacket answer, Function<SftpPacket, T> reading) {
        try {
            if (answer.type() == SftpPacket.STATUS) {
                int code = answer.number();
                if (code != SftpPacket.OK) {
                    throw new SftpException(code, answer.text());
                }
            }
            if (answer.type() != SftpPacket.answerTo(request)) {
                throw errors.nonsense(
                        "an answer of type %d to an SFTP request of type %d".formatted(answer.type(), request), null);
            }
            return reading.apply(answer);
        } catch (BufferUnderflowException cut) {
            throw errors.nonsense("an SFTP answer that is shorter than what it tells", cut);
        }
    }

    private Mono<SftpPacket> exchange(int id, byte[] message) {
        Sinks.One<SftpPacket> answer = Sinks.one();
        waiting.put(id, answer);
        Throwable over = end;
        if (over != null) {
            waiting.remove(id);
            return Mono.error(over);
        }
        return stream.write(message)
                .then(answer.asMono())
                .timeout(bound)
                .onErrorMap(TimeoutException.class, this::late)
                .doFinally(_ -> waiting.remove(id));
    }

    /** Whoever lets one request wait so long answers no other either: none of those behind it shall wait as long again. */
    private EngineException late(Throwable cause) {
        EngineException late =
                new EngineException.TimedOut("the engine answers no request for files", errors.evidence(), cause);
        fail(late);
        return late;
    }

    private void receive(byte[] bytes) {
        byte[] whole = bytes;
        if (come.length > 0) {
            whole = Arrays.copyOf(come, come.length + bytes.length);
            System.arraycopy(bytes, 0, whole, come.length, bytes.length);
        }
        int at = 0;
        while (whole.length - at >= HEAD) {
            int length = ByteBuffer.wrap(whole, at, HEAD).getInt();
            if (length < 1 || length > LONGEST) {
                fail(errors.nonsense("the daemon does not speak SFTP", null));
                return;
            }
            if (whole.length - at - HEAD < length) {
                break;
            }
            answered(ByteBuffer.wrap(Arrays.copyOfRange(whole, at + HEAD, at + HEAD + length)));
            at += HEAD + length;
        }
        come = Arrays.copyOfRange(whole, at, whole.length);
    }

    private void answered(ByteBuffer message) {
        try {
            int type = message.get();
            int id = type == SftpPacket.VERSION ? VERSION_ID : message.getInt();
            Sinks.One<SftpPacket> answer = waiting.remove(id);
            if (answer != null) {
                answer.tryEmitValue(new SftpPacket(type, message));
            } else if (id != VERSION_ID && (id < 1 || id > ids.get())) {
                fail(errors.nonsense("an SFTP answer to request %d, which nobody made".formatted(id), null));
            }
            // Whoever gave up does not hear of it any more.
        } catch (BufferUnderflowException cut) {
            fail(errors.nonsense("the daemon does not speak SFTP", cut));
        }
    }

    private void ended(Throwable why) {
        end = why;
        waiting.values().forEach(answer -> answer.tryEmitError(why));
        waiting.clear();
    }

    private void fail(Throwable why) {
        if (end == null) {
            ended(why);
        }
        close();
    }

    /** Lets go of the connection; what is open on the other side goes with it. */
    void close() {
        if (end == null) {
            ended(errors.brokeOff("the connection for files was closed"));
        }
        receiving.dispose();
        stream.close();
    }
}
