package dev.roadstead.api.socket;

import dev.roadstead.api.RequestIds;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.api.problem.ProblemMapper;
import dev.roadstead.api.problem.ProblemWriter;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An open WebSocket: frames both ways, pulled by who reads them. */
public final class Socket {
    private static final Logger LOG = LoggerFactory.getLogger(Socket.class);

    private final SocketLink link;
    private final FrameCodec codec;
    private final ServerWebExchange exchange;
    private final ProblemMapper mapper;
    private final ProblemWriter writer;
    private volatile boolean leaving;

    Socket(SocketLink link, FrameCodec codec, ServerWebExchange exchange, ProblemMapper mapper, ProblemWriter writer) {
        this.link = link;
        this.codec = codec;
        this.exchange = exchange;
        this.mapper = mapper;
        this.writer = writer;
    }

    /**
     * What the client says, one at a time, read from the connection a little ahead only. A frame that makes no sense is answered with
     * an error and left out. Completes with a {@code close} frame and when the client is gone. At most one subscriber.
     */
    public Flux<ClientFrame> frames() {
        return link.messages()
                .concatMap(this::understood, 1)
                .takeUntil(frame -> frame instanceof ClientFrame.Close)
                .filter(frame -> !(frame instanceof ClientFrame.Close));
    }

    private Mono<ClientFrame> understood(Message message) {
        return Mono.defer(() -> {
            try {
                ClientFrame frame = codec.read(message);
                if (frame instanceof ClientFrame.Close) {
                    leaving = true;
                }
                return Mono.just(frame);
            } catch (ProblemException senseless) {
                return complain(senseless).then(Mono.empty());
            }
        });
    }

    /**
     * Sends a frame; completes when the connection took it, which a client that does not read delays. Never if the client is gone. What is
     * sent behind an exit or a fatal error is dropped.
     */
    public Mono<Void> send(ServerFrame frame) {
        return Mono.defer(() -> {
            var messages = codec.write(frame);
            return messages.isEmpty() ? Mono.empty() : link.send(messages, isLast(frame));
        });
    }

    private static boolean isLast(ServerFrame frame) {
        return frame instanceof ServerFrame.Exit || (frame instanceof ServerFrame.Failure failure && failure.fatal());
    }

    /** Sends frames one by one: the next is asked for when the connection took the one before. */
    public Mono<Void> sendAll(Flux<? extends ServerFrame> frames) {
        return frames.concatMap(this::send, 0).then();
    }

    /** Tells of something that failed and need not end the conversation. */
    public Mono<Void> complain(Throwable failure) {
        return Mono.defer(() -> send(new ServerFrame.Failure(writer.problem(exchange, answer(failure)), false)));
    }

    /**
     * Tells items, and nothing else: whatever the client says but {@code close} is answered with a {@code state_error}. Completes when
     * the items do, or when the client leaves.
     */
    public Mono<Void> tell(Flux<? extends ServerFrame> frames) {
        Mono<Void> heard = frames().concatMap(
                        _ -> complain(new ProblemException(
                                ErrorKind.STATE_ERROR, "NOTHING_TO_SAY", "only close is understood here", Map.of())),
                        1)
                .then();
        return Mono.firstWithSignal(sendAll(frames), heard);
    }

    /** Whether the client said goodbye, by a frame or by closing with 1000; else it was lost, if it is gone. */
    public boolean isLeaving() {
        return leaving;
    }

    void leaves() {
        leaving = true;
    }

    /** Tells the last news; emits what to close with. */
    Mono<Integer> fail(Throwable failure) {
        return Mono.defer(() -> {
            ProblemMapper.Answer answer = answer(failure);
            return send(new ServerFrame.Failure(writer.problem(exchange, answer), true))
                    .thenReturn(CloseCode.of(answer.kind()));
        });
    }

    private ProblemMapper.Answer answer(Throwable failure) {
        ProblemMapper.Answer answer = mapper.map(failure);
        if (answer.kind() == ErrorKind.INTERNAL_ERROR) {
            LOG.error("the socket of request {} failed", RequestIds.of(exchange), failure);
        }
        return answer;
    }
}
