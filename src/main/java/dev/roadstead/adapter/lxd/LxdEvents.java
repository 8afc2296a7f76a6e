package dev.roadstead.adapter.lxd;

import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.engine.EventSource;
import dev.roadstead.event.EngineEvent;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.WebSocketStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/** What happens on a daemon (the events WebSocket, type lifecycle). It remembers nothing. */
final class LxdEvents implements EventSource {
    private static final TypeReference<Map<String, Object>> AS_IT_CAME = new TypeReference<>() {};
    private static final int LONGEST_EVENT = 1024 * 1024;

    private final LxdSession session;

    LxdEvents(LxdSession session) {
        this.session = session;
    }

    @Override
    public Mono<EngineStream<EngineEvent>> open(@Nullable Instant since) {
        return session.dialect()
                .flatMap(dialect -> {
                    LxdTarget target = LxdTarget.of("events").with("type", "lifecycle");
                    if (dialect.has("event_project") || dialect.isIncus()) {
                        target.with("all-projects", true);
                    }
                    return session.socket(LxdCall.DAEMON, "the events", EngineRequest.get(target.toString()));
                })
                // The daemon answers a moment before it begins to listen: one that has answered once more listens.
                .flatMap(socket -> session.server()
                        .thenReturn(socket)
                        .doOnError(_ -> socket.close())
                        .doOnCancel(socket::close))
                .map(socket -> new EngineStream<>(events(socket), socket::close));
    }

    private Flux<EngineEvent> events(WebSocketStream socket) {
        ToldLabels labels = new ToldLabels(session);
        return socket.messages(LONGEST_EVENT)
                .concatMap(message -> labels.add(events(message)), 1)
                // A daemon that takes its leave is about to be another one.
                .concatWith(Mono.error(() -> session.errors().brokeOff("the daemon ended its events")))
                .doOnError(EngineException.class, _ -> session.forget())
                .doOnTerminate(socket::close)
                .doOnCancel(socket::close);
    }

    private List<EngineEvent> events(byte[] message) {
        try {
            LxdWire.Event wire = session.json().readValue(message, LxdWire.Event.class);
            if (wire == null || wire.metadata() == null) {
                return List.of(EngineEvent.unreadable("an event without content"));
            }
            LxdWire.Lifecycle lifecycle = session.json().treeToValue(wire.metadata(), LxdWire.Lifecycle.class);
            return LxdEventMapping.events(wire, lifecycle, session.json().readValue(message, AS_IT_CAME));
        } catch (JacksonException unreadable) {
            return List.of(EngineEvent.unreadable(unreadable.getOriginalMessage()));
        } catch (IllegalArgumentException unreadable) {
            return List.of(EngineEvent.unreadable(String.valueOf(unreadable.getMessage())));
        }
    }
}
