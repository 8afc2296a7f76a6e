package dev.roadstead.api.container;

import dev.roadstead.api.Asynchronously;
import dev.roadstead.api.document.Fails;
import dev.roadstead.api.document.MayBeAsynchronous;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.container.Snapshot;
import dev.roadstead.fleet.Fleet;
import dev.roadstead.fleet.Located;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Snapshots of containers. */
@RestController
@RequestMapping("/v1/containers/{cuid}/snapshots")
@Tag(name = "Snapshots", description = "Kept states of containers' file systems.")
public class SnapshotController {
    private static final String FORM = "[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}";
    private static final Pattern NAME = Pattern.compile(FORM);
    private static final String NAMED = "The snapshot's name.";

    private final Fleet fleet;
    private final Asynchronously asynchronously;

    public SnapshotController(Fleet fleet, Asynchronously asynchronously) {
        this.fleet = fleet;
        this.asynchronously = asynchronously;
    }

    /** Lists them. */
    @Operation(summary = "List a container's snapshots", description = "Oldest first.")
    @ApiResponse(responseCode = "200", description = "The snapshots.", useReturnTypeSchema = true)
    @Fails(ErrorKind.UNSUPPORTED)
    @GetMapping
    public Mono<SnapshotList> list(@PathVariable String cuid) {
        return fleet.locate(cuid)
                .flatMap(at -> at.engine().snapshots().list(at.container().id()))
                .map(all -> new SnapshotList(all.stream().map(SnapshotView::of).toList()));
    }

    /** Takes one. */
    @Operation(
            summary = "Take a snapshot of a container",
            description = "Of its own file system; what is mounted into it is not kept.")
    @ApiResponse(
            responseCode = "201",
            description = "The snapshot.",
            headers = @Header(name = "Location", description = "Its path.", schema = @Schema(type = "string")),
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = SnapshotView.class)))
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.CONFLICT, ErrorKind.STATE_ERROR, ErrorKind.UNSUPPORTED})
    @MayBeAsynchronous
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    public Mono<ResponseEntity<?>> create(
            @PathVariable String cuid, @RequestBody SnapshotRequest request, ServerWebExchange exchange) {
        return Mono.defer(() -> {
            String name = checked(request.name());
            boolean stateful = Boolean.TRUE.equals(request.stateful());
            return fleet.locate(cuid)
                    .flatMap(at -> asynchronously.asPreferred(
                            exchange,
                            "snapshot.create",
                            List.of(path(at, name)),
                            at.engine()
                                    .snapshots()
                                    .create(at.container().id(), name, stateful)
                                    .map(snapshot -> ResponseEntity.created(URI.create(path(at, name)))
                                            .body(SnapshotView.of(snapshot)))));
        });
    }

    /** Puts a container back. */
    @Operation(
            summary = "Put a container back to a snapshot",
            description = "What was written since is lost. It runs afterwards if it ran before.")
    @AnswersContainer
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.CONFLICT, ErrorKind.STATE_ERROR, ErrorKind.UNSUPPORTED})
    @MayBeAsynchronous
    @PostMapping("/{name}/restore")
    public Mono<ResponseEntity<?>> restore(
            @PathVariable String cuid,
            @Parameter(description = NAMED, example = "before-upgrade") @PathVariable String name,
            ServerWebExchange exchange) {
        return Mono.defer(() -> {
            String checked = checked(name);
            return fleet.locate(cuid)
                    .flatMap(at -> asynchronously.asPreferred(
                            exchange,
                            "snapshot.restore",
                            List.of("/v1/containers/" + at.cuid()),
                            at.engine()
                                    .snapshots()
                                    .restore(at.container().id(), checked)
                                    .then(Mono.defer(() -> ContainerActionController.after(at, true)))
                                    .map(ResponseEntity::ok)));
        });
    }

    /** Deletes one. */
    @Operation(summary = "Delete a snapshot")
    @ApiResponse(responseCode = "204", description = "It is gone.")
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.CONFLICT, ErrorKind.UNSUPPORTED})
    @DeleteMapping("/{name}")
    public Mono<ResponseEntity<Void>> delete(
            @PathVariable String cuid,
            @Parameter(description = NAMED, example = "before-upgrade") @PathVariable String name) {
        return Mono.defer(() -> {
            String checked = checked(name);
            return fleet.locate(cuid)
                    .flatMap(at -> at.engine().snapshots().remove(at.container().id(), checked))
                    .thenReturn(ResponseEntity.noContent().build());
        });
    }

    private static String path(Located at, String name) {
        return "/v1/containers/%s/snapshots/%s".formatted(at.cuid(), name);
    }

    private static String checked(@Nullable String name) {
        if (name == null || name.isEmpty()) {
            throw ProblemException.invalid("MISSING_NAME", "name", name, "name is required");
        }
        if (!NAME.matcher(name).matches()) {
            throw ProblemException.invalid("INVALID_NAME", "name", name, "name: expected " + FORM);
        }
        return name;
    }

    /** A snapshot to take. */
    @Schema(description = "A snapshot to take.")
    public record SnapshotRequest(
            @Schema(
                    description = "Its name.",
                    example = "before-upgrade",
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    pattern = FORM)
            @Nullable
            String name,

            @Schema(
                    description = "Whether the memory of its processes is kept too; false if not given.",
                    example = "false")
            @Nullable
            Boolean stateful) {}

    /** A snapshot. */
    @Schema(name = "Snapshot", description = "A kept state of a container's file system.")
    public record SnapshotView(
            @Schema(description = "Its name.", example = "before-upgrade")
            String name,

            @Schema(description = "When it was taken.", example = "2026-01-02T03:04:05Z") @Nullable
            Instant createdAt,

            @Schema(description = "Bytes; null if the engine does not tell.", example = "1048576") @Nullable
            Long size,

            @Schema(description = "Whether it holds the memory of its processes too.", example = "false")
            boolean stateful) {
        static SnapshotView of(Snapshot snapshot) {
            return new SnapshotView(snapshot.name(), snapshot.createdAt(), snapshot.size(), snapshot.stateful());
        }
    }

    /** A container's snapshots. */
    @Schema(description = "A container's snapshots, oldest first.")
    public record SnapshotList(
            @Schema(description = "The snapshots.") List<SnapshotView> snapshots) {}
}
