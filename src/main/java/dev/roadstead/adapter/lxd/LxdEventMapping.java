package dev.roadstead.adapter.lxd;

import dev.roadstead.event.EngineEvent;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The daemon's lifecycle events in the unified words. Pure. */
final class LxdEventMapping {
    private static final String INSTANCE = "instance-";
    private static final String VOLUME = "storage-volume-";

    /** What one event of the daemon's means, in the order in which it happened. */
    private static final Map<String, List<String>> OF_INSTANCES = Map.ofEntries(
            Map.entry("created", List.of("create")),
            Map.entry("started", List.of("start")),
            // By force; a container that ends by itself, or when it is asked to, is shut down.
            Map.entry("stopped", List.of("die", "stop")),
            Map.entry("restarted", List.of("die", "start", "restart")),
            Map.entry("paused", List.of("pause")),
            Map.entry("resumed", List.of("unpause")),
            Map.entry("renamed", List.of("rename")),
            Map.entry("updated", List.of("update")),
            Map.entry("deleted", List.of("remove")),
            Map.entry("exec", List.of("exec")),
            Map.entry("restored", List.of("restore")),
            Map.entry("snapshot-created", List.of("snapshot_create")),
            Map.entry("snapshot-deleted", List.of("snapshot_remove")));

    private static final Map<String, String> OTHERS = Map.of(
            "image-created", "pull",
            "image-alias-created", "tag",
            "image-deleted", "remove",
            "network-created", "create",
            "network-deleted", "remove",
            "storage-volume-created", "create",
            "storage-volume-deleted", "remove");

    /** What did not change a container: reading it, and what the gateway itself causes by looking. */
    private static final Set<String> NO_NEWS = Set.of("file", "console", "log", "backup", "metadata", "ready");

    private LxdEventMapping() {}

    /**
     * What one event of the daemon's tells; empty for what is no news.
     *
     * @throws IllegalArgumentException if it has no action, source or time
     */
    static List<EngineEvent> events(LxdWire.Event wire, LxdWire.Lifecycle lifecycle, Map<String, Object> original) {
        String action = required("action", lifecycle.action());
        Instant time = LxdMapping.time(wire.timestamp());
        if (time == null) {
            throw new IllegalArgumentException("timestamp: %s (expected: RFC 3339)".formatted(wire.timestamp()));
        }
        Source source = Source.of(required("source", lifecycle.source()), wire.project());
        return action.startsWith(INSTANCE)
                ? ofInstance(time, action.substring(INSTANCE.length()), source, lifecycle, original)
                : ofOther(time, action, source, original);
    }

    /**
     * What an event is about.
     *
     * @param path segments after the version
     */
    private record Source(List<String> path, String project) {
        static Source of(String url, @Nullable String project) {
            URI uri = URI.create(url);
            List<String> path = new ArrayList<>();
            for (String segment : uri.getRawPath().split("/", -1)) {
                if (!segment.isEmpty()) {
                    path.add(URLDecoder.decode(segment, StandardCharsets.UTF_8));
                }
            }
            if (path.size() < 2) {
                throw new IllegalArgumentException("source: %s (expected: the path of an object)".formatted(url));
            }
            String named = null;
            if (uri.getRawQuery() != null) {
                for (String parameter : uri.getRawQuery().split("&", -1)) {
                    if (parameter.startsWith("project=")) {
                        named = URLDecoder.decode(parameter.substring("project=".length()), StandardCharsets.UTF_8);
                    }
                }
            }
            String where = named != null ? named : project;
            return new Source(path.subList(1, path.size()), where == null ? InstanceAddress.DEFAULT_PROJECT : where);
        }

        String last() {
            return path.getLast();
        }
    }

    private static List<EngineEvent> ofInstance(
            Instant time, String action, Source source, LxdWire.Lifecycle lifecycle, Map<String, Object> original) {
        int dash = action.indexOf('-');
        if (NO_NEWS.contains(dash < 0 ? action : action.substring(0, dash))
                || source.path().size() < 2) {
            return List.of();
        }
        InstanceAddress address =
                InstanceAddress.of(source.project(), source.path().get(1));
        Map<String, Object> context = lifecycle.context() == null ? Map.of() : lifecycle.context();
        if ("virtual-machine".equals(context.get("type"))) {
            return List.of();
        }
        Map<String, String> facts = new LinkedHashMap<>();
        if (context.get("old_name") != null) {
            String before = context.get("old_name").toString();
            facts.put("old_name", before);
            facts.put("old_id", address.named(before).id().value());
        }
        if (context.get("command") instanceof List<?> command) {
            facts.put(
                    "command",
                    String.join(" ", command.stream().map(Objects::toString).toList()));
        }
        if (source.path().size() > 3) {
            facts.put("snapshot", source.last());
        }
        return words(action, lifecycle).stream()
                .map(word -> new EngineEvent(
                        time, "container", word, address.id().value(), address.name(), Map.of(), facts, original))
                .toList();
    }

    private static List<String> words(String action, LxdWire.Lifecycle lifecycle) {
        if (action.equals("shutdown")) {
            return lifecycle.requestor() == null ? List.of("die") : List.of("die", "stop");
        }
        return OF_INSTANCES.getOrDefault(action, List.of(action));
    }

    private static List<EngineEvent> ofOther(Instant time, String action, Source source, Map<String, Object> original) {
        String type;
        if (action.startsWith(VOLUME)) {
            if (source.path().size() != 5 || !source.path().get(3).equals("custom")) {
                // The root file systems of instances and images are volumes as well.
                return List.of();
            }
            type = "volume";
        } else {
            type = action.substring(0, action.contains("-") ? action.indexOf('-') : action.length());
        }
        String rest = action.startsWith(VOLUME)
                ? action.substring(VOLUME.length())
                : action.substring(Math.min(action.length(), type.length() + 1));
        String word = OTHERS.getOrDefault(action, rest.isEmpty() ? action : rest);
        String name = type.equals("volume") ? plainVolume(source) : source.last();
        return List.of(new EngineEvent(time, type, word, name, name, Map.of(), Map.of(), original));
    }

    /** The daemon tells them by the names that they have in their pool: after their project's. */
    private static String plainVolume(Source source) {
        String prefix = source.project() + "_";
        String name = source.last();
        return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    }

    private static String required(String field, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException(field + " is missing");
        }
        return value;
    }
}
