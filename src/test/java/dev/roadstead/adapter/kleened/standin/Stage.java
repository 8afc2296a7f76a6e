package dev.roadstead.adapter.kleened.standin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What was there when a recording was made, and what was done between its exchanges and is not in it. */
final class Stage {
    /** Something done to the daemon. */
    interface Act {
        void on(Stage stage) throws InterruptedException;
    }

    final Recording recording;
    private final Map<Integer, Act> before = new HashMap<>();
    private final Map<Integer, Act> meanwhile = new HashMap<>();
    private final Map<Integer, Act> beforeInterrupt = new HashMap<>();
    private final Map<Integer, List<String>> ids = new HashMap<>();
    private List<String> images = List.of();
    private int scale = 1;
    private @Nullable KleenedStandIn standIn;

    Stage(Recording recording) {
        this.recording = recording;
    }

    /** The number of times everything goes faster than recorded. */
    Stage faster(int times) {
        scale = times;
        return this;
    }

    int scale() {
        return scale;
    }

    /** Images made before, each of the busybox system: id and name. */
    Stage withImages(String... idsAndNames) {
        images = List.of(idsAndNames);
        return this;
    }

    /** Done before an exchange. */
    Stage before(int exchange, Act act) {
        before.put(exchange, act);
        return this;
    }

    /** Done a moment after the WebSocket of an exchange started. */
    Stage meanwhile(int exchange, Act act) {
        meanwhile.put(exchange, act);
        return this;
    }

    /** Awaited before the client of an exchange presses ctrl-c: that what it is meant for has begun. */
    Stage beforeInterrupt(int exchange, Act act) {
        beforeInterrupt.put(exchange, act);
        return this;
    }

    void interrupts(int exchange) throws InterruptedException {
        Act act = beforeInterrupt.get(exchange);
        if (act != null) {
            act.on(this);
        }
    }

    /** Ids the daemon made in an exchange and did not tell in it. */
    Stage ids(int exchange, String... made) {
        ids.put(exchange, List.of(made));
        return this;
    }

    List<String> idsOf(int exchange) {
        return ids.getOrDefault(exchange, List.of());
    }

    KleenedStandIn start(Path directory) {
        Timing timing = Timing.RECORDED.faster(scale);
        KleenedStandIn started = KleenedStandIn.onUnixSocket(directory, new KleenedStandIn.Options(timing, List.of()));
        standIn = started;
        if (scale > 1) {
            shortenSleep();
        }
        for (int i = 0; i < images.size(); i += 2) {
            parts().images()
                    .add(images.get(i), images.get(i + 1), parts().state().base());
        }
        return started;
    }

    /** Programs that sleep do so as many times faster. */
    private void shortenSleep() {
        Path sleep = parts().state().base().resolve("bin/sleep");
        try {
            Files.deleteIfExists(sleep);
            Files.writeString(sleep, "#!/bin/sh\nexec /bin/busybox usleep $(($1 * 1000000 / %d))\n".formatted(scale));
            Files.setPosixFilePermissions(sleep, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    void prepare(int exchange) throws InterruptedException {
        Act act = before.get(exchange);
        if (act != null) {
            act.on(this);
        }
    }

    @Nullable
    Act actDuring(int exchange) {
        return meanwhile.get(exchange);
    }

    KleenedStandIn standIn() {
        KleenedStandIn started = standIn;
        if (started == null) {
            throw new IllegalStateException("not started");
        }
        return started;
    }

    KleenedParts parts() {
        return standIn().parts();
    }

    /** Adds images as a listing tells them. */
    void images(JsonNode list) {
        for (JsonNode image : reversed(list)) {
            ObjectNode row = parts().images()
                    .add(image.path("id").asString(), "", parts().state().base());
            row.setAll((ObjectNode) image);
        }
    }

    /** Which image was built on which. */
    void parent(String image, String parent) {
        parts().state().parents.put(image, parent);
    }

    /** Adds containers as a listing or an inspection tells them. */
    void containers(JsonNode... containers) {
        for (JsonNode container : containers) {
            ObjectNode row = (ObjectNode) container.deepCopy();
            row.remove(List.of("running", "jid", "image_name", "image_tag"));
            String id = State.text(row, "id");
            BaseSystem.copy(parts().state().base(), parts().jails().root(id));
            parts().state().clones.put(id, State.text(row, "image_id"));
            parts().state().containers.add(row);
        }
    }

    private static List<JsonNode> reversed(JsonNode list) {
        List<JsonNode> all = new java.util.ArrayList<>();
        list.forEach(all::add);
        return all.reversed();
    }

    /** Makes a container with this id; the configuration is JSON. */
    void container(String id, String config) {
        synchronized (parts().state()) {
            parts().containers().make(Schemas.CONTAINER.cast(json(config)).value(), id);
        }
    }

    void network(String id, String config) {
        standIn().giveIds(List.of(id));
        parts().networks().create(Schemas.NETWORK.cast(json(config)).value());
    }

    void volume(String name) {
        new Volumes(parts().state()).make(name);
    }

    /** Creates an exec with this id; the configuration is JSON. */
    void exec(String id, String container, String config) {
        standIn().giveIds(List.of(id));
        parts().execs().make(container, Schemas.EXEC.cast(json(config)).value());
    }

    /** Starts an exec with nobody attached. */
    void start(String exec) {
        java.util.Objects.requireNonNull(parts().execs().find(exec)).start(true, ExecSocket.DETACHED);
    }

    /** Starts a container with the command of its row. */
    void run(String container) {
        ObjectNode config = Schemas.EXEC.cast(JsonText.NODES.objectNode()).value();
        parts().execs().ofDaemon(container, config).start(true, ExecSocket.DETACHED);
    }

    void stop(String container) throws InterruptedException {
        parts().containers().end(container, Duration.ofSeconds(1));
    }

    void stopExec(String exec, boolean force, boolean container) throws InterruptedException {
        parts().execs().stop(exec, force, container);
    }

    /** Waits for something the daemon does by itself. */
    void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("it does not happen");
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    static JsonNode json(String text) {
        JsonNode value = JsonText.parse(RawClient.ascii(text.replace('\'', '"')));
        if (value == null) {
            throw new IllegalArgumentException("no JSON: " + text);
        }
        return value;
    }
}
