package dev.roadstead.api.container;

import dev.roadstead.api.WarningView;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A page of containers. */
@Schema(description = "A page of containers from all engines that answered.")
public record ContainerList(
        @Schema(description = "The containers of this page.")
        List<ContainerView> containers,

        @Schema(
                description = "Give this as cursor to get the next page; null: this is the last.",
                example = "MTIzNDU2NzgKYzBiN2U5YTUy")
        @Nullable
        String nextCursor,

        @Schema(description = "Engines whose containers are missing here, and why.")
        List<WarningView> warnings) {}
