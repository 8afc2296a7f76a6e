package dev.roadstead.adapter.kleened.standin;

import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Containers: rows, their datasets, and whether they run. */
final class Containers {
    private static final Pattern NAME = Pattern.compile("/?[a-zA-Z0-9][a-zA-Z0-9_.-]+$");
    private static final Pattern PORT = Pattern.compile("([0-9]+|\\*)(:([0-9]+|\\*))?");
    private static final Pattern PARAMETER = Pattern.compile(
            "(allow|exec|mount|host|children|ip4|ip6|vnet|sysvmsg|sysvsem|sysvshm|cpuset|stop|osrelease)(\\..*)?"
                    + "|path|persist|securelevel|enforce_statfs|devfs_ruleset|interface|depend|command|name");

    private final State state;
    private final Jails jails;
    private final Volumes volumes;
    private final Map<String, Integer> jids = new HashMap<>();
    private final Set<String> stopping = new HashSet<>();
    private int lastJid;

    Containers(State state, Jails jails, Volumes volumes) {
        this.state = state;
        this.jails = jails;
        this.volumes = volumes;
    }

    Answer create(ObjectNode config) {
        synchronized (state) {
            return Answer.id(201, make(config, null));
        }
    }

    /** Makes a container of a configuration; its id is given or new. */
    String make(ObjectNode config, @Nullable String givenId) {
        List<ObjectNode> mounts = mounts(config);
        if (!config.path("image").isString()) {
            throw new Answer.Crash(
                    "FunctionClauseError", "(FunctionClauseError) no function clause matching in String.split/3");
        }
        String name = State.text(config, "name");
        if (config.path("name").isString() && !NAME.matcher(name).lookingAt()) {
            throw new Answer.Refused(404, name + " does not match /?[a-zA-Z0-9][a-zA-Z0-9_.-]+$");
        }
        ArrayNode ports = ports(config);
        String[] reference = State.text(config, "image").split("@", 2);
        ObjectNode image = state.image(reference[0]);
        if (image == null) {
            throw new Answer.Refused(404, "no such image '%s'".formatted(State.text(config, "image")));
        }
        String imageId = State.text(image, "id");
        String snapshot = reference.length == 2 ? reference[1] : "image";
        String id = givenId == null ? state.ids.next() : givenId;
        if (!Files.isDirectory(state.imageTree(imageId, snapshot))) {
            throw new Answer.Refused(
                    404,
                    "cannot open 'zroot/kleene/image/%s@%s': dataset does not exist\n".formatted(imageId, snapshot));
        }
        BaseSystem.copy(state.imageTree(imageId, snapshot), jails.root(id));
        state.clones.put(id, imageId);
        ObjectNode row = row(id, config, image, ports);
        for (ObjectNode mount : mounts) {
            mount(id, mount);
        }
        state.containers.add(row);
        return id;
    }

    private ObjectNode row(String id, ObjectNode config, ObjectNode image, ArrayNode ports) {
        ObjectNode row = JsonText.NODES.objectNode();
        row.set("env", env(image.path("env"), config.path("env")));
        row.put("id", id).put("name", config.path("name").isString() ? State.text(config, "name") : null);
        boolean ownUser =
                config.path("user").isNull() || !State.text(config, "user").isEmpty();
        row.set("user", ownUser ? config.get("user") : image.get("user"));
        JsonNode cmd = Objects.requireNonNull(config.get("cmd"));
        row.set("cmd", cmd.isArray() && cmd.isEmpty() ? image.path("cmd").deepCopy() : cmd);
        row.set("persist", config.get("persist"));
        row.put("created", state.created()).put("image_id", State.text(image, "id"));
        row.set("jail_param", config.get("jail_param"));
        row.set("network_driver", config.get("network_driver"));
        row.set("public_ports", ports);
        row.set("restart_policy", config.get("restart_policy"));
        return row.put("dataset", "zroot/kleene/container/" + id);
    }

    private static List<ObjectNode> mounts(ObjectNode config) {
        if (config.path("mounts").isNull()) {
            throw new Answer.Crash(
                    "FunctionClauseError",
                    "(FunctionClauseError) no function clause matching in Kleened.API.Utils.cast_mountpoints/2");
        }
        List<ObjectNode> mounts = new ArrayList<>();
        for (JsonNode given : config.path("mounts")) {
            Schema.Cast cast = Schemas.MOUNT.cast(given);
            if (!cast.faults().isEmpty()) {
                throw new Answer.Refused(404, cast.faults().getFirst().detail());
            }
            mounts.add(cast.value());
        }
        return mounts;
    }

