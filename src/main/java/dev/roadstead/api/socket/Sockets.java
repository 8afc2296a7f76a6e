package dev.roadstead.api.socket;

import dev.roadstead.api.ShutdownSignal;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.api.problem.ProblemMapper;
import dev.roadstead.api.problem.ProblemWriter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelPipeline;
import java.security.Principal;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.WebsocketServerSpec;
import tools.jackson.databind.json.JsonMapper;

/** Opens WebSockets from controllers' methods, so that everything that holds for other requests holds before the upgrade too. */
public final class Sockets {
    private static final String ENCODER = "wsencoder";
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final SocketSettings settings;
    private final ShutdownSignal shutdown;
    private final ProblemMapper mapper;
    private final ProblemWriter writer;
    private final JsonFrames text;
    private final BinaryFrames binary;
    private final MeterRegistry meters;
    private final SocketPlaces places;
    private final Map<String, AtomicInteger> open = new ConcurrentHashMap<>();

    /** Opens none yet. */
    public Sockets(
            SocketSettings settings,
            ShutdownSignal shutdown,
            ProblemMapper mapper,
            ProblemWriter writer,
            JsonMapper json,
            MeterRegistry meters) {
        this.settings = settings;
        this.shutdown = shutdown;
        this.mapper = mapper;
        this.writer = writer;
        this.text = new JsonFrames(json);
        this.binary = new BinaryFrames(text);
        this.meters = meters;
        this.places = new SocketPlaces(settings.mostPerUser());
    }

    /** Fails if the request is no handshake; every {@code open} looks too, this is for who must look first. */
    public Mono<Void> checked(ServerWebExchange exchange) {
        return Mono.fromRunnable(() -> Handshake.check(exchange));
    }

    /**
     * Opens a socket once its conversation is ready; whatever fails before is answered as plain HTTP.
     *
     * @param kind for the metrics: terminal, logs …
     * @param ready looks what can be looked at before the upgrade
     */
    public Mono<Void> open(ServerWebExchange exchange, String kind, Mono<Conversation> ready) {
        return open(exchange, kind, ready, Function.identity(), _ -> Mono.empty());
    }

    /**
     * The same for a conversation over something that has to be given back.
     *
     * @param ready makes it
     * @param conversation over it; gives it back, however it ends
     * @param giveUp gives it back if there is no conversation after all
     */
    public <T> Mono<Void> open(
            ServerWebExchange exchange,
            String kind,
            Mono<T> ready,
            Function<T, Conversation> conversation,
            Function<T, Mono<Void>> giveUp) {
        return Mono.defer(() -> {
            boolean isBinary = Handshake.check(exchange);
            record Held<T>(T value, AtomicBoolean taken) {}
            return user(exchange)
                    .map(places::take)
                    .flatMap(place -> Mono.usingWhen(
                                    ready.map(value -> new Held<>(value, new AtomicBoolean())),
                                    held -> upgrade(
                                            exchange,
                                            isBinary,
                                            // Only one that is subscribed gives anything back.
                                            socket -> counted(kind, Mono.defer(() -> {
                                                        held.taken().set(true);
                                                        place.occupy();
                                                        return conversation
                                                                .apply(held.value())
                                                                .with(socket);
                                                    }))
                                                    .doFinally(_ -> place.give())),
                                    held -> held.taken().get() ? Mono.empty() : giveUp.apply(held.value()))
                            .doFinally(_ -> place.giveUnlessOccupied()));
        });
    }

    private static Mono<String> user(ServerWebExchange exchange) {
        return exchange.getPrincipal().map(Principal::getName).defaultIfEmpty("");
    }

    private Mono<Void> counted(String kind, Mono<Void> conversation) {
        AtomicInteger count = open.computeIfAbsent(kind, name -> {
            AtomicInteger fresh = new AtomicInteger();
            Gauge.builder("roadstead.sockets.open", fresh, AtomicInteger::get)
                    .tag("kind", name)
                    .register(meters);
            return fresh;
        });
        return Mono.defer(() -> {
            count.incrementAndGet();
            return conversation.doFinally(_ -> count.decrementAndGet());
        });
    }

    private Mono<Void> upgrade(ServerWebExchange exchange, boolean isBinary, Conversation conversation) {
        ServerHttpResponse response = exchange.getResponse();
        HttpServerResponse server = ServerHttpResponseDecorator.getNativeResponse(response);
        WebsocketServerSpec.Builder spec = WebsocketServerSpec.builder()
                .maxFramePayloadLength(settings.largestMessage())
                .handlePing(true);
        if (isBinary) {
            spec.protocols(BinaryFrames.NAME);
        }
        response.setStatusCode(HttpStatus.SWITCHING_PROTOCOLS);
        // Elsewhere it would race with the client's first frames: those that come before the link is in the pipeline
        // are lost.
        return response.setComplete()
                .then(Mono.defer(() -> server.sendWebsocket(
                                (in, out) -> {
                                    SocketLink link = new SocketLink(settings);
                                    in.withConnection(connection -> {
                                        ChannelPipeline pipeline =
                                                connection.channel().pipeline();
                                        pipeline.addAfter(ENCODER, "roadstead.guard", new DecoderGuard(link));
                                        pipeline.addBefore(NettyPipeline.ReactiveBridge, "roadstead.link", link);
                                    });
                                    return run(
                                            link,
                                            new Socket(link, isBinary ? binary : text, exchange, mapper, writer),
                                            conversation);
                                },
                                spec.build()))
                        .subscribeOn(Schedulers.fromExecutor(loop(server))));
    }

    private static Executor loop(HttpServerResponse server) {
        AtomicReference<Executor> loop = new AtomicReference<>(Runnable::run);
        server.withConnection(connection -> loop.set(connection.channel().eventLoop()));
        return loop.get();
    }

    private record Goodbye(int code, String reason) {}

    /** Whatever comes first ends it: the conversation itself, the client, or the gateway. Then come the last news, and the close. */
    private Mono<Void> run(SocketLink link, Socket socket, Conversation conversation) {
        Mono<Mono<Goodbye>> finished = conversation
                .with(socket)
                .then(Mono.just(Mono.just(new Goodbye(CloseCode.NORMAL, ""))))
                .onErrorResume(failure -> Mono.just(socket.fail(failure).map(code -> new Goodbye(code, ""))));
        Mono<Mono<Goodbye>> gone = link.ending()
                .delayUntil(ending -> {
                    if (!ending.deliberate()) {
                        return Mono.empty();
                    }
                    socket.leaves();
                    // What the client said before its goodbye is still carried out.
                    return Mono.delay(LAST_WORDS);
                })
                .map(ending -> ending.code() == CloseCode.TOO_LARGE
                        ? socket.fail(tooLarge()).map(code -> new Goodbye(code, ending.reason()))
                        : Mono.just(new Goodbye(ending.code(), ending.reason())));
        Mono<Mono<Goodbye>> stopped =
                shutdown.begun().then(Mono.just(Mono.just(new Goodbye(CloseCode.GOING_AWAY, "the gateway stops"))));
        return Mono.firstWithSignal(gone, finished, stopped)
                .flatMap(goodbye -> Mono.firstWithSignal(
                        goodbye.flatMap(word -> link.close(word.code(), word.reason())), link.closed()));
    }

    private ProblemException tooLarge() {
        return new ProblemException(
                ErrorKind.PAYLOAD_TOO_LARGE,
                "FRAME_TOO_LARGE",
                "a message of more than %d bytes".formatted(settings.largestMessage()),
                Map.of("most", settings.largestMessage()));
    }
}
