package dev.roadstead.api.container;

import dev.roadstead.api.Asynchronously;
import dev.roadstead.api.StreamedAnswer;
import dev.roadstead.api.UploadBound;
import dev.roadstead.api.document.Fails;
import dev.roadstead.api.document.MayBeAsynchronous;
import dev.roadstead.api.image.References;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.container.CommitSpec;
import dev.roadstead.container.Labels;
import dev.roadstead.container.PathStat;
import dev.roadstead.fleet.Fleet;
import dev.roadstead.fleet.Located;
import dev.roadstead.image.ImageReference;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Containers' files, and images made of them. Everything is streamed: nothing is kept in the gateway. */
@RestController
@RequestMapping("/v1/containers/{cuid}")
@Tag(name = "Container files", description = "Files of containers, as tar streams.")
public class ContainerFileController {
    private static final MediaType TAR = MediaType.parseMediaType("application/x-tar");
    private static final String STAT = "X-Roadstead-Path-Stat";
    private static final String PATH = "An absolute path in the container.";

    private final Fleet fleet;
    private final StreamedAnswer answer;
    private final Asynchronously asynchronously;
    private final UploadBound bound;
    private final JsonMapper json;

    public ContainerFileController(
            Fleet fleet, StreamedAnswer answer, Asynchronously asynchronously, UploadBound bound, JsonMapper json) {
        this.fleet = fleet;
        this.answer = answer;
        this.asynchronously = asynchronously;
        this.bound = bound;
        this.json = json;
    }

