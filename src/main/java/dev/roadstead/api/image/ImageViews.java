package dev.roadstead.api.image;

import dev.roadstead.api.WarningView;
import dev.roadstead.engine.Engine;
import dev.roadstead.image.Image;
import dev.roadstead.image.ImageLayer;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Images as clients see them. */
final class ImageViews {
    private ImageViews() {}

    static ImageView view(Engine engine, Image image) {
        Map<String, String> env = image.env();
        return new ImageView(
                image.id(),
                engine.name().value(),
                image.tags(),
                image.digests(),
                image.createdAt(),
                image.size(),
                new TreeMap<>(image.labels()),
                image.os(),
                image.architecture(),
                image.command(),
                image.entrypoint(),
                env == null ? null : new TreeMap<>(env),
                image.workingDir(),
                image.user());
    }

    static LayerView view(ImageLayer layer) {
        return new LayerView(
                layer.id(), layer.createdAt(), layer.createdBy(), layer.size(), layer.tags(), layer.comment());
    }

    /** An image. */
    @Schema(name = "Image", description = "An image on an engine; null where it does not tell. Lists tell less.")
    public record ImageView(
            @Schema(description = "The engine's id of it.", example = "sha256:9f2b7c1d5e3a")
            String id,

            @Schema(description = "The engine it is on.", example = "local")
            String engine,

            @Schema(description = "Its names.", example = "[\"busybox:latest\"]")
            List<String> tags,

            @Schema(description = "Its names by digest.", example = "[\"busybox@sha256:9f2b7c1d5e3a\"]")
            List<String> digests,

            @Schema(description = "When it was built.", example = "2026-11-01T00:00:00Z") @Nullable
            Instant createdAt,

            @Schema(description = "Bytes on disk.", example = "4261550") @Nullable
            Long size,

            @Schema(description = "Its labels.", example = "{\"maintainer\":\"ops\"}")
            Map<String, String> labels,

            @Schema(description = "The operating system it is for; null in lists.", example = "linux") @Nullable
            String os,

            @Schema(description = "The architecture it is for; null in lists.", example = "amd64") @Nullable
            String architecture,

            @Schema(description = "Its command; null in lists.", example = "[\"sh\"]") @Nullable
            List<String> command,

            @Schema(description = "Its entry point; null in lists.", example = "[\"/entrypoint\"]") @Nullable
            List<String> entrypoint,

            @Schema(description = "Its environment; null in lists.", example = "{\"PATH\":\"/bin\"}") @Nullable
            Map<String, String> env,

            @Schema(description = "The folder its process starts in; null in lists.", example = "/srv") @Nullable
            String workingDir,

            @Schema(description = "The user its process runs as; null in lists.", example = "1000") @Nullable
            String user) {}

    /** Images. */
    @Schema(name = "ImageList", description = "Images.")
    public record ImageList(
            @Schema(description = "The images, newest first.")
            List<ImageView> images,

            @Schema(description = "Engines whose images are missing here, and why.")
            List<WarningView> warnings) {}

    /** A step of an image's history. */
    @Schema(name = "ImageLayer", description = "A step of an image's history.")
    public record LayerView(
            @Schema(description = "The id of the image it left; null if it left none.", example = "sha256:9f2b7c1d5e3a")
            @Nullable
            String id,

            @Schema(description = "When it was made.", example = "2026-11-01T00:00:00Z") @Nullable
            Instant createdAt,

            @Schema(description = "What made it.", example = "CMD [\"sh\"]")
            String createdBy,

            @Schema(description = "Bytes it added.", example = "4261550")
            long size,

            @Schema(description = "Names of the image it left.", example = "[\"busybox:latest\"]")
            List<String> tags,

            @Schema(description = "What its maker noted.", example = "from a tar") @Nullable
            String comment) {}

    /** A history. */
    @Schema(name = "ImageHistory", description = "How an image was made.")
    public record HistoryView(
            @Schema(description = "The steps, newest first.")
            List<LayerView> history) {}

    /** What a removal did. */
    @Schema(name = "RemovedImage", description = "What removing an image did.")
    public record RemovedView(
            @Schema(description = "Names that are gone.", example = "[\"busybox:latest\"]")
            List<String> untagged,

            @Schema(description = "Ids of images and layers that are gone.", example = "[\"sha256:9f2b7c1d5e3a\"]")
            List<String> deleted) {}
}
