package dev.roadstead.adapter.kleened;

import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.WebSocketStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One of Kleened's WebSockets, after our configuration was sent. Its first message is Kleened's own, unless it has nothing to begin;
 * all others are output as it comes, text or not; how it ended stands only in the reason of the farewell (Kleened 0.1,
 * WebSocketMessage). It is read ahead, within bounds, so that its end is known though nobody reads the output; it pings by itself,
 * since Kleened leaves a client that says nothing for a minute. Leaving it ends what it was opened for.
 */
final class KleenedSocket {
    /** Output that is kept for a slow reader before Kleened is read no further. */
    private static final int READ_AHEAD = 256 * 1024;

    /** What a piece takes besides its bytes, about. */
    private static final int OVERHEAD = 64;

    private static final int LONGEST_FIRST = 64 * 1024;
    private static final int LONGEST_LAST_WORDS = 4 * 1024;

    /**
     * A message of Kleened's own, as JSON.
     *
     * @param type {@code starting}, {@code closing} or {@code error}
     * @param data the id of what is made, if something is
     */
    record Message(String type, String message, String data) {}

    /**
     * How it ended.
     *
     * @param code that of the farewell; null without one
     * @param message what the farewell told; null if it told nothing: Kleened crashed, gave us up, or had to say more than fits
     * @param failure why there was no farewell; null if there was one, or if we left first
     */
    record Ending(
            @Nullable Integer code,
            @Nullable Message message,
            @Nullable Throwable failure) {
        private static final int NORMAL = 1000;
        private static final int DETACHED = 1001;

        /** Why nothing is known of the end. */
        Throwable failureOrLoss() {
            return failure != null
                    ? failure
                    : new EngineException.Failed(
                            "ENGINE_BROKE_OFF", "the daemon gave the link up", EngineException.Evidence.NONE, null);
        }

        /** Whether it did what was asked for. */
        boolean isGood() {
            return message != null
                    && message.type().equals("closing")
                    && code != null
                    && (code == NORMAL || code == DETACHED);
        }
    }

    private final WebSocketStream stream;
    private final Function<byte[], @Nullable Message> parser;
    private final Sinks.One<Message> started = Sinks.one();
    private final Sinks.One<Ending> ending = Sinks.one();
    private final Sinks.Many<WebSocketStream.Piece> output =
            Sinks.many().unicast().onBackpressureBuffer();
    private final Reader reader = new Reader();
    private volatile boolean ended;

    /** @param parser reads a message of Kleened's own; null if it is none */
    KleenedSocket(WebSocketStream stream, Function<byte[], @Nullable Message> parser) {
        this.stream = stream;
        this.parser = parser;
        stream.input().subscribe(reader);
    }

    /** That it has begun; empty if it ends without. */
    Mono<Message> started() {
        return started.asMono();
    }

    /**
     * What comes after the beginning, pulled, cut as it came; completes at the end, of whatever kind. At most one subscriber; what one
     * that cancels leaves is read and forgotten, so that the end is known.
     */
    Flux<WebSocketStream.Piece> output() {
        return output.asFlux().doOnNext(reader::taken).doOnCancel(reader::forget);
    }

    /** How it ended; what nobody has read yet may hold it back. */
    Mono<Ending> ending() {
        return ending.asMono();
    }

    /** Whether the end was read. */
    boolean hasEnded() {
        return ended;
    }

    /** The last message before the end, at most its first 4 KiB: where Kleened tells why something failed. */
    String lastWords() {
        return reader.lastWords();
    }

    /** Writes to the input of what runs there; only an exec takes such, and only once it has begun. */
    Mono<Void> input(byte[] data) {
        return stream.binary(data);
    }

    /** Says farewell and leaves. Twice does nothing. */
    void close() {
        stream.close();
    }

    private final class Reader extends BaseSubscriber<WebSocketStream.Piece> {
        private final AtomicInteger kept = new AtomicInteger();
        private final AtomicBoolean stalled = new AtomicBoolean();
        private final ByteArrayOutputStream message = new ByteArrayOutputStream();
        private boolean begun;
        private boolean messageEnded;
        private volatile boolean forgetting;

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            request(1);
        }

        @Override
        protected void hookOnNext(WebSocketStream.Piece piece) {
            gather(piece);
            if (begun) {
                kept.addAndGet(piece.data().length + OVERHEAD);
                if (forgetting || output.tryEmitNext(piece).isFailure()) {
                    taken(piece);
                }
            } else if (piece.last()) {
                begin();
            }
            if (kept.get() < READ_AHEAD || forgetting) {
                request(1);
            } else {
                stalled.set(true);
                readOn();
            }
        }

        /** What is no beginning tells why there is none. */
        private void begin() {
            Message first = parser.apply(message.toByteArray());
            if (first != null && first.type().equals("starting")) {
                begun = true;
                message.reset();
                started.tryEmitValue(first);
            }
        }

        private void gather(WebSocketStream.Piece piece) {
            if (messageEnded) {
                message.reset();
            }
            messageEnded = piece.last();
            int room = (begun ? LONGEST_LAST_WORDS : LONGEST_FIRST) - message.size();
            message.write(piece.data(), 0, Math.clamp(piece.data().length, 0, Math.max(room, 0)));
        }

        String lastWords() {
            return message.toString(StandardCharsets.UTF_8);
        }

        private void taken(WebSocketStream.Piece piece) {
            kept.addAndGet(-piece.data().length - OVERHEAD);
            readOn();
        }

        private void forget() {
            forgetting = true;
            kept.set(0);
            readOn();
        }

        private void readOn() {
            if ((kept.get() < READ_AHEAD || forgetting) && stalled.compareAndSet(true, false)) {
                request(1);
            }
        }

        @Override
        protected void hookOnComplete() {
            end(null);
        }

        @Override
        protected void hookOnError(Throwable failure) {
            end(failure);
        }

        private void end(@Nullable Throwable failure) {
            WebSocketStream.Farewell said = stream.farewell();
            Ending how = said == null
                    ? new Ending(null, null, failure)
                    : new Ending(said.code(), parser.apply(said.reason().getBytes(StandardCharsets.UTF_8)), null);
            ended = true;
            started.tryEmitEmpty();
            ending.tryEmitValue(how);
            output.tryEmitComplete();
            stream.close();
        }
    }
}
