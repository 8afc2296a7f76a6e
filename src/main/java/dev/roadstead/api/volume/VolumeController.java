package dev.roadstead.api.volume;

import dev.roadstead.api.ObjectNames;
import dev.roadstead.api.WarningView;
import dev.roadstead.api.document.Fails;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemMapper;
import dev.roadstead.api.volume.VolumeView.CreateVolumeRequest;
import dev.roadstead.api.volume.VolumeView.VolumeList;
import dev.roadstead.fleet.Fleet;
import dev.roadstead.volume.VolumeSpec;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Volumes on the engines. */
@RestController
@Tag(name = "Volumes", description = "Named storage on the engines that outlives containers.")
public class VolumeController {
    private static final Comparator<VolumeView> BY_NAME =
            Comparator.comparing(VolumeView::name).thenComparing(VolumeView::engine);

    private final Fleet fleet;
    private final ProblemMapper problems;

    public VolumeController(Fleet fleet, ProblemMapper problems) {
        this.fleet = fleet;
        this.problems = problems;
    }

    /** Lists volumes everywhere. */
    @Operation(summary = "List volumes on all engines", description = "An engine that does not answer costs a warning.")
    @ApiResponse(responseCode = "200", description = "The volumes.", useReturnTypeSchema = true)
    @GetMapping("/v1/volumes")
    public Mono<VolumeList> listAll() {
        return fleet.gather(fleet.engines(), engine -> engine.volumes().list())
                .map(gathered -> new VolumeList(
                        gathered.parts().stream()
                                .flatMap(part ->
                                        part.value().stream().map(volume -> VolumeView.of(part.engine(), volume)))
                                .sorted(BY_NAME)
                                .toList(),
                        WarningView.of(gathered.warnings(), problems)));
    }

    /** Lists an engine's volumes. */
    @Operation(summary = "List an engine's volumes")
    @ApiResponse(responseCode = "200", description = "The volumes.", useReturnTypeSchema = true)
    @Fails(ErrorKind.UNSUPPORTED)
    @GetMapping("/v1/engines/{engine}/volumes")
    public Mono<VolumeList> list(@PathVariable String engine) {
        return fleet.engine(engine)
                .flatMap(at -> at.volumes()
                        .list()
                        .map(volumes -> new VolumeList(
                                volumes.stream()
                                        .map(volume -> VolumeView.of(at, volume))
                                        .sorted(BY_NAME)
                                        .toList(),
                                List.of())));
    }

    /** Shows one. */
    @Operation(summary = "Show a volume")
    @ApiResponse(responseCode = "200", description = "The volume.", useReturnTypeSchema = true)
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.UNSUPPORTED})
    @GetMapping("/v1/engines/{engine}/volumes/{name}")
    public Mono<VolumeView> get(
            @PathVariable String engine,
            @Parameter(description = "The volume's name.", example = "data") @PathVariable String name) {
        return fleet.engine(engine)
                .flatMap(at -> at.volumes()
                        .inspect(ObjectNames.checked("name", name))
                        .map(volume -> VolumeView.of(at, volume)));
    }

    /** Makes one. */
    @Operation(summary = "Create a volume")
    @ApiResponse(
            responseCode = "201",
            description = "The volume that was made.",
            headers = @Header(name = "Location", description = "Its path.", schema = @Schema(type = "string")),
            useReturnTypeSchema = true)
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.CONFLICT, ErrorKind.UNSUPPORTED})
    @PostMapping(path = "/v1/engines/{engine}/volumes", consumes = MediaType.APPLICATION_JSON_VALUE)
    public Mono<ResponseEntity<VolumeView>> create(
            @PathVariable String engine, @RequestBody CreateVolumeRequest request) {
        return Mono.defer(() -> {
            VolumeSpec spec = new VolumeSpec(
                    request.name() == null ? null : ObjectNames.checked("name", request.name()),
                    request.driver(),
                    ObjectNames.strings("options", request.options()),
                    ObjectNames.labels(request.labels()));
            return fleet.engine(engine)
                    .flatMap(at -> at.volumes()
                            .create(spec)
                            .map(volume -> ResponseEntity.created(
                                            URI.create("/v1/engines/%s/volumes/%s".formatted(engine, volume.name())))
                                    .body(VolumeView.of(at, volume))));
        });
    }

    /** Removes one. */
    @Operation(summary = "Remove a volume", description = "One that a container refers to is refused.")
    @ApiResponse(responseCode = "204", description = "It is gone.")
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.CONFLICT, ErrorKind.UNSUPPORTED})
    @DeleteMapping("/v1/engines/{engine}/volumes/{name}")
    public Mono<ResponseEntity<Void>> remove(
            @PathVariable String engine,
            @Parameter(description = "The volume's name.", example = "data") @PathVariable String name,
            @Parameter(description = "Whether a driver's failure is overlooked.", example = "false")
                    @RequestParam(defaultValue = "false")
                    boolean force) {
        return fleet.engine(engine)
                .flatMap(at -> at.volumes().remove(ObjectNames.checked("name", name), force))
                .thenReturn(ResponseEntity.noContent().build());
    }
}
