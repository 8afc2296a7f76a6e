package dev.roadstead.adapter.daemon;

import dev.roadstead.image.Image;
import dev.roadstead.image.ImageLayer;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the daemon tells of images, in our words. */
public final class ImageMapping {
    private ImageMapping() {}

    public static Image listed(DaemonWire.ListedImage wire) {
        return new Image(
                wire.id(),
                named(wire.repoTags()),
                named(wire.repoDigests()),
                wire.created() == null ? null : Instant.ofEpochSecond(wire.created()),
                wire.size(),
                Texts.strings(wire.labels()),
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    public static Image inspected(DaemonWire.InspectedImage wire) {
        DaemonWire.Config config = wire.config() == null ? DaemonWire.Config.EMPTY : wire.config();
        return new Image(
                wire.id(),
                named(wire.repoTags()),
                named(wire.repoDigests()),
                Texts.time(wire.created()),
                wire.size(),
                Texts.strings(config.labels()),
                Texts.blankToNull(wire.os()),
                Texts.blankToNull(wire.architecture()),
                config.cmd(),
                config.entrypoint(),
                InspectionMapping.env(config.env()),
                Texts.blankToNull(config.workingDir()),
                Texts.blankToNull(config.user()));
    }

    public static ImageLayer layer(DaemonWire.HistoryStep wire) {
        String id = Texts.blankToNull(wire.id());
        return new ImageLayer(
                "<missing>".equals(id) ? null : id,
                wire.created() == null ? null : Instant.ofEpochSecond(wire.created()),
                wire.createdBy() == null ? "" : wire.createdBy(),
                wire.size() == null ? 0 : wire.size(),
                named(wire.tags()),
                Texts.blankToNull(wire.comment()));
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
