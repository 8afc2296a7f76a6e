package dev.roadstead.api.image;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What an engine shall make an image of. */
@Schema(description = "What an engine shall make an image of.")
public record ImportRequest(
        @Schema(
                description = "How: fetch, fetch-auto, zfs-copy or zfs-clone (Kleened).",
                example = "zfs-clone",
                requiredMode = Schema.RequiredMode.REQUIRED)
        @Nullable
        String method,

        @Schema(
                description = "Where the engine fetches it; only with fetch.",
                example = "https://download.freebsd.org/releases/amd64/14.1-RELEASE/base.txz")
        @Nullable
        String url,

        @Schema(
                description = "The ZFS dataset on the engine's host; only with zfs-copy and zfs-clone.",
                example = "zroot/basejail")
        @Nullable
        String dataset,

        @Schema(
                description = "The image's name, and tag (latest if not given). Without, fetch-auto chooses one.",
                example = "FreeBSD:14.1")
        @Nullable
        String tag) {}
