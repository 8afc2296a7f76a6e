package dev.roadstead.api.image;

import dev.roadstead.api.Asynchronously;
import dev.roadstead.api.WarningView;
import dev.roadstead.api.document.Fails;
import dev.roadstead.api.image.ImageViews.HistoryView;
import dev.roadstead.api.image.ImageViews.ImageList;
import dev.roadstead.api.image.ImageViews.ImageView;
import dev.roadstead.api.image.ImageViews.RemovedView;
import dev.roadstead.api.operation.OperationView;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemMapper;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineDescription;
import dev.roadstead.engine.EngineException;
import dev.roadstead.fleet.Fleet;
import dev.roadstead.fleet.Gathered;
import dev.roadstead.image.Image;
import dev.roadstead.image.ImageReference;
import dev.roadstead.image.PullSpec;
import dev.roadstead.workload.RegistryCredentials;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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

/** Images on the engines. A name may stand percent-encoded in the path, or in the parameter {@code ref} of the shorter path. */
@RestController
@Tag(name = "Images", description = "Images on the engines. Names are percent-encoded in paths, or given as ref.")
public class ImageController {
    private static final String REF = "The image's name or id.";
    private static final Comparator<ImageView> NEWEST_FIRST = Comparator.comparing(
                    (ImageView image) -> Optional.ofNullable(image.createdAt()).orElse(Instant.EPOCH))
            .reversed()
            .thenComparing(ImageView::id);

    private final Fleet fleet;
    private final Asynchronously asynchronously;
    private final RegistryCredentials credentials;
    private final ProblemMapper problems;

    public ImageController(
            Fleet fleet, Asynchronously asynchronously, RegistryCredentials credentials, ProblemMapper problems) {
        this.fleet = fleet;
        this.asynchronously = asynchronously;
        this.credentials = credentials;
        this.problems = problems;
    }

    /** Lists images everywhere. */
    @Operation(summary = "List images on all engines", description = "An engine that does not answer costs a warning.")
    @ApiResponse(responseCode = "200", description = "The images.", useReturnTypeSchema = true)
    @GetMapping("/v1/images")
    public Mono<ImageList> listAll() {
        return fleet.gather(fleet.engines(), engine -> engine.images().list()).map(this::everywhere);
    }

    private ImageList everywhere(Gathered<List<Image>> gathered) {
        List<ImageView> images = gathered.parts().stream()
                .flatMap(part -> part.value().stream().map(image -> ImageViews.view(part.engine(), image)))
                .sorted(NEWEST_FIRST)
                .toList();
        return new ImageList(images, WarningView.of(gathered.warnings(), problems));
    }

