package dev.roadstead.adapter.kleened.standin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Volumes: no check of names, and the creation of one that is there succeeds. */
final class Volumes {
    private final State state;

    Volumes(State state) {
        this.state = state;
    }

    Answer create(ObjectNode config) {
        String name = State.text(config, "name");
        make(name);
        return Answer.id(201, name);
    }

    void make(String name) {
        synchronized (state) {
            if (state.volumeRow(name) == null) {
                String dataset = "zroot/kleene/volumes" + (name.isEmpty() ? "" : "/" + name);
                state.volumes.add(JsonText.NODES
                        .objectNode()
                        .put("name", name)
                        .put("created", state.created())
                        .put("dataset", dataset)
                        .put("mountpoint", "/" + dataset));
            }
            try {
                Files.createDirectories(state.volume(name));
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    Answer list() {
        synchronized (state) {
            return Answer.json(200, State.newestFirst(state.volumes));
        }
    }

    Answer inspect(String name) {
        synchronized (state) {
            ObjectNode row = existing(name);
            ObjectNode answer = JsonText.NODES.objectNode();
            answer.set("volume", row.deepCopy());
            answer.set("mountpoints", used(name));
            return Answer.json(200, answer);
        }
    }

    Answer remove(String name) {
        synchronized (state) {
            existing(name);
            drop(name);
            return Answer.id(200, name);
        }
    }

    Answer prune() {
        synchronized (state) {
            List<String> unused = state.volumes.stream()
                    .map(row -> State.text(row, "name"))
                    .filter(name -> used(name).isEmpty())
                    .sorted(Comparator.naturalOrder())
                    .toList();
            unused.forEach(this::drop);
            return Answer.json(200, JsonText.strings(unused));
        }
    }

    private ArrayNode used(String name) {
        ArrayNode used = state.mountpointsOf("source", name);
        for (int i = used.size() - 1; i >= 0; i--) {
            if (!used.get(i).path("type").asString().equals("volume")) {
                used.remove(i);
            }
        }
        return used;
    }

    private ObjectNode existing(String name) {
        ObjectNode row = state.volumeRow(name);
        if (row == null) {
            throw new Answer.Refused(404, "No such volume");
        }
        return row;
    }

    private void drop(String name) {
        state.volumes.removeIf(row -> State.is(row, "name", name));
        state.mountpoints.removeIf(row -> State.is(row, "type", "volume") && State.is(row, "source", name));
        BaseSystem.delete(state.volume(name));
    }
}
