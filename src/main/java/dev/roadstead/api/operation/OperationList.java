package dev.roadstead.api.operation;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/** Operations. */
@Schema(description = "Operations of this gateway process, newest first.")
public record OperationList(
        @Schema(description = "Running ones, and those that ended within the last hour.")
        List<OperationView> operations) {}
