package dev.roadstead.adapter.docker;

import dev.roadstead.image.Image;
import dev.roadstead.image.ImageLayer;
import dev.roadstead.image.RemovedImage;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the daemon tells of images, in our words. */
final class DockerImageMapping {
    private DockerImageMapping() {}

    static Image listed(DockerWire.ListedImage wire) {
        return new Image(
                wire.id(),
                named(wire.repoTags()),
                named(wire.repoDigests()),
                wire.created() == null ? null : Instant.ofEpochSecond(wire.created()),
                wire.size(),
                DockerMapping.strings(wire.labels()),
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    static Image inspected(DockerWire.InspectedImage wire) {
        DockerWire.Config config = wire.config() == null ? DockerWire.Config.EMPTY : wire.config();
        return new Image(
                wire.id(),
                named(wire.repoTags()),
                named(wire.repoDigests()),
                DockerMapping.time(wire.created()),
                wire.size(),
                DockerMapping.strings(config.labels()),
                DockerMapping.blankToNull(wire.os()),
                DockerMapping.blankToNull(wire.architecture()),
                config.cmd(),
                config.entrypoint(),
                DockerMapping.env(config.env()),
                DockerMapping.blankToNull(config.workingDir()),
                DockerMapping.blankToNull(config.user()));
    }

    static ImageLayer layer(DockerWire.HistoryStep wire) {
        String id = DockerMapping.blankToNull(wire.id());
        return new ImageLayer(
                "<missing>".equals(id) ? null : id,
                wire.created() == null ? null : Instant.ofEpochSecond(wire.created()),
                wire.createdBy() == null ? "" : wire.createdBy(),
                wire.size() == null ? 0 : wire.size(),
                named(wire.tags()),
                DockerMapping.blankToNull(wire.comment()));
    }

    static RemovedImage removed(List<DockerWire.RemovedReference> wire) {
        return new RemovedImage(
                wire.stream()
                        .map(DockerWire.RemovedReference::untagged)
                        .filter(Objects::nonNull)
                        .toList(),
                wire.stream()
                        .map(DockerWire.RemovedReference::deleted)
                        .filter(Objects::nonNull)
                        .toList());
    }

    /** Images without a name have {@code <none>:<none>} up to 1.42. */
    private static List<String> named(@Nullable List<String> references) {
        return references == null
                ? List.of()
                : references.stream()
                        .filter(reference -> !reference.startsWith("<none>"))
                        .toList();
    }
}