    private void mount(String id, ObjectNode mount) {
        switch (State.text(mount, "type")) {
            case "volume" -> volumes.make(State.text(mount, "source"));
            case "nullfs" -> {
                if (!Files.exists(state.hostPath(State.text(mount, "source")))) {
                    throw new Answer.Refused(404, "error ocurred while determining source type: :enoent");
                }
            }
            default ->
                throw new Answer.Crash(
                        "FunctionClauseError",
                        "(FunctionClauseError) no function clause matching in Kleened.Core.Mount.create/2");
        }
        state.mountpoints.add(JsonText.NODES
                .objectNode()
                .put("type", State.text(mount, "type"))
                .put("read_only", mount.path("read_only").asBoolean())
                .put("source", State.text(mount, "source"))
                .put("destination", State.text(mount, "destination"))
                .put("container_id", id));
    }

    private static ArrayNode ports(ObjectNode config) {
        if (config.path("public_ports").isNull()) {
            throw notEnumerable();
        }
        ArrayNode ports = JsonText.NODES.arrayNode();
        String driver = State.text(config, "network_driver");
        if (!config.path("public_ports").isEmpty() && (driver.equals("host") || driver.equals("disabled"))) {
            throw new Answer.Refused(
                    404, "cannot publish ports of a container using the '%s' network driver".formatted(driver));
        }
        for (JsonNode given : config.path("public_ports")) {
            checkPort(given.path("host_port").asString());
            checkPort(given.path("container_port").asString());
            ObjectNode port = ports.addObject();
            port.set("protocol", given.get("protocol"));
            port.put("ip_address", "");
            port.set("host_port", given.get("host_port"));
            JsonNode interfaces = given.path("interfaces");
            port.set("interfaces", interfaces.isEmpty() ? JsonText.strings(List.of("em0")) : interfaces);
            port.set("container_port", given.get("container_port"));
            port.put("ip_address6", "");
        }
        return ports;
    }

    private static void checkPort(String port) {
        if (!PORT.matcher(port).matches()) {
            throw new Answer.Refused(404, "could not decode port publishing specification");
        }
        for (String number : port.split(":", -1)) {
            if (!number.equals("*") && (number.length() > 5 || Integer.parseInt(number) > 65_535)) {
                throw new Answer.Refused(404, "invalid port value (should be in the range 0 - 65535)");
            }
        }
    }

    /** The variables of both, sorted by name; those of the second win. */
    static ArrayNode env(JsonNode first, JsonNode second) {
        Map<String, String> merged = new TreeMap<>();
        for (JsonNode list : List.of(first, second)) {
            if (list.isNull()) {
                throw notEnumerable();
            }
            for (JsonNode item : list) {
                String[] parts = item.asString().split("=", 2);
                if (parts.length != 2) {
                    throw new Answer.Crash("ArgumentError", "(ArgumentError) argument error");
                }
                merged.put(parts[0], item.asString());
            }
        }
        return JsonText.strings(merged.values());
    }

    private static Answer.Crash notEnumerable() {
        return new Answer.Crash(
                "Protocol.UndefinedError",
                "(Protocol.UndefinedError) protocol Enumerable not implemented for type Atom");
    }

    Answer list(boolean all) {
        synchronized (state) {
            ArrayNode list = JsonText.NODES.arrayNode();
            for (ObjectNode row : state.containers.reversed()) {
                String id = State.text(row, "id");
                boolean running = runs(id);
                if (!all && !running) {
                    continue;
                }
                ObjectNode element = row.deepCopy().put("running", running);
                ObjectNode image = state.image(State.text(row, "image_id"));
                element.put("image_name", image == null ? null : State.text(image, "name"));
                element.put("image_tag", image == null ? null : State.text(image, "tag"));
                element.put("jid", running ? jids.get(id) : null);
                list.add(element);
            }
            return Answer.json(200, list);
        }
    }

    Answer inspect(String reference) {
        synchronized (state) {
            ObjectNode row = state.container(reference);
            if (row == null) {
                return Answer.message(404, "container not found");
            }
            String id = State.text(row, "id");
            ObjectNode answer = JsonText.NODES.objectNode();
            answer.set("container", row.deepCopy().put("running", runs(id)));
            answer.set("container_endpoints", state.endpointsOf("container_id", id));
            answer.set("container_mountpoints", state.mountpointsOf("container_id", id));
            return Answer.json(200, answer);
        }
    }

