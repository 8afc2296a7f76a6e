package dev.roadstead.adapter.lxd;

import dev.roadstead.container.ContainerId;
import dev.roadstead.engine.EngineException;
import dev.roadstead.event.EngineEvent;
import dev.roadstead.transport.EngineRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Adds to events what the daemon does not tell in them: the labels of containers, which are asked for when a container is first told
 * of and remembered for its removal. Leaves out what is told of virtual machines. One for each stream.
 */
final class ToldLabels {
    private static final int REMEMBERED = 4096;

    /** What may change labels. */
    private static final Set<String> ASKED_AGAIN = Set.of("create", "update", "restore", "rename");

    private final LxdSession session;

    /** By id; empty for what is no container. */
    private final Map<String, Optional<Map<String, String>>> known = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Optional<Map<String, String>>> eldest) {
            return size() > REMEMBERED;
        }
    };

    ToldLabels(LxdSession session) {
        this.session = session;
    }

    /** The same events with labels; one after the other. */
    Flux<EngineEvent> add(Iterable<EngineEvent> events) {
        return Flux.fromIterable(events).concatMap(this::add, 1);
    }

    private Mono<EngineEvent> add(EngineEvent event) {
        String id = event.id();
        if (id == null || !event.type().equals("container")) {
            return Mono.just(event);
        }
        Optional<Map<String, String>> before =
                known.getOrDefault(event.attributes().getOrDefault("old_id", id), Optional.of(Map.of()));
        boolean removed = event.action().equals("remove");
        boolean suffices = removed || (known.containsKey(id) && !ASKED_AGAIN.contains(event.action()));
        return (suffices ? Mono.just(before) : ask(new ContainerId(id), before))
                .doOnNext(labels -> remember(id, labels, removed))
                .flatMap(labels -> Mono.justOrEmpty(labels.map(told -> labelled(event, told))));
    }

    private void remember(String id, Optional<Map<String, String>> labels, boolean removed) {
        if (removed) {
            known.remove(id);
        } else {
            known.put(id, labels);
        }
    }

    private Mono<Optional<Map<String, String>>> ask(ContainerId id, Optional<Map<String, String>> otherwise) {
        InstanceAddress address = InstanceAddress.of(id);
        return session.read(
                        LxdCall.CONTAINER,
                        LxdInstances.subject(address),
                        EngineRequest.get(LxdTarget.of(address).toString()),
                        LxdWire.Instance.class)
                .map(wire -> LxdMapping.isContainer(wire)
                        ? Optional.of(LxdMapping.labels(LxdMapping.config(wire)))
                        : Optional.<Map<String, String>>empty())
                // It may be gone by now.
                .onErrorResume(EngineException.class, _ -> Mono.just(otherwise));
    }

    private static EngineEvent labelled(EngineEvent event, Map<String, String> labels) {
        return new EngineEvent(
                event.time(),
                event.type(),
                event.action(),
                event.id(),
                event.name(),
                labels,
                event.attributes(),
                event.original());
    }
}
