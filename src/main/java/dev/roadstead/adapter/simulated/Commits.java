package dev.roadstead.adapter.simulated;

import dev.roadstead.container.CommitSpec;
import dev.roadstead.engine.EngineException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Makes images of containers. Used under the host's lock. */
final class Commits {
    private static final TypeReference<List<String>> WORDS = new TypeReference<>() {};

    private final SimulatedHost host;
    private final JsonMapper json = JsonMapper.builder().build();

    Commits(SimulatedHost host) {
        this.host = host;
    }

    String commit(SimulatedContainer container, CommitSpec spec) {
        SimulatedImage.Config config = container.image().config();
        for (String instruction : spec.changes()) {
            config = changed(config, instruction);
        }
        FileTree tree = container.files().root();
        NavigableMap<String, FileNode> files;
        long written;
        synchronized (tree) {
            files = new TreeMap<>(tree.under("/"));
            written = tree.written();
        }
        Instant now = host.clock().instant();
        List<SimulatedImage.Step> steps = new ArrayList<>();
        steps.add(new SimulatedImage.Step(now, String.join(" ", container.command()), written, spec.message()));
        steps.addAll(container.image().steps());
        SimulatedImage image = new SimulatedImage("sha256:" + host.newId(), now, config, files, steps);
        host.images().put(image.id(), image);
        if (spec.repository() != null) {
            String name = SimulatedHost.normalized(spec.repository() + (spec.tag() == null ? "" : ":" + spec.tag()));
            host.tag(image, name);
            host.events().add("image", "tag", image.id(), name, Map.of());
        }
        return image.id();
    }

    /** The configuration after a Dockerfile instruction, of those that an engine takes here. */
    private SimulatedImage.Config changed(SimulatedImage.Config config, String instruction) {
        String[] parts = instruction.strip().split("\\s+", 2);
        String argument = parts.length < 2 ? "" : parts[1];
        return switch (parts[0].toUpperCase(Locale.ROOT)) {
            case "CMD" ->
                new SimulatedImage.Config(
                        words(argument),
                        config.entrypoint(),
                        config.env(),
                        config.labels(),
                        config.workingDir(),
                        config.user());
            case "ENTRYPOINT" ->
                new SimulatedImage.Config(
                        List.of(), words(argument), config.env(), config.labels(), config.workingDir(), config.user());
            case "ENV" ->
                new SimulatedImage.Config(
                        config.command(),
                        config.entrypoint(),
                        with(config.env(), argument),
                        config.labels(),
                        config.workingDir(),
                        config.user());
            case "LABEL" ->
                new SimulatedImage.Config(
                        config.command(),
                        config.entrypoint(),
                        config.env(),
                        with(config.labels(), argument),
                        config.workingDir(),
                        config.user());
            case "WORKDIR" ->
                new SimulatedImage.Config(
                        config.command(), config.entrypoint(), config.env(), config.labels(), argument, config.user());
            case "USER" ->
                new SimulatedImage.Config(
                        config.command(),
                        config.entrypoint(),
                        config.env(),
                        config.labels(),
                        config.workingDir(),
                        argument);
            default ->
                throw new EngineException.InvalidRequest(
                        "INVALID_VALUE",
                        "changes: %s (expected: CMD, ENTRYPOINT, ENV, LABEL, WORKDIR or USER)".formatted(instruction),
                        host.evidence());
        };
    }

    private List<String> words(String argument) {
        if (argument.startsWith("[")) {
            try {
                return List.copyOf(json.readValue(argument, WORDS));
            } catch (JacksonException e) {
                // As a Dockerfile does: what is no JSON array is a shell command.
            }
        }
        return List.of("sh", "-c", argument);
    }

    private static Map<String, String> with(Map<String, String> before, String assignment) {
        String[] parts = assignment.split("[=\\s]", 2);
        Map<String, String> after = new HashMap<>(before);
        after.put(parts[0], parts.length < 2 ? "" : parts[1].replaceAll("^\"|\"$", ""));
        return Map.copyOf(after);
    }
}