    /** What is at a path. */
    @Operation(
            summary = "Describe a path in a container",
            description =
                    "The answer's header X-Roadstead-Path-Stat holds base64 of JSON: name, type, size (bytes), mode"
                            + " (permission bits), mtime, target (of a symbolic link).")
    @ApiResponse(
            responseCode = "200",
            description = "There is such a path.",
            headers = @Header(name = STAT, description = "Base64 of JSON.", schema = @Schema(type = "string")))
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.UNSUPPORTED})
    @RequestMapping(path = "/archive", method = RequestMethod.HEAD)
    public Mono<Void> stat(
            @PathVariable String cuid,
            @Parameter(description = PATH, example = "/etc/hosts") @RequestParam String path,
            ServerWebExchange exchange) {
        return Mono.defer(() -> {
            String absolute = absolute(path);
            return fleet.locate(cuid)
                    .flatMap(at -> at.engine().files().stat(at.container().id(), absolute))
                    .doOnNext(stat -> tell(exchange, stat))
                    .then();
        });
    }

    /** Reads a path. */
    @Operation(
            summary = "Read a path of a container as a tar",
            description = "A file, or a folder with all that is in it; names begin with the path's last segment.")
    @ApiResponse(
            responseCode = "200",
            description = "The tar.",
            headers = @Header(name = STAT, description = "Base64 of JSON.", schema = @Schema(type = "string")),
            content = @Content(mediaType = "application/x-tar", schema = @Schema(type = "string", format = "binary")))
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.UNSUPPORTED})
    @GetMapping("/archive")
    public Mono<Void> read(
            @PathVariable String cuid,
            @Parameter(description = PATH, example = "/etc/hosts") @RequestParam String path,
            ServerWebExchange exchange) {
        return Mono.defer(() -> {
            String absolute = absolute(path);
            return fleet.locate(cuid)
                    .flatMap(at -> at.engine()
                            .files()
                            .stat(at.container().id(), absolute)
                            .doOnNext(stat -> tell(exchange, stat))
                            .then(answer.transfer(
                                    exchange,
                                    at.engine()
                                            .files()
                                            .getArchive(at.container().id(), absolute),
                                    TAR)));
        });
    }

    /** Writes files. */
    @Operation(
            summary = "Unpack a tar into a folder of a container",
            description =
                    "The tar, plain or gzip, is passed on as it arrives. If it breaks off, what was unpacked until"
                            + " then stays.")
    @io.swagger.v3.oas.annotations.parameters.RequestBody(
            description = "The tar.",
            required = true,
            content = @Content(mediaType = "application/x-tar", schema = @Schema(type = "string", format = "binary")))
    @ApiResponse(responseCode = "204", description = "It is unpacked.")
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.PAYLOAD_TOO_LARGE, ErrorKind.STATE_ERROR, ErrorKind.UNSUPPORTED})
    @PutMapping("/archive")
    public Mono<ResponseEntity<Void>> write(
            @PathVariable String cuid,
            @Parameter(description = "An absolute path of a folder in the container.", example = "/srv") @RequestParam
                    String path,
            ServerWebExchange exchange) {
        return Mono.defer(() -> {
            String absolute = absolute(path);
            Flux<byte[]> tar = bound.on(
                    exchange.getRequest().getHeaders(),
                    exchange.getRequest().getBody().map(ContainerFileController::bytes));
            return fleet.locate(cuid)
                    .flatMap(at -> at.engine().files().putArchive(at.container().id(), absolute, tar))
                    .thenReturn(ResponseEntity.noContent().build());
        });
    }

    /** Reads everything. */
    @Operation(summary = "Read a container's whole file system as a tar")
    @ApiResponse(
            responseCode = "200",
            description = "The tar.",
            content = @Content(mediaType = "application/x-tar", schema = @Schema(type = "string", format = "binary")))
    @Fails(ErrorKind.UNSUPPORTED)
    @GetMapping("/export")
    public Mono<Void> export(@PathVariable String cuid, ServerWebExchange exchange) {
        return fleet.locate(cuid)
                .flatMap(at -> answer.transfer(
                        exchange, at.engine().containers().export(at.container().id()), TAR));
    }

    /** Makes an image. */
    @Operation(
            summary = "Make an image of a container",
            description = "The image has the container's present file system and configuration.")
    @ApiResponse(
            responseCode = "201",
            description = "The image that was made.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = CommitView.class)))
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.CONFLICT, ErrorKind.UNSUPPORTED})
    @MayBeAsynchronous
    @PostMapping("/commit")
    public Mono<ResponseEntity<?>> commit(
            @PathVariable String cuid,
            @RequestBody(required = false) @Nullable CommitRequest given,
            ServerWebExchange exchange) {
        return Mono.defer(() -> {
            CommitRequest request = given == null ? CommitRequest.EMPTY : given;
            ImageReference reference = reference(request.reference());
            return fleet.locate(cuid)
                    .flatMap(at -> asynchronously.asPreferred(
                            exchange,
                            "container.commit",
                            List.of("/v1/containers/" + at.cuid()),
                            at.engine()
                                    .containers()
                                    .commit(at.container().id(), spec(at, request, reference))
                                    .map(id -> ResponseEntity.created(URI.create(References.path(
                                                    at.engine().name().value(), id)))
                                            .body(new CommitView(
                                                    id, reference == null ? null : reference.toString())))));
        });
    }

    private static CommitSpec spec(Located at, CommitRequest request, @Nullable ImageReference reference) {
        List<String> changes = new ArrayList<>(request.changes() == null ? List.of() : request.changes());
        for (String change : changes) {
            if (change == null || change.toLowerCase(Locale.ROOT).contains(Labels.PREFIX)) {
                throw ProblemException.invalid(
                        "INVALID_CHANGES", "changes", change, "changes: expected instructions without our own labels");
            }
        }
        // The container's identity must not go into an image: everything made of that would claim to be this container.
        at.container().labels().keySet().stream()
                .filter(Labels::isOwn)
                .sorted()
                .forEach(key -> changes.add("LABEL %s=\"\"".formatted(key)));
        return new CommitSpec(
                reference == null ? null : reference.repository(),
                reference == null ? null : reference.version(),
                request.message(),
                request.author(),
                changes,
                !Boolean.FALSE.equals(request.pause()));
    }

    private static @Nullable ImageReference reference(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            ImageReference reference = ImageReference.parse(text);
            if (reference.digest() == null) {
                return reference;
            }
        } catch (IllegalArgumentException notAReference) {
            ProblemException failure = invalidReference(text);
            failure.initCause(notAReference);
            throw failure;
        }
        throw invalidReference(text);
    }

    private static ProblemException invalidReference(String text) {
        return ProblemException.invalid(
                "INVALID_REFERENCE", "reference", text, "reference: %s (expected: name[:tag])".formatted(text));
    }

    private void tell(ServerWebExchange exchange, PathStat stat) {
        byte[] view = json.writeValueAsBytes(
                new PathStatView(stat.name(), stat.type(), stat.size(), stat.mode(), stat.mtime(), stat.target()));
        exchange.getResponse().getHeaders().set(STAT, Base64.getEncoder().encodeToString(view));
    }

    private static String absolute(String path) {
        if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
            throw ProblemException.invalid(
                    "INVALID_PATH", "path", path, "path: %s (expected: an absolute path)".formatted(path));
        }
        return path;
    }

    private static byte[] bytes(DataBuffer buffer) {
        try {
            byte[] bytes = new byte[buffer.readableByteCount()];
            buffer.read(bytes);
            return bytes;
        } finally {
            DataBufferUtils.release(buffer);
        }
    }

    /** What is at a path. */
    private record PathStatView(
            String name,
            String type,
            long size,
            int mode,
            @Nullable Instant mtime,
            @Nullable String target) {}

    /** How to make an image. */
    @Schema(description = "How to make an image of a container.")
    public record CommitRequest(
            @Schema(description = "The image's name; it has none if not given.", example = "shop/web:patched") @Nullable
            String reference,

            @Schema(description = "Why it was made.", example = "with the fix") @Nullable
            String message,

            @Schema(description = "Who made it.", example = "ops@example.com") @Nullable
            String author,

            @Schema(
                    description = "Dockerfile instructions applied to its configuration.",
                    example = "[\"CMD [\\\"sh\\\"]\"]")
            @Nullable
            List<String> changes,

            @Schema(description = "Whether the container is frozen meanwhile; true if not given.", example = "true")
            @Nullable
            Boolean pause) {
        static final CommitRequest EMPTY = new CommitRequest(null, null, null, null, null);
    }

    /** The image that was made. */
    @Schema(name = "CommitResult", description = "An image that was made of a container.")
    public record CommitView(
            @Schema(description = "The image's id.", example = "sha256:9f2b7c1d5e3a")
            String id,

            @Schema(description = "Its name; null if it has none.", example = "shop/web:patched") @Nullable
            String reference) {}
}
