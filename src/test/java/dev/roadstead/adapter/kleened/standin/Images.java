package dev.roadstead.adapter.kleened.standin;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Images: rows with their trees, one for the image and one for each snapshot of its build. */
final class Images {
    private final State state;

    Images(State state) {
        this.state = state;
    }

    Answer list() {
        synchronized (state) {
            return Answer.json(200, State.newestFirst(state.images));
        }
    }

    Answer inspect(String reference) {
        synchronized (state) {
            ObjectNode image = state.image(reference);
            return image == null ? Answer.message(404, "image not found") : Answer.json(200, image.deepCopy());
        }
    }

    Answer tag(String reference, String nametag) {
        synchronized (state) {
            String[] names = State.nametag(nametag);
            ObjectNode image = state.image(reference);
            if (image == null) {
                return Answer.message(404, "image not found");
            }
            state.name(image, names[0], names[1]);
            return Answer.id(200, State.text(image, "id"));
        }
    }

    Answer remove(String reference) {
        synchronized (state) {
            ObjectNode image = state.image(reference);
            if (image == null) {
                return Answer.message(404, "Error: No such image: %s\n".formatted(reference));
            }
            String id = State.text(image, "id");
            List<String> built = new ArrayList<>(users(state.parents, id));
            for (int i = 0; i < built.size(); i++) {
                built.addAll(users(state.parents, built.get(i)));
            }
            List<String> containers = users(state.clones, id);
            if (!built.isEmpty() || !containers.isEmpty()) {
                return Answer.message(
                        404,
                        "could not remove image %s since it is used for %s:\n%s"
                                .formatted(
                                        id,
                                        built.isEmpty() ? "containers" : "images",
                                        String.join("\n", built.isEmpty() ? containers : built)));
            }
            drop(image);
            return Answer.id(200, reference);
        }
    }

    Answer prune(boolean all) {
        synchronized (state) {
            List<String> pruned = new ArrayList<>();
            while (true) {
                List<ObjectNode> unused = state.images.stream()
                        .filter(image -> all || State.text(image, "name").isEmpty())
                        .filter(image -> users(state.parents, State.text(image, "id"))
                                        .isEmpty()
                                && users(state.clones, State.text(image, "id")).isEmpty())
                        .toList();
                if (unused.isEmpty()) {
                    return Answer.json(200, JsonText.strings(pruned.reversed()));
                }
                for (ObjectNode image : unused) {
                    drop(image);
                    pruned.add(State.text(image, "id"));
                }
            }
        }
    }

    private static List<String> users(Map<String, String> of, String id) {
        return of.entrySet().stream()
                .filter(entry -> entry.getValue().equals(id))
                .map(Map.Entry::getKey)
                .toList();
    }

    private void drop(ObjectNode image) {
        String id = State.text(image, "id");
        state.images.remove(image);
        state.parents.remove(id);
        BaseSystem.delete(state.imageTree(id, "image"));
        for (JsonNode instruction : image.path("instructions")) {
            String snapshot = instruction.path(1).asString();
            if (snapshot.startsWith("@")) {
                BaseSystem.delete(state.imageTree(id, snapshot.substring(1)));
            }
        }
    }

    /** Adds an image whose tree is a copy of this directory. */
    ObjectNode add(String id, String nametag, Path tree) {
        BaseSystem.copy(tree, state.imageTree(id, "image"));
        return addRow(id, nametag);
    }

    /** Adds the row of an image. */
    ObjectNode addRow(String id, String nametag) {
        synchronized (state) {
            String[] names = State.nametag(nametag);
            ObjectNode image = JsonText.NODES.objectNode();
            image.set("env", JsonText.NODES.arrayNode());
            image.put("id", id);
            state.name(image, names[0], names[1]);
            image.set("instructions", JsonText.NODES.arrayNode());
            image.put("user", "root");
            image.set("cmd", JsonText.strings(List.of("/bin/sh", "/etc/rc")));
            image.put("created", state.created()).put("dataset", "zroot/kleene/image/" + id);
            state.images.add(image);
            return image;
        }
    }
}
