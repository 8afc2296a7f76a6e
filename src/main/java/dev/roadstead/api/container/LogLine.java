package dev.roadstead.api.container;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A line of a log. */
@Schema(description = "A line of a container's log.")
public record LogLine(
        @Schema(
                description = "When the engine got it; null where it keeps no times.",
                example = "2026-11-23T09:30:02.000000001Z")
        @Nullable
        Instant time,

        @Schema(
                description = "Where the process wrote it; with a terminal all is stdout.",
                example = "stdout",
                allowableValues = {"stdout", "stderr"})
        String stream,

        @Schema(description = "The line without its end; bytes that are not UTF-8 become U+FFFD.", example = "ready")
        String line,

        @Schema(
                description = "Give this as since_cursor to go on behind this line; null where there are no times.",
                example = "o1795426202000000001-1")
        @Nullable
        String cursor) {}
