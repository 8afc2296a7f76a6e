package dev.roadstead.adapter.daemon;

import dev.roadstead.event.EngineEvent;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A daemon's events in the unified words. Pure. */
public final class EventMapping {
    private static final String CONTAINER = "container";
    private static final String EXEC = "exec";
    private static final String HEALTH = "health";
    private static final String PRUNE = "prune";

    /** Linux, signal(7): the daemon tells numbers. */
    private static final Map<String, String> SIGNALS = Map.ofEntries(
            Map.entry("1", "HUP"),
            Map.entry("2", "INT"),
            Map.entry("3", "QUIT"),
            Map.entry("6", "ABRT"),
            Map.entry("9", "KILL"),
            Map.entry("10", "USR1"),
            Map.entry("12", "USR2"),
            Map.entry("13", "PIPE"),
            Map.entry("14", "ALRM"),
            Map.entry("15", "TERM"),
            Map.entry("17", "CHLD"),
            Map.entry("18", "CONT"),
            Map.entry("19", "STOP"),
            Map.entry("20", "TSTP"),
            Map.entry("28", "WINCH"));

    private final EventWords words;

    public EventMapping(EventWords words) {
        this.words = words;
    }

    /**
     * An event; null for what is no news.
     *
     * @throws IllegalArgumentException if it has no type, action or time
     */
    public @Nullable EngineEvent event(DaemonWire.Event wire, Map<String, Object> original) {
        String type = required("Type", wire.type()).toLowerCase(Locale.ROOT);
        String whole = required("Action", wire.action());
        // health_status: healthy, exec_start: sh -c true
        int colon = whole.indexOf(':');
        String action = (colon < 0 ? whole : whole.substring(0, colon)).strip().toLowerCase(Locale.ROOT);
        String argument = colon < 0 ? "" : whole.substring(colon + 1).strip();
        if (type.equals(CONTAINER) && words.noNews().contains(action)) {
            return null;
        }
        String id = wire.actor() == null || "".equals(wire.actor().id())
                ? null
                : wire.actor().id();
        Map<String, String> told = new LinkedHashMap<>();
        if (wire.actor() != null && wire.actor().attributes() != null) {
            wire.actor().attributes().forEach((key, value) -> {
                if (value != null) {
                    told.put(key, value);
                }
            });
        }
        String unified = words.actions().getOrDefault(type, Map.of()).getOrDefault(action, action);
        return type.equals(CONTAINER)
                ? ofContainer(time(wire), action, unified, argument, id, told, original)
                : ofOther(time(wire), type, unified, id, told, original);
    }

    private EngineEvent ofContainer(
            Instant time,
            String action,
            String unified,
            String argument,
            @Nullable String id,
            Map<String, String> told,
            Map<String, Object> original) {
        Map<String, String> labels = new HashMap<>(told);
        Map<String, String> facts = new LinkedHashMap<>();
        String name = labels.remove("name");
        String image = labels.remove("image");
        if (image != null) {
            facts.put("image", image);
        }
        facts.putAll(taken(labels, words.facts().getOrDefault(action, Map.of())));
        words.noise().forEach(labels::remove);
        facts.computeIfPresent("signal", (_, number) -> SIGNALS.getOrDefault(number, number));
        facts.computeIfPresent("old_name", (_, old) -> old.startsWith("/") ? old.substring(1) : old);
        if (!argument.isEmpty() && unified.equals(HEALTH)) {
            facts.put("status", argument);
        } else if (!argument.isEmpty() && unified.equals(EXEC)) {
            facts.put("command", argument);
        }
        return new EngineEvent(time, CONTAINER, unified, id, name, labels, facts, original);
    }

    private EngineEvent ofOther(
            Instant time,
            String type,
            String unified,
            @Nullable String id,
            Map<String, String> told,
            Map<String, Object> original) {
        String name = nameOf(type, id, told);
        Map<String, String> rest = new LinkedHashMap<>(told);
        rest.remove("name");
        if (type.equals("image")) {
            Map<String, String> facts =
                    taken(rest, unified.equals(PRUNE) ? words.facts().getOrDefault(PRUNE, Map.of()) : Map.of());
            return new EngineEvent(time, type, unified, id, name, rest, facts, original);
        }
        Map<String, String> facts = new LinkedHashMap<>();
        rest.forEach((key, value) -> facts.put(word(key), value));
        return new EngineEvent(time, type, unified, id, name, Map.of(), facts, original);
    }

    /** Takes facts out of the labels, only where the daemon adds them: a label may have any of their keys. */
    private static Map<String, String> taken(Map<String, String> labels, Map<String, String> words) {
        Map<String, String> facts = new LinkedHashMap<>();
        words.forEach((key, word) -> {
            String value = labels.remove(key);
            if (value != null) {
                facts.put(word, value);
            }
        });
        return facts;
    }

    /** An image is told by its digest or by its name, and at times its digest passes for its name. */
    private static @Nullable String nameOf(String type, @Nullable String id, Map<String, String> told) {
        String name = told.get("name");
        return switch (type) {
            case "volume" -> id;
            case "image" -> {
                if (id != null && !id.startsWith("sha256:")) {
                    yield id;
                }
                yield name == null || name.equals(id) ? null : name;
            }
            default -> name;
        };
    }

    private static Instant time(DaemonWire.Event wire) {
        if (wire.timeNano() != null && wire.timeNano() > 0) {
            return Instant.ofEpochSecond(0, wire.timeNano());
        }
        if (wire.time() == null) {
            throw new IllegalArgumentException("time is missing");
        }
        return Instant.ofEpochSecond(wire.time());
    }

    private static String required(String field, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException(field + " is missing");
        }
        return value;
    }

    /** {@code read/write} and {@code execID} become {@code read_write} and {@code exec_id}. */
    private static String word(String key) {
        return key.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                .replaceAll("[^A-Za-z0-9.]+", "_")
                .toLowerCase(Locale.ROOT);
    }
}
