package dev.roadstead.adapter.lxd;

import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.WebSocketStream;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The sockets of an operation that has some: all of them, or none. The daemon waits ten seconds for them, and begins when those for
 * data are there; so that for control comes first.
 */
final class LxdSockets {
    static final String INPUT = "0";
    static final String OUTPUT = "1";
    static final String ERRORS = "2";
    static final String CONTROL = "control";

    private final LxdSession session;

    LxdSockets(LxdSession session) {
        this.session = session;
    }

    /** Opens them and makes of them what owns them. */
    <T> Mono<T> open(
            LxdCall call,
            String subject,
            LxdWire.Operation operation,
            Function<Map<String, WebSocketStream>, T> owner) {
        return Mono.defer(() -> {
            Map<?, ?> secrets =
                    operation.metadata() != null && operation.metadata().get("fds") instanceof Map<?, ?> fds
                            ? fds
                            : Map.of();
            String id = operation.id();
            if (id == null || secrets.get(INPUT) == null || secrets.get(CONTROL) == null) {
                throw session.errors().nonsense("an operation without sockets", null);
            }
            Queue<WebSocketStream> opened = new ConcurrentLinkedQueue<>();
            AtomicBoolean handedOver = new AtomicBoolean();
            AtomicBoolean abandoned = new AtomicBoolean();
            Runnable giveUp = () -> {
                abandoned.set(true);
                if (!handedOver.get()) {
                    opened.forEach(WebSocketStream::close);
                }
            };
            Function<Object, Mono<Map.Entry<String, WebSocketStream>>> one =
                    name -> session.socket(call, subject, request(id, String.valueOf(secrets.get(name))))
                            .doOnNext(socket -> {
                                opened.add(socket);
                                if (abandoned.get()) {
                                    socket.close();
                                }
                            })
                            .map(socket -> Map.entry(String.valueOf(name), socket));
            Flux<Map.Entry<String, WebSocketStream>> others = Flux.fromIterable(secrets.keySet())
                    .filter(name -> !CONTROL.equals(name))
                    .flatMap(one);
            return one.apply(CONTROL)
                    .flux()
                    .concatWith(others)
                    .collectMap(Map.Entry::getKey, Map.Entry::getValue)
                    .map(owner)
                    .doOnNext(_ -> handedOver.set(true))
                    .doOnError(_ -> giveUp.run())
                    .doOnCancel(giveUp);
        });
    }

    /** One that must be among them. */
    WebSocketStream of(Map<String, WebSocketStream> opened, String name) {
        WebSocketStream socket = opened.get(name);
        if (socket == null) {
            opened.values().forEach(WebSocketStream::close);
            throw session.errors().nonsense("an operation without its socket " + name, null);
        }
        return socket;
    }

    private static EngineRequest request(String operation, String secret) {
        return EngineRequest.get(LxdTarget.of("operations", operation, "websocket")
                .with("secret", secret)
                .toString());
    }
}
