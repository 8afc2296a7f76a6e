package dev.roadstead.adapter.kleened.standin;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One build: a container is made of the parent, each step runs in it, and the image is a copy of what it became. */
final class ImageBuild {
    private static final long STEP_MILLIS = 80;

    private final KleenedParts parts;
    private final ObjectNode config;
    private final WebSocketLink link;
    private final boolean quiet;
    private final Map<String, String> arguments = new LinkedHashMap<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<String[]> done = new ArrayList<>();
    private volatile String id = "";
    private String user = "root";
    private String workdir = "";
    private @Nullable ArrayNode command;
    /** A build that fails at its networks leaves its container. */
    private boolean keepsContainer;

    private volatile boolean abandoned;

    ImageBuild(KleenedParts parts, ObjectNode config, WebSocketLink link) {
        this.parts = parts;
        this.config = config;
        this.link = link;
        quiet = config.path("quiet").asBoolean();
    }

    static ImageSocket.Work work(KleenedParts parts) {
        return (config, link) -> {
            ImageBuild build = new ImageBuild(parts, config, link);
            parts.threads().execute(build::run);
            return build::leave;
        };
    }

    /** If the container runs it is removed and nothing stays; else the leaving goes unnoticed. */
    private void leave() {
        if (!id.isEmpty() && parts.jails().runs(id)) {
            abandoned = true;
            try {
                parts.jails().kill(id);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run() {
        Dockerfile dockerfile;
        try {
            String context = State.text(config, "context");
            String file = State.text(config, "dockerfile");
            dockerfile = Dockerfile.read(parts.state().hostPath(context).resolve(file), context + "/" + file);
        } catch (ImageCreation.Failed failed) {
            link.text(JsonText.control("starting", "", ""));
            link.text(String.valueOf(failed.getMessage()));
            link.close(1011, "error", "failed to process Dockerfile", "");
            return;
        }
        id = parts.state().ids.next();
        link.text(JsonText.control("starting", "", id));
        try {
            int step = 0;
            for (Dockerfile.Instruction instruction : dockerfile.instructions()) {
                step++;
                if (!quiet) {
                    link.text("Step %d/%d : %s"
                            .formatted(step, dockerfile.instructions().size(), shown(instruction)));
                }
                String[] entry = {shown(instruction), ""};
                done.add(entry);
                perform(instruction, entry);
            }
            TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
            store(State.text(config, "tag"));
            link.close(1000, "closing", "image created", id);
        } catch (ImageCreation.Failed failed) {
            fail(String.valueOf(failed.getMessage()));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private String shown(Dockerfile.Instruction instruction) {
        return instruction.word().equals("FROM")
                ? Dockerfile.expand(instruction.line(), arguments)
                : instruction.line();
    }

    private void perform(Dockerfile.Instruction instruction, String[] entry)
            throws ImageCreation.Failed, InterruptedException {
        switch (instruction.word()) {
            case "ARG" -> {
                String[] variable = instruction.variable();
                JsonNode given = config.path("buildargs").path(variable[0]);
                arguments.put(variable[0], given.isString() ? given.asString() : variable[1]);
            }
            case "FROM" -> from(Dockerfile.expand(instruction.rest(), arguments));
            case "ENV" -> {
                String[] variable = instruction.variable();
                environment.put(variable[0], variable[1]);
            }
            case "USER" -> user = instruction.rest();
            case "WORKDIR" -> {
                workdir = instruction.rest();
                parts.jails()
                        .root(id)
                        .resolve(workdir.replaceFirst("^/+", ""))
                        .toFile()
                        .mkdirs();
            }
            case "COPY" -> {
                copy(instruction.rest());
                entry[1] = snapshot();
            }
            case "RUN" -> {
                TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
                int code = command(instruction.command(), workdir);
                if (abandoned) {
                    throw new ImageCreation.Failed("abandoned");
                }
                if (code != 0) {
                    throw new ImageCreation.Failed("The command '%s' returned a non-zero code: %d"
                            .formatted(String.join(" ", instruction.command()), code));
                }
                entry[1] = snapshot();
            }
            default -> command = JsonText.strings(instruction.command());
        }
    }

    private void from(String image) throws ImageCreation.Failed {
        ObjectNode container = ((ObjectNode) config.path("container_config")).deepCopy();
        String given = State.text(container, "image");
        if (!given.isEmpty()) {
            link.text("Using user-supplied parent image: '%s'".formatted(given));
        }
        container.put("image", given.isEmpty() ? image : given).put("name", "builder_" + id);
        synchronized (parts.state()) {
            ObjectNode parent = parts.state().image(State.text(container, "image"));
            if (parent == null) {
                throw new ImageCreation.Failed("error: could not find image " + State.text(container, "image"));
            }
            parts.containers().make(container, id);
            user = State.text(parent, "user");
            command = (ArrayNode) parent.path("cmd").deepCopy();
            for (JsonNode list : List.of(parent.path("env"), container.path("env"))) {
                list.forEach(item -> {
                    String[] variable = item.asString().split("=", 2);
                    environment.put(variable[0], variable[1]);
                });
            }
        }
        for (JsonNode network : config.path("networks")) {
            ObjectNode endpoint = ((ObjectNode) network).deepCopy().put("container", id);
            Answer answer = parts.networks().connect(endpoint);
            if (answer.status() >= 300) {
                JsonNode message = JsonText.parse(answer.body());
                keepsContainer = true;
                throw new ImageCreation.Failed("error: "
                        + (message == null ? "" : message.path("message").asString()));
            }
        }
    }

    private void copy(String rest) throws ImageCreation.Failed, InterruptedException {
        String[] words = rest.split("\\s+", -1);
        Path context = parts.state().hostPath(State.text(config, "context"));
        Path root = parts.jails().root(id);
        String to = words[words.length - 1];
        Path target = root.resolve((to.startsWith("/") ? to : workdir + "/" + to).replaceFirst("^/+", ""))
                .normalize();
        for (int i = 0; i < words.length - 1; i++) {
            Path source = context.resolve(words[i]).normalize();
            try {
                BaseSystem.copy(source, target);
            } catch (IllegalStateException failed) {
                throw new ImageCreation.Failed(
                        "The command '/bin/cp -R %s %s' returned a non-zero code: 1".formatted(words[i], to));
            }
        }
    }

    private int command(List<String> words, String directory) throws InterruptedException {
        List<String> line = directory.isEmpty()
                ? words
                : concat(List.of("/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", directory), words);
        ObjectNode exec = Schemas.EXEC.cast(JsonText.NODES.objectNode()).value();
        exec.set("cmd", JsonText.strings(line));
        exec.put("user", user);
        List<String> env = new ArrayList<>();
        Map<String, String> all = new LinkedHashMap<>(arguments);
        all.putAll(environment);
        all.forEach((name, value) -> env.add(name + "=" + value));
        exec.set("env", JsonText.strings(env));
        BuildStep step = new BuildStep(link, quiet);
        parts.execs().ofDaemon(id, exec).start(true, step);
        return step.await();
    }

    private static List<String> concat(List<String> first, List<String> second) {
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    private String snapshot() {
        String snapshot = parts.state().ids.next();
        BaseSystem.copy(parts.jails().root(id), parts.state().imageTree(id, snapshot));
        link.text("--> Snapshot created: @" + snapshot);
        return "@" + snapshot;
    }

    private void store(String nametag) {
        synchronized (parts.state()) {
            String parent = parts.state().clones.getOrDefault(id, "");
            ObjectNode image = parts.images().add(id, nametag, parts.jails().root(id));
            parts.state().parents.put(id, parent);
            List<String> env = new ArrayList<>();
            environment.forEach((name, value) -> env.add(name + "=" + value));
            image.set("env", JsonText.strings(env));
            ArrayNode instructions = JsonText.NODES.arrayNode();
            done.forEach(entry -> instructions.add(JsonText.strings(List.of(entry))));
            image.set("instructions", instructions);
            image.put("user", user);
            image.set("cmd", command);
            parts.containers().drop(id);
        }
    }

    private void fail(String reason) {
        boolean cleanup = config.path("cleanup").asBoolean();
        String data = "";
        link.text(reason);
        synchronized (parts.state()) {
            if (parts.state().container(id) != null && !keepsContainer) {
                if (cleanup || abandoned) {
                    parts.containers().drop(id);
                } else {
                    data = done.stream()
                            .map(entry -> entry[1])
                            .filter(snapshot -> !snapshot.isEmpty())
                            .reduce("no snapshots available", (earlier, later) -> later);
                    store(State.nametag(State.text(config, "tag"))[0] + ":failed");
                }
            }
        }
        link.close(1011, "error", "image build failed", data);
    }
}