    /** Lists an engine's images. */
    @Operation(summary = "List an engine's images", description = "With ref: only that image, or 404.")
    @ApiResponse(responseCode = "200", description = "The images.", useReturnTypeSchema = true)
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.UNSUPPORTED})
    @GetMapping("/v1/engines/{engine}/images")
    public Mono<ImageList> list(
            @PathVariable String engine,
            @Parameter(description = REF, example = "busybox:latest") @RequestParam(required = false) @Nullable
                    String ref) {
        return fleet.engine(engine)
                .flatMap(at -> (ref == null
                                ? at.images().list()
                                : at.images().inspect(References.named(ref)).map(List::of))
                        .map(images -> new ImageList(
                                images.stream()
                                        .map(image -> ImageViews.view(at, image))
                                        .sorted(NEWEST_FIRST)
                                        .toList(),
                                List.of())));
    }

    /** Shows an image. */
    @Operation(summary = "Show an image")
    @ApiResponse(responseCode = "200", description = "The image.", useReturnTypeSchema = true)
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.UNSUPPORTED})
    @GetMapping("/v1/engines/{engine}/images/{ref}")
    public Mono<ImageView> get(
            @PathVariable String engine,
            @Parameter(description = REF, example = "busybox:latest") @PathVariable String ref) {
        return fleet.engine(engine)
                .flatMap(at -> at.images().inspect(References.named(ref)).map(image -> ImageViews.view(at, image)));
    }

    /** Shows how an image was made. */
    @Operation(summary = "Show an image's history")
    @ApiResponse(responseCode = "200", description = "The steps.", useReturnTypeSchema = true)
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.UNSUPPORTED})
    @GetMapping("/v1/engines/{engine}/images/{ref}/history")
    public Mono<HistoryView> history(
            @PathVariable String engine,
            @Parameter(description = REF, example = "busybox:latest") @PathVariable String ref) {
        return fleet.engine(engine)
                .flatMap(at -> at.images().history(References.named(ref)))
                .map(layers ->
                        new HistoryView(layers.stream().map(ImageViews::view).toList()));
    }

    /** Shows how an image was made. */
    @Operation(summary = "Show the history of the image named by ref")
    @ApiResponse(responseCode = "200", description = "The steps.", useReturnTypeSchema = true)
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.UNSUPPORTED})
    @GetMapping("/v1/engines/{engine}/images/history")
    public Mono<HistoryView> historyOf(
            @PathVariable String engine,
            @Parameter(description = REF, example = "busybox:latest") @RequestParam String ref) {
        return history(engine, ref);
    }

    /** Pulls an image. */
    @Operation(
            summary = "Pull an image",
            description = "Always an operation; its progress tells each layer's. It succeeds when the image is there.")
    @ApiResponse(
            responseCode = "202",
            description = "The operation.",
            headers = @Header(name = "Location", description = "Its path.", schema = @Schema(type = "string")),
            useReturnTypeSchema = true)
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.RATE_LIMITED, ErrorKind.UNSUPPORTED})
    @PostMapping(path = "/v1/engines/{engine}/images/pull", consumes = MediaType.APPLICATION_JSON_VALUE)
    public Mono<ResponseEntity<OperationView>> pull(@PathVariable String engine, @RequestBody PullRequest request) {
        return Mono.defer(() -> {
            ImageReference reference = References.of(request.reference());
            PullSpec spec = new PullSpec(
                    reference,
                    References.platform(request.platform()),
                    credentials.choose(
                            reference,
                            request.registryAuth() == null
                                    ? null
                                    : request.registryAuth().auth()));
            return fleet.engine(engine)
                    .delayUntil(at -> at.describe().doOnNext(known -> demand(at, known)))
                    .flatMap(at -> asynchronously.accepted(
                            "image.pull",
                            List.of(References.path(engine, reference.toString())),
                            progress -> PullOperation.run(at.images().pull(spec), progress)));
        });
    }

    /** An operation that cannot succeed is not begun. */
    private static void demand(Engine at, EngineDescription known) {
        if (!known.capabilities().has(Capability.PULL)) {
            throw new EngineException.Unsupported(
                    Capability.PULL,
                    known.capabilities().of(Capability.PULL).reason(),
                    EngineException.Evidence.of(at.name().value()));
        }
    }

    /** Names an image. */
    @Operation(summary = "Give an image a further name")
    @ApiResponse(responseCode = "200", description = "The image.", useReturnTypeSchema = true)
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.CONFLICT, ErrorKind.UNSUPPORTED})
    @PostMapping(path = "/v1/engines/{engine}/images/{ref}/tag", consumes = MediaType.APPLICATION_JSON_VALUE)
    public Mono<ImageView> tag(
            @PathVariable String engine,
            @Parameter(description = REF, example = "busybox:latest") @PathVariable String ref,
            @RequestBody TagRequest request) {
        return Mono.defer(() -> {
            ImageReference target = References.of(request.reference());
            return fleet.engine(engine)
                    .flatMap(at -> at.images()
                            .tag(References.named(ref), target)
                            .then(Mono.defer(() -> at.images().inspect(target.toString())))
                            .map(image -> ImageViews.view(at, image)));
        });
    }

    /** Names an image. */
    @Operation(summary = "Give the image named by ref a further name")
    @ApiResponse(responseCode = "200", description = "The image.", useReturnTypeSchema = true)
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.CONFLICT, ErrorKind.UNSUPPORTED})
    @PostMapping(path = "/v1/engines/{engine}/images/tag", consumes = MediaType.APPLICATION_JSON_VALUE)
    public Mono<ImageView> tagOf(
            @PathVariable String engine,
            @Parameter(description = REF, example = "busybox:latest") @RequestParam String ref,
            @RequestBody TagRequest request) {
        return tag(engine, ref, request);
    }

    /** Removes an image. */
    @Operation(summary = "Remove an image", description = "Removes the name, and the image with its last name.")
    @ApiResponse(responseCode = "200", description = "What is gone.", useReturnTypeSchema = true)
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.CONFLICT, ErrorKind.UNSUPPORTED})
    @DeleteMapping("/v1/engines/{engine}/images/{ref}")
    public Mono<RemovedView> remove(
            @PathVariable String engine,
            @Parameter(description = REF, example = "busybox:latest") @PathVariable String ref,
            @Parameter(
                            description = "Whether also one with several names, or that a stopped container uses.",
                            example = "false")
                    @RequestParam(defaultValue = "false")
                    boolean force) {
        return fleet.engine(engine)
                .flatMap((Engine at) -> at.images().remove(References.named(ref), force))
                .map(removed -> new RemovedView(removed.untagged(), removed.deleted()));
    }

    /** Removes an image. */
    @Operation(summary = "Remove the image named by ref")
    @ApiResponse(responseCode = "200", description = "What is gone.", useReturnTypeSchema = true)
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.CONFLICT, ErrorKind.UNSUPPORTED})
    @DeleteMapping("/v1/engines/{engine}/images")
    public Mono<RemovedView> removeOf(
            @PathVariable String engine,
            @Parameter(description = REF, example = "busybox:latest") @RequestParam String ref,
            @Parameter(
                            description = "Whether also one with several names, or that a stopped container uses.",
                            example = "false")
                    @RequestParam(defaultValue = "false")
                    boolean force) {
        return remove(engine, ref, force);
    }
}
