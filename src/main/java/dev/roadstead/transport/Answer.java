package dev.roadstead.transport;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClientResponse;

/** An answer whose head is there; holds its connection until the body has ended, is cancelled, or nobody wants it. */
final class Answer {
    private final Connection connection;
    private final EventLoop loop;
    private final StreamedReply reply;
    private final Runnable over;
    private final AtomicBoolean taken = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile @Nullable Future<?> unreadTimer;

    /**
     * @param silent how long the body may be silent; null: for ever
     * @param over run at the end, possibly more than once
     */
    Answer(
            HttpClientResponse response,
            Connection connection,
            @Nullable Duration silent,
            Failures failures,
            Runnable over) {
        this.over = over;
        this.connection = connection;
        // Once its call is over, Reactor Netty's connection knows its channel no longer.
        this.loop = connection.channel().eventLoop();
        Flux<byte[]> body = connection.inbound().receive().asByteArray().doOnTerminate(() -> ended.set(true));
        if (silent != null) {
            body = new IdleBound(body, silent, loop, () -> failures.late("nothing came for " + silent, null));
        }
        // The body ends a moment before its connection is back in the pool; whoever calls next shall find it there.
        body = body.concatWith(Mono.create(end -> loop.execute(end::success)));
        this.reply = new StreamedReply(
                response.status().code(),
                lowerCased(response.responseHeaders()),
                body.onErrorMap(failure -> failures.name(failure, true))
                        .doOnSubscribe(_ -> take())
                        .doOnTerminate(over)
                        .doOnCancel(over),
                this::close);
    }

    StreamedReply reply() {
        return reply;
    }

    /** Gives the connection up if nobody begins to read or closes within this time: the answer was lost on its way to a reader. */
    void expectReader(Duration bound) {
        if (!taken.get() && !ended.get()) {
            unreadTimer = loop.schedule(
                    () -> {
                        if (!taken.get()) {
                            close();
                        }
                    },
                    bound.toNanos(),
                    TimeUnit.NANOSECONDS);
        }
    }

    private void close() {
        take();
        // After the end the connection is the pool's, or somebody else's already.
        if (!ended.get()) {
            giveUp(connection, loop);
        }
        over.run();
    }

    private void take() {
        taken.set(true);
        Future<?> timer = unreadTimer;
        if (timer != null) {
            timer.cancel(false);
        }
    }

    /** Closes a connection whose answer is not read to its end. */
    static void giveUp(Connection connection, EventLoop loop) {
        if (loop.inEventLoop()) {
            connection.dispose();
        } else {
            loop.execute(connection::dispose);
        }
    }

    static Map<String, List<String>> lowerCased(HttpHeaders headers) {
        Map<String, List<String>> all = new TreeMap<>();
        for (String name : headers.names()) {
            all.put(name.toLowerCase(Locale.ROOT), List.copyOf(headers.getAll(name)));
        }
        return all;
    }
}
