package dev.roadstead.api.image;

import dev.roadstead.api.Asynchronously;
import dev.roadstead.api.FieldChecks;
import dev.roadstead.api.document.Fails;
import dev.roadstead.api.operation.OperationView;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.fleet.Fleet;
import dev.roadstead.image.BuildSpec;
import dev.roadstead.image.ImageStep;
import dev.roadstead.image.ImportSpec;
import dev.roadstead.operation.Progress;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Makes images on engines that make them themselves. */
@RestController
@Tag(name = "Images")
public class ImageMakingController {
    private final Fleet fleet;
    private final Asynchronously asynchronously;

    public ImageMakingController(Fleet fleet, Asynchronously asynchronously) {
        this.fleet = fleet;
        this.asynchronously = asynchronously;
    }

    /** Makes one. */
    @Operation(
            summary = "Make an image of what the engine fetches or has",
            description =
                    "Always an operation, whose resource is the image once it is whole. Cancelled, what was made so"
                            + " far is removed.")
    @ApiResponse(
            responseCode = "202",
            description = "The operation.",
            headers = @Header(name = "Location", description = "Its path.", schema = @Schema(type = "string")),
            useReturnTypeSchema = true)
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.RATE_LIMITED, ErrorKind.UNSUPPORTED})
    @PostMapping(path = "/v1/engines/{engine}/images/import", consumes = MediaType.APPLICATION_JSON_VALUE)
    public Mono<ResponseEntity<OperationView>> make(@PathVariable String engine, @RequestBody ImportRequest request) {
        return Mono.defer(() -> {
            if (request.method() == null || request.method().isBlank()) {
                throw FieldChecks.missing("method");
            }
            ImportSpec spec = new ImportSpec(request.method(), request.url(), request.dataset(), request.tag());
            return begun(
                    engine,
                    Capability.IMAGE_IMPORT,
                    "image.import",
                    at -> at.images().make(spec));
        });
    }

    /** Builds one. */
    @Operation(
            summary = "Build an image of a folder on the engine's host",
            description =
                    "Always an operation, whose resource is the image once it is whole; its progress is the build's"
                            + " own words. Cancelled, what was made so far is removed.")
    @ApiResponse(
            responseCode = "202",
            description = "The operation.",
            headers = @Header(name = "Location", description = "Its path.", schema = @Schema(type = "string")),
            useReturnTypeSchema = true)
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.RATE_LIMITED, ErrorKind.UNSUPPORTED})
    @PostMapping("/v1/engines/{engine}/images/build")
    public Mono<ResponseEntity<OperationView>> build(
            @PathVariable String engine,
            @Parameter(description = "The folder on the engine's host.", example = "/srv/build/web")
                    @RequestParam(name = "context_path", required = false)
                    @Nullable
                    String contextPath,
            @Parameter(description = "Within the folder; Dockerfile if not given.", example = "Dockerfile")
                    @RequestParam(required = false)
                    @Nullable
                    String dockerfile,
            @Parameter(description = "The image's name, and tag (latest if not given).", example = "web:1")
                    @RequestParam(required = false)
                    @Nullable
                    String tag,
            @Parameter(description = "A value for one of the build's variables, name=value.", example = "RELEASE=14.1")
                    @RequestParam(name = "build_arg", required = false)
                    @Nullable
                    List<String> buildArgs) {
        return Mono.defer(() -> begun(engine, Capability.IMAGE_BUILD, "image.build", at -> {
            if (contextPath == null || contextPath.isBlank()) {
                throw new EngineException.Unsupported(
                        Capability.IMAGE_BUILD,
                        "a context that is uploaded has no way to the engine's host: name a folder there by context_path",
                        EngineException.Evidence.of(at.name().value()).with("field", "context_path"));
            }
            return at.images().build(new BuildSpec(contextPath, dockerfile, tag, arguments(buildArgs)));
        }));
    }

    private static Map<String, String> arguments(@Nullable List<String> buildArgs) {
        Map<String, String> arguments = new LinkedHashMap<>();
        for (String argument : buildArgs == null ? List.<String>of() : buildArgs) {
            int equals = argument.indexOf('=');
            if (equals < 1) {
                throw FieldChecks.invalid("build_arg", argument, "expected: name=value");
            }
            arguments.put(argument.substring(0, equals), argument.substring(equals + 1));
        }
        return arguments;
    }

    /** What cannot succeed is refused before an operation is begun. */
    private Mono<ResponseEntity<OperationView>> begun(
            String engine, Capability capability, String kind, Function<Engine, Flux<ImageStep>> making) {
        return fleet.engine(engine)
                .flatMap(at -> at.describe().flatMap(known -> {
                    if (!known.capabilities().has(capability)) {
                        throw new EngineException.Unsupported(
                                capability,
                                known.capabilities().of(capability).reason(),
                                EngineException.Evidence.of(at.name().value()));
                    }
                    Flux<ImageStep> steps = making.apply(at);
                    return asynchronously.accepted(
                            kind,
                            List.of(),
                            progress -> steps.doOnNext(step -> tell(engine, step, progress))
                                    .then());
                }));
    }

    private static void tell(String engine, ImageStep step, Progress progress) {
        progress.report(Map.of("status", step.status()));
        if (step.image() != null) {
            progress.resources(List.of(References.path(engine, step.image())));
        }
    }
}
