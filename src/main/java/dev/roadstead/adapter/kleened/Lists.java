package dev.roadstead.adapter.kleened;

import dev.roadstead.event.EngineEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the daemon's lists told at one moment.
 *
 * @param containers by id
 * @param others by their type, then by their id: their names
 */
record Lists(Map<String, Seen> containers, Map<String, Map<String, String>> others) {
    static final String IMAGE = "image";
    static final String VOLUME = "volume";
    static final String NETWORK = "network";
    private static final String CONTAINER = "container";

    /** A container as it was seen. */
    record Seen(String id, @Nullable String name, boolean running, Map<String, String> labels) {
        EngineEvent event(String action, Map<String, String> attributes) {
            return told(CONTAINER, action, id, name == null ? id : name, labels, attributes);
        }

        private Seen running(boolean now) {
            return new Seen(id, name, now, labels);
        }
    }

    Lists {
        containers = new LinkedHashMap<>(containers);
        others = new LinkedHashMap<>(others);
    }

    static Lists of(
            JsonMapper json,
            List<KleenedWire.Container> containers,
            List<KleenedWire.Image> images,
            List<KleenedWire.Volume> volumes,
            List<KleenedWire.Network> networks) {
        Map<String, Seen> seen = new LinkedHashMap<>();
        containers.forEach(wire -> {
            String id = KleenedMapping.text(wire.id());
            seen.put(
                    id,
                    new Seen(
                            id,
                            KleenedMapping.blankToNull(wire.name()),
                            Boolean.TRUE.equals(wire.running()),
                            OwnEntries.labels(json, wire.env())));
        });
        Map<String, Map<String, String>> others = new LinkedHashMap<>();
        Map<String, String> named = others.computeIfAbsent(IMAGE, _ -> new LinkedHashMap<>());
        images.forEach(image -> named.put(
                KleenedMapping.text(image.id()),
                Objects.requireNonNullElse(KleenedMapping.name(image), KleenedMapping.text(image.id()))));
        Map<String, String> stored = others.computeIfAbsent(VOLUME, _ -> new LinkedHashMap<>());
        volumes.forEach(volume -> stored.put(KleenedMapping.text(volume.name()), KleenedMapping.text(volume.name())));
        Map<String, String> wired = others.computeIfAbsent(NETWORK, _ -> new LinkedHashMap<>());
        networks.forEach(network -> wired.put(KleenedMapping.text(network.id()), KleenedMapping.text(network.name())));
        return new Lists(seen, others);
    }

    @Nullable
    Seen container(String id) {
        return containers.get(id);
    }

    Lists with(Seen seen) {
        Map<String, Seen> more = new LinkedHashMap<>(containers);
        more.putIfAbsent(seen.id(), seen);
        return new Lists(more, others);
    }

    Lists running(String id, boolean now) {
        return changed(id, seen -> seen.running(now));
    }

    Lists named(String id, String name) {
        return changed(id, seen -> new Seen(id, name, seen.running(), seen.labels()));
    }

    Lists labelled(String id, Map<String, String> labels) {
        return changed(id, seen -> new Seen(id, seen.name(), seen.running(), labels));
    }

    private Lists changed(String id, java.util.function.UnaryOperator<Seen> change) {
        Map<String, Seen> more = new LinkedHashMap<>(containers);
        more.computeIfPresent(id, (_, seen) -> change.apply(seen));
        return new Lists(more, others);
    }

    Lists without(String id) {
        Map<String, Seen> fewer = new LinkedHashMap<>(containers);
        fewer.remove(id);
        return new Lists(fewer, others);
    }

    Lists withOther(String type, String id, String name) {
        return new Lists(containers, replaced(type, id, name));
    }

    Lists withoutOther(String type, String id) {
        return new Lists(containers, replaced(type, id, null));
    }

    private Map<String, Map<String, String>> replaced(String type, String id, @Nullable String name) {
        Map<String, Map<String, String>> all = new LinkedHashMap<>(others);
        Map<String, String> named = new LinkedHashMap<>(all.getOrDefault(type, Map.of()));
        if (name == null) {
            named.remove(id);
        } else {
            named.put(id, name);
        }
        all.put(type, named);
        return all;
    }

    /** What must have happened until these were seen, in an order that makes sense. */
    List<EngineEvent> until(Lists later) {
        List<EngineEvent> events = new ArrayList<>();
        containers.forEach((id, before) -> {
            if (!later.containers.containsKey(id)) {
                if (before.running()) {
                    events.add(before.event("die", Map.of()));
                }
                events.add(before.event("remove", Map.of()));
            }
        });
        later.containers.forEach((id, now) -> changes(containers.get(id), now, events));
        later.others.forEach((type, now) -> changes(type, others.getOrDefault(type, Map.of()), now, events));
        return events;
    }

    private static void changes(@Nullable Seen before, Seen now, List<EngineEvent> events) {
        if (before == null) {
            events.add(now.running(false).event("create", Map.of()));
        } else if (!Objects.equals(before.name(), now.name())) {
            events.add(now.event("rename", Map.of("old_name", before.name() == null ? before.id() : before.name())));
        }
        boolean ran = before != null && before.running();
        if (!ran && now.running()) {
            events.add(now.event("start", Map.of()));
        } else if (ran && !now.running()) {
            events.add(now.event("die", Map.of()));
        }
    }

    private static void changes(
            String type, Map<String, String> before, Map<String, String> now, List<EngineEvent> events) {
        before.forEach((id, name) -> {
            if (!now.containsKey(id)) {
                events.add(told(type, "remove", id, name, Map.of(), Map.of()));
            }
        });
        now.forEach((id, name) -> {
            String old = before.get(id);
            if (old == null) {
                events.add(told(type, "create", id, name, Map.of(), Map.of()));
            } else if (!old.equals(name)) {
                events.add(told(type, type.equals(IMAGE) ? "tag" : "rename", id, name, Map.of(), Map.of()));
            }
        });
    }

    private static EngineEvent told(
            String type,
            String action,
            String id,
            String name,
            Map<String, String> labels,
            Map<String, String> attributes) {
        return new EngineEvent(
                Instant.now(), type, action, id, name, labels, attributes, Map.of("seen", action, "id", id));
    }
}
