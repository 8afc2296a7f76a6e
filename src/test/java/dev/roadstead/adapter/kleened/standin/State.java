package dev.roadstead.adapter.kleened.standin;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the daemon keeps in its database, row by row in the order of creation; guarded by its own monitor. */
final class State {
    private static final DateTimeFormatter CREATED =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final Comparator<ObjectNode> BY_ID = Comparator.comparing(row -> text(row, "id"));

    final Ids ids = new Ids();
    final List<ObjectNode> containers = new ArrayList<>();
    final List<ObjectNode> images = new ArrayList<>();
    final List<ObjectNode> networks = new ArrayList<>();
    final List<ObjectNode> volumes = new ArrayList<>();
    final List<ObjectNode> endpoints = new ArrayList<>();
    final List<ObjectNode> mountpoints = new ArrayList<>();
    /** The dataset of each container and the image it is a clone of; one whose creation failed stays here. */
    final Map<String, String> clones = new LinkedHashMap<>();
    /** The dataset of each built image and the image it comes from. */
    final Map<String, String> parents = new LinkedHashMap<>();

    final Path directory;
    private final Map<String, Path> hostPaths = new LinkedHashMap<>();
    private Instant last = Instant.EPOCH;

    State(Path directory) {
        this.directory = directory;
        hostPaths.put("/var/db/fakebsd/basejail", base());
    }

    Path base() {
        return directory.resolve("base");
    }

    Path imageTree(String id, String snapshot) {
        return directory.resolve("images").resolve(id + "@" + snapshot);
    }

    Path volume(String name) {
        return directory
                .resolve("volumes")
                .resolve("v" + name.replace("%", "%25").replace("/", "%2F"));
    }

    /** Where a path of the daemon's host is on this machine. */
    synchronized Path hostPath(String path) {
        for (Map.Entry<String, Path> mapped : hostPaths.entrySet()) {
            if (path.equals(mapped.getKey()) || path.startsWith(mapped.getKey() + "/")) {
                return Path.of(
                        mapped.getValue() + path.substring(mapped.getKey().length()));
            }
        }
        return Path.of(path);
    }

    synchronized void mapHostPath(String path, Path real) {
        hostPaths.put(path, real);
    }

    /** Now, never the same time twice. */
    synchronized String created() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        last = now.isAfter(last) ? now : last.plus(1, ChronoUnit.MICROS);
        return CREATED.format(last);
    }

    static String text(ObjectNode row, String key) {
        return row.path(key).isString() ? row.path(key).asString() : "";
    }

    static boolean is(ObjectNode row, String key, String value) {
        return row.path(key).isString() && row.path(key).asString().equals(value);
    }

    /** By the start of its id or its whole name; of several the first by id. */
    synchronized @Nullable ObjectNode container(String reference) {
        return containers.stream()
                .filter(row -> text(row, "id").startsWith(reference) || is(row, "name", reference))
                .min(BY_ID)
                .orElse(null);
    }

    /** By the start of its id, {@code name:tag}, or {@code name}; of several the first by id. */
    synchronized @Nullable ObjectNode image(String reference) {
        String[] nametag = nametag(reference);
        return images.stream()
                .filter(row -> text(row, "id").startsWith(reference)
                        || (!nametag[0].isEmpty() && is(row, "name", nametag[0]) && is(row, "tag", nametag[1])))
                .min(BY_ID)
                .orElse(null);
    }

    /** By the start of its id or its whole name; several are more than the daemon can stand. */
    synchronized @Nullable ObjectNode network(String reference, String call) {
        List<ObjectNode> found = networks.stream()
                .filter(row -> text(row, "id").startsWith(reference) || is(row, "name", reference))
                .sorted(BY_ID)
                .toList();
        if (found.size() > 1) {
            throw new Answer.Crash(
                    "unhandled exit", "(exit) exited in: GenServer.call(Kleened.Core.Network, %s)".formatted(call));
        }
        return found.isEmpty() ? null : found.getFirst();
    }

    synchronized @Nullable ObjectNode volumeRow(String name) {
        return volumes.stream().filter(row -> is(row, "name", name)).findFirst().orElse(null);
    }

    static String[] nametag(String reference) {
        String[] parts = reference.split(":", -1);
        if (parts.length > 2) {
            throw new Answer.Crash(
                    "CaseClauseError",
                    "(CaseClauseError) no case clause matching: [\"%s\"]".formatted(String.join("\", \"", parts)));
        }
        if (reference.isEmpty()) {
            return new String[] {"", ""};
        }
        return parts.length == 2 ? parts : new String[] {parts[0], "latest"};
    }

    /** Gives an image a name; who had it before has none then. */
    synchronized void name(ObjectNode image, String name, String tag) {
        if (!name.isEmpty()) {
            for (ObjectNode other : images) {
                if (is(other, "name", name) && is(other, "tag", tag)) {
                    other.put("name", "").put("tag", "");
                }
            }
        }
        image.put("name", name).put("tag", tag);
    }

    synchronized ArrayNode endpointsOf(String key, String id) {
        return of(endpoints, key, id);
    }

    /** Newest first. */
    synchronized ArrayNode mountpointsOf(String key, String id) {
        return of(mountpoints.reversed(), key, id);
    }

    private static ArrayNode of(List<ObjectNode> rows, String key, String id) {
        ArrayNode found = JsonText.NODES.arrayNode();
        rows.stream().filter(row -> is(row, key, id)).forEach(row -> found.add(row.deepCopy()));
        return found;
    }

    synchronized void removeContainer(String id) {
        containers.removeIf(row -> is(row, "id", id));
        endpoints.removeIf(row -> is(row, "container_id", id));
        mountpoints.removeIf(row -> is(row, "container_id", id));
        clones.remove(id);
    }

    static ArrayNode newestFirst(List<ObjectNode> rows) {
        ArrayNode array = JsonText.NODES.arrayNode();
        rows.reversed().forEach(row -> array.add(row.deepCopy()));
        return array;
    }

    static ArrayNode ids(List<ObjectNode> rows) {
        ArrayNode array = JsonText.NODES.arrayNode();
        rows.forEach(row -> array.add(Objects.requireNonNull(row.get("id")).asString()));
        return array;
    }
}