    Answer update(String reference, ObjectNode config) {
        synchronized (state) {
            ObjectNode row = state.container(reference);
            if (row == null) {
                return Answer.message(404, "no such container '%s'".formatted(reference));
            }
            if (runs(State.text(row, "id"))) {
                for (JsonNode parameter : config.path("jail_param")) {
                    String name = parameter.asString().split("=", 2)[0];
                    if (!PARAMETER.matcher(name).matches()) {
                        return Answer.message(
                                409,
                                ("an error ocurred while updating the container: '/usr/sbin/jail' returned non-zero exitcode 1"
                                                + " when attempting to modify the container 'jail: unknown parameter: %s\n'")
                                        .formatted(name));
                    }
                }
            }
            for (String key : List.of("name", "user", "cmd", "env", "jail_param", "persist", "restart_policy")) {
                JsonNode value = config.get(key);
                if (value != null && !value.isNull()) {
                    row.set(key, value);
                }
            }
            return Answer.id(201, State.text(row, "id"));
        }
    }

    Answer stop(String reference, Duration grace) throws InterruptedException {
        String id;
        synchronized (state) {
            ObjectNode row = state.container(reference);
            if (row == null) {
                return Answer.message(404, "container not found");
            }
            id = State.text(row, "id");
            if (!runs(id)) {
                return Answer.message(404, "container not running");
            }
        }
        end(id, grace);
        return Answer.id(200, id);
    }

    /** Stops what runs in a container; returns when nothing does. */
    void end(String id, Duration grace) throws InterruptedException {
        synchronized (stopping) {
            stopping.add(id);
        }
        try {
            jails.stop(id, grace);
        } finally {
            synchronized (stopping) {
                stopping.remove(id);
                stopping.notifyAll();
            }
        }
    }

    /** Whether it runs, when no stop of it is under way any more. */
    boolean settledRuns(String id) throws InterruptedException {
        synchronized (stopping) {
            while (stopping.contains(id)) {
                stopping.wait();
            }
        }
        return runs(id);
    }

    boolean isStopping(String id) {
        synchronized (stopping) {
            return stopping.contains(id);
        }
    }

    boolean runs(String id) {
        boolean running = jails.runs(id);
        if (!running) {
            synchronized (state) {
                epair(id, false);
            }
        }
        return running;
    }

    /** A jail was made for the container. */
    void started(String id) {
        synchronized (state) {
            jids.put(id, ++lastJid);
            epair(id, true);
        }
    }

    private void epair(String id, boolean running) {
        ObjectNode row = state.container(id);
        boolean vnet = row != null && State.is(row, "network_driver", "vnet");
        int number = 0;
        for (ObjectNode endpoint : state.endpoints) {
            if (State.is(endpoint, "container_id", id)) {
                endpoint.put("epair", vnet && running ? "epair" + number++ : null);
            }
        }
    }

    Answer remove(String reference) {
        synchronized (state) {
            ObjectNode row = state.container(reference);
            if (row == null) {
                return Answer.message(404, "no such container");
            }
            String id = State.text(row, "id");
            if (runs(id)) {
                return Answer.message(409, "you cannot remove a running container");
            }
            drop(id);
            return Answer.id(200, id);
        }
    }

    void drop(String id) {
        state.removeContainer(id);
        BaseSystem.delete(jails.root(id));
    }

    Answer prune() {
        synchronized (state) {
            List<ObjectNode> pruned = state.containers.stream()
                    .filter(row -> !row.path("persist").asBoolean(false) && !runs(State.text(row, "id")))
                    .toList();
            pruned.forEach(row -> drop(State.text(row, "id")));
            return Answer.json(200, State.ids(pruned));
        }
    }

    List<Jails.Bind> binds(String id) {
        synchronized (state) {
            List<Jails.Bind> binds = new ArrayList<>();
            for (ObjectNode mount : state.mountpoints) {
                if (State.is(mount, "container_id", id)) {
                    String source = State.text(mount, "source");
                    binds.add(new Jails.Bind(
                            State.is(mount, "type", "volume") ? state.volume(source) : state.hostPath(source),
                            State.text(mount, "destination"),
                            mount.path("read_only").asBoolean()));
                }
            }
            return binds;
        }
    }
}
