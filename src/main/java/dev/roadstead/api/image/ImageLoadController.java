package dev.roadstead.api.image;

import dev.roadstead.api.Asynchronously;
import dev.roadstead.api.UploadBound;
import dev.roadstead.api.document.Fails;
import dev.roadstead.api.operation.OperationView;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineDescription;
import dev.roadstead.engine.EngineException;
import dev.roadstead.fleet.Fleet;
import dev.roadstead.operation.Progress;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Takes in image files. They are streamed: nothing is kept in the gateway. */
@RestController
@Tag(name = "Images")
public class ImageLoadController {
    private final Fleet fleet;
    private final Asynchronously asynchronously;
    private final UploadBound bound;

    public ImageLoadController(Fleet fleet, Asynchronously asynchronously, UploadBound bound) {
        this.fleet = fleet;
        this.asynchronously = asynchronously;
        this.bound = bound;
    }

    /** Takes one in. */
    @Operation(
            summary = "Load an image file",
            description = "A file as the engine itself saves it: a tar of Docker's or OCI's layout, or an image tarball"
                    + " of LXD's or Incus's. It is passed on as it arrives. Always an operation, answered when the file"
                    + " has been read; its resources are the images.")
    @io.swagger.v3.oas.annotations.parameters.RequestBody(
            description = "The file.",
            required = true,
            content = @Content(mediaType = "application/x-tar", schema = @Schema(type = "string", format = "binary")))
    @ApiResponse(
            responseCode = "202",
            description = "The operation.",
            headers = @Header(name = "Location", description = "Its path.", schema = @Schema(type = "string")),
            useReturnTypeSchema = true)
    @Fails({ErrorKind.PAYLOAD_TOO_LARGE, ErrorKind.RATE_LIMITED, ErrorKind.UNSUPPORTED})
    @PostMapping("/v1/engines/{engine}/images/load")
    public Mono<ResponseEntity<OperationView>> load(@PathVariable String engine, ServerWebExchange exchange) {
        return fleet.engine(engine)
                .delayUntil(at -> at.describe().doOnNext(known -> demand(at, known)))
                // One that says that it is too large is refused before an operation is begun.
                .delayUntil(_ -> bound.on(exchange.getRequest().getHeaders(), Flux.empty()))
                .flatMap(at -> load(at, exchange));
    }

    private Mono<ResponseEntity<OperationView>> load(Engine at, ServerWebExchange exchange) {
        Sinks.Empty<Void> read = Sinks.empty();
        Flux<byte[]> file = bound.on(
                        exchange.getRequest().getHeaders(),
                        exchange.getRequest().getBody().map(ImageLoadController::bytes))
                .doFinally(_ -> read.tryEmitEmpty());
        return asynchronously
                .accepted(
                        "image.load",
                        List.of(),
                        progress -> at.images()
                                .load(file)
                                .doOnNext(names -> tell(at, names, progress))
                                .doFinally(_ -> read.tryEmitEmpty()))
                // With the answer the request is over, and the server would read no more of it.
                .delayUntil(_ -> read.asMono());
    }

    private static void tell(Engine at, List<String> names, Progress progress) {
        progress.resources(names.stream()
                .map(name -> References.path(at.name().value(), name))
                .toList());
    }

    private static void demand(Engine at, EngineDescription known) {
        if (!known.capabilities().has(Capability.IMAGE_LOAD)) {
            throw new EngineException.Unsupported(
                    Capability.IMAGE_LOAD,
                    known.capabilities().of(Capability.IMAGE_LOAD).reason(),
                    EngineException.Evidence.of(at.name().value()));
        }
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }
}
